"""``chart``: how many stored items a day a query matches, in the terminal and as a picture."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 - typer reads the annotation
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Config, Json, settings
from bot.cli.output import complaints, flush, json_line

if TYPE_CHECKING:
    from bot.charting.counting import Counts

_BAR = 40


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command()(chart)


def chart(
    query: Annotated[
        list[str], typer.Argument(metavar="QUERY…", help="Or topics; several compare.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.png", help="Draw it into this file.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="AGE", help="Items no older, such as 90d, or a day."),
    ] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Count the stored items of each day, of the last month if nothing else is said.

    tocsin chart '@putin' --since 90d
    tocsin chart '@putin' '@zelensky' --out both.png
    """
    from bot.charting.counting import beginning, count  # noqa: PLC0415
    from bot.cli.backtesting import start_of  # noqa: PLC0415
    from bot.cli.queries import query_or_topic  # noqa: PLC0415
    from bot.cli.reading import rules_in_force  # noqa: PLC0415
    from bot.cli.upkeep import open_existing  # noqa: PLC0415

    configured, now = settings(config), datetime.now(UTC)
    rules = rules_in_force(configured, None)
    queries = [query_or_topic(text, rules) for text in query]
    start = start_of(since, now) or beginning(queries, now)
    store = open_existing(configured)
    try:
        counts: Counts = store.read_now(lambda conn: count(conn, queries, since=start, now=now))
    finally:
        store.close()
    if not counts.total:
        complaints().print("nothing stored matches")
        raise typer.Exit(1)
    _show(counts, query, as_json=as_json)
    flush()
    if out is not None:
        from bot.charting.drawing import picture  # noqa: PLC0415

        out.write_bytes(picture(counts, title=" · ".join(query), names=query, language="en"))


def _show(counts: Counts, names: list[str], *, as_json: bool) -> None:
    most = max(map(max, counts.series)) or 1
    for at, day in enumerate(counts.days):
        numbers = [each[at] for each in counts.series]
        if as_json:
            json_line({"day": day.isoformat(), **dict(zip(names, numbers, strict=True))})
        elif len(numbers) == 1:
            typer.echo(f"{day}  {numbers[0]:>6}  {'█' * round(_BAR * numbers[0] / most)}".rstrip())
        else:
            typer.echo("  ".join([str(day), *(f"{number:>6}" for number in numbers)]))
