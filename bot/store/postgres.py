"""Engines for PostgreSQL: one for the writer, one for the readers, as for a file.

One transaction writes at a time, whichever process it is of: each takes the same advisory lock at
its beginning. So what is true of the one writer of a file is true here, and a decision that a
transaction makes on what it reads cannot be overtaken by another. Batches make that cheap: an
fsync, and not the lock, is what a commit waits for.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from bot.errors import StoreError
from bot.store.failures import store_error

# "tocsin" in ASCII. Advisory locks have numbers and no names, and are of one database.
WRITING: Final = 0x746F6373696E
SERVING: Final = WRITING + 1
_CONNECT_SECONDS = 10


def writing_engine(url: URL) -> Engine:
    """An engine of one connection, whose transactions come one after another, over all processes."""
    engine = _engine(url, size=1)

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITING})")

    return engine


def reading_engine(url: URL, size: int) -> Engine:
    """An engine whose connections cannot write, and see one snapshot a transaction."""
    return _engine(url, size=size).execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )


def leasing_engine(url: URL) -> Engine:
    """An engine of one connection, whose commits wait for no disk and for no other writer."""
    engine = _engine(url, size=1)

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("SET LOCAL synchronous_commit = off")

    return engine


class ServiceLock:
    """Held while a service runs, by a connection of its own; the server frees it with that.

    Services share it; whoever takes it ``alone`` has the database to itself.
    """

    def __init__(self, url: URL, *, alone: bool) -> None:
        """Takes the lock, or raises StoreError where somebody has it who does not share it."""
        self._engine = _engine(url, size=1)
        try:
            self._connection = self._engine.connect().execution_options(
                isolation_level="AUTOCOMMIT"
            )
            shared = "" if alone else "_shared"
            taken = self._connection.exec_driver_sql(
                f"SELECT pg_try_advisory_lock{shared}({SERVING})"
            )
        except DBAPIError as error:
            self._engine.dispose()
            raise store_error(error) from error
        if not taken.scalar():
            self.release()
            raise StoreError(
                "another service already runs on this database; stop it first, "
                "or name another database in store.url"
                if alone
                else "a command has this database to itself; start again when it is done"
            )

    def release(self) -> None:
        """Gives the lock back."""
        self._connection.close()
        self._engine.dispose()


def scrub(url: URL) -> bool:
    """Gives the room of what was deleted back to be overwritten; when, is PostgreSQL's business."""
    engine = _engine(url, size=1)
    try:
        with engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM")
    except DBAPIError as error:
        raise store_error(error) from error
    finally:
        engine.dispose()
    return True


def _engine(url: URL, *, size: int) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        # A server that was restarted is noticed before a transaction, and not within.
        pool_pre_ping=True,
        # How many rows an INSERT … ON CONFLICT DO NOTHING has put in, as SQLite tells unasked.
        execution_options={"preserve_rowcount": True},
        connect_args={"connect_timeout": _CONNECT_SECONDS, "application_name": "tocsin"},
    )
