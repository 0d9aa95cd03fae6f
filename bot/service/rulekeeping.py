"""Keeps the rules in force in step with the rule files, all or nothing.

A change that does not pass, its own tests included, leaves the last good rules in force. They are
also kept in the store, so that a restart with a broken file does not silence everybody.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

import structlog

from bot.errors import Finding, RuleError, StoreError
from bot.matching.rule_files import rule_files
from bot.matching.rules import load_rules, run_tests
from bot.service import rules_in_force
from bot.service.priming import prepare
from bot.service.watching import changes
from bot.store import meta
from bot.store.topics import Removed, rename_topic, topic_subscribers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.errors import QueryError
    from bot.matching.matcher import Matcher
    from bot.matching.ruleset import RuleSet, Topic
    from bot.store.engine import Store
    from bot.store.topics import Address

log = structlog.get_logger(__name__)

_TOPICS = "rules.topics"  # the topics in force, and those that were removed: {key: {lang: title}}
_GONE = "rules.topics_removed"


class Audience(Protocol):
    """Who is told what became of the rule files.

    What has a connection is told within the transaction that puts the rules in force.
    """

    async def rules_refused(self, findings: Sequence[Finding]) -> None:
        """The files do not pass; the last good rules stay in force."""

    async def rules_accepted(self, rules: RuleSet) -> None:
        """The files pass, after they did not or because somebody asked."""

    def topic_renamed(
        self, conn: Connection, old: Removed, topic: Topic, to: Sequence[Address]
    ) -> None:
        """A topic has another key; the subscriptions went along."""

    def topic_removed(self, conn: Connection, old: Removed, to: Sequence[Address]) -> None:
        """A topic is no more; the subscriptions wait for it."""

    def topic_returned(self, conn: Connection, topic: Topic, to: Sequence[Address]) -> None:
        """A topic that was removed is there again."""

    def told(self) -> None:
        """What was told within the transaction is committed."""


class RuleKeeping:
    """Watches ``folder``, and looks at once when it is asked to.

    ``changed`` is called when other rules are in force.
    """

    def __init__(
        self,
        folder: Path,
        *,
        store: Store,
        audience: Audience,
        clock: Callable[[], datetime],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._changed = changed
        self._folder = folder
        self._clock = clock
        self._store = store
        self._audience = audience
        self._seen: Mapping[str, tuple[int, int]] | None = None
        self._fresh = False
        self._asked = asyncio.Event()
        self._looking = asyncio.Lock()
        self.findings: tuple[Finding, ...] = ()

    async def first(self) -> RuleSet:
        """The rules to start with: the files where they pass, else the last good ones."""
        self._seen = await asyncio.to_thread(self._stamps)
        self._fresh = True
        try:
            rules = await asyncio.to_thread(passing_rules, self._folder)
        except RuleError as error:
            await self._refuse(error.findings)
            return (await rules_in_force.read(self._store)).rules
        await self._put_in_force(rules, None)
        return rules

    def reload(self) -> None:
        """Have the files read again, changed or not; the admins are told what comes of it."""
        self._asked.set()

    async def run(self, matcher: Matcher, stop: asyncio.Event) -> None:
        """Follow the folder until ``stop``. What others have put in force meanwhile is looked at."""
        if not self._fresh:
            self._seen = None
        self._fresh = False
        if self.findings:
            await self._audience.rules_refused(self.findings)
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(self._heed(matcher))
            async for _ in changes(self._folder, stop):
                await self._look_or_wait(matcher)
            asked.cancel()

    async def _heed(self, matcher: Matcher) -> None:
        while True:
            await self._asked.wait()
            self._asked.clear()
            await self._look_or_wait(matcher, asked=True)

    async def _look_or_wait(self, matcher: Matcher, *, asked: bool = False) -> None:
        try:
            await self.look(matcher, asked=asked)
        except StoreError as error:
            log.error("rules not followed for now", reason=str(error))
            self._seen = None  # look again

    async def look(self, matcher: Matcher, *, asked: bool = False) -> None:
        """Put the files in force if they changed since the last look, and pass.

        Where somebody ``asked``, they are read even if nothing changed, and the answer is told.
        """
        async with self._looking:
            stamps = await asyncio.to_thread(self._stamps)
            if stamps == self._seen and not asked:
                return
            self._seen = stamps
            try:
                rules = await asyncio.to_thread(passing_rules, self._folder)
            except RuleError as error:
                if error.findings != self.findings or asked:
                    await self._refuse(error.findings)
                    await self._audience.rules_refused(error.findings)
                return
            await self._put_in_force(rules, matcher)
            recovered, self.findings = bool(self.findings), ()
            if recovered or asked:
                await self._audience.rules_accepted(rules)

    async def _put_in_force(self, rules: RuleSet, matcher: Matcher | None) -> None:
        """One transaction: what became of topics, the rules to fall back on, and the swap itself.

        What is recorded before it was matched by the old rules, and what comes after by the new
        ones: nothing is matched under a key that has just moved.
        """
        texts = await asyncio.to_thread(self._texts)
        begin_watching = await prepare(self._store, rules, self._clock())

        def work(conn: Connection) -> Mapping[str, QueryError]:
            follow_topics(conn, rules, self._audience)
            begin_watching(conn)
            rules_in_force.put(conn, texts)
            return matcher.replace_rules(rules) if matcher is not None else {}

        unreadable = await self._store.write(work)
        if unreadable:  # what they ask for is theirs, and not for a log
            log.warning("subscriptions' queries no longer read", queries=len(unreadable))
        log.info(
            "rules in force", topics=len(rules.topics), entities=len(rules.vocabulary.own_entities)
        )
        self._audience.told()
        self._changed()

    async def _refuse(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        for finding in findings:
            log.error("rule files not in force", finding=str(finding))
        await self._store.write(lambda conn: rules_in_force.refuse(conn, findings))

    def _stamps(self) -> dict[str, tuple[int, int]]:
        stamps = {}
        for path in self._files():
            try:
                stat = path.stat()
            except OSError:  # went away between the listing and the look
                continue
            stamps[str(path.relative_to(self._folder))] = (stat.st_mtime_ns, stat.st_size)
        return stamps

    def _texts(self) -> dict[str, str]:
        return {
            str(path.relative_to(self._folder)): path.read_text("utf-8") for path in self._files()
        }

    def _files(self) -> Iterator[Path]:
        """The very files that the rules are read from."""
        return rule_files(self._folder) if self._folder.is_dir() else iter(())


def known_topics(conn: Connection) -> Mapping[str, Mapping[str, str]]:
    """The topics in force, by key, each with its titles by language."""
    topics: dict[str, dict[str, str]] | None = meta.get(conn, _TOPICS)
    return topics or {}


def passing_rules(folder: Path) -> RuleSet:
    """The rules under ``folder``. Raises RuleError where they do not load or a test of theirs fails."""
    rules = load_rules(folder)
    failures = [result.finding for result in run_tests(rules) if not result.passed]
    if failures:
        raise RuleError(failures)
    return rules


def follow_topics(conn: Connection, rules: RuleSet, audience: Audience) -> None:
    """Lets subscriptions follow their topics, and tells whose topic moved, went or came back.

    A subscription to a topic that is no more is kept, and rings again when the topic is back.
    """
    before: dict[str, dict[str, str]] = meta.get(conn, _TOPICS) or {}
    gone: dict[str, dict[str, str]] = meta.get(conn, _GONE) or {}
    for topic in rules.topics.values():
        old = topic.renamed_from
        if old is not None and old not in rules.topics:
            titles = before.pop(old, None) or gone.pop(old, None) or {}
            if subscribers := rename_topic(conn, old, topic.key):
                audience.topic_renamed(conn, Removed(old, titles), topic, subscribers)
    for key, titles in before.items():
        if key not in rules.topics:
            gone[key] = titles
            if subscribers := topic_subscribers(conn, key):
                audience.topic_removed(conn, Removed(key, titles), subscribers)
    for key in [key for key in gone if key in rules.topics]:
        del gone[key]
        if subscribers := topic_subscribers(conn, key):
            audience.topic_returned(conn, rules.topics[key], subscribers)
    meta.put(conn, _TOPICS, {key: dict(topic.title) for key, topic in rules.topics.items()})
    meta.put(conn, _GONE, gone)
