"""Matches that people said to be wrong: what rules are to be mended by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from bot.store.schema import items, matches, wrong_matches
from bot.store.upsert import insert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


_BEGINNING = 200  # code points of a text, for an item that has no title


@dataclass(frozen=True, slots=True)
class WrongMatch:
    """A match with how many chats said it to be wrong, and when the last one did."""

    match_id: int
    rule: str
    title: str
    chats: int
    last: datetime


def report(conn: Connection, match_id: int, chat_id: int, now: datetime) -> None:
    """A chat says that a match is wrong; once is enough."""
    row = {"match_id": match_id, "chat_id": chat_id, "created": now}
    conn.execute(insert(conn, wrong_matches).values(row).on_conflict_do_nothing())


def listed(conn: Connection, limit: int, offset: int = 0) -> list[WrongMatch]:
    """The matches that most chats said to be wrong first."""
    counted = (
        select(
            wrong_matches.c.match_id,
            func.count().label("chats"),
            func.max(wrong_matches.c.created).label("last"),
        )
        .group_by(wrong_matches.c.match_id)
        .subquery()
    )
    beginning = func.substr(items.c.text, 1, _BEGINNING)
    title = func.coalesce(func.nullif(items.c.title, ""), beginning)
    chosen = (
        select(counted.c.match_id, matches.c.rule, title, counted.c.chats, counted.c.last)
        .join(matches, matches.c.id == counted.c.match_id)
        .join(items, items.c.number == matches.c.item)
        .order_by(counted.c.chats.desc(), counted.c.last.desc())
        .limit(limit)
        .offset(offset)
    )
    return [WrongMatch(*row) for row in conn.execute(chosen)]


def count(conn: Connection) -> int:
    """How many matches were said to be wrong."""
    return conn.scalar(select(func.count(wrong_matches.c.match_id.distinct()))) or 0


def settle(conn: Connection, match_id: int) -> None:
    """An admin has seen to it: nobody need look at this match again."""
    conn.execute(delete(wrong_matches).where(wrong_matches.c.match_id == match_id))


def items_of(conn: Connection, chat_id: int) -> list[str]:
    """The titles of the items whose match a chat said to be wrong."""
    chosen = (
        select(items.c.title)
        .join(matches, matches.c.item == items.c.number)
        .join(wrong_matches, wrong_matches.c.match_id == matches.c.id)
        .where(wrong_matches.c.chat_id == chat_id)
    )
    return list(conn.scalars(chosen))
