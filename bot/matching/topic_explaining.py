"""Why a topic rings for a document or does not: its query, and what narrows or silences it."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from bot.matching.engine import is_source
from bot.matching.explaining import Explanation, explain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.matching.document import Document
    from bot.matching.ruleset import RuleSet, Topic
    from bot.model import Item, Span

_MOST_SPANS = 3
_BRANCHES = ("all of", "any of", "sum of weights")


def explain_topic(topic: Topic, rules: RuleSet, document: Document) -> Explanation:
    """The explanation of a topic; ``matched`` says what the matcher does.

    A topic that nothing narrows and no filter silences is explained by its query alone.
    """
    parts = [explain(topic.query, document), *_narrowing(topic, document)]
    if not topic.enabled:
        parts.append(Explanation("enabled", matched=False, note="the rule file says: not enabled"))
    for filter_ in rules.filters.values():
        if any(fnmatchcase(topic.key, pattern) for pattern in filter_.exceptions):
            continue
        silenced = explain(filter_.query, document)
        if silenced.matched:
            note = "what no topic rings for"
            parts.append(
                Explanation(
                    f"not filter {filter_.key}",
                    matched=False,
                    spans=silenced.spans,
                    children=(silenced,),
                    note=note,
                )
            )
    if len(parts) == 1:
        return parts[0]
    matched = all(part.matched for part in parts)
    return Explanation(f"topic {topic.key}", matched, parts[0].spans, tuple(parts))


def _narrowing(topic: Topic, document: Document) -> Iterator[Explanation]:
    if topic.lang:
        note = f"the item's language: {document.lang or 'not known'}"
        label = f"lang is {' or '.join(topic.lang)}"
        yield Explanation(label, document.lang in topic.lang, note=note)
    if topic.sources:
        matched = any(is_source(source, document) for source in topic.sources)
        note = f"the item's source: {document.item.source}"
        yield Explanation(f"source is {' or '.join(topic.sources)}", matched, note=note)


def reasons(explanation: Explanation, item: Item) -> Iterator[str]:
    """What decided, a line for each part: what was found and where, what was not, what forbids."""
    if explanation.label.endswith(_BRANCHES) or explanation.label.startswith("topic "):
        for child in explanation.children:
            yield from reasons(child, item)
    elif explanation.label == "not" or explanation.label.startswith("not filter "):
        name = explanation.label.removeprefix("not").strip()
        verb = f"silenced by the {name}" if name else "excluded"
        for child in explanation.children if not explanation.matched else ():
            for line in reasons(child, item):
                if not line.startswith("not found"):
                    yield f"{verb}: {line.removeprefix('found ')}"
    elif explanation.note and not explanation.spans and not explanation.label.startswith("not"):
        state = "" if explanation.matched else "not so: "
        yield f"{state}{explanation.label} ({explanation.note})"
    elif explanation.matched:
        places = [_place(span, item) for span in explanation.spans[:_MOST_SPANS]]
        if len(explanation.spans) > _MOST_SPANS:
            places.append("…")
        yield f"found {explanation.label}{' as ' if places else ''}{', '.join(places)}"
    else:
        yield f"not found: {explanation.label}"


def _place(span: Span, item: Item) -> str:
    if span.field == "tags":
        name, value = f"tags[{span.index or 0}]", item.tags[span.index or 0]
    else:
        name, value = span.field, item.title if span.field == "title" else item.text
    return f"“{value[span.start : span.end]}” ({name} {span.start}-{span.end})"
