"""Stories: what the items of one story have in common, and what happens when two prove to be one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from bot.store.given import as_given, texts_given
from bot.store.schema import deliveries, items, stories, story_keys
from bot.store.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Connection


def assign_stories(
    conn: Connection, keys_of_items: Sequence[Sequence[str]], now: datetime
) -> list[int]:
    """For each item's keys the story that has one of them, or a new one; it has all from now on.

    Keys of several stories make these one: the oldest takes over the others' items and deliveries.
    """
    known = _stories_of(conn, {key for keys in keys_of_items for key in keys})
    of_key = dict(known)
    oldest = _Oldest()
    for number, keys in enumerate(keys_of_items):
        place = -1 - number  # below zero: a story that may have to be made
        for key in keys:
            oldest.join(place, of_key.setdefault(key, place))
    assigned = [oldest.of(-1 - number) for number in range(len(keys_of_items))]
    made = list(dict.fromkeys(story for story in assigned if story < 0))
    real = dict(zip(made, _new_stories(conn, len(made), now), strict=True))
    for other, story in oldest.joined():
        _merge(conn, other, story)
    rows = [
        {"key": key, "story_id": real.get(story := oldest.of(place), story)}
        for key, place in of_key.items()
        if key not in known
    ]
    _insert_keys(conn, rows)
    return [real.get(story, story) for story in assigned]


def add_keys(conn: Connection, story: int, keys: Sequence[str]) -> None:
    """Gives a story more keys; those that are another story's stay with that one."""
    _insert_keys(conn, [{"key": key, "story_id": story} for key in keys])


def drop_empty(conn: Connection, candidates: Sequence[int]) -> None:
    """Deletes those of the stories that have no item any more."""
    inhabited = select(items.c.number).where(items.c.story_id == stories.c.id).exists()
    conn.execute(delete(stories).where(stories.c.id.in_(candidates), ~inhabited))


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


def _stories_of(conn: Connection, keys: Collection[str]) -> dict[str, int]:
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


def _insert_keys(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        conn.execute(insert(conn, story_keys).on_conflict_do_nothing(), rows)


def _merge(conn: Connection, other: int, story: int) -> None:
    for table in (items, story_keys):
        conn.execute(update(table).where(table.c.story_id == other).values(story_id=story))
    # A chat that had both keeps one of them under the story, which is what stops a third.
    had = deliveries.alias()
    had_both = (
        select(had.c.id)
        .where(
            had.c.story_id == story,
            had.c.chat_id == deliveries.c.chat_id,
            had.c.thread_id == deliveries.c.thread_id,
        )
        .exists()
    )
    conn.execute(
        update(deliveries).where(deliveries.c.story_id == other, ~had_both).values(story_id=story)
    )
    conn.execute(delete(stories).where(stories.c.id == other))
