"""Stories: what the items of one story have in common, and what happens when two prove to be one.

Which story an item belongs to is for a :class:`Placing` to say; here stands how that is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from bot.model import Report
from bot.store.given import as_given, texts_given
from bot.store.incoming import Placement
from bot.store.schema import deliveries, items, matches, sources, stories, story_keys
from bot.store.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.model import Item
    from bot.store.incoming import Arrival


class ByKeys:
    """Items that have a key in common are one story; keys of several stories make these one."""

    def place(
        self, conn: Connection, arrivals: Sequence[Arrival], now: datetime
    ) -> list[Placement]:
        """For each item's keys the story that has one of them, or a new one; it has all from now on."""
        known = stories_of(conn, {key for each in arrivals for key in each.story_keys})
        of_key = dict(known)
        joins = []
        for number, arrival in enumerate(arrivals):
            place = batch_place(number)
            joins.append([of_key.setdefault(key, place) for key in arrival.story_keys])
        assigned = join_stories(conn, joins, now)
        set_keys(conn, assigned, [arrival.story_keys for arrival in arrivals])
        return [Placement(story) for story in assigned]

    def revises(self, old: Item, new: Arrival, now: datetime) -> bool:  # noqa: ARG002
        """Keys say nothing about that."""
        return False


def batch_place(number: int) -> int:
    """What stands for the story of the item of this number among those that arrive together."""
    return -1 - number


def join_stories(conn: Connection, joins: Sequence[Sequence[int]], now: datetime) -> list[int]:
    """The stories of new items; ``joins`` are, for each, those that it is of.

    Such a one is in the store, or the :func:`batch_place` of another. What one item joins is one story: the oldest takes over the others' items and deliveries.
    """
    oldest = _Oldest()
    for number, others in enumerate(joins):
        for other in others:
            oldest.join(batch_place(number), other)
    assigned = [oldest.of(batch_place(number)) for number in range(len(joins))]
    made = list(dict.fromkeys(story for story in assigned if story < 0))
    real = dict(zip(made, _new_stories(conn, len(made), now), strict=True))
    for other, story in oldest.joined():
        _merge(conn, other, story)
    return [real.get(story, story) for story in assigned]


def set_keys(
    conn: Connection, story_ids: Sequence[int], keys_of_items: Sequence[Sequence[str]]
) -> None:
    """Gives stories the keys of their items, whosever they were."""
    rows = [
        {"key": key, "story_id": story}
        for story, keys in zip(story_ids, keys_of_items, strict=True)
        for key in keys
    ]
    if rows:
        new = insert(conn, story_keys)
        taken = {"story_id": new.excluded.story_id}
        conn.execute(new.on_conflict_do_update(index_elements=["key"], set_=taken), rows)


def add_keys(conn: Connection, story: int, keys: Sequence[str]) -> None:
    """Gives a story more keys; those that are another story's stay with that one."""
    if keys:
        rows = [{"key": key, "story_id": story} for key in keys]
        conn.execute(insert(conn, story_keys).on_conflict_do_nothing(), rows)


def told_with(conn: Connection, match: int, limit: int) -> tuple[list[tuple[Report, str]], int]:
    """The other reports of a match's story, oldest first, each with how it came into it; how many.

    ``source`` is the source's name where it has one. How is as in :class:`StoredItem`, or empty.
    """
    item = select(matches.c.item).where(matches.c.id == match).scalar_subquery()
    story = select(items.c.story_id).where(items.c.number == item).scalar_subquery()
    others = (items.c.story_id == story, items.c.number != item)
    name = func.coalesce(func.nullif(sources.c.name, ""), items.c.source).label("name")
    chosen = (
        select(items.c.title, items.c.url, items.c.kinship, name)
        .join(sources, sources.c.key == items.c.source, isouter=True)
        .where(*others)
        .order_by(items.c.number)
    )
    found = [
        (Report(row.title, row.url, row.name), row.kinship or "")
        for row in conn.execute(chosen.limit(limit))
    ]
    return found, conn.scalar(select(func.count()).where(*others)) or 0


def newest_items(conn: Connection, story_ids: Collection[int]) -> dict[int, int]:
    """The number of each story's newest item, by story."""
    if not story_ids:
        return {}
    newest = select(items.c.story_id, func.max(items.c.number)).group_by(items.c.story_id)
    found = conn.execute(newest.where(items.c.story_id.in_(story_ids)))
    return {row[0]: row[1] for row in found}


def drop_empty(conn: Connection, before: datetime, limit: int) -> int:
    """Deletes up to ``limit`` stories that began before and have no item any more; how many."""
    inhabited = select(items.c.number).where(items.c.story_id == stories.c.id).exists()
    old = select(stories.c.id).where(stories.c.first_seen < before, ~inhabited)
    page = list(conn.scalars(old.order_by(stories.c.first_seen).limit(limit)))
    if page:
        conn.execute(delete(stories).where(stories.c.id.in_(page)))
    return len(page)


class _Oldest:
    """Which stories are one, and the oldest of each; those still to be made are the youngest."""

    def __init__(self) -> None:
        self._older: dict[int, int] = {}

    def of(self, story: int) -> int:
        """The story that takes this one over; itself where none does."""
        while (older := self._older.get(story)) is not None:
            story = older
        return story

    def join(self, one: int, other: int) -> None:
        """They are one story."""
        older, younger = sorted((self.of(one), self.of(other)), key=_age)
        if older != younger:
            self._older[younger] = older

    def joined(self) -> list[tuple[int, int]]:
        """The stories of the store that are taken over, each with the one that does."""
        return [(story, self.of(story)) for story in self._older if story > 0]


def _age(story: int) -> tuple[bool, int]:
    return story < 0, abs(story)


def stories_of(conn: Connection, keys: Collection[str]) -> dict[str, int]:
    """The story of each key that one has."""
    if not keys:
        return {}
    chosen = select(story_keys.c.key, story_keys.c.story_id)
    given = chosen.where(story_keys.c.key.in_(texts_given(conn.dialect.name)))
    return {row.key: row.story_id for row in conn.execute(given, as_given(keys))}


def _new_stories(conn: Connection, count: int, now: datetime) -> list[int]:
    if not count:
        return []
    # In any order: there is nothing yet by which to tell one from another.
    ids = insert(conn, stories).returning(stories.c.id)
    return sorted(conn.scalars(ids, [{"first_seen": now}] * count))


def _merge(conn: Connection, other: int, story: int) -> None:
    for table in (items, story_keys):
        conn.execute(update(table).where(table.c.story_id == other).values(story_id=story))
    # A chat that had both keeps one of them under the story, which is what stops a third.
    had = deliveries.alias()
    for column, alike in (
        (deliveries.c.story_id, [had.c.story_id == story]),
        (deliveries.c.again, [had.c.again == story, had.c.occasion == deliveries.c.occasion]),
    ):
        had_both = (
            select(had.c.id)
            .where(
                *alike,
                had.c.chat_id == deliveries.c.chat_id,
                had.c.thread_id == deliveries.c.thread_id,
            )
            .exists()
        )
        mine = update(deliveries).where(column == other, ~had_both)
        conn.execute(mine.values({column.name: story}))
    conn.execute(delete(stories).where(stories.c.id == other))
