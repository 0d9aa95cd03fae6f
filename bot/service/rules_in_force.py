"""The rules in force, in the store: to fall back on, and for the processes that read no files.

One process reads the rule files and puts them in force; what it has put there, others follow.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import structlog

from bot.errors import RuleError, StoreError
from bot.matching.rules import load_rules
from bot.matching.ruleset import RuleSet
from bot.store import meta

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from bot.errors import Finding
    from bot.matching.matcher import Matcher
    from bot.store.engine import Store

log = structlog.get_logger(__name__)

_LAST_GOOD: Final = "rules.last_good"  # {path relative to the folder: text}
_STAMP: Final = "rules.stamp"  # changes with the texts
_REFUSED: Final = "rules.refused"  # what is wrong with the files as they stand
_LOOKS: Final = 5.0  # seconds, where no word of a change comes


class InForce(NamedTuple):
    """Rules, and the stamp of their texts."""

    rules: RuleSet
    stamp: str | None


def put(conn: Connection, texts: Mapping[str, str]) -> None:
    """Notes the texts whose rules are in force from this transaction on."""
    fresh = hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()
    meta.put(conn, _REFUSED, None)
    if fresh != stamp(conn):
        meta.put(conn, _LAST_GOOD, dict(texts))
        meta.put(conn, _STAMP, fresh)


def refuse(conn: Connection, findings: Sequence[Finding]) -> None:
    """Notes why the files as they stand are not in force."""
    meta.put(conn, _REFUSED, list(map(str, findings)))


def refused(conn: Connection) -> tuple[str, ...]:
    """Why the files as they stand are not in force; nothing where they are."""
    return tuple(meta.get(conn, _REFUSED) or ())


async def read(store: Store) -> InForce:
    """The rules in force; none where there never were any. Raises StoreError."""
    texts, stamped = await store.read(lambda conn: (_texts(conn), stamp(conn)))
    return InForce(await asyncio.to_thread(_load, texts), stamped)


class RuleFollowing:
    """Has a matcher follow the rules that another process puts in force.

    ``elsewhere`` says whether another process does that at the moment.
    """

    def __init__(
        self, store: Store, matcher: Matcher, stamped: str | None, elsewhere: Callable[[], bool]
    ) -> None:
        self._store = store
        self._matcher = matcher
        self._stamp = stamped
        self._elsewhere = elsewhere
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """Other rules are in force. To be called in the loop's thread."""
        self._awake.set()

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            # Not wait_for: before Python 3.12 it can swallow the cancellation that ends this loop.
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOKS):
                    await self._awake.wait()
            self._awake.clear()
            if not self._elsewhere():
                continue
            try:
                await self.look()
            except StoreError as error:
                log.error("rules not followed for now", reason=str(error))

    async def look(self) -> None:
        """Take the rules in force, if they are others than before. Raises StoreError."""
        if await self._store.read(stamp) == self._stamp:
            return
        now = await read(self._store)
        await asyncio.to_thread(self._matcher.replace_rules, now.rules)
        self._stamp = now.stamp
        log.info("rules in force", topics=len(now.rules.topics))


def stamp(conn: Connection) -> str | None:
    """Changes with the rules in force; None where there never were any."""
    kept: str | None = meta.get(conn, _STAMP)
    return kept


def _texts(conn: Connection) -> dict[str, str]:
    kept: dict[str, str] | None = meta.get(conn, _LAST_GOOD)
    return kept or {}


def _load(texts: Mapping[str, str]) -> RuleSet:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        try:
            return load_rules(Path(folder))
        except RuleError as error:
            # Written by an older version whose rules this one reads otherwise.
            log.error("the last good rules no longer pass either", reason=str(error))
            return RuleSet()
