"""Who subscribes to a topic, and what follows when it gets another key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, func, select, update

from bot.store.schema import matches, patterns, subscriptions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

Address = tuple[int, int]  # a chat, and a thread of it or 0


@dataclass(frozen=True, slots=True)
class Removed:
    """A topic that there is no more under this key, with the titles that it had, by language."""

    key: str
    titles: Mapping[str, str]


def topic_subscribers(conn: Connection, key: str) -> list[Address]:
    """The chats, and threads of them, that subscribe to the topic."""
    chosen = select(subscriptions.c.chat_id, subscriptions.c.thread_id)
    rows = conn.execute(
        chosen.where(subscriptions.c.rule == _rule(key)).order_by(subscriptions.c.id)
    )
    return [(row.chat_id, row.thread_id) for row in rows]


def popularity(conn: Connection, first_item: int | None) -> dict[str, tuple[int, int]]:
    """Subscribers of each topic, and its matches among the items from ``first_item`` on, by key."""
    count = func.count()
    topics = subscriptions.c.rule.startswith(_rule(""))
    liked = conn.execute(
        select(subscriptions.c.rule, count).where(topics).group_by(subscriptions.c.rule)
    )
    subscribers = {rule: number for rule, number in liked}  # noqa: C416 - rows are no pairs to a type checker
    rang: dict[str, int] = {}
    if first_item is not None:
        recent = (matches.c.item >= first_item, matches.c.rule.startswith(_rule("")))
        rows = conn.execute(select(matches.c.rule, count).where(*recent).group_by(matches.c.rule))
        rang = {rule: number for rule, number in rows}  # noqa: C416 - as above
    return {
        rule.removeprefix(_rule("")): (subscribers.get(rule, 0), rang.get(rule, 0))
        for rule in subscribers.keys() | rang.keys()
    }


def rename_topic(conn: Connection, old: str, new: str) -> list[Address]:
    """Moves subscriptions, matches and patterns to the topic's new key; whose they were.

    Safe to repeat.

    Who subscribes to both keeps one; an item that is on record under both keeps both.
    """
    affected = topic_subscribers(conn, old)
    for table, same in (
        (subscriptions, ("chat_id", "thread_id")),
        (matches, ("item",)),
        (patterns, ("key",)),
    ):
        there = table.alias()
        doubled = exists().where(
            there.c.rule == _rule(new), *(there.c[name] == table.c[name] for name in same)
        )
        mine = table.c.rule == _rule(old)
        conn.execute(update(table).where(mine, ~doubled).values(rule=_rule(new)))
    conn.execute(delete(subscriptions).where(subscriptions.c.rule == _rule(old)))
    return affected


def _rule(key: str) -> str:
    return f"topic:{key}"
