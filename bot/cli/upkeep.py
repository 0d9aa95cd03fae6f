"""``migrate``, ``backup``, ``restore`` and ``stats``: keeping the store."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Config, Json, settings
from bot.cli.output import complaints, console, json_line
from bot.errors import StoreError

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.store.engine import Store


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command()(migrate)
    app.command()(backup)
    app.command()(restore)
    app.command()(stats)


def open_existing(configured: Settings) -> Store:
    """The store, which must exist: a question does not make one."""
    from bot.store.connections import find_place  # noqa: PLC0415
    from bot.store.engine import Store  # noqa: PLC0415
    from bot.store.migrate import exists  # noqa: PLC0415

    place = find_place(configured.store.url)
    if not exists(place):
        raise StoreError(f"no store at {place} yet: `tocsin run` makes it")
    return Store.open(configured.store.url)


def migrate(config: Config = None) -> None:
    """Bring the store to this version's schema, after a backup; `run` does so by itself.

    tocsin migrate
    """
    from bot.store.connections import find_place  # noqa: PLC0415
    from bot.store.engine import Store  # noqa: PLC0415

    url = settings(config).store.url
    with Store.open(url) as store:
        complaints().print(f"{find_place(url)}: schema {store.revision}", style="green")


def backup(file: Annotated[Path, typer.Argument(metavar="FILE")], config: Config = None) -> None:
    """Copy the store into a file of its own, whole and consistent, while the service runs.

    It is an SQLite file, of a store on PostgreSQL too.

        tocsin backup tocsin-monday.db
    """
    from bot.store.backup import copy_database  # noqa: PLC0415
    from bot.store.connections import find_place  # noqa: PLC0415
    from bot.store.transfer import export_store  # noqa: PLC0415

    place = find_place(settings(config).store.url)
    if place.file is not None:
        copy_database(place.file, file)
    else:
        export_store(place, file)
    complaints().print(f"store copied to {file}", style="green")


def restore(file: Annotated[Path, typer.Argument(metavar="FILE")], config: Config = None) -> None:
    """Put a backup in the place of the store, which is itself backed up first.

    The service must not be running. With a store on PostgreSQL this is also the way there from a
    file: back up the one, restore to the other.

        tocsin restore tocsin-monday.db
    """
    from bot.store.backup import restore_database  # noqa: PLC0415
    from bot.store.connections import find_place  # noqa: PLC0415
    from bot.store.transfer import replace_store  # noqa: PLC0415

    place = find_place(settings(config).store.url)
    if place.file is not None:
        kept = restore_database(file, place.file)
    else:
        kept = replace_store(file, place)
    note = f"; what was there is in {kept}" if kept else ""
    complaints().print(f"store restored from {file}{note}", style="green")


def stats(config: Config = None, as_json: Json = False) -> None:
    """Show the store's figures, and who does what where several processes share it.

    tocsin stats --json
    """
    from bot.store import figures, roles  # noqa: PLC0415

    store = open_existing(settings(config))
    try:
        counted = store.read_now(figures.figures)
        holders = store.read_now(roles.holders)
    finally:
        store.close()
    if as_json:
        held = {each.role: {"process": each.name, "since": each.since} for each in holders}
        json_line({**counted, "roles": held} if held else counted)
        return
    for name, value in counted.items():
        console().print(f"{name.replace('_', ' '):<24}{value:>12,}")
    for each in holders:
        console().print(f"{each.role:<24}{each.name}, since {each.since:%Y-%m-%d %H:%M:%S} UTC")
