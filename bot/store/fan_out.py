"""Whom an item rings: its few subscribers at once, its many page by page.

An item with few subscribers is rung in the transaction that records it. Where they are many, that
transaction only notes that they are owed (``fan_outs``), and pages of bounded size follow, each a
transaction of its own that also notes how far it came: other writers get in between, a crash goes
on behind the last page, and memory stays flat. Pages go along the chats, so that all of a chat's
subscriptions are decided together, whatever rules they are to; the index on rule, chat and thread
gives them in that order. While any item is being fanned out, those that come later queue behind
it, so a chat hears of items in their order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, delete, func, select, update

from bot.model import Priority, Severity
from bot.store.ringing import EVERYBODY, START, Hit, ring_page
from bot.store.schema import fan_outs, items, matches, subscriptions
from bot.store.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

# Subscribers that are rung in the transaction of their items: some 20 ms of the writer's time.
FEW: Final = 500
_FEWEST_OF_A_RULE: Final = 20  # rows of a page, however many rules share it


@dataclass(frozen=True, slots=True)
class Rung:
    """What came of ringing: deliveries that are owed, and items whose subscribers follow."""

    owed: int = 0
    queued: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """One step of a fan-out; ``done`` where the item has rung everybody."""

    item: int
    owed: int
    done: bool


def ring_subscribers(
    conn: Connection, numbers: Sequence[int], now: datetime, *, edited: bool = False
) -> Rung:
    """Owes the alerts of items to all who subscribe to what they matched, or notes to do so.

    A chat with several rules that match gets one alert: one that may ring at once before one that
    is held back, then for the most severe of them. A chat that had the story is told again where
    it wants every report, or where the item changed what the story says. ``edited`` items are not
    new: they ring nobody else.
    """
    hits = _hits(conn, numbers)
    if not hits:
        return Rung()
    waiting = conn.scalar(select(fan_outs.c.item).limit(1)) is not None
    counts = {rule: _count(conn, rule) for rule in {h.rule for each in hits.values() for h in each}}
    room, owed, queued = FEW, 0, 0
    for number, mine in sorted(hits.items()):
        size = sum(counts[hit.rule] for hit in mine)
        room -= size
        if size == 0:
            continue
        if room < 0 or waiting:
            waiting = True
            queued += 1
            _queue(conn, number, mine, now, edited=edited)
        else:
            everybody = (START, EVERYBODY, size + 1)
            owed += ring_page(conn, mine, *everybody, now, edited=edited)[0]
    return Rung(owed, queued)


def expand(conn: Connection, limit: int, now: datetime) -> Page | None:
    """Rings one page of the most pressing item that is being fanned out; None where none is.

    ``limit`` is how many subscriptions are looked at, about.
    """
    chosen = select(fan_outs).order_by(fan_outs.c.priority, fan_outs.c.item).limit(1)
    job = conn.execute(chosen).mappings().one_or_none()
    if job is None:
        return None
    number: int = job["item"]
    place = START if job["chat_id"] is None else (job["chat_id"], job["thread_id"])
    hits = _hits(conn, [number]).get(number, [])
    share = max(limit // max(len(hits), 1), _FEWEST_OF_A_RULE)
    last = job["last_subscription"]
    owed, reached = ring_page(conn, hits, place, last, share, now, edited=job["edited"])
    mine = fan_outs.c.item == number
    if reached is None:
        conn.execute(delete(fan_outs).where(mine))
    else:
        values = {"chat_id": reached[0], "thread_id": reached[1]}
        conn.execute(update(fan_outs).where(mine).values(values))
    return Page(number, owed, reached is None)


def open_fan_outs(conn: Connection) -> int:
    """How many items have subscribers who are not owed their alerts yet."""
    return conn.scalar(select(func.count()).select_from(fan_outs)) or 0


def _hits(conn: Connection, numbers: Sequence[int]) -> dict[int, list[Hit]]:
    """What is to ring of these items, by item; what is silenced, or only counted, does not."""
    chosen = (
        select(
            matches.c.id,
            matches.c.item,
            items.c.story_id,
            matches.c.rule,
            matches.c.severity,
            matches.c.score,
            matches.c.pattern,
            matches.c.opens,
            items.c.changed,
            func.coalesce(items.c.spoken, items.c.lang).label("lang"),
            items.c.source,
        )
        .join(items, items.c.number == matches.c.item)
        .where(matches.c.item.in_(numbers), matches.c.silenced.is_(None), ~matches.c.counted)
    )
    hits: dict[int, list[Hit]] = {}
    for row in conn.execute(chosen) if numbers else ():
        hit = Hit(
            match_id=row.id,
            item=row.item,
            story=row.story_id,
            rule=row.rule,
            severity=Severity(row.severity),
            score=row.score,
            changed=row.changed,
            apart=row.pattern is not None,
            opens=row.opens,
            lang=row.lang,
            source=row.source,
        )
        hits.setdefault(row.item, []).append(hit)
    return hits


def _count(conn: Connection, rule: str) -> int:
    """How many subscribe to a rule, counted no further than to "too many"."""
    return conn.scalar(_COUNT, {"rule": rule, "most": FEW + 1}) or 0


def _queue(
    conn: Connection, number: int, hits: Sequence[Hit], now: datetime, *, edited: bool
) -> None:
    row = {
        "item": number,
        "priority": int(min(Priority.of(hit.severity) for hit in hits)),
        "last_subscription": conn.scalar(select(func.max(subscriptions.c.id))) or 0,
        "created": now,
        "edited": edited,
    }
    conn.execute(insert(conn, fan_outs).values(row).on_conflict_do_nothing())


# Composed once: it is run for every rule of every page.
_COUNT = select(func.count()).select_from(
    select(subscriptions.c.id)
    .where(subscriptions.c.rule == bindparam("rule"))
    .limit(bindparam("most"))
    .subquery()
)
