"""What the service asks: which topics and which subscribers' queries an item rings."""

from __future__ import annotations

import re
import threading
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.errors import QueryError
from bot.matching.document import Document
from bot.matching.engine import evaluate, is_source
from bot.matching.index.frequencies import Frequencies
from bot.matching.index.growing import GrowingEngine
from bot.matching.query import parse_query
from bot.model import Match

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from bot.matching.engine import Engine, Hit
    from bot.matching.query import Query
    from bot.matching.ruleset import RuleSet, Topic
    from bot.matching.vocabulary import Vocabulary
    from bot.model import Item, Source


# So many documents are matched in one call, if they have no more characters than these.
TOGETHER: Final = 32
_CHARACTERS: Final = 150_000

# The entities that a canonical query names; an address within quotes may look like one.
_ENTITY = re.compile(r"@([\w-]+)")


class Matcher:
    """The rules in force and the queries of subscribers. Safe from several threads.

    ``rules`` are swapped whole: an item is matched by the old ones or by the new ones. The queries
    stay where they are, but for those that name an entity or a list.
    """

    def __init__(self, rules: RuleSet) -> None:
        self._changing = threading.Lock()
        self._watched: set[str] = set()  # canonical queries
        self._unreadable: Mapping[str, QueryError] = {}
        self._words = Frequencies()
        self._state = (rules, self._topics(rules))
        self._queries = GrowingEngine(
            _reader(rules.vocabulary), rules.vocabulary, self._words.per_million
        )
        self._version = 0

    @property
    def rules(self) -> RuleSet:
        """The rules in force."""
        return self._state[0]

    def __len__(self) -> int:
        """How many topics and queries are in force."""
        return len(self._state[1]) + len(self._queries)

    @property
    def version(self) -> int:
        """Grows with every query or rule that joins: matches made before may lack its."""
        return self._version

    @property
    def watched(self) -> int:
        """How many different queries of subscribers there are."""
        return len(self._watched)

    def queries(self) -> set[str]:
        """The queries of subscribers, as they are named."""
        with self._changing:
            return set(self._watched)

    def watch(self, query: str) -> Query:
        """Look for a query, too. Raises QueryError; then nothing changed."""
        with self._changing:
            parsed = parse_query(query, self.rules.vocabulary)
            canonical = str(parsed)
            if canonical not in self._watched:
                self._watched.add(canonical)
                self._queries.add(canonical, parsed)
                self._version += 1
            return parsed

    def join(self, queries: Iterable[str]) -> Mapping[str, QueryError]:
        """Look for queries of the store, those that are not known yet.

        As with :meth:`restore`, those that do not read are answered with the reason, and kept.
        """
        with self._changing:
            new = [query for query in dict.fromkeys(queries) if query not in self._watched]
            if not new:
                return {}
            self._watched.update(new)
            unreadable = self._queries.fill(new)
            self._unreadable = {**self._unreadable, **unreadable}
            self._version += 1
            return unreadable

    def restore(
        self, queries: Collection[str], snapshot: Path | None = None
    ) -> Mapping[str, QueryError]:
        """Watch the queries of a store.

        What a ``snapshot`` of the last run has of them need not be read again, unless it names a
        list, which may be another by now, or an entity that is no more.

        Those that do not read with the rules in force are answered with the reason; they are kept,
        and ring again once other rules make them readable.
        """
        with self._changing:
            self._watched.update(queries)
            missing: Collection[str] = queries
            if snapshot is not None:
                known = self.rules.vocabulary.entities
                steady = {query for query in queries if not _is_to_be_read(query, known)}
                missing = [*self._queries.load(snapshot, steady), *(set(queries) - steady)]
            self._unreadable = self._queries.fill(missing)
            return self._unreadable

    def settle(self) -> None:
        """Wait until a change of engine that has begun is done; matching does not need it."""
        self._queries.settle()

    def save(self, snapshot: Path) -> None:
        """Write what :meth:`restore` may begin with at the next start. Raises OSError."""
        self._queries.save(snapshot)

    def unwatch(self, query: str) -> None:
        """Look for a query no more, named as :meth:`watch` returned it."""
        with self._changing:
            if query in self._watched:
                self._watched.remove(query)
                self._queries.remove(query)

    def replace_rules(self, rules: RuleSet) -> Mapping[str, QueryError]:
        """Put other rules in force; the queries that they make unreadable, each with its reason.

        Those are kept and read again with the next rules.
        """
        with self._changing:
            topics = self._topics(rules)
            known = rules.vocabulary.entities
            touched = [
                query
                for query in self._watched
                if query in self._unreadable or _is_to_be_read(query, known)
            ]
            unreadable = {}
            for query in touched:
                try:
                    parse_query(query, rules.vocabulary)
                except QueryError as error:
                    unreadable[query] = error
                    self._queries.remove(query)
            readable = [query for query in touched if query not in unreadable]
            self._queries.renew(_reader(rules.vocabulary), rules.vocabulary, readable)
            self._state = (rules, topics)
            self._unreadable = unreadable
            self._version += 1
        return unreadable

    def match(self, item: Item, source: Source | None, now: datetime) -> list[Match]:
        """What the item rings: topics in the order of the rules, then queries."""
        ((_, matches),) = self.match_each([Document.of(item, source, now)])
        return matches

    def match_each(self, documents: Iterable[Document]) -> Iterator[tuple[Document, list[Match]]]:
        """Each of the documents with what it rings, in their order; some are taken together."""
        for some in _portions(documents):
            rules, topics = self._state
            # First: the compiled engine splits the texts into words, for the others too.
            queries = self._queries.match(some)
            for document, of_topics, of_queries in zip(
                some, topics.match(some), queries, strict=True
            ):
                self._words.observe(document)
                matches = list(_in_force(rules, document, of_topics))
                matches += [Match(None, hit.key, hit.score, hit.spans) for hit in of_queries]
                yield document, matches

    def observe(self, item: Item, now: datetime) -> None:
        """Learn from a stored item how common words are, before queries are filed by that."""
        self._words.observe(Document.of(item, None, now))

    @staticmethod
    def _topics(rules: RuleSet) -> Engine:
        engine = GrowingEngine(lambda key: rules.topics[key].query, rules.vocabulary)
        for topic in rules.topics.values():
            if topic.enabled:
                engine.add(topic.key, topic.query)
        return engine


def _reader(vocabulary: Vocabulary) -> Callable[[str], Query]:
    """Reads canonical queries, the latest few from memory."""
    return lru_cache(maxsize=4096)(lambda query: parse_query(query, vocabulary))


def _is_to_be_read(query: str, entities: Container[str]) -> bool:
    """Whether other rules may have changed a canonical query: a list's words, an entity's being."""
    return "$" in query or any(key not in entities for key in _ENTITY.findall(query))


def _portions(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """The documents in lists of a few, or of one that is very long."""
    some: list[Document] = []
    room = _CHARACTERS
    for document in documents:
        length = sum(map(len, document.written[0]))
        room -= length
        if some and (room < 0 or len(some) == TOGETHER):
            yield some
            some, room = [], _CHARACTERS - length
        some.append(document)
    if some:
        yield some


def _in_force(rules: RuleSet, document: Document, hits: Iterable[Hit]) -> Iterator[Match]:
    """The topics among the hits that no filter mutes."""
    muted: list[tuple[str, ...]] | None = None
    for hit in hits:
        if muted is None:
            muted = _exceptions(rules, document)
        if _applies(rules.topics[hit.key], document) and not _is_muted(hit.key, muted):
            yield Match(hit.key, None, hit.score, hit.spans)


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
