"""Which queries an item rings: the seam where the index for a million queries will sit.

The naive engine asks every query of every item. It is obviously right, so it stays as the oracle
when a faster one takes its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.matching.finding import find, find_searched
from bot.matching.query.tree import And, Field, Not, Or, Time, Value, Weighted, Word
from bot.matching.text import fold, is_unspaced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.matching.document import Document
    from bot.matching.field_text import FieldText
    from bot.matching.query import Query
    from bot.matching.query.tree import Node
    from bot.matching.vocabulary import Vocabulary
    from bot.model import Span

_ORDER = {"title": 0, "text": 1, "tags": 2}


@dataclass(frozen=True, slots=True)
class Found:
    """What a query found: its score (1 for a query, the sum for weights) and where."""

    score: float
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A query that an item rings, by the key that it was added under."""

    key: str
    score: float
    spans: tuple[Span, ...]


class Engine(Protocol):
    """Holds queries under keys; says which of them a document rings. Safe from several threads."""

    def add(self, key: str, query: Query) -> None:
        """Hold a query; one that is held under the key makes way."""

    def remove(self, key: str) -> None:
        """Let go of a query; nothing happens where none is held."""

    def match(self, documents: Sequence[Document]) -> list[list[Hit]]:
        """For each of the documents the queries that match, in the order in which they were added."""

    def __len__(self) -> int: ...


class NaiveEngine:
    """Every query, one after the other."""

    def __init__(self) -> None:
        self._queries: dict[str, Query] = {}

    def add(self, key: str, query: Query) -> None:
        """Hold a query."""
        self._queries.pop(key, None)
        self._queries[key] = query

    def remove(self, key: str) -> None:
        """Let go of a query."""
        self._queries.pop(key, None)

    def match(self, documents: Sequence[Document]) -> list[list[Hit]]:
        """The queries that match each of the documents."""
        return [self._match(document) for document in documents]

    def _match(self, document: Document) -> list[Hit]:
        hits = []
        for key, query in list(self._queries.items()):  # a copy: others may add meanwhile
            found = evaluate(query, document)
            if found is not None:
                hits.append(Hit(key, found.score, found.spans))
        return hits

    def __len__(self) -> int:
        return len(self._queries)


def evaluate(query: Query, document: Document) -> Found | None:
    """What the query finds in the document; None where it does not match."""
    tree = query.tree
    if isinstance(tree, Weighted):
        return _weigh(tree, document, query.vocabulary)
    spans = look(tree, document, document.searched, query.vocabulary)
    return None if spans is None else Found(1.0, visible(spans))


def holds(query: Query, document: Document) -> bool:
    """Whether :func:`evaluate` would find something, at the price of as few parts as tell it."""
    return _holds(query.tree, document, query.vocabulary)


def _holds(node: Node, document: Document, vocabulary: Vocabulary) -> bool:
    match node:
        case And(children):
            return all(_holds(child, document, vocabulary) for child in children)
        case Or(children):
            return any(_holds(child, document, vocabulary) for child in children)
        case Not(child):
            return not _holds(child, document, vocabulary)
        case Word(_, (word,)) if not is_unspaced(word) and any(
            word in field.places for field in document.searched
        ):
            return True  # as it is asked for, and its many forms need not be known
        case _:
            return look(node, document, document.searched, vocabulary) is not None


def visible(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Each span once, in reading order; those in an agency or an author have no place to show."""
    shown = {span for span in spans if span.field in _ORDER}
    if len(shown) < 2:  # noqa: PLR2004
        return tuple(shown)
    return tuple(
        sorted(
            shown,
            key=lambda it: (_ORDER[it.field], it.index or 0, it.start, it.end, it.term),
        )
    )


def look(
    node: Node, document: Document, fields: Sequence[FieldText], vocabulary: Vocabulary
) -> list[Span] | None:
    """The spans that make the node true in these fields, perhaps none; None where it is false."""
    match node:
        case And(children):
            return _look_for_all(children, document, fields, vocabulary)
        case Or(children):
            found = [look(child, document, fields, vocabulary) for child in children]
            true = [spans for spans in found if spans is not None]
            return [span for spans in true for span in spans] if true else None
        case Not(child):
            return [] if look(child, document, fields, vocabulary) is None else None
        case Field(name, child):
            return _in_field(name, child, document, vocabulary)
        case Time():
            moment = node.at(document.now)
            return [] if (document.moment >= moment) == node.start else None
        case Weighted():
            weighed = _weigh(node, document, vocabulary)
            return None if weighed is None else list(weighed.spans)
        case Value():
            return None  # only lang: and source: have one
        case _:
            if fields is document.searched:
                return find_searched(node, document, vocabulary) or None
            spans = [span for field in fields for span in find(node, field, document, vocabulary)]
            return spans or None


def _look_for_all(
    children: Sequence[Node],
    document: Document,
    fields: Sequence[FieldText],
    vocabulary: Vocabulary,
) -> list[Span] | None:
    """The spans of all; nothing is looked for behind the first that is false."""
    found: list[Span] = []
    for child in children:
        spans = look(child, document, fields, vocabulary)
        if spans is None:
            return None
        found += spans
    return found


def _in_field(
    name: str, child: Node, document: Document, vocabulary: Vocabulary
) -> list[Span] | None:
    match name:
        case "lang" | "source":
            return _values(name, child, document)
        case "title":
            return look(child, document, (document.title,), vocabulary)
        case "text":
            return look(child, document, (document.text,), vocabulary)
        case "tag":
            return _in_one_of(document.tags, child, document, vocabulary)
        case "agency":
            return _in_one_of(document.agency, child, document, vocabulary)
        case _:
            return _in_one_of(document.authors, child, document, vocabulary)


def _in_one_of(
    fields: Sequence[FieldText], child: Node, document: Document, vocabulary: Vocabulary
) -> list[Span] | None:
    """True when the child is true within a single one of the fields."""
    if not fields:
        return look(child, document, (), vocabulary)
    found = [look(child, document, (field,), vocabulary) for field in fields]
    true = [spans for spans in found if spans is not None]
    return [span for spans in true for span in spans] if true else None


def _values(name: str, node: Node, document: Document) -> list[Span] | None:
    match node:
        case Value(written):
            same = document.lang == written if name == "lang" else is_source(written, document)
            return [] if same else None
        case And(children):
            true = all(_values(name, child, document) is not None for child in children)
        case Or(children):
            true = any(_values(name, child, document) is not None for child in children)
        case Not(child):
            true = _values(name, child, document) is None
        case _:
            true = False
    return [] if true else None


def is_source(written: str, document: Document) -> bool:
    """Whether ``written`` is the key, the name or the address of the document's source."""
    source = document.source
    name, address = ("", "") if source is None else (source.name, source.address)
    return is_called(written, document.item.source, name, address)


def is_called(written: str, key: str, name: str, address: str) -> bool:
    """Whether that is what a source is called by ``written``, see :func:`is_source`."""
    if address and written.rstrip("/").lower() == address.rstrip("/").lower():
        return True
    wanted = fold(written)
    return bool(wanted) and wanted in {fold(key), fold(name)}


def _weigh(node: Weighted, document: Document, vocabulary: Vocabulary) -> Found | None:
    """A weighted word counts once an item (contract, "Rule files")."""
    score, spans = 0.0, []
    for _, leaf, weight in node.terms:
        found = look(leaf, document, document.searched, vocabulary)
        if found is not None:
            score += weight
            spans += found
    return Found(score, visible(spans)) if score >= node.threshold else None
