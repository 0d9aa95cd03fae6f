"""Who does which part of the work: leases on roles, for several services on one PostgreSQL.

A role is a row with its holder's token and a time. The holder renews it; whoever finds it run out
takes it. So does who finds the holder's session at the server gone: a process that was killed is
replaced at once, one that froze or was cut off after the time of a lease. Times are by the
database's clock, whatever those of the machines say.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from bot.store import postgres
from bot.store.failures import store_error
from bot.store.schema import roles

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime, timedelta

    from sqlalchemy import URL, Connection, TextClause


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a role, and since when; ``unready`` says why it cannot do its work yet."""

    role: str
    name: str
    since: datetime
    unready: str | None = None


class Leases:
    """The leases of one process, over a connection of its own. Blocking; StoreError where it fails."""

    def __init__(self, url: URL, token: str, lease: timedelta) -> None:
        self._engine = postgres.leasing_engine(url)
        self._mine = {"token": token, "holder": f"{socket.gethostname()}:{os.getpid()}"}
        self._lease = round(lease.total_seconds() * 1000)

    def hold(self, wanted: Collection[str], unready: Mapping[str, str]) -> frozenset[str]:
        """Renews what is held of ``wanted``, and takes what is free; all that is held now."""
        names = sorted(wanted)
        given = {
            **self._mine,
            "wanted": names,
            "reasons": [unready.get(role) for role in names],
            "lease": self._lease,
        }
        try:
            with self._engine.begin() as connection:
                rows = connection.execute(_HOLD, given)
                return frozenset(row.role for row in rows)
        except DBAPIError as error:
            raise store_error(error) from error

    def give_up(self) -> None:
        """Frees all that is held for those who stand by, and wakes them."""
        try:
            with self._engine.begin() as connection:
                connection.execute(_GIVE_UP, {"token": self._mine["token"]})
                connection.execute(_CALL)
        except DBAPIError as error:
            raise store_error(error) from error

    def close(self) -> None:
        """Ends the connection; what is still held is soon taken by others."""
        self._engine.dispose()


def is_held(conn: Connection, role: str, token: str) -> bool:
    """Whether a role is still that process's, in this transaction."""
    mine = select(roles.c.role).where(roles.c.role == role, roles.c.token == token)
    return conn.scalar(mine) is not None


def holders(conn: Connection) -> list[Holder]:
    """Who holds what, of roles whose lease has not run out long ago; none where nothing is shared."""
    if conn.dialect.name != "postgresql":
        return []
    found = conn.execute(select(roles).where(_alive()).order_by(roles.c.role)).mappings()
    return [Holder(row["role"], row["holder"], row["since"], row["unready"]) for row in found]


def _alive() -> TextClause:
    return sql(
        f"until > {_NOW} AND EXISTS"
        " (SELECT FROM pg_stat_activity AS alive WHERE alive.pid = roles.session)"
    )


_NOW: Final = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"
# In the order of their names, so that two processes never wait for each other.
_HOLD: Final = sql(
    "INSERT INTO roles AS held (role, holder, token, since, until, session, unready)"  # noqa: S608 - our own words
    f" SELECT role, :holder, :token, {_NOW}, {_NOW} + :lease, pg_backend_pid(), reason"
    " FROM unnest(CAST(:wanted AS text[]), CAST(:reasons AS text[])) AS wanted (role, reason)"
    " ORDER BY role"
    " ON CONFLICT (role) DO UPDATE SET holder = excluded.holder, token = excluded.token,"
    " since = CASE WHEN held.token = excluded.token THEN held.since ELSE excluded.since END,"
    " until = excluded.until, session = excluded.session, unready = excluded.unready"
    " WHERE held.token = excluded.token OR held.until <= excluded.since OR NOT EXISTS"
    " (SELECT FROM pg_stat_activity AS alive WHERE alive.pid = held.session)"
    " RETURNING role"
)
_GIVE_UP: Final = sql("DELETE FROM roles WHERE token = :token")
_CALL: Final = sql("SELECT pg_notify('tocsin_roles', '')")
