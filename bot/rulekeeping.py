"""Keeps the rules in force in step with the rule files, all or nothing.

A change that does not pass, its own tests included, leaves the last good rules in force. They are
also kept in the store, so that a restart with a broken file does not silence everybody.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot.errors import Finding, RuleError, StoreError
from bot.matching.rules import load_rules, run_tests
from bot.matching.ruleset import RuleSet
from bot.store import meta
from bot.watching import changes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from bot.matching.matcher import Matcher
    from bot.store.engine import Store

log = structlog.get_logger(__name__)

_LAST_GOOD = "rules.last_good"  # {path relative to the folder: text}


class RuleKeeping:
    """Watches ``folder``; ``refused`` and ``accepted`` tell the admins."""

    def __init__(
        self,
        folder: Path,
        *,
        store: Store,
        refused: Callable[[Sequence[Finding]], Awaitable[None]],
        accepted: Callable[[RuleSet], Awaitable[None]],
    ) -> None:
        self._folder = folder
        self._store = store
        self._refused = refused
        self._accepted = accepted
        self._seen: Mapping[str, tuple[int, int]] | None = None
        self.findings: tuple[Finding, ...] = ()

    async def first(self) -> RuleSet:
        """The rules to start with: the files where they pass, else the last good ones."""
        self._seen = await asyncio.to_thread(self._stamps)
        try:
            rules = await asyncio.to_thread(passing_rules, self._folder)
        except RuleError as error:
            self.findings = error.findings
            self._log_refusal()
            return await asyncio.to_thread(self._last_good)
        await self._keep()
        return rules

    async def run(self, matcher: Matcher, stop: asyncio.Event) -> None:
        """Follow the folder until ``stop``."""
        if self.findings:
            await self._refused(self.findings)
        async for _ in changes(self._folder, stop):
            try:
                await self.look(matcher)
            except StoreError as error:
                log.error("rules not followed for now", reason=str(error))
                self._seen = None  # look again

    async def look(self, matcher: Matcher) -> None:
        """Put the files in force if they changed since the last look, and pass."""
        stamps = await asyncio.to_thread(self._stamps)
        if stamps == self._seen:
            return
        self._seen = stamps
        try:
            rules = await asyncio.to_thread(passing_rules, self._folder)
        except RuleError as error:
            if error.findings != self.findings:
                self.findings = error.findings
                self._log_refusal()
                await self._refused(error.findings)
            return
        orphans = matcher.replace_rules(rules)
        for query, reason in orphans.items():
            log.warning(
                "a subscription's query no longer reads", query=query, reason=reason.message
            )
        recovered, self.findings = bool(self.findings), ()
        log.info(
            "rules in force", topics=len(rules.topics), entities=len(rules.vocabulary.own_entities)
        )
        await self._keep()
        if recovered:
            await self._accepted(rules)

    def _log_refusal(self) -> None:
        for finding in self.findings:
            log.error("rule files not in force", finding=str(finding))

    def _stamps(self) -> dict[str, tuple[int, int]]:
        stamps = {}
        for path in self._folder.rglob("*.toml"):
            try:
                stat = path.stat()
            except OSError:  # went away between the listing and the look
                continue
            stamps[str(path.relative_to(self._folder))] = (stat.st_mtime_ns, stat.st_size)
        return stamps

    async def _keep(self) -> None:
        texts = await asyncio.to_thread(self._texts)
        await self._store.write(lambda conn: meta.put(conn, _LAST_GOOD, texts))

    def _texts(self) -> dict[str, str]:
        return {
            str(path.relative_to(self._folder)): path.read_text("utf-8")
            for path in self._folder.rglob("*.toml")
            if path.is_file()
        }

    def _last_good(self) -> RuleSet:
        texts: dict[str, str] | None = self._store.read_now(lambda conn: meta.get(conn, _LAST_GOOD))
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (texts or {}).items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
            try:
                return load_rules(Path(folder))
            except RuleError as error:
                # Written by an older version whose rules this one reads otherwise.
                log.error("the last good rules no longer pass either", reason=str(error))
                return RuleSet()


def passing_rules(folder: Path) -> RuleSet:
    """The rules under ``folder``. Raises RuleError where they do not load or a test of theirs fails."""
    rules = load_rules(folder)
    failures = [result.finding for result in run_tests(rules) if not result.passed]
    if failures:
        raise RuleError(failures)
    return rules
