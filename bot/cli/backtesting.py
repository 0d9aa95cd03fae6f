"""``backtest``: what a query or a changed rule would have rung for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Config, Json, Rules, settings

if TYPE_CHECKING:
    from bot.cli.trying import Trying


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command()(backtest)


def backtest(
    query: Annotated[str | None, typer.Argument(metavar="[QUERY-or-TOPIC]")] = None,
    source: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE]…", help="As `parse` takes it; the stored items if none."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="AGE", help="Items no older, such as 30d, or a day."),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="VERSION",
            help="Compare with a git revision, or a folder of rules.",
        ),
    ] = None,
    number: Annotated[
        int, typer.Option("-n", "--number", min=0, max=1000, help="At most so many examples.")
    ] = 5,
    config: Config = None,
    rules: Rules = None,
    as_json: Json = False,
) -> None:
    """Say what a query or a topic would have rung for in the stored items.

    With `--against` say what the rules as they are now newly ring for, and what they no longer ring
    for; of all topics that changed, or of the one that is named.

        tocsin backtest istanbul-talks --since 30d
        tocsin backtest '@putin ceasefire' seeds
        tocsin backtest --against HEAD~1
    """
    from bot.cli.reading import rules_in_force  # noqa: PLC0415
    from bot.cli.trying import FileTrying, StoreTrying  # noqa: PLC0415
    from bot.cli.trying_output import show_comparison, show_single  # noqa: PLC0415

    if query is None and against is None:
        raise typer.BadParameter("a query or a topic is needed, or --against", param_hint="QUERY")
    configured = settings(config)
    now = datetime.now(UTC)
    start = start_of(since, now)
    in_force = rules_in_force(configured, rules)
    trying: Trying
    if source:
        trying = FileTrying(source, configured, now, start)
    else:
        trying = StoreTrying(configured, now, start)
    with trying:
        if against is None:
            found = show_single(trying, query or "", in_force, number, as_json=as_json)
        else:
            from bot.backtesting.versions import rules_of  # noqa: PLC0415

            earlier = rules_of(against, rules or configured.rules.folder)
            found = show_comparison(trying, query, earlier, in_force, number, as_json=as_json)
    if not found:
        raise typer.Exit(1)


def start_of(text: str | None, now: datetime) -> datetime | None:
    """The moment that ``--since`` means: an age, or a day."""
    from bot.values import parse_duration  # noqa: PLC0415

    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        pass
    try:
        return now - parse_duration(text)
    except ValueError as error:
        message = f"{error.args[0]}, or a day such as 2025-05-18"
        raise typer.BadParameter(message, param_hint="--since") from None
