"""The alerts that told of a story are edited when more have reported it, instead of ringing again.

That it is to be done is a column of the story, written with the item that was reported; the edits
follow page by page, each a delivery that names the one whose message it changes. It is rendered when
it leaves, so that all reports until then are in one edit. Edits leave behind everything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select, update

from bot.model import DeliveryState, Priority
from bot.store.retelling import UPDATE
from bot.store.schema import chats, deliveries, items, stories
from bot.store.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping, Select

# Reports come in groups: they are told of in one edit …
GATHER: Final = timedelta(seconds=20)
# … and what comes later in another, not before this.
PAUSE: Final = timedelta(minutes=5)
# Edits that wait to leave, above which no others are owed: news come before news about news.
_MOST_OPEN: Final = 2000
_LATER: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Amended:
    """A page of a story's alerts, and how many edits are owed by it."""

    story: int
    owed: int
    done: bool


def note(conn: Connection, arrived: Collection[int], now: datetime) -> None:
    """Notes the stories that these items report again, under another name than those before."""
    for story in _reported(conn, arrived):
        row = conn.execute(select(stories).where(stories.c.id == story)).mappings().one()
        if row["edit_due"] is None or row["edit_after"] is not None:
            # One that is under way begins anew: what it has edited is a report behind.
            due = max(now + GATHER, row["edited"] + PAUSE) if row["edited"] else now + GATHER
            _set(conn, story, edit_due=due, edit_after=None)


def _reported(conn: Connection, arrived: Collection[int]) -> list[int]:
    """The stories of the items that were told of, and not yet by this source or this agency."""
    earlier = items.alias()
    named_before = (
        select(earlier.c.number)
        .where(
            earlier.c.story_id == items.c.story_id,
            earlier.c.number < items.c.number,
            earlier.c.source == items.c.source,
            earlier.c.agency.is_not_distinct_from(items.c.agency),
        )
        .exists()
    )
    told = select(deliveries.c.id).where(deliveries.c.story_id == items.c.story_id).exists()
    chosen = select(items.c.story_id).where(items.c.number.in_(arrived), ~named_before, told)
    return sorted(set(conn.scalars(chosen))) if arrived else []


def expand(conn: Connection, limit: int, now: datetime) -> Amended | None:
    """Owes the edits of one page of alerts; None where none is due."""
    due = stories.c.edit_due <= now
    first = select(stories).where(due).order_by(stories.c.edit_due).limit(1)
    story = conn.execute(first).mappings().one_or_none()
    if story is None:
        return None
    if _open(conn) >= _MOST_OPEN:
        conn.execute(update(stories).where(due).values(edit_due=now + _LATER))
        return None
    page = conn.execute(_page(story["id"], story["edit_after"] or 0).limit(limit)).mappings().all()
    edits = [_edit(row, now) for row in page if row["refuses"] is None and row["open"] is None]
    if edits:
        conn.execute(insert(conn, deliveries), edits)
    done = len(page) < limit
    if done:
        _set(conn, story["id"], edit_due=None, edit_after=None, edited=now)
    else:
        _set(conn, story["id"], edit_after=page[-1]["id"])
    return Amended(story["id"], len(edits), done)


def next_due(conn: Connection) -> datetime | None:
    """When the first story's alerts are to be edited; None where none's are."""
    due: datetime | None = conn.scalar(
        select(func.min(stories.c.edit_due)).where(stories.c.edit_due.is_not(None))
    )
    return due


def _page(story: int, after: int) -> Select[Any]:
    """The alerts that told of a story and stand in a chat, each with an edit that waits, if any.

    A chat that was rung again for a later report needs no word of it under the first.
    """
    pending, again = deliveries.alias(), deliveries.alias()
    waiting = (
        select(pending.c.id)
        .where(
            pending.c.edits == deliveries.c.id,
            pending.c.settled.is_(None),
            pending.c.lease_token.is_(None),
        )
        .limit(1)
        .scalar_subquery()
    )
    rung_again = (
        select(again.c.id)
        .where(
            again.c.again == story,
            again.c.chat_id == deliveries.c.chat_id,
            again.c.thread_id == deliveries.c.thread_id,
            again.c.occasion != UPDATE,
        )
        .exists()
    )
    return (
        select(
            deliveries.c.id,
            deliveries.c.chat_id,
            deliveries.c.thread_id,
            chats.c.refuses,
            waiting.label("open"),
        )
        .outerjoin(chats, chats.c.id == deliveries.c.chat_id)
        .where(
            deliveries.c.story_id == story,
            deliveries.c.id > after,
            deliveries.c.state == DeliveryState.SENT,
            deliveries.c.message_id.is_not(None),
            deliveries.c.match_id.is_not(None),
            ~rung_again,
        )
        .order_by(deliveries.c.id)
    )


def _edit(row: RowMapping, now: datetime) -> dict[str, Any]:
    return {
        "chat_id": row["chat_id"],
        "thread_id": row["thread_id"],
        "priority": int(Priority.EDIT),
        "state": DeliveryState.PENDING,
        "method": "editMessageText",
        "edits": row["id"],
        "created": now,
        "not_before": now,
    }


def _open(conn: Connection) -> int:
    """How many edits wait, counted no further than to "too many"."""
    lane = (deliveries.c.settled.is_(None), deliveries.c.priority == int(Priority.EDIT))
    some = select(deliveries.c.id).where(*lane).limit(_MOST_OPEN)
    return conn.scalar(select(func.count()).select_from(some.subquery())) or 0


def _set(conn: Connection, story: int, **values: object) -> None:
    conn.execute(update(stories).where(stories.c.id == story).values(values))
