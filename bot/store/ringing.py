"""What one page of an item's subscribers are owed: one alert a chat, at once or held back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, or_, select

from bot import sieve
from bot.attention import Hold, hold
from bot.model import Cadence, DeliveryState, Held, Priority, Severity
from bot.store.retelling import retell
from bot.store.rows import chat_of, subscription_of
from bot.store.schema import chats, deliveries, subscriptions
from bot.store.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

# What is held back stands behind every priority: in no lane.
HELD_PRIORITY: Final = 9

Place = tuple[int, int]  # a chat and a thread
START: Final[Place] = (-(2**62), -1)
EVERYBODY: Final = 2**62


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


def ring_page(
    conn: Connection,
    hits: Sequence[Hit],
    place: Place,
    last_subscription: int,
    share: int,
    now: datetime,
    *,
    edited: bool = False,
) -> tuple[int, Place | None]:
    """Owes the alerts of one item; how many are owed now, and behind which chat to go on; None at the end.

    ``share`` is how many subscribers of each rule are looked at.
    """
    found: dict[Place, list[tuple[Hit, RowMapping]]] = {}
    reached: Place | None = None
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


# Composed once: it is run for every rule of every page.
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
