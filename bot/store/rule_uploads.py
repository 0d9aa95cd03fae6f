"""Rule files that admins sent in chat: kept until they are put in force, and to be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from sqlalchemy import delete, select, update

from bot.store.schema import rule_uploads
from bot.store.upsert import insert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

State = Literal["proposed", "in force", "taken back"]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to be put under ``path`` in the rule folder; ``before`` is what stood there, or None."""

    id: int
    path: str
    before: str | None
    text: str
    state: State


def propose(conn: Connection, path: str, before: str | None, text: str, now: datetime) -> int:
    """Keeps a file that passed, until an admin decides; its number."""
    row = {"path": path, "before": before, "text": text, "state": "proposed", "created": now}
    new = insert(conn, rule_uploads).values(row).returning(rule_uploads.c.id)
    return int(conn.execute(new).scalar_one())


def get(conn: Connection, number: int) -> Upload | None:
    """An upload by its number."""
    chosen = select(rule_uploads).where(rule_uploads.c.id == number)
    row = conn.execute(chosen).mappings().one_or_none()
    if row is None:
        return None
    state = cast("State", row["state"])
    return Upload(row["id"], row["path"], row["before"], row["text"], state)


def set_state(conn: Connection, number: int, state: State) -> None:
    """Records what became of an upload."""
    conn.execute(update(rule_uploads).where(rule_uploads.c.id == number).values(state=state))


def discard(conn: Connection, number: int) -> None:
    """Forgets an upload."""
    conn.execute(delete(rule_uploads).where(rule_uploads.c.id == number))


def purge(conn: Connection, before: datetime) -> int:
    """Forgets the uploads that are older; how many."""
    return conn.execute(delete(rule_uploads).where(rule_uploads.c.created < before)).rowcount
