"""``feeds``: the sources kept in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from bot.cli import adding, doctor, lists
from bot.cli.options import Config, Json, settings
from bot.cli.output import complaints, console, json_line, rfc3339

if TYPE_CHECKING:
    from bot.model import FeedState, Source

feeds = typer.Typer(help="The sources that are kept in the store.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    feeds.command("list")(list_feeds)
    adding.register(feeds)
    feeds.command("doctor")(doctor.doctor)
    feeds.command("remove")(remove_feed)
    lists.register(feeds)
    app.add_typer(feeds, name="feeds")


def list_feeds(config: Config = None, as_json: Json = False) -> None:
    """Show the sources with how they are doing.

    tocsin feeds list
    """
    known = sorted(lists.known_sources(settings(config)), key=lambda each: each[0].key)
    if as_json:
        for source, state in known:
            json_line(_source_json(source, state))
        return
    table = Table("key", "address", "read", "failures", "last error", box=None)
    for source, state in known:
        table.add_row(
            source.key,
            source.address,
            rfc3339(state.last_success) or "–",
            str(state.failures),
            state.last_error or "",
        )
    console().print(table)


def _source_json(source: Source, state: FeedState) -> dict[str, Any]:
    return {
        "key": source.key,
        "kind": source.kind.value,
        "address": source.address,
        "name": source.name,
        "lang": source.lang,
        "tags": list(source.tags),
        "next_poll": rfc3339(state.next_poll),
        "last_success": rfc3339(state.last_success),
        "failures": state.failures,
        "last_error": state.last_error,
        "disabled": state.disabled,
    }


def remove_feed(
    key: Annotated[str, typer.Argument(metavar="KEY-or-ADDRESS")], config: Config = None
) -> None:
    """Take a feed out; its items stay.

    tocsin feeds remove example
    tocsin feeds remove https://example.org/rss.xml
    """
    from bot.cli.upkeep import open_existing  # noqa: PLC0415
    from bot.store.sources import all_sources, remove_source  # noqa: PLC0415

    with open_existing(settings(config)) as store:
        known = store.read_now(all_sources)
        by_address = {source.address: source.key for source in known.values()}
        found = key if key in known else by_address.get(key, key)
        removed = store.write_now(lambda conn: remove_source(conn, found))
    if not removed:
        complaints().print(f"no feed that was added has the key or address {key}", style="red")
        raise typer.Exit(1)
    complaints().print(f"removed {key}", style="green")
