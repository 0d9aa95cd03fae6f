"""What admins in chat have the service do: look at feeds, try rule files, put them in force."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from bot.backlog import would_have_rung
from bot.chat.turns.office import Discovered, Found, Preview, Tried, WouldRing
from bot.config import FeedSettings
from bot.config.sources import name_sources
from bot.errors import SourceError
from bot.service import rule_trial

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.discovering import Candidate, Discovering
    from bot.matching.matcher import Matcher
    from bot.store.engine import Store
    from bot.store.rule_uploads import Upload

_LONGEST_NAME: Final = 200
_MOST_FEEDS: Final = 8


class ServiceOffice:
    """The office of a running service; ``folder`` has the rule files."""

    def __init__(
        self,
        store: Store,
        matcher: Matcher,
        folder: Path,
        discovering: Discovering,
        *,
        reload: Callable[[], None],
        broadcast: Callable[[], None],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._matcher = matcher
        self._folder = folder
        self._discovering = discovering
        self._reload = reload
        self._broadcast = broadcast
        self._clock = clock
        self._writing = asyncio.Lock()

    def reload(self) -> None:
        """Have the rule files read again; what comes of it is told to the admins."""
        self._reload()

    def broadcast(self) -> None:
        """There is a broadcast to be sent."""
        self._broadcast()

    async def discover(self, address: str) -> Discovered:
        """The feeds at an address; of a feed itself, what adding it would mean."""
        try:
            found = await self._discovering.discover(address)
        except SourceError as error:
            return Discovered(address, problem=str(error))
        if not found.candidates:
            return Discovered(address, problem="no feed was found there")
        if found.itself or len(found.candidates) == 1:
            only = found.candidates[0]
            preview = await asyncio.to_thread(self._preview, only)
            return Discovered(address, preview=preview)
        feeds = tuple(
            Found(each.url, each.feed.title or each.title, len(each.feed.items), each.newest)
            for each in found.candidates[:_MOST_FEEDS]
        )
        return Discovered(address, feeds)

    async def try_rules(self, name: str, content: bytes) -> Tried:
        """What a rule file of that name would do."""
        if len(content) > rule_trial.LARGEST:
            return Tried(problem="size")
        try:
            text = content.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            return Tried(problem="encoding")
        return await asyncio.to_thread(
            rule_trial.try_file, self._folder, name, text, self._store, self._clock()
        )

    async def put_rules(self, upload: Upload) -> bool:
        """Put a file in force; False where the folder has another than when it was tried."""
        return await self._exchange(upload.path, upload.before, upload.text)

    async def take_back(self, upload: Upload) -> bool:
        """Put back what stood there before; False where somebody has changed it since."""
        return await self._exchange(upload.path, upload.text, upload.before)

    async def rule_file_of(self, topic: str) -> tuple[str, str] | None:
        """Name and text of the rule file that has a topic; None where none has it."""
        return await asyncio.to_thread(rule_trial.file_of_topic, self._folder, topic)

    async def _exchange(self, path: str, expected: str | None, text: str | None) -> bool:
        async with self._writing:
            if await asyncio.to_thread(rule_trial.stands, self._folder, path) != expected:
                return False
            await asyncio.to_thread(rule_trial.put, self._folder, path, text)
        self._reload()
        return True

    def _preview(self, candidate: Candidate) -> Preview:
        feed = FeedSettings.model_validate(
            {
                "url": candidate.url,
                "name": (candidate.feed.title or candidate.title)[:_LONGEST_NAME],
            }
        )
        source, *_ = name_sources([feed], [])
        rung = would_have_rung(self._matcher, source, candidate.feed.items, self._clock())
        return Preview(
            source,
            len(candidate.feed.items),
            candidate.newest,
            tuple(WouldRing(each.topic, each.count, each.examples) for each in rung),
        )
