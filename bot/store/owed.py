"""Deliveries as the sender gets them: each with its chat and, where it is an alert, its item."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import func, select

from bot.model import Chat, DeliveryState, Match, Message, Occasion, Priority, Severity
from bot.store.retelling import UPDATE
from bot.store.rows import StoredItem, chat_of, match_of, occasion_of, stored_item
from bot.store.schema import chats, deliveries, items, matches, subscriptions

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Column, Connection, RowMapping


SAMPLE: Final = "sample"
"""What the arguments of an alert have that only shows what one looks like."""


@dataclass(frozen=True, slots=True)
class Report:
    """Who reported a story."""

    source: str
    agency: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A message that stands in the chat; ``pictured`` where its words are a picture's caption."""

    message_id: int
    pictured: bool


@dataclass(frozen=True, slots=True)
class OwedDelivery:
    """A delivery that was claimed: an answer with its message, or an alert to be rendered.

    ``item`` and ``match`` are None where an answer is owed. ``attempts`` counts this one;
    ``failures`` those that blamed the message. ``pictures`` is what its subscription wants,
    ``silent`` whether it comes without a sound, ``sample`` whether it only shows what an alert is;
    ``occasion`` the pattern in time that it tells of. ``reports``
    are all that have reported the alert's story, in their order; ``edits`` is the message that it
    changes, ``update`` whether it tells again of a story that changed, ``reply_to`` the message
    that told of it first.
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
    reports: tuple[Report, ...] = ()
    edits: Standing | None = None
    update: bool = False
    reply_to: int | None = None


def load_owed(conn: Connection, rows: Sequence[RowMapping]) -> tuple[OwedDelivery, ...]:
    """What belongs to each of these rows of the deliveries' table, in their order."""
    there = _by_key(conn, chats.c.id, {row["chat_id"] for row in rows})
    edited = _by_key(conn, deliveries.c.id, {row["edits"] for row in rows if row["edits"]})
    # An edit tells of what the alert that it changes told of.
    alerts = {row["id"]: edited.get(row["edits"], row) for row in rows}
    wanted = {row["match_id"] for row in alerts.values() if row["match_id"]}
    matched = _by_key(conn, matches.c.id, wanted)
    told = _by_key(conn, items.c.number, {match["item"] for match in matched.values()})
    pictured = _pictured(conn, [row["chat_id"] for row in rows if row["match_id"]])
    reports = reports_of(conn, {item["story_id"] for item in told.values()})
    first = _first_told(conn, [row for row in rows if row["occasion"] == UPDATE])
    found = []
    for row in rows:
        alert = alerts[row["id"]]
        owed = _owed(row, there, matched, told, pictured, match_id=alert["match_id"])
        story = owed.item.story_id if owed.item else None
        found.append(
            replace(
                owed,
                reports=reports.get(story, ()),
                edits=_standing(alert) if row["edits"] else None,
                update=row["occasion"] == UPDATE,
                reply_to=first.get(row["id"]),
            )
        )
    return tuple(found)


def reports_of(conn: Connection, stories: Collection[int]) -> dict[int | None, tuple[Report, ...]]:
    """Who reported each of these stories, the first first, each once."""
    if not stories:
        return {}
    names = items.c.story_id, items.c.source, items.c.agency
    chosen = select(*names).where(items.c.story_id.in_(stories)).group_by(*names)
    found: dict[int | None, list[Report]] = {}
    for row in conn.execute(chosen.order_by(func.min(items.c.number))):
        found.setdefault(row.story_id, []).append(Report(row.source, row.agency))
    return {story: tuple(reports) for story, reports in found.items()}


def _first_told(conn: Connection, updates: Sequence[RowMapping]) -> dict[int, int]:
    """The message that told a chat of a story first, by the delivery that tells of it again."""
    found = {}
    for row in updates:
        mine = select(deliveries.c.message_id).where(
            deliveries.c.chat_id == row["chat_id"],
            deliveries.c.thread_id == row["thread_id"],
            deliveries.c.story_id == row["again"],
            deliveries.c.state == DeliveryState.SENT,
        )
        message_id: int | None = conn.scalar(mine)
        if message_id is not None:
            found[row["id"]] = message_id
    return found


def _standing(alert: RowMapping) -> Standing | None:
    if alert["message_id"] is None:
        return None
    return Standing(alert["message_id"], alert["method"] == "sendPhoto")


def _owed(
    row: RowMapping,
    there: dict[Any, RowMapping],
    matched: dict[Any, RowMapping],
    told: dict[Any, RowMapping],
    pictured: set[tuple[int, int, str]],
    *,
    match_id: int | None,
) -> OwedDelivery:
    chat_id, thread_id = row["chat_id"], row["thread_id"]
    chat, match = there.get(chat_id), matched.get(match_id)
    return OwedDelivery(
        id=row["id"],
        chat_id=chat_id,
        thread_id=thread_id,
        priority=Priority(row["priority"]),
        attempts=row["attempts"],
        message=None if match or row["edits"] else Message(row["method"], row["arguments"] or {}),
        item=stored_item(told[match["item"]]) if match else None,
        match=match_of(match) if match else None,
        match_id=match_id,
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
