"""Who is forgotten is in no table afterwards, and after a scrub in no byte of the files."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from bot.model import Chat, Message
from bot.store import forgetting, meta, outbox, people
from bot.store.engine import Store
from tests.store.things import NOW, at

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

CHATS = range(100, 130)


def name(chat: int) -> str:
    return f"Somebody{chat}x"


def a_busy_day(conn: Connection, chance: random.Random) -> None:
    """Rows of many chats come and go and grow, so that SQLite splits and merges its pages."""
    for _ in range(600):
        chat = chance.choice(CHATS)
        much = name(chat) * chance.randrange(1, 60)
        match chance.randrange(4):
            case 0:
                people.save_chat(conn, Chat(chat, "private", much), NOW)
            case 1:
                outbox.enqueue(conn, chat, Message("sendMessage", {"text": much}), now=NOW)
            case 2:
                meta.put(conn, f"kept:{chat}:{chance.randrange(30)}", {"text": much})
            case _ if people.chat(conn, chat) is not None:
                people.subscribe(conn, chat, chance.randrange(3), f"query:{much}", NOW)


async def test_nothing_is_left_between_the_rows(tmp_path: Path) -> None:
    database = tmp_path / "tocsin.db"
    with Store.open(f"sqlite:///{database}") as store:
        chance = random.Random(7)
        for _ in range(8):
            store.write_now(lambda conn: a_busy_day(conn, chance))
        gone = CHATS[::2]
        for chat in gone:
            store.write_now(lambda conn, chat=chat: forgetting.forget(conn, chat, chat))  # type: ignore[misc]
        assert await store.scrub()
        left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert [chat for chat in gone if name(chat).encode() in left] == []
        assert name(CHATS[1]).encode() in left


def test_chats_that_were_left_long_ago(store: Store) -> None:
    def work(conn: Connection) -> list[int]:
        for number, minute in ((1, 0), (2, 50)):
            people.save_chat(conn, Chat(number, "private"), NOW)
            outbox.chat_refuses(conn, number, "blocked", at(minute))
            outbox.chat_refuses(conn, number, "blocked still", at(minute + 5))
        people.save_chat(conn, Chat(3, "private"), NOW)
        outbox.chat_refuses(conn, 3, "blocked", NOW)
        people.chat_answers(conn, 3)
        return forgetting.long_gone(conn, at(10), limit=10)

    assert store.write_now(work) == [1]
