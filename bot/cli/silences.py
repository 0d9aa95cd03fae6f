"""``silences``: what is kept from ringing for a while."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from bot.cli.options import Config, Json, settings
from bot.cli.output import complaints, console, json_line, rfc3339
from bot.errors import QueryError, TocsinError

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.store.engine import Store

silences = typer.Typer(help="What is kept from ringing for a while.", no_args_is_help=True)


class Kind(StrEnum):
    """What a silence is for."""

    TOPIC = "topic"
    SOURCE = "source"
    QUERY = "query"
    ALL = "all"


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    silences.command("list")(list_silences)
    silences.command("add")(add_silence)
    silences.command("remove")(remove_silence)
    app.add_typer(silences, name="silences")


def list_silences(config: Config = None, as_json: Json = False) -> None:
    """Show the silences in force.

    tocsin silences list
    """
    from bot.cli.upkeep import open_existing  # noqa: PLC0415
    from bot.store.silences import active  # noqa: PLC0415

    with open_existing(settings(config)) as store:
        known = store.read_now(lambda conn: active(conn, datetime.now(UTC)))
    if as_json:
        for each in known:
            json_line(
                {
                    "id": each.id,
                    "kind": each.kind,
                    "target": each.target,
                    "until": rfc3339(each.until),
                    "reason": each.reason,
                    "who": each.who,
                    "created": rfc3339(each.created),
                }
            )
        return
    table = Table("number", "what", "until", "by", "reason", box=None)
    for each in known:
        until = rfc3339(each.until) or "removed"
        what = f"{each.kind} {each.target}".strip()
        table.add_row(str(each.id), what, until, each.who, each.reason)
    console().print(table)


def add_silence(
    kind: Annotated[Kind, typer.Argument(help="What: a topic, a source, a query or all.")],
    target: Annotated[str, typer.Argument(help="The topic's or source's key, or the query.")] = "",
    length: Annotated[
        str | None, typer.Option("--for", help="How long, such as 2h; else until it is removed.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; it is kept with what is silenced.")] = "",
    who: Annotated[str, typer.Option(help="Who wants it.")] = "",
    config: Config = None,
) -> None:
    """Keep a topic, a source, what a query matches, or everything from ringing.

    What arrives meanwhile is stored and searchable. What is owed already still rings.

        tocsin silences add topic istanbul-talks --for 2h --reason "the feed repeats itself"
        tocsin silences add query 'football' --for 1d
        tocsin silences add all --for 30m
    """
    from bot.store.silences import add  # noqa: PLC0415
    from bot.values import parse_duration  # noqa: PLC0415

    configured = settings(config)
    now = datetime.now(UTC)
    try:
        until = None if length is None else now + parse_duration(length)
    except ValueError as error:
        raise TocsinError(f"--for {error.args[0]}") from None
    from bot.cli.upkeep import open_existing  # noqa: PLC0415

    with open_existing(configured) as store:
        wanted = _checked(kind, target.strip(), configured, store)
        made = store.write_now(
            lambda conn: add(
                conn,
                kind.value,
                wanted,
                until=until,
                reason=reason,
                who=who or getpass.getuser(),
                now=now,
            )
        )
    complaints().print(f"silence {made.id} is in force", style="green")


def remove_silence(
    number: Annotated[int, typer.Argument(metavar="NUMBER")], config: Config = None
) -> None:
    """End a silence.

    tocsin silences remove 3
    """
    from bot.cli.upkeep import open_existing  # noqa: PLC0415
    from bot.store.silences import remove  # noqa: PLC0415

    with open_existing(settings(config)) as store:
        removed = store.write_now(lambda conn: remove(conn, number))
    if removed is None:
        complaints().print(f"no silence has the number {number}", style="red")
        raise typer.Exit(1)
    complaints().print(f"removed silence {number}", style="green")


def _checked(kind: Kind, target: str, configured: Settings, store: Store) -> str:
    """The target as it is kept. Raises TocsinError for one that there is not."""
    from bot.cli.reading import rules_in_force  # noqa: PLC0415
    from bot.matching.query import parse_query  # noqa: PLC0415
    from bot.store.sources import list_sources  # noqa: PLC0415
    from bot.toml import nearest  # noqa: PLC0415

    if kind is Kind.ALL:
        if target:
            raise TocsinError("`all` is everything: it takes no name behind it")
        return ""
    if not target:
        raise TocsinError(f"which {kind}? Name it behind the word")
    if kind is Kind.QUERY:
        try:
            return str(parse_query(target, rules_in_force(configured, None).vocabulary))
        except QueryError as error:
            raise TocsinError(f"the query does not read: {error}") from None
    known = (
        set(rules_in_force(configured, None).topics)
        if kind is Kind.TOPIC
        else {source.key for source, _ in store.read_now(list_sources)}
    )
    if target not in known:
        close = nearest(target, known)
        hint = f"; did you mean {close}?" if close else ""
        raise TocsinError(f"there is no {kind} {target}{hint}")
    return target
