"""Stories: what the items of one story have in common, and what happens when two prove to be one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from bot.store.schema import deliveries, items, stories, story_keys
from bot.store.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection


def assign_stories(
    conn: Connection, keys_of_items: Sequence[Sequence[str]], now: datetime
) -> list[int]:
    """For each item's keys the story that has one of them, or a new one; it has all from now on.

    Keys of several stories make these one: the oldest takes over the others' items and deliveries.
    """
    assigned = [_assign(conn, keys, now) for keys in keys_of_items]
    # A later item may have made one story of two that were given to earlier ones.
    firsts = [keys[0] for keys in keys_of_items if keys]
    rows = conn.execute(select(story_keys).where(story_keys.c.key.in_(firsts)))
    settled = {row.key: row.story_id for row in rows}
    return [
        settled[keys[0]] if keys else story
        for keys, story in zip(keys_of_items, assigned, strict=True)
    ]


def add_keys(conn: Connection, story: int, keys: Sequence[str]) -> None:
    """Gives a story more keys; those that are another story's stay with that one."""
    if keys:
        rows = [{"key": key, "story_id": story} for key in keys]
        conn.execute(insert(conn, story_keys).on_conflict_do_nothing(), rows)


def drop_empty(conn: Connection, candidates: Sequence[int]) -> None:
    """Deletes those of the stories that have no item any more."""
    inhabited = select(items.c.number).where(items.c.story_id == stories.c.id).exists()
    conn.execute(delete(stories).where(stories.c.id.in_(candidates), ~inhabited))


def _assign(conn: Connection, keys: Sequence[str], now: datetime) -> int:
    known = select(story_keys.c.story_id).where(story_keys.c.key.in_(keys)).distinct()
    found = sorted(conn.scalars(known)) if keys else []
    if not found:
        new = insert(conn, stories).values(first_seen=now).returning(stories.c.id)
        found = [conn.execute(new).scalar_one()]
    story: int = found[0]
    for other in found[1:]:
        _merge(conn, other, story)
    add_keys(conn, story, keys)
    return story


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
