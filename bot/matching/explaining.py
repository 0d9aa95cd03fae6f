"""Why a query matches a document or does not: its tree, with what was found where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.matching.engine import look, visible
from bot.matching.query.printing import print_tree
from bot.matching.query.tree import And, Field, Not, Or, Value, Weighted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.matching.document import Document, FieldText
    from bot.matching.query import Query
    from bot.matching.query.tree import Node
    from bot.matching.vocabulary import Vocabulary
    from bot.model import Span


@dataclass(frozen=True, slots=True)
class Explanation:
    """A part of a query: how it is written, whether it is true, what it found, its own parts."""

    label: str
    matched: bool
    spans: tuple[Span, ...] = ()
    children: tuple[Explanation, ...] = ()
    note: str = ""


def explain(query: Query, document: Document) -> Explanation:
    """The explanation of the whole query; ``matched`` says what :func:`evaluate` would."""
    return _explain(query.tree, document, document.searched, query.vocabulary)


def _explain(
    node: Node, document: Document, fields: Sequence[FieldText], vocabulary: Vocabulary
) -> Explanation:
    spans = look(node, document, fields, vocabulary)
    seen = visible(spans or ())

    def parts(*nodes: Node) -> tuple[Explanation, ...]:
        return tuple(_explain(each, document, fields, vocabulary) for each in nodes)

    match node:
        case And(children):
            return Explanation("all of", spans is not None, seen, parts(*children))
        case Or(children):
            return Explanation("any of", spans is not None, seen, parts(*children))
        case Not(child):
            return Explanation("not", spans is not None, seen, parts(child))
        case Weighted(threshold, terms):
            weighed = tuple(_weighted(term, document, vocabulary) for term in terms)
            note = f"threshold {threshold:g}"
            return Explanation("sum of", spans is not None, seen, weighed, note)
        case Field("lang", Value()):
            note = f"the item's language: {document.lang or 'not known'}"
            return Explanation(print_tree(node), spans is not None, note=note)
        case Field("source", Value()):
            note = f"the item's source: {document.item.source}"
            return Explanation(print_tree(node), spans is not None, note=note)
        case _:
            return Explanation(print_tree(node), spans is not None, seen)


def _weighted(
    term: tuple[str, Node, float], document: Document, vocabulary: Vocabulary
) -> Explanation:
    written, leaf, weight = term
    spans = look(leaf, document, document.searched, vocabulary)
    return Explanation(written, spans is not None, visible(spans or ()), note=f"weight {weight:g}")
