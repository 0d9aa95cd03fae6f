"""Why a query or a topic rings for a document or does not: a tree with what was found where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.matching.engine import look, visible
from bot.matching.occurrences import why_not
from bot.matching.query.printing import print_tree
from bot.matching.query.tree import And, EntityName, Field, Not, Or, Time, Weighted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.matching.document import Document
    from bot.matching.field_text import FieldText
    from bot.matching.query import Query
    from bot.matching.query.tree import Node
    from bot.matching.vocabulary import Vocabulary
    from bot.model import Span


@dataclass(frozen=True, slots=True)
class Explanation:
    """A part of a query: how it is written, whether it is true, what it found, its own parts.

    ``note`` is what the item has where that cannot be shown as a place in its text, or why a name
    in it is not taken for the entity.
    """

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
    matched, seen = spans is not None, visible(spans or ())

    def parts(*nodes: Node) -> tuple[Explanation, ...]:
        return tuple(_explain(each, document, fields, vocabulary) for each in nodes)

    match node:
        case And(children):
            return Explanation("all of", matched, seen, parts(*children))
        case Or(children):
            return Explanation("any of", matched, seen, parts(*children))
        case Not(child):
            return Explanation("not", matched, seen, parts(child))
        case Weighted():
            return _weighed(node, document, vocabulary)
        case Field(name, And(children) | Or(children)) if name not in {"lang", "source"}:
            within = _fields(name, document)
            inner = tuple(_explain(child, document, within, vocabulary) for child in children)
            how = "all of" if isinstance(node.child, And) else "any of"
            return Explanation(f"{name}: {how}", matched, seen, inner, _note(node, document))
        case _:
            note = _note(node, document)
            if isinstance(node, EntityName) and not matched:
                reasons = (why_not(node.key, field, vocabulary) for field in fields)
                note = next(filter(None, reasons), "")
            return Explanation(print_tree(node), matched, seen, note=note)


def _weighed(node: Weighted, document: Document, vocabulary: Vocabulary) -> Explanation:
    found = [
        (term, look(leaf, document, document.searched, vocabulary), weight)
        for term, leaf, weight in node.terms
    ]
    score = sum(weight for _, spans, weight in found if spans is not None)
    children = tuple(
        Explanation(term, spans is not None, visible(spans or ()), note=f"weight {weight:g}")
        for term, spans, weight in found
    )
    matched = score >= node.threshold
    seen = visible([span for _, spans, _ in found for span in spans or ()]) if matched else ()
    note = f"{score:g}, threshold {node.threshold:g}"
    return Explanation("sum of weights", matched, seen, children, note)


def _fields(name: str, document: Document) -> Sequence[FieldText]:
    by_name: dict[str, Sequence[FieldText]] = {
        "title": (document.title,),
        "text": (document.text,),
        "tag": document.tags,
        "agency": document.agency,
    }
    return by_name.get(name, document.authors)


def _note(node: Node, document: Document) -> str:
    """What the item has in a field of which no place can be shown."""
    match node:
        case Field("lang"):
            return _language(document)
        case Field("source"):
            return _source(document)
        case Field("agency"):
            return f"the item's agency: {document.item.agency or 'none'}"
        case Field("author"):
            return f"the item's authors: {', '.join(document.item.authors) or 'none'}"
        case Field("tag"):
            return f"the item's tags: {', '.join(document.item.tags) or 'none'}"
        case Time():
            return f"the item's time: {document.moment:%Y-%m-%d %H:%M} UTC"
        case _:
            return ""


def _language(document: Document) -> str:
    return f"the item's language: {document.lang or 'not known'}"


def _source(document: Document) -> str:
    return f"the item's source: {document.item.source}"
