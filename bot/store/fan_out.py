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
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, func, or_, select, update

from bot import sieve
from bot.attention import Hold, hold
from bot.model import Cadence, DeliveryState, Held, Priority, Severity
from bot.store.retelling import retell
from bot.store.rows import chat_of, subscription_of
from bot.store.schema import chats, deliveries, fan_outs, items, matches, subscriptions
from bot.store.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

# Subscribers that are rung in the transaction of their items: some 20 ms of the writer's time.
FEW: Final = 500
# What is held back stands behind every priority: in no lane.
HELD_PRIORITY: Final = 9

_Place = tuple[int, int]  # a chat and a thread
_START: Final[_Place] = (-(2**62), -1)
EVERYBODY: Final = 2**62
_FEWEST_OF_A_RULE: Final = 20  # rows of a page, however many rules share it


@dataclass(frozen=True, slots=True)
class Hit:
    """A match that is to ring; ``changed`` where its item changed what its story says.

    For a pattern in time it rings ``apart``: who has had the item's story hears of it all the same.
    It leaves when the topic's hours begin, where it ``opens`` later.
    """

    match_id: int
    item: int
    story: int
    rule: str
    severity: Severity
    score: float
    changed: bool = False
    apart: bool = False
    opens: datetime | None = None
    lang: str | None = None
    source: str = ""


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
            everybody = (_START, EVERYBODY, size + 1)
            owed += _ring_page(conn, mine, *everybody, now, edited=edited)[0]
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
    place = _START if job["chat_id"] is None else (job["chat_id"], job["thread_id"])
    hits = _hits(conn, [number]).get(number, [])
    share = max(limit // max(len(hits), 1), _FEWEST_OF_A_RULE)
    last = job["last_subscription"]
    owed, reached = _ring_page(conn, hits, place, last, share, now, edited=job["edited"])
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


def _ring_page(
    conn: Connection,
    hits: Sequence[Hit],
    place: _Place,
    last_subscription: int,
    share: int,
    now: datetime,
    *,
    edited: bool = False,
) -> tuple[int, _Place | None]:
    """How many deliveries are owed now, and behind which chat to go on; None at the end.

    ``share`` is how many subscribers of each rule are looked at.
    """
    found: dict[_Place, list[tuple[Hit, RowMapping]]] = {}
    reached: _Place | None = None
    for hit in hits:
        values = {"rule": hit.rule, "chat": place[0], "thread": place[1]}
        rows = conn.execute(
            SUBSCRIBERS, values | {"last": last_subscription, "limit": share}
        ).mappings()
        at, count = place, 0
        for row in rows:
            at, count = (row["chat_id"], row["thread_id"]), count + 1
            found.setdefault(at, []).append((hit, row))
        if count == share:  # there may be more of this rule: other rules go no further either
            reached = at if reached is None else min(reached, at)
    inside = [at for at in sorted(found) if reached is None or at <= reached]
    told = 0 if edited else _ring_apart(conn, [found[at] for at in inside], now)
    together = {at: [each for each in found[at] if not each[0].apart] for at in inside}
    chosen = [new for at in inside if (new := _delivery(together[at], now)) is not None]
    if not chosen:
        return told, reached
    owed = 0
    if not edited:
        statement = insert(conn, deliveries).on_conflict_do_nothing()
        owed = conn.execute(statement, chosen).rowcount
    if owed < len(chosen):  # some had the story
        every = [
            new
            for at in inside
            if (wanting := [each for each in together[at] if each[1]["every_report"]])
            if not edited and (new := _delivery(wanting, now)) is not None
        ]
        updates = chosen if hits[0].changed else []
        mine = {hit.match_id for hit in hits}
        owed += retell(conn, hits[0].item, hits[0].story, mine, every, updates)
    return told + owed, reached


def _ring_apart(
    conn: Connection, found: Sequence[list[tuple[Hit, RowMapping]]], now: datetime
) -> int:
    """Owes an alert for each pattern in time; how many."""
    patterns = [
        new
        for rung in found
        for each in rung
        if each[0].apart and (new := _delivery([each], now)) is not None
    ]
    if patterns:
        conn.execute(insert(conn, deliveries), patterns)
    return len(patterns)


def _hears(row: RowMapping, hit: Hit) -> bool:
    """Whether a subscription is not paused, and its sieve lets the item through."""
    if row["paused"]:
        return False
    return row["sieve"] is None or sieve.read(row["sieve"]).lets(hit.lang, hit.source)


def _delivery(rung: Sequence[tuple[Hit, RowMapping]], now: datetime) -> dict[str, Any] | None:
    """The one delivery of an item to one chat and thread, or None where it is to hear nothing."""
    plans = [
        (held is not None, Priority.of(hit.severity), -hit.score, hit.match_id, hit, held, row)
        for hit, row in rung
        if row["refuses"] is None and row["thread_refuses"] is None
        if hit.severity >= row["threshold"] and _hears(row, hit)
        for held in (_hold(hit, row, now),)
    ]
    if not plans:
        return None
    _, priority, _, _, hit, held, row = min(plans, key=lambda plan: plan[:4])
    return {
        "chat_id": row["chat_id"],
        "thread_id": row["thread_id"],
        "priority": HELD_PRIORITY if held else int(priority),
        "state": str(DeliveryState.HELD if held else DeliveryState.PENDING),
        "match_id": hit.match_id,
        "story_id": None if hit.apart else hit.story,
        "created": now,
        "not_before": held.until if held else now,
        "reason": str(held.why) if held else None,
        "opens": hit.opens,
        "silent": row["silent"],
    }


def _hold(hit: Hit, row: RowMapping, now: datetime) -> Hold | None:
    plain = (
        row["cadence"] == Cadence.IMMEDIATE
        and row["muted_until"] is None
        and row["quiet_start"] is None
        and row["chat_muted_until"] is None
        and hit.opens is None
    )
    if plain:  # as most are: nothing to reckon
        return None
    return hold_of(row, hit.severity, hit.opens, now)


def hold_of(
    row: RowMapping, severity: Severity, opens: datetime | None, now: datetime
) -> Hold | None:
    """What keeps an alert back that rings now, for a row of :data:`SUBSCRIBERS`."""
    chat = chat_of({**row, "id": row["chat_id"], "muted_until": row["chat_muted_until"]})
    held = hold(subscription_of(row), chat, severity, now)
    if opens is None or opens <= now or (held is not None and held.until >= opens):
        return held
    return Hold(opens, Held.SCHEDULE if held is None else held.why)


# Composed once: they are run for every rule of every page.
_COUNT = select(func.count()).select_from(
    select(subscriptions.c.id)
    .where(subscriptions.c.rule == bindparam("rule"))
    .limit(bindparam("most"))
    .subquery()
)
SUBSCRIBERS = (
    select(
        subscriptions,
        *(chats.c[name] for name in ("kind", "title", "language", "timezone", "refuses")),
        *(chats.c[name] for name in ("quiet_start", "quiet_end", "urgent_rings")),
        chats.c.muted_until.label("chat_muted_until"),
    )
    .join(chats, chats.c.id == subscriptions.c.chat_id)
    .where(
        subscriptions.c.rule == bindparam("rule"),
        # As a range of the index: an OR alone would begin at the rule's first chat every time.
        subscriptions.c.chat_id >= bindparam("chat"),
        or_(
            subscriptions.c.chat_id > bindparam("chat"),
            subscriptions.c.thread_id > bindparam("thread"),
        ),
        subscriptions.c.id <= bindparam("last"),
    )
    .order_by(subscriptions.c.chat_id, subscriptions.c.thread_id)
    .limit(bindparam("limit"))
)
