"""A copy of the database as one file, taken while others use it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from bot.store.failures import store_error

if TYPE_CHECKING:
    from pathlib import Path


def backup(database: Path, target: Path) -> None:
    """Copies what is committed in ``database`` to ``target``; StoreError where it cannot.

    The copy is made beside the target and renamed, so a broken one never bears its name.
    """
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    try:
        with (
            closing(sqlite3.connect(database)) as source,
            closing(sqlite3.connect(partial)) as copy,
        ):
            source.backup(copy)
            # The copy is one file by itself, with no log beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        partial.unlink(missing_ok=True)
        raise store_error(error) from error
    partial.replace(target)
