"""What the roles of one process share, and how each runs its loops and ticks."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.chat.admin.notices import Notices
from bot.chat.hook import Hook
from bot.service.polling import Pushing
from bot.service.rendering import Rendering
from bot.service.wakes import Concern
from bot.store.known import KnownSources

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterator

    from telegram import Bot

    from bot.chat.words.languages import Languages
    from bot.config import Settings
    from bot.matching.matcher import Matcher
    from bot.service.following import Following
    from bot.service.handover import Handover
    from bot.service.remembering import Remembering
    from bot.service.roster import Roster
    from bot.service.rulekeeping import RuleKeeping
    from bot.service.rules_in_force import RuleFollowing
    from bot.service.talking import Telegram
    from bot.service.wakes import Wakes
    from bot.sources.fetch import Fetcher
    from bot.sources.pool import ParsePool
    from bot.store.engine import Store


def now() -> datetime:
    """The time of day; everything inside takes it as an argument or a clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Matching:
    """What a process has that may match: the queries, and the rule files."""

    following: Following
    remembering: Remembering
    keeping: RuleKeeping


@dataclass(frozen=True, slots=True)
class Parts:
    """What the roles of one process share.

    ``matcher`` has the rules in force; the queries of subscribers, too, where there is
    ``matching``. ``rules`` follow those of another process, where several share the store.
    """

    settings: Settings
    telegram: Telegram
    store: Store
    wakes: Wakes
    roster: Roster
    languages: Languages
    matcher: Matcher
    matching: Matching | None
    rules: RuleFollowing | None
    handover: Handover
    bot: Bot
    fetcher: Fetcher
    pool: ParsePool
    say: Callable[[str], None]
    stop: asyncio.Event

    def owed(self) -> None:
        """Something is to be sent."""
        self.wakes.ring(Concern.DELIVERIES)

    def notices(self, store: Store) -> Notices:
        """What tells the admins."""
        return Notices(store, self.languages, self.telegram.admins, now, self.owed)

    def rendering(self) -> Rendering:
        """What makes alerts and digests."""
        return Rendering(self.matcher, self.languages, KnownSources(self.store))

    def pushing(self, store: Store) -> Pushing | None:
        """What hubs send, where they can reach us; asked for by one role and taken by another."""
        if not self.settings.web.public_url:
            return None
        return Pushing(
            store=store,
            fetcher=self.fetcher,
            pool=self.pool,
            intake=self.handover,
            public_url=self.settings.web.public_url,
            clock=now,
            confirmed=self.wakes.ringer(Concern.HUBS),
        )

    def hook(self) -> Hook | None:
        """What takes Telegram's calls, where the configuration has it call."""
        webhook = self.settings.telegram.webhook
        if self.settings.telegram.mode != "webhook":
            return None
        secret = webhook.secret.get_secret_value()
        return Hook(self.store, webhook.url, secret, self.wakes.ringer(Concern.UPDATES))


async def together(*loops: Coroutine[Any, Any, None]) -> None:
    """Run loops until cancelled; what one of them raises ends them all and is raised."""
    async with asyncio.TaskGroup() as group:
        for loop in loops:
            group.create_task(loop)


async def _until_ended(tick: Callable[[], Awaitable[None]]) -> None:
    """Call it; that it was cancelled at the stop is no failure, and is not to be reported as one."""
    with suppress(asyncio.CancelledError):
        await tick()


@contextmanager
def ticking(*ticks: tuple[Callable[[], Awaitable[None]], int]) -> Iterator[None]:
    """Call each every so many seconds meanwhile.

    Ticks go over due times that the store keeps: a late one loses nothing.
    """
    scheduler = AsyncIOScheduler(
        timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True}
    )
    for tick, seconds in ticks:
        scheduler.add_job(
            partial(_until_ended, tick), "interval", seconds=seconds, name=tick.__qualname__
        )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
