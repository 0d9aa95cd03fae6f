"""The rules as values: topics, filters, the tests written beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from bot.matching.text import fold
from bot.matching.titles import InflectedTitles
from bot.matching.vocabulary import Vocabulary, title_in
from bot.model import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from bot.matching.patterns import Pattern
    from bot.matching.query import Query
    from bot.matching.rule_entries import Entry
    from bot.scheduling import Schedule
    from bot.templating import AlertTemplate


@dataclass(frozen=True, slots=True)
class Topic:
    """A named query that admins publish.

    ``lang`` and ``sources`` narrow it to items in one of these languages and from one of these
    sources; empty means any. ``when`` is the pattern in time to ring for, ``schedule`` the hours at
    which it may: what comes at others waits for them.
    ``renamed_from`` is the key that it had before: who subscribed to that one hears this one.
    ``template`` names what its alerts are written with; the "default" one where it names none.
    """

    key: str
    title: Mapping[str, str]
    query: Query
    description: Mapping[str, str] = field(default_factory=dict)
    severity: Severity = Severity.NORMAL
    lang: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    enabled: bool = True
    owner: str | None = None
    tags: tuple[str, ...] = ()
    when: Pattern | None = None
    schedule: Schedule | None = None
    renamed_from: str | None = None
    template: str | None = None

    def title_in(self, lang: str) -> str:
        """The title in that language; else in English, in any, or the key."""
        return title_in(self.title, lang, self.key)


@dataclass(frozen=True, slots=True)
class Filter:
    """What no topic rings for, save those whose key fits one of the ``exceptions`` (``sport-*``)."""

    key: str
    query: Query
    exceptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TestItem:
    """One of the items of a test over time: a text, or the path of an item's file.

    ``at`` is when it arrives, a moment or so long before the test's now.
    """

    text: str = ""
    title: str = ""
    lang: str | None = None
    source: str | None = None
    item: str | None = None
    at: datetime | timedelta | None = None


@dataclass(frozen=True, slots=True)
class RuleTest:
    """A test that a rule file has for a topic: a text or the path of an item, and the answer.

    Or several ``items`` in time and, in ``rings``, for which of them the topic rings; ``expected``
    is then whether it rings at all, None where the test does not say.
    """

    topic: str
    expected: bool | None
    text: str | None = None
    item: str | None = None
    title: str = ""
    lang: str | None = None
    now: datetime | None = None
    items: tuple[TestItem, ...] = ()
    rings: tuple[bool, ...] | None = None
    entry: Entry | None = field(default=None, compare=False, repr=False)
    number: int = 0

    @property
    def path(self) -> str:
        """The file that has it."""
        return "" if self.entry is None else self.entry.document.path

    @property
    def line(self) -> int:
        """Its line in the file."""
        return self._place[0]

    @property
    def col(self) -> int:
        """Its column in the file."""
        return self._place[1]

    @property
    def _place(self) -> tuple[int, int]:
        # Found when it is asked for, which for a test that passes is never: it takes a while.
        if self.entry is None:
            return 1, 1
        return self.entry.document.place(*self.entry.path, "tests", self.number)


@dataclass(frozen=True)
class RuleSet:
    """All the rules in force at a time."""

    topics: Mapping[str, Topic] = field(default_factory=dict)
    filters: Mapping[str, Filter] = field(default_factory=dict)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    tests: tuple[RuleTest, ...] = ()
    templates: Mapping[str, AlertTemplate] = field(default_factory=dict)

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """The keys of the enabled topics by their folded titles, the first of two alike."""
        found: dict[str, str] = {}
        for topic in self.topics.values():
            for title in topic.title.values() if topic.enabled else ():
                found.setdefault(fold(title), topic.key)
        return found

    def topic_with(self, key: str) -> Topic | None:
        """The enabled topic that has the key, or had it before it was renamed."""
        topic = self.topics.get(key) or next(
            (each for each in self.topics.values() if each.renamed_from == key), None
        )
        return topic if topic is not None and topic.enabled else None

    def topic_named(self, text: str) -> Topic | None:
        """The enabled topic whose key, or whose title in any language, the text is."""
        key = self.titles.get(fold(text)) or text.strip().lower()
        topic = self.topics.get(key)
        return topic if topic is not None and topic.enabled else None

    def topic_in_other_forms(self, text: str) -> Topic | None:
        """The enabled topic whose title the text is, inflected: “зерновую сделку”."""
        key = self._inflected_titles.find(text)
        return None if key is None else self.topics[key]

    @cached_property
    def _inflected_titles(self) -> InflectedTitles:
        return InflectedTitles(
            (topic.key, lang, title)
            for topic in self.topics.values()
            for lang, title in topic.title.items()
            if topic.enabled
        )

    def without_topics(self) -> RuleSet:
        """The entities and lists alone, for queries of one's own."""
        return RuleSet(vocabulary=self.vocabulary, templates=self.templates)
