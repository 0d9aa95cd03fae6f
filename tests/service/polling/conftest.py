from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.matching.matcher import Matcher
from bot.matching.rules import load_rules
from bot.model import Source, SourceKind
from bot.service.intake import Intake
from bot.service.polling import Poller, Polling, Records
from bot.sources.fetch import Fetcher, FetchLimits
from bot.sources.pool import ParsePool
from bot.store import sources as store_sources
from bot.store.engine import Store
from tests.sources.conftest import server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.model import FeedState
    from bot.sources.hosts import Scope
    from tests.sources.conftest import FeedServer

__all__ = ["server"]

START = datetime(2026, 5, 18, 12, tzinfo=UTC)
EVERY = timedelta(minutes=10)
AGENT = "Tocsin/1.2.3 (+mailto:owner@bot.example)"


def rss(*names: str, more: str = "", dates: dict[str, str] | None = None) -> bytes:
    items = "".join(
        f"<item><title>{name}</title><guid>{name}</guid><description>Text of {name}.</description>"
        f"<pubDate>{(dates or {}).get(name, '')}</pubDate></item>"
        for name in names
    )
    head = f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{more}'
    return f"{head}{items}</channel></rss>".encode()


@dataclass
class Round:
    """The real loop over a real store and a real server; only the time of day is the test's."""

    server: FeedServer
    store: Store
    intake: Intake
    pool: ParsePool
    fetcher: Fetcher
    scope: Scope = "feed"
    now: datetime = START
    told: list[tuple[str, str]] = field(default_factory=list)
    rung: int = 0
    concurrency: int = 8

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """The loop anew, as after a restart of the program."""
        records = Records(self.store)
        poller = Poller(
            store=self.store,
            fetcher=self.fetcher,
            pool=self.pool,
            intake=self.intake,
            records=records,
            every=EVERY,
            clock=lambda: self.now,
            scope=self.scope,
            given_up=self._tell,
        )
        self.polling = Polling(
            store=self.store,
            poller=poller,
            records=records,
            concurrency=self.concurrency,
            per_host=2,
            spacing=timedelta(0),
            scope=self.scope,
            clock=lambda: self.now,
        )

    async def _tell(self, source: Source, reason: str) -> None:
        self.told.append((source.key, reason))

    def feed(self, *keys: str, every: timedelta | None = None) -> None:
        """The configured feeds: /KEY on the server."""
        feeds = [Source(k, SourceKind.FEED, f"{self.server.url}/{k}", every=every) for k in keys]
        self.store.write_now(lambda conn: store_sources.sync_sources(conn, feeds, self.now))

    async def poll(self, after: timedelta = timedelta(0)) -> list[str]:
        """Everything that is due by then is polled; the paths that were asked."""
        self.now += after
        before = len(self.server.requests)
        while await self.polling.tick():
            await self.polling.settled()
        await self.polling.settled()
        return [request.path for request in self.server.requests[before:]]

    def state(self, key: str) -> FeedState:
        state = self.store.read_now(lambda conn: store_sources.feed_state(conn, key))
        assert state is not None
        return state

    async def until_due(self, key: str) -> list[str]:
        """The next poll of that feed."""
        due = self.state(key).next_poll
        assert due is not None
        return await self.poll(due - self.now)


@pytest.fixture
async def rounds(server: FeedServer, tmp_path: Path) -> AsyncIterator[Round]:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "air.toml").write_text(
        '[topics.air]\ntitle = { en = "Air" }\nquery = "zeppelin"\n', "utf-8"
    )
    limits = FetchLimits(allow_private=True, timeout=timedelta(seconds=5), user_agent=AGENT)
    with Store.open(f"sqlite:///{tmp_path}/tocsin.db") as store:
        async with Fetcher(limits, clock=lambda: START) as fetcher, ParsePool() as pool:
            intake = Intake(store, Matcher(load_rules(tmp_path / "rules")), lambda: None)
            made = Round(server, store, intake, pool, fetcher)
            yield made
            await made.polling.close()
