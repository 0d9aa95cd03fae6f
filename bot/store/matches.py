"""Matches: what an item's text rang, kept whether or not somebody heard it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select, update

from bot.store.rows import item_of, match_of, occasion_of, occasion_values, span_values
from bot.store.schema import items, matches
from bot.store.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.model import Item, Match, Occasion, Severity

Matched = tuple["Match", "Severity"]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What becomes of a topic's match in time.

    ``counted`` towards a pattern, it rings nobody; or it rings for the ``occasion`` that the
    pattern is fulfilled. Outside the topic's hours what it rings waits until it ``opens``.
    """

    counted: bool = False
    occasion: Occasion | None = None
    opens: datetime | None = None


_AT_ONCE: Final = Weighed()


def record_matches(
    conn: Connection,
    found: Sequence[tuple[int, Sequence[Matched], Mapping[str, str], Mapping[str, Weighed]]],
    now: datetime,
) -> None:
    """Keeps the matches of items, by number; what an item matches now replaces what it matched.

    With each item go the rules that are silenced for it, and why: their matches ring nobody; and
    what was weighed.
    """
    rows = [
        _row(number, each, now)
        | {"silenced": silenced.get(each[0].rule)}
        | _weighed_values(weighed.get(each[0].rule, _AT_ONCE))
        for number, matched, silenced, weighed in found
        for each in matched
    ]
    if rows:
        new = insert(conn, matches)
        better = {name: new.excluded[name] for name in ("score", "severity", "spans")}
        conn.execute(new.on_conflict_do_update(index_elements=["item", "rule"], set_=better), rows)


def counts_of_topics(conn: Connection) -> dict[str, int]:
    """How many items are on record as matches of each topic, by its key."""
    counted = select(matches.c.rule, func.count()).where(matches.c.rule.startswith("topic:"))
    rows = conn.execute(counted.group_by(matches.c.rule))
    return {rule.removeprefix("topic:"): number for rule, number in rows}


def sources_of_rule(conn: Connection, rule: str, most: int) -> list[str]:
    """The source of each of the latest matches of a rule."""
    latest = (
        select(matches.c.item)
        .where(matches.c.rule == rule)
        .order_by(matches.c.id.desc())
        .limit(most)
        .subquery()
    )
    return list(conn.scalars(select(items.c.source).join(latest, latest.c.item == items.c.number)))


def match_id(conn: Connection, number: int, matched: Matched, now: datetime) -> int:
    """The row of a match; a new one where the item was not known to match."""
    mine = select(matches.c.id).where(matches.c.item == number, matches.c.rule == matched[0].rule)
    found: int | None = conn.scalar(mine)
    if found is not None:
        return found
    row = _row(number, matched, now)
    return int(conn.execute(insert(conn, matches).values(row).returning(matches.c.id)).scalar_one())


def get_occasion(conn: Connection, number: int) -> Occasion | None:
    """The pattern in time that a match rang for, by the match's own number."""
    return occasion_of(conn.scalar(select(matches.c.pattern).where(matches.c.id == number)))


def get_match(conn: Connection, number: int) -> tuple[Item, Match] | None:
    """A match with its item, by the match's own number."""
    found = conn.execute(select(matches).where(matches.c.id == number)).mappings().one_or_none()
    if found is None:
        return None
    # Not one joined row: both tables have an ``id``.
    mine = conn.execute(select(items).where(items.c.number == found["item"])).mappings().one()
    return item_of(mine), match_of(found)


def blur(conn: Connection, numbers: Sequence[int]) -> None:
    """Takes the spans off an item's earlier matches: its text changed, and they point elsewhere."""
    if numbers:
        conn.execute(update(matches).where(matches.c.item.in_(numbers)).values(spans=[]))


def _weighed_values(weighed: Weighed) -> dict[str, Any]:
    return {
        "counted": weighed.counted,
        "pattern": occasion_values(weighed.occasion),
        "opens": weighed.opens,
    }


def _row(number: int, matched: Matched, now: datetime) -> dict[str, Any]:
    match, severity = matched
    return {
        "item": number,
        "rule": match.rule,
        "score": match.score,
        "severity": int(severity),
        "spans": span_values(match.spans),
        "created": now,
    }
