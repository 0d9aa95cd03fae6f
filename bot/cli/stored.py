"""``latest`` and ``search``: what is in the store."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Config, Json, settings
from bot.cli.output import complaints, console, flush, item_json, json_line, print_item, span_json

if TYPE_CHECKING:
    from bot.answers import Answer

Number = Annotated[int, typer.Option("-n", "--number", min=1, max=1000, help="At most so many.")]


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command()(latest)
    app.command()(search)


def latest(
    query: Annotated[str | None, typer.Argument()] = None,
    number: Number = 10,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Show the newest stored items, all or those that a query matches.

    tocsin latest
    tocsin latest '@putin since:24h' -n 3
    """
    _show(query, number, config, best=False, as_json=as_json)


def search(
    query: Annotated[str, typer.Argument()],
    number: Number = 10,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Show the stored items that a query matches, the best first.

    tocsin search '"pourparlers de paix" istanbul'
    """
    _show(query, number, config, best=True, as_json=as_json)


def _show(text: str | None, number: int, config: Config, *, best: bool, as_json: bool) -> None:
    from bot.answers import best_answers, latest_answers  # noqa: PLC0415
    from bot.cli.queries import query_or_topic  # noqa: PLC0415
    from bot.cli.reading import rules_in_force  # noqa: PLC0415
    from bot.cli.upkeep import open_existing  # noqa: PLC0415

    configured = settings(config)
    query = query_or_topic(text, rules_in_force(configured, None)) if text else None
    sources = {source.key: source for source in configured.sources()}
    store = open_existing(configured)
    try:
        find = best_answers if best else latest_answers
        answers: list[Answer] = store.read_now(
            lambda conn: find(conn, query, sources=sources, limit=number, now=datetime.now(UTC))
        )
    finally:
        store.close()
    for answer in answers:
        if as_json:
            spans = [span_json(span) for span in answer.spans]
            json_line({**item_json(answer.stored.item), "spans": spans})
        else:
            print_item(answer.stored.item, answer.spans, console())
    flush()
    if not answers:
        complaints().print("nothing stored matches" if text else "nothing stored yet")
        raise typer.Exit(1)
