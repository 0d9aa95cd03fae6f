"""A broadcast is owed page by page, to each chat once, and can be stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import Chat
from bot.store import broadcasts, people
from tests.store.things import NOW, at

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.store.engine import Store


def chats_and_draft(conn: Connection, count: int) -> int:
    for number in range(1, count + 1):
        people.save_chat(conn, Chat(number, "private"), NOW)
    draft = broadcasts.draft(conn, 1, "Hello", NOW)
    assert broadcasts.start(conn, draft)
    assert not broadcasts.start(conn, draft), "once"
    return draft


def test_each_chat_is_owed_it_once_whatever_is_cut_off(store: Store) -> None:
    draft = store.write_now(lambda conn: chats_and_draft(conn, 7))
    pages = []
    while (owed := store.write_now(lambda conn: broadcasts.expand(conn, 3, at(1)))) is not None:
        pages.append(owed)
    assert pages == [3, 3, 1]
    progress = store.read_now(lambda conn: broadcasts.progress(conn, draft))
    assert (progress.sent, progress.refused, progress.owed) == (0, 0, 7)


def test_what_is_stopped_goes_to_nobody_else(store: Store) -> None:
    draft = store.write_now(lambda conn: chats_and_draft(conn, 7))
    store.write_now(lambda conn: broadcasts.expand(conn, 3, at(1)))
    assert store.write_now(lambda conn: broadcasts.cancel(conn, draft, "stopped", at(2))) == 3
    assert store.write_now(lambda conn: broadcasts.expand(conn, 3, at(3))) is None
    progress = store.read_now(lambda conn: broadcasts.progress(conn, draft))
    assert (progress.sent, progress.refused, progress.owed) == (0, 3, 0)
    assert store.write_now(lambda conn: broadcasts.cancel(conn, draft, "again", at(4))) == 0
