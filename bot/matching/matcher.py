"""What the service asks: which topics and which subscribers' queries an item rings."""

from __future__ import annotations

import threading
from collections import Counter
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, cast

from bot.errors import QueryError
from bot.matching.document import Document
from bot.matching.engine import NaiveEngine, evaluate, is_source
from bot.matching.query import parse_query
from bot.model import Match

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from bot.matching.engine import Engine
    from bot.matching.query import Query
    from bot.matching.ruleset import RuleSet, Topic
    from bot.model import Item, Source

_TOPIC = "topic"
_QUERY = "query"


class Matcher:
    """The rules in force and the queries of subscribers. Safe from several threads.

    ``rules`` are swapped whole: an item is matched by the old ones or by the new ones.
    """

    def __init__(self, rules: RuleSet, engine_factory: Callable[[], Engine] = NaiveEngine) -> None:
        self._new_engine = engine_factory
        self._changing = threading.Lock()
        self._watched: Counter[str] = Counter()  # canonical queries, with how many watch each
        self._state = (rules, self._engine(rules))
        self._version = 0

    @property
    def rules(self) -> RuleSet:
        """The rules in force."""
        return self._state[0]

    def __len__(self) -> int:
        """How many topics and queries are in force."""
        return len(self._state[1])

    @property
    def version(self) -> int:
        """Grows with every query or rule that joins: matches made before may lack its."""
        return self._version

    @property
    def watched(self) -> int:
        """How many different queries of subscribers there are."""
        return len(self._watched)

    def watch(self, query: str) -> Query:
        """Have one more subscription to a query. Raises QueryError; then nothing changed."""
        with self._changing:
            rules, engine = self._state
            parsed = parse_query(query, rules.vocabulary)
            canonical = str(parsed)
            self._watched[canonical] += 1
            engine.add((_QUERY, canonical), parsed)
            self._version += 1
            return parsed

    def restore(self, queries: Mapping[str, int]) -> Mapping[str, QueryError]:
        """Watch the queries of a store, each with its number of subscriptions.

        Those that do not read with the rules in force are answered with the reason; they are kept,
        and ring again once other rules make them readable.
        """
        with self._changing:
            self._watched.update(queries)
            return self._read_into(*self._state)

    def unwatch(self, query: str) -> None:
        """Have one subscription less to a query, named as :meth:`watch` returned it."""
        with self._changing:
            self._watched[query] -= 1
            if self._watched[query] <= 0:
                del self._watched[query]
                self._state[1].remove((_QUERY, query))

    def replace_rules(self, rules: RuleSet) -> Mapping[str, QueryError]:
        """Put other rules in force; the queries that they make unreadable, each with its reason.

        Those are kept and read again with the next rules.
        """
        with self._changing:
            engine = self._engine(rules)
            unreadable = self._read_into(rules, engine)
            self._state = (rules, engine)
            self._version += 1
        return unreadable

    def match(self, item: Item, source: Source | None, now: datetime) -> list[Match]:
        """What the item rings: topics in the order of the rules, then queries."""
        rules, engine = self._state
        document = Document.of(item, source, now)
        hits = engine.match(document)
        muted: list[tuple[str, ...]] | None = None
        matches = []
        for hit in hits:
            kind, name = cast("tuple[str, str]", hit.key)  # as _engine and watch put them there
            if kind == _QUERY:
                matches.append(Match(None, name, hit.score, hit.spans))
                continue
            if muted is None:
                muted = _exceptions(rules, document)
            if _applies(rules.topics[name], document) and not _is_muted(name, muted):
                matches.append(Match(name, None, hit.score, hit.spans))
        return matches

    def _read_into(self, rules: RuleSet, engine: Engine) -> dict[str, QueryError]:
        """Adds the watched queries; those that cannot be read, with the reason."""
        unreadable = {}
        for query in self._watched:
            try:
                engine.add((_QUERY, query), parse_query(query, rules.vocabulary))
            except QueryError as error:
                unreadable[query] = error
        return unreadable

    def _engine(self, rules: RuleSet) -> Engine:
        engine = self._new_engine()
        for topic in rules.topics.values():
            if topic.enabled:
                engine.add((_TOPIC, topic.key), topic.query)
        return engine


def _applies(topic: Topic, document: Document) -> bool:
    if topic.lang and document.lang not in topic.lang:
        return False
    return not topic.sources or any(is_source(source, document) for source in topic.sources)


def _exceptions(rules: RuleSet, document: Document) -> list[tuple[str, ...]]:
    """For each filter that the document falls under, the topics that it spares."""
    return [
        each.exceptions
        for each in rules.filters.values()
        if evaluate(each.query, document) is not None
    ]


def _is_muted(topic: str, exceptions: Iterable[tuple[str, ...]]) -> bool:
    return any(not any(fnmatchcase(topic, pattern) for pattern in spared) for spared in exceptions)
