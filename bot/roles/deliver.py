"""``deliver``: what is owed leaves for Telegram, at its pace; digests, edits and broadcasts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.attention import Burst
from bot.delivery.sender import PAID_IN_FLIGHT, PAID_PER_SECOND, Limits, Sender
from bot.roles.parts import now, ticking, together
from bot.service.amending import Amending
from bot.service.broadcasting import Broadcasting
from bot.service.digesting import Digesting
from bot.service.wakes import Concern
from bot.weekly_charts import WeeklyCharts

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.roles.parts import Parts


async def deliver(parts: Parts) -> None:
    """Send what is owed, and have owed what is due."""
    store = parts.roster.guarded("deliver")
    limits = limits_of(parts.settings)
    rendering = parts.rendering()
    # What became of messages that are on their way is recorded by whoever sent them.
    sender = Sender(parts.store, parts.bot, rendering, limits=limits, claiming=store, now=now)
    broadcasting = Broadcasting(store, parts.languages, parts.owed, now=now)
    charts = WeeklyCharts(store, parts.matcher, parts.languages, rendering)
    burst = _burst(parts.settings)
    digesting = Digesting(store, rendering, charts, parts.owed, burst=burst, clock=now)
    amending = Amending(store, parts.owed, clock=now)
    hears = {
        Concern.DELIVERIES: lambda _: sender.wake(),
        Concern.BROADCASTS: lambda _: broadcasting.wake(),
    }
    with (
        parts.wakes.hearing(hears),
        ticking((digesting.tick, 1), (amending.tick, 2)),
    ):
        await together(sender.run(), broadcasting.run())


def limits_of(settings: Settings) -> Limits:
    """Telegram's limits as configured."""
    limits = Limits(
        per_second=settings.limits.messages_per_second,
        per_chat=settings.limits.per_chat_per_second,
        per_group=settings.limits.per_group_per_minute,
        burst=_burst(settings),
    )
    if not settings.limits.paid_broadcasts:
        return limits
    return replace(limits, paid=True, per_second=PAID_PER_SECOND, in_flight=PAID_IN_FLIGHT)


def _burst(settings: Settings) -> Burst:
    return Burst(settings.delivery.burst, settings.delivery.burst_window)
