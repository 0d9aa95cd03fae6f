"""``explain``: why a query or a topic matches, or does not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Config, Json, Rules, settings
from bot.cli.output import complaints, console, flush, json_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.config import Settings
    from bot.matching.document import Document
    from bot.matching.explaining import Explanation
    from bot.matching.ruleset import RuleSet
    from bot.model import Item, Source
    from bot.store.rows import StoredItem

STANDARD_INPUT = "-"


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command()(explain)


def explain(
    query: Annotated[str, typer.Argument(metavar="QUERY-or-TOPIC")],
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="[SOURCE]", help="As `parse` takes it, or -; the newest stored items if none."
        ),
    ] = None,
    number: Annotated[
        int, typer.Option("-n", "--number", min=1, max=1000, help="So many of the stored items.")
    ] = 5,
    item: Annotated[
        str | None, typer.Option("--item", metavar="ID", help="Only the item with this id.")
    ] = None,
    config: Config = None,
    rules: Rules = None,
    as_json: Json = False,
) -> None:
    """Say why a query or a topic matches items or does not, as a tree.

    Of a topic also what narrows it: its languages, its sources, and the filters.

        tocsin explain '@putin (paix OR peace)' seeds/seed-article-fr.txt
        tocsin explain istanbul-talks seeds
        tocsin explain istanbul-talks -n 20
    """
    from bot.cli.queries import explanation_json, print_explanation  # noqa: PLC0415
    from bot.cli.reading import rules_in_force  # noqa: PLC0415
    from bot.matching.document import Document  # noqa: PLC0415

    configured = settings(config)
    why = _explainer(query, rules_in_force(configured, rules))
    matched, seen = False, 0
    for origin, each, story in _items(source, configured, number, item):
        if item is not None and each.id != item:
            continue
        seen += 1
        explanation = why(Document.of(each, origin, datetime.now(UTC)))
        matched |= explanation.matched
        if as_json:
            json_line({"item": each.id, "story": story, **explanation_json(explanation)})
        else:
            print_explanation(each, explanation, console())
            if story is not None:
                console().print(f"  {story}\n", style="dim")
    flush()
    if not seen:
        complaints().print("there is no such item" if item else "there are no items to look at")
    if not matched:
        raise typer.Exit(1)


def _explainer(text: str, rules: RuleSet) -> Callable[[Document], Explanation]:
    """What explains a topic or a query. Raises QueryError."""
    from bot.matching.explaining import explain as explain_query  # noqa: PLC0415
    from bot.matching.query import parse_query  # noqa: PLC0415
    from bot.matching.topic_explaining import explain_topic  # noqa: PLC0415

    topic = rules.topics.get(text)
    if topic is not None:
        return lambda document: explain_topic(topic, rules, document)
    query = parse_query(text, rules.vocabulary)
    return lambda document: explain_query(query, document)


def _items(
    source: str | None, configured: Settings, number: int, wanted: str | None
) -> Iterator[tuple[Source | None, Item, str | None]]:
    """Each item with its source and, where it is stored, what is known of its story."""
    from bot.cli.reading import read_item_lines, read_sources  # noqa: PLC0415

    if source == STANDARD_INPUT:
        yield from ((*read, None) for read in read_item_lines())
    elif source is not None:
        yield from ((*read, None) for read in read_sources([source], configured))
    else:
        yield from _stored(configured, number, wanted)


def _stored(
    configured: Settings, number: int, wanted: str | None
) -> Iterator[tuple[Source | None, Item, str | None]]:
    """The newest stored items, or those with the id that is wanted."""
    from bot.cli.upkeep import open_existing  # noqa: PLC0415
    from bot.store import items  # noqa: PLC0415
    from bot.store.sources import all_sources  # noqa: PLC0415

    with open_existing(configured) as store:
        sources = store.read_now(all_sources)
        if wanted is None:
            found = store.read_now(lambda conn: items.newest(conn, limit=number))
        else:
            found = store.read_now(lambda conn: items.with_id(conn, wanted))
        for stored in found:
            yield sources.get(stored.item.source), stored.item, _story(stored)


def _story(stored: StoredItem) -> str:
    """Which story a stored item is of, and why."""
    how, _, share = (stored.kinship or "").partition(" ")
    why = {
        "": "its first report",
        "address": "it is at the address of an earlier report",
        "text": "it has all words of an earlier report",
        "title": f"its title is that of an earlier report, {share} % of the words",
        "near": f"{share} % of the shorter text's runs of three words are in an earlier report",
    }
    return f"story {stored.story_id}: {why[how]}"
