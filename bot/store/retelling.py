"""Telling a chat again of a story that it had: each report where it asks for that, or one update.

Such a delivery names its story in ``again``, and what for in ``occasion``: the item's number, or 0
for the update; the two are unique for a chat and thread, as its first alert of a story is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, update

from bot.model import DeliveryState
from bot.store.paging import pages
from bot.store.schema import deliveries
from bot.store.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection, RowMapping

_Place = tuple[int, int]  # a chat and a thread

UPDATE: Final = 0
"""The ``occasion`` of a story's one update."""


def retell(
    conn: Connection,
    item: int,
    story: int,
    own: Collection[int],
    every: Sequence[dict[str, Any]],
    updates: Sequence[dict[str, Any]],
) -> int:
    """Owes the deliveries of those that had the story before; how many are owed by it.

    ``every`` are for chats that want each report, ``updates`` for all where the item changed what
    the story says. ``own`` are the item's matches: an alert of one of these is no earlier report.
    An alert that is still to leave tells of the newer report instead of ringing twice.
    """
    if not every and not updates:
        return 0
    had = _had(conn, story, {row["chat_id"] for row in (*every, *updates)})
    rows = []
    for new in every:
        first = had.get(_place(new))
        if first is not None and first["match_id"] not in own:
            rows.append(new | {"story_id": None, "again": story, "occasion": item})
    told = {_place(new) for new in rows}
    for new in updates:
        first = had.get(_place(new))
        if first is None or _place(new) in told:
            continue
        if first["settled"] is None:
            _tell_instead(conn, first["id"], new["match_id"])
        elif first["state"] in {DeliveryState.SENT, DeliveryState.FOLDED}:
            rows.append(new | {"story_id": None, "again": story, "occasion": UPDATE})
    if not rows:
        return 0
    return conn.execute(insert(conn, deliveries).on_conflict_do_nothing(), rows).rowcount


def _place(row: dict[str, Any]) -> _Place:
    return row["chat_id"], row["thread_id"]


def _had(conn: Connection, story: int, chats: Collection[int]) -> dict[_Place, RowMapping]:
    """The first alert of a story by chat and thread."""
    names = ("id", "chat_id", "thread_id", "match_id", "state", "settled")
    chosen = select(*(deliveries.c[name] for name in names)).where(deliveries.c.story_id == story)
    return {
        (row["chat_id"], row["thread_id"]): row
        for page in pages(sorted(chats))
        for row in conn.execute(chosen.where(deliveries.c.chat_id.in_(page))).mappings()
    }


def _tell_instead(conn: Connection, delivery: int, match: int) -> None:
    """Has an alert that waits tell of another match; one that is with Telegram stays as it is."""
    waiting = (deliveries.c.settled.is_(None), deliveries.c.lease_token.is_(None))
    mine = deliveries.c.id == delivery
    conn.execute(update(deliveries).where(mine, *waiting).values(match_id=match))
