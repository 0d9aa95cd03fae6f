"""Queries on the command line: naming a topic or a query, pointing at a mistake, explaining."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text
from rich.tree import Tree

from bot.cli.output import span_json

if TYPE_CHECKING:
    from rich.console import Console

    from bot.errors import QueryError
    from bot.matching.explaining import Explanation
    from bot.matching.query import Query
    from bot.matching.ruleset import RuleSet
    from bot.model import Item


def query_or_topic(text: str, rules: RuleSet) -> Query:
    """The query of the topic with that key, else ``text`` as a query. Raises QueryError."""
    from bot.matching.query import parse_query  # noqa: PLC0415

    topic = rules.topics.get(text)
    return topic.query if topic else parse_query(text, rules.vocabulary)


def print_query_error(error: QueryError, to: Console) -> None:
    """The mistake in one line."""
    tail = f" (did you mean {error.hint}?)" if error.hint else ""
    to.print(f"query:1:{error.column}: error: {error.message}{tail}", style="red")


def print_explanation(item: Item, explanation: Explanation, to: Console) -> None:
    """The tree of ``explanation`` below the item's title."""
    verdict = Text("matches", "green") if explanation.matched else Text("does not match", "red")
    root = Tree(Text.assemble((item.title or item.id, "bold"), ": ", verdict))
    _grow(root, explanation, item)
    to.print(root)


def _grow(tree: Tree, node: Explanation, item: Item) -> None:
    mark = Text("✓ ", "green") if node.matched else Text("✗ ", "red")
    label = Text.assemble(mark, node.label)
    if node.note:
        label.append(f"  {node.note}", "dim")
    branch = tree.add(label)
    if not node.children:
        for span in node.spans:
            value = (
                item.tags[span.index or 0] if span.field == "tags" else getattr(item, span.field)
            )
            place = f"{span.field}[{span.start}:{span.end}]"
            if span.index is not None:
                place = f"{span.field}[{span.index}][{span.start}:{span.end}]"
            branch.add(
                Text.assemble((place, "dim"), " ", (value[span.start : span.end], "reverse"))
            )
    for child in node.children:
        _grow(branch, child, item)


def explanation_json(node: Explanation) -> dict[str, Any]:
    """The tree as JSON."""
    return {
        "label": node.label,
        "matched": node.matched,
        "note": node.note,
        "spans": [span_json(span) for span in node.spans],
        "children": [explanation_json(child) for child in node.children],
    }
