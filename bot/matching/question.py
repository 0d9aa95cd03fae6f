"""One thing that items are asked: whether a query, or a topic with all that it has, rings."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from bot.matching.engine import evaluate, holds, is_source

if TYPE_CHECKING:
    from bot.matching.document import Document
    from bot.matching.patterns import Pattern
    from bot.matching.query import Query
    from bot.matching.ruleset import Filter, RuleSet, Topic


@dataclass(frozen=True, slots=True)
class Question:
    """A query; ``langs``, ``sources`` and ``filters`` are what narrows it where it is a topic's."""

    name: str
    query: Query
    langs: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()

    @classmethod
    def of_topic(cls, topic: Topic, rules: RuleSet) -> Question:
        """The question whether a topic of these rules rings, were it enabled."""
        filters = tuple(
            each
            for each in rules.filters.values()
            if not any(fnmatchcase(topic.key, spared) for spared in each.exceptions)
        )
        return cls(topic.key, topic.query, topic.lang, topic.sources, filters)

    def rings(self, document: Document) -> bool:
        """What the matcher would answer. Cheap parts first: most items fail one of them."""
        return (
            self.admits(document)
            and holds(self.query, document)
            and not any(holds(each.query, document) for each in self.filters)
        )

    def keys(self, pattern: Pattern, document: Document) -> tuple[str, ...] | None:
        """Under which keys of a topic's pattern in time the document counts; None where it does not ring."""
        if not self.rings(document):
            return None
        if pattern.by != "entity":
            return pattern.keys((), document.item.source)
        found = evaluate(self.query, document)
        return pattern.keys(found.spans if found else (), document.item.source)

    def admits(self, document: Document) -> bool:
        """Whether the document is in a language and from a source that it hears."""
        if self.langs and document.lang not in self.langs:
            return False
        return not self.sources or any(is_source(source, document) for source in self.sources)
