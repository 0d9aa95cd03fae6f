"""``migrate``, ``backup``, ``restore`` and ``stats``: keeping the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Config, Json, settings
from bot.cli.output import complaints, console, json_line
from bot.errors import StoreError

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.store.engine import Store

_SQLITE = "sqlite:///"


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command()(migrate)
    app.command()(backup)
    app.command()(restore)
    app.command()(stats)


def database_file(configured: Settings) -> Path:
    """The SQLite file of the store. Raises StoreError for another kind of store."""
    url = configured.store.url
    if not url.startswith(_SQLITE):
        raise StoreError("PostgreSQL comes with a later version; use sqlite:///FILE until then")
    return Path(url.removeprefix(_SQLITE))


def open_existing(configured: Settings) -> Store:
    """The store, which must exist: a question does not make one."""
    from bot.store.engine import Store  # noqa: PLC0415

    path = database_file(configured)
    if not path.exists():
        raise StoreError(f"no store at {path} yet: `tocsin run` makes it")
    return Store.open(configured.store.url)


def migrate(config: Config = None) -> None:
    """Bring the store to this version's schema, after a backup; `run` does so by itself.

    tocsin migrate
    """
    from bot.store.engine import Store  # noqa: PLC0415

    configured = settings(config)
    path = database_file(configured)
    store = Store.open(configured.store.url)
    try:
        complaints().print(f"{path}: schema {store.revision}", style="green")
    finally:
        store.close()


def backup(file: Annotated[Path, typer.Argument(metavar="FILE")], config: Config = None) -> None:
    """Copy the store into a file of its own, whole and consistent, while the service runs.

    tocsin backup tocsin-monday.db
    """
    from bot.store.backup import copy_database  # noqa: PLC0415

    configured = settings(config)
    copy_database(database_file(configured), file)
    complaints().print(f"store copied to {file}", style="green")


def restore(file: Annotated[Path, typer.Argument(metavar="FILE")], config: Config = None) -> None:
    """Put a backup in the place of the store, which is itself backed up first.

    The service must not be running.

        tocsin restore tocsin-monday.db
    """
    from bot.store.backup import restore_database  # noqa: PLC0415

    configured = settings(config)
    kept = restore_database(file, database_file(configured))
    note = f"; what was there is in {kept}" if kept else ""
    complaints().print(f"store restored from {file}{note}", style="green")


def stats(config: Config = None, as_json: Json = False) -> None:
    """Show the store's figures.

    tocsin stats --json
    """
    from bot.store import figures  # noqa: PLC0415

    store = open_existing(settings(config))
    try:
        counted = store.read_now(figures.figures)
    finally:
        store.close()
    if as_json:
        json_line(counted)
        return
    for name, value in counted.items():
        console().print(f"{name.replace('_', ' '):<24}{value:>12,}")
