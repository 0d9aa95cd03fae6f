"""Deliveries as the sender gets them: each with its chat and, where it is an alert, its item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import select

from bot.model import Chat, Match, Message, Occasion, Priority, Severity
from bot.store.rows import StoredItem, chat_of, match_of, occasion_of, stored_item
from bot.store.schema import chats, items, matches, subscriptions

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Column, Connection, RowMapping


SAMPLE: Final = "sample"
"""What the arguments of an alert have that only shows what one looks like."""


@dataclass(frozen=True, slots=True)
class OwedDelivery:
    """A delivery that was claimed: an answer with its message, or an alert to be rendered.

    ``item`` and ``match`` are None where an answer is owed. ``attempts`` counts this one;
    ``failures`` those that blamed the message. ``pictures`` is what its subscription wants,
    ``silent`` whether it comes without a sound, ``sample`` whether it only shows what an alert is;
    ``occasion`` the pattern in time that it tells of.
    """

    id: int
    chat_id: int
    thread_id: int
    priority: Priority
    attempts: int
    message: Message | None
    item: StoredItem | None
    match: Match | None
    match_id: int | None
    severity: Severity | None
    chat: Chat
    failures: int = 0
    pictures: bool = False
    silent: bool = False
    sample: bool = False
    occasion: Occasion | None = None


def load_owed(conn: Connection, rows: Sequence[RowMapping]) -> tuple[OwedDelivery, ...]:
    """What belongs to each of these rows of the deliveries' table, in their order."""
    there = _by_key(conn, chats.c.id, {row["chat_id"] for row in rows})
    matched = _by_key(conn, matches.c.id, {row["match_id"] for row in rows if row["match_id"]})
    told = _by_key(conn, items.c.number, {match["item"] for match in matched.values()})
    pictured = _pictured(conn, [row["chat_id"] for row in rows if row["match_id"]])
    return tuple(_owed(row, there, matched, told, pictured) for row in rows)


def _owed(
    row: RowMapping,
    there: dict[Any, RowMapping],
    matched: dict[Any, RowMapping],
    told: dict[Any, RowMapping],
    pictured: set[tuple[int, int, str]],
) -> OwedDelivery:
    chat_id, thread_id = row["chat_id"], row["thread_id"]
    chat, match = there.get(chat_id), matched.get(row["match_id"])
    return OwedDelivery(
        id=row["id"],
        chat_id=chat_id,
        thread_id=thread_id,
        priority=Priority(row["priority"]),
        attempts=row["attempts"],
        message=None if match else Message(row["method"], row["arguments"] or {}),
        item=stored_item(told[match["item"]]) if match else None,
        match=match_of(match) if match else None,
        match_id=row["match_id"],
        severity=Severity(match["severity"]) if match else None,
        chat=chat_of(chat) if chat else Chat(chat_id, _kind(chat_id)),
        failures=row["failures"],
        pictures=match is not None and (chat_id, thread_id, match["rule"]) in pictured,
        silent=row["silent"],
        sample=match is not None and SAMPLE in (row["arguments"] or ()),
        occasion=occasion_of(match["pattern"]) if match else None,
    )


def _by_key(conn: Connection, key: Column[Any], wanted: Collection[Any]) -> dict[Any, RowMapping]:
    """The rows of the key's table, by key."""
    if not wanted:
        return {}
    rows = conn.execute(select(key.table).where(key.in_(wanted))).mappings()
    return {row[key]: row for row in rows}


def _pictured(conn: Connection, chat_ids: Collection[int]) -> set[tuple[int, int, str]]:
    """Chat, thread and rule of the subscriptions that want pictures."""
    if not chat_ids:
        return set()
    own = select(subscriptions.c.chat_id, subscriptions.c.thread_id, subscriptions.c.rule)
    wanted = own.where(subscriptions.c.chat_id.in_(set(chat_ids)), subscriptions.c.pictures)
    return {(row.chat_id, row.thread_id, row.rule) for row in conn.execute(wanted)}


def _kind(chat_id: int) -> Literal["private", "supergroup"]:
    """What a chat that was never saved must be: ids of groups and channels are negative."""
    return "private" if chat_id > 0 else "supergroup"
