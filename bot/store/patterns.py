"""Patterns in time under way: a state for each topic, or for each entity or source of one.

What a state says is the detector's; here it is JSON with the times at which somebody must look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, or_, select, tuple_, update

from bot.model import DeliveryState, Priority, Severity
from bot.store.paging import pages
from bot.store.ringing import EVERYBODY, SUBSCRIBERS, hold_of
from bot.store.rows import chat_of, occasion_of, occasion_values
from bot.store.schema import deliveries, patterns
from bot.store.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection, RowMapping

    from bot.model import Chat, Message, Occasion

Place = tuple[str, str]  # a rule, and the entity or source; empty for the topic as a whole
_PAGE: Final = 400


@dataclass(frozen=True, slots=True)
class Kept:
    """A state as it is kept. ``due`` is when the clock has it ring, ``void`` when it can go."""

    rule: str
    key: str
    signature: str
    state: Mapping[str, Any]
    due: datetime | None = None
    void: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClockRing:
    """A ring by the clock: which rule, for what, and when the topic's hours let it leave."""

    rule: str
    occasion: Occasion
    severity: Severity
    opens: datetime | None = None


def load(conn: Connection, places: Collection[Place]) -> dict[Place, Kept]:
    """The states of these places, as far as there are any."""
    found: dict[Place, Kept] = {}
    for page in pages(places, _PAGE):
        mine = tuple_(patterns.c.rule, patterns.c.key).in_(page)
        for row in conn.execute(select(patterns).where(mine)).mappings():
            found[row["rule"], row["key"]] = _kept(row)
    return found


def save(conn: Connection, states: Sequence[Kept]) -> None:
    """Keeps states, in the place of what was there."""
    if not states:
        return
    new = insert(conn, patterns)
    changed = {name: new.excluded[name] for name in ("signature", "state", "due", "void")}
    rows = [
        {
            "rule": each.rule,
            "key": each.key,
            "signature": each.signature,
            "state": dict(each.state),
            "due": each.due,
            "void": each.void,
        }
        for each in states
    ]
    conn.execute(new.on_conflict_do_update(index_elements=["rule", "key"], set_=changed), rows)


def signatures(conn: Connection) -> dict[str, str]:
    """For which pattern each rule has been watched."""
    whole = select(patterns.c.rule, patterns.c.signature).where(patterns.c.key == "")
    return {row.rule: row.signature for row in conn.execute(whole)}


def clear(conn: Connection, rules: Iterable[str]) -> None:
    """Forgets these rules' states."""
    for rule in rules:
        conn.execute(delete(patterns).where(patterns.c.rule == rule))


def due(conn: Connection, now: datetime, limit: int) -> list[Kept]:
    """The states that the clock has ring by now."""
    chosen = select(patterns).where(patterns.c.due <= now).order_by(patterns.c.due).limit(limit)
    return [_kept(row) for row in conn.execute(chosen).mappings()]


def awaited(conn: Connection) -> list[Kept]:
    """The states that the clock will have ring some time."""
    chosen = select(patterns).where(patterns.c.due.is_not(None))
    return [_kept(row) for row in conn.execute(chosen).mappings()]


def anything_to_do(conn: Connection, now: datetime) -> bool:
    """Whether a state is due or void, or a ring by the clock is being told."""
    chosen = select(patterns.c.rule).where(
        or_(patterns.c.due <= now, patterns.c.void < now, patterns.c.telling.is_not(None))
    )
    return conn.scalar(chosen.limit(1)) is not None


def forget_void(conn: Connection, now: datetime) -> int:
    """Forgets the states that say nothing any more; how many."""
    return conn.execute(
        delete(patterns).where(patterns.c.void < now, patterns.c.key != "")
    ).rowcount


def forget(conn: Connection, kept: Kept) -> None:
    """Forgets one state."""
    mine = (patterns.c.rule == kept.rule, patterns.c.key == kept.key)
    conn.execute(delete(patterns).where(*mine))


def begin_telling(conn: Connection, place: Place, ring: ClockRing) -> None:
    """Notes that all who subscribe are to be told of a ring by the clock."""
    telling = {
        "occasion": occasion_values(ring.occasion),
        "severity": int(ring.severity),
        "opens": None if ring.opens is None else ring.opens.isoformat(),
        "chat": -EVERYBODY,
        "thread": -1,
    }
    mine = (patterns.c.rule == place[0], patterns.c.key == place[1])
    conn.execute(update(patterns).where(*mine).values(telling=telling))


def tell_page(
    conn: Connection,
    limit: int,
    now: datetime,
    render: Callable[[str, Occasion, Severity, Chat, datetime], Message],
) -> int | None:
    """Owes some of a rule's subscribers a ring by the clock; how many, None where nothing is told.

    A page goes along the chats, and says in the same transaction how far it came.
    """
    job = (
        conn.execute(select(patterns).where(patterns.c.telling.is_not(None)).limit(1))
        .mappings()
        .one_or_none()
    )
    if job is None:
        return None
    telling: dict[str, Any] = job["telling"]
    values = {"rule": job["rule"], "chat": telling["chat"], "thread": telling["thread"]}
    rows = conn.execute(SUBSCRIBERS, values | {"last": EVERYBODY, "limit": limit}).mappings().all()
    owed = [new for row in rows if (new := _owed(row, job["rule"], telling, render, now))]
    if owed:
        conn.execute(insert(conn, deliveries), owed)
    after = None
    if len(rows) == limit:
        after = telling | {"chat": rows[-1]["chat_id"], "thread": rows[-1]["thread_id"]}
    mine = (patterns.c.rule == job["rule"], patterns.c.key == job["key"])
    conn.execute(update(patterns).where(*mine).values(telling=after))
    return len(owed)


def _owed(
    row: RowMapping,
    rule: str,
    telling: Mapping[str, Any],
    render: Callable[[str, Occasion, Severity, Chat, datetime], Message],
    now: datetime,
) -> dict[str, Any] | None:
    """The delivery of a ring by the clock: there is no item, so the message is made at once."""
    severity, occasion = Severity(telling["severity"]), occasion_of(telling["occasion"])
    refuses = row["refuses"] is not None or row["thread_refuses"] is not None
    if refuses or row["paused"] or occasion is None or severity < row["threshold"]:
        return None
    opens = datetime.fromisoformat(telling["opens"]) if telling["opens"] else None
    held = hold_of(row, severity, opens, now)
    chat = chat_of({**row, "id": row["chat_id"], "muted_until": row["chat_muted_until"]})
    message = render(rule, occasion, severity, chat, now)
    return {
        "chat_id": row["chat_id"],
        "thread_id": row["thread_id"],
        # As a digest is: quiet hours and mutes keep it back, a later change of them frees it.
        "priority": int(Priority.URGENT if severity is Severity.URGENT else Priority.DIGEST),
        "state": DeliveryState.POSTPONED if held else DeliveryState.PENDING,
        "method": message.method,
        "arguments": dict(message.arguments),
        "created": now,
        "not_before": held.until if held else now,
        "reason": str(held.why) if held else None,
        "opens": opens,
        "silent": row["silent"],
    }


def count(conn: Connection) -> int:
    """How many states there are."""
    return conn.scalar(select(func.count()).select_from(patterns)) or 0


def _kept(row: RowMapping) -> Kept:
    return Kept(
        rule=row["rule"],
        key=row["key"],
        signature=row["signature"],
        state=row["state"],
        due=row["due"],
        void=row["void"],
    )
