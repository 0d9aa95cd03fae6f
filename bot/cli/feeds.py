"""``feeds`` and ``entities``: the sources kept in the store, and who a name may be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from bot.cli import lists
from bot.cli.options import Config, Json, Rules, settings
from bot.cli.output import complaints, console, json_line, rfc3339
from bot.errors import TocsinError

if TYPE_CHECKING:
    from bot.matching.vocabulary import Entity
    from bot.model import FeedState, Source

feeds = typer.Typer(help="The sources that are kept in the store.", no_args_is_help=True)
entities = typer.Typer(help="The persons, places and organisations.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    feeds.command("list")(list_feeds)
    feeds.command("add")(add_feed)
    feeds.command("remove")(remove_feed)
    lists.register(feeds)
    entities.command("list")(list_entities)
    entities.command("show")(show_entity)
    entities.command("lookup")(lookup)
    app.add_typer(feeds, name="feeds")
    app.add_typer(entities, name="entities")


def list_feeds(config: Config = None, as_json: Json = False) -> None:
    """Show the sources with how they are doing.

    tocsin feeds list
    """
    from bot.cli.upkeep import open_existing  # noqa: PLC0415
    from bot.store.sources import list_sources  # noqa: PLC0415

    with open_existing(settings(config)) as store:
        known = store.read_now(list_sources)
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


def add_feed(
    url: Annotated[str, typer.Argument(metavar="URL")],
    name: Annotated[str, typer.Option(help="What people read.")] = "",
    key: Annotated[str | None, typer.Option(help="The short name for source: and rules.")] = None,
    lang: Annotated[str | None, typer.Option(help="Its language, such as fr.")] = None,
    config: Config = None,
) -> None:
    """Keep a feed in the store; a running service polls it at its next tick.

    tocsin feeds add https://example.org/rss.xml --name Example --lang en
    """
    from bot.config import FeedSettings  # noqa: PLC0415
    from bot.config.sources import name_sources  # noqa: PLC0415
    from bot.store.engine import Store  # noqa: PLC0415
    from bot.store.sources import add_source  # noqa: PLC0415

    configured = settings(config)
    try:
        feed = FeedSettings.model_validate({"url": url, "name": name, "key": key, "lang": lang})
    except ValueError as error:  # pydantic's, with one line a mistake
        raise TocsinError(f"{url} cannot be added: {error}") from None
    source, *_ = name_sources([feed], [])
    with Store.open(configured.store.url) as store:
        added = store.write_now(lambda conn: add_source(conn, source, datetime.now(UTC)))
    if not added:
        raise TocsinError(f"a source has the key {source.key} or the address {url} already")
    complaints().print(f"added {source.key}", style="green")


def remove_feed(key: Annotated[str, typer.Argument(metavar="KEY")], config: Config = None) -> None:
    """Take a feed out; its items stay.

    tocsin feeds remove example
    """
    from bot.cli.upkeep import open_existing  # noqa: PLC0415
    from bot.store.sources import remove_source  # noqa: PLC0415

    with open_existing(settings(config)) as store:
        removed = store.write_now(lambda conn: remove_source(conn, key))
    if not removed:
        complaints().print(f"no feed that was added has the key {key}", style="red")
        raise typer.Exit(1)
    complaints().print(f"removed {key}", style="green")


def list_entities(config: Config = None, rules: Rules = None, as_json: Json = False) -> None:
    """List the entities.

    tocsin entities list
    """
    for entity in _entities(config, rules).values():
        _show(entity, as_json=as_json, names=False)


def show_entity(
    key: Annotated[str, typer.Argument(metavar="KEY")],
    config: Config = None,
    rules: Rules = None,
    as_json: Json = False,
) -> None:
    """Show an entity with its names.

    tocsin entities show putin
    """
    from bot.toml import nearest  # noqa: PLC0415

    known = _entities(config, rules)
    entity = known.get(key.removeprefix("@"))
    if entity is None:
        close = nearest(key, known)
        hint = f"; did you mean {close}?" if close else ""
        complaints().print(f"no entity has the key {key}{hint}", style="red")
        raise typer.Exit(1)
    _show(entity, as_json=as_json, names=True)


def lookup(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    config: Config = None,
    rules: Rules = None,
    as_json: Json = False,
) -> None:
    """Show who a name may be.

    tocsin entities lookup Poutine
    """
    from bot.cli.reading import rules_in_force  # noqa: PLC0415

    found = rules_in_force(settings(config), rules).vocabulary.entity_named(name)
    for entity in found:
        _show(entity, as_json=as_json, names=True)
    if not found:
        complaints().print(f"no entity has the name {name}", style="red")
        raise typer.Exit(1)


def _entities(config: Config, rules: Rules) -> dict[str, Entity]:
    from bot.cli.reading import rules_in_force  # noqa: PLC0415

    known = rules_in_force(settings(config), rules).vocabulary.entities
    return dict(sorted(known.items()))


def _show(entity: Entity, *, as_json: bool, names: bool) -> None:
    if as_json:
        json_line(
            {
                "key": entity.key,
                "kind": entity.kind,
                "wikidata": entity.wikidata,
                "title": dict(entity.title),
                "names": {lang: list(words) for lang, words in entity.names.items()},
            }
        )
        return
    out = console()
    title = entity.title.get("en") or next(iter(entity.title.values()), entity.key)
    out.print(f"@{entity.key}  {title}  ({entity.kind})")
    if names:
        for lang, words in entity.names.items():
            out.print(f"  {lang}  {', '.join(words)}")
