"""Housekeeping: a lease of its own, for whichever process comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.roles.parts import now, ticking
from bot.service.forgetting import Forgetting
from bot.service.housekeeping import Housekeeping
from bot.service.roster import UPKEEP
from bot.service.wakes import Concern

if TYPE_CHECKING:
    from bot.roles.parts import Parts

_HOUR = 3600  # seconds


async def upkeep(parts: Parts) -> None:
    """Index what is new, forget what is old."""
    store, wakes = parts.roster.guarded(UPKEEP), parts.wakes
    forgetting = Forgetting(store, wakes.ringer(Concern.SCRUBBING))
    housekeeping = Housekeeping(
        store,
        ended=lambda query: wakes.ring(Concern.ENDED, query),
        forgotten=forgetting.wake,
        retention=parts.settings.store.retention,
        clock=now,
    )
    with (
        wakes.hearing({Concern.FORGOTTEN: lambda _: forgetting.wake()}),
        ticking((housekeeping.index, 2), (housekeeping.prune, _HOUR)),
    ):
        await forgetting.run()
