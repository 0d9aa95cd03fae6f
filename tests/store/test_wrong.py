"""Matches that people said to be wrong: counted by chat, forgotten with the chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.store import forgetting, moves, wrong
from bot.store.items import record
from bot.store.schema import matches
from tests.store.things import NOW, arrival, at, subscriber

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.store.engine import Store


def reported(conn: Connection) -> list[int]:
    """Two matches; the second is said to be wrong by two chats, one of them twice."""
    for chat in (1, -2):
        subscriber(conn, chat, "topic:war")
    record(conn, [arrival("one", "topic:war"), arrival("two", "topic:war", title="")], NOW)
    first, second = conn.scalars(select(matches.c.id).order_by(matches.c.id))
    wrong.report(conn, first, 1, at(1))
    for chat in (1, 1, -2):
        wrong.report(conn, second, chat, at(2))
    return [first, second]


def test_those_that_most_say_come_first(store: Store) -> None:
    first, second = store.write_now(reported)
    listed = store.read_now(lambda conn: wrong.listed(conn, 10))
    assert [(each.match_id, each.chats, each.title) for each in listed] == [
        (second, 2, "Text two"),
        (first, 1, "Title one"),
    ]
    assert listed[0].last == at(2)
    assert store.read_now(wrong.count) == 2
    assert store.read_now(lambda conn: wrong.listed(conn, 10, 1)) == listed[1:]
    store.write_now(lambda conn: wrong.settle(conn, second))
    assert store.read_now(wrong.count) == 1


def test_they_go_with_the_chat_and_along_with_it(store: Store) -> None:
    store.write_now(reported)
    store.write_now(lambda conn: forgetting.forget(conn, 1, 1))
    (left,) = store.read_now(lambda conn: wrong.listed(conn, 10))
    assert left.chats == 1
    store.write_now(lambda conn: moves.move_chat(conn, -2, -100, "moved", at(3)))
    assert store.read_now(lambda conn: wrong.items_of(conn, -100)) == [""]
