"""The rules as values: topics, filters, the tests written beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.matching.vocabulary import Vocabulary, title_in
from bot.model import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.errors import Finding
    from bot.matching.query import Query
    from bot.templating import AlertTemplate


@dataclass(frozen=True, slots=True)
class Topic:
    """A named query that admins publish.

    ``lang`` and ``sources`` narrow it to items in one of these languages and from one of these
    sources; empty means any. ``when`` is the pattern in time to ring for, as the file gives it.
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
    when: Mapping[str, Any] | None = None
    schedule: str | None = None
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
class RuleTest:
    """A test that a rule file has for a topic: a text or the path of an item, and the answer.

    ``path``, ``line`` and ``col`` are the place of the test in its file, for the report.
    """

    topic: str
    expected: bool
    text: str | None = None
    item: str | None = None
    title: str = ""
    lang: str | None = None
    path: str = ""
    line: int = 1
    col: int = 1


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All the rules in force at a time."""

    topics: Mapping[str, Topic] = field(default_factory=dict)
    filters: Mapping[str, Filter] = field(default_factory=dict)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    tests: tuple[RuleTest, ...] = ()
    warnings: tuple[Finding, ...] = ()
    templates: Mapping[str, AlertTemplate] = field(default_factory=dict)

    def without_topics(self) -> RuleSet:
        """The entities and lists alone, for queries of one's own."""
        return RuleSet(vocabulary=self.vocabulary, templates=self.templates)
