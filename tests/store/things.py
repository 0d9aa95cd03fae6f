"""Nouns to put into a store, with what a test does not care about filled in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.model import Chat, Item, Match, Message, Severity, Source, SourceKind, Span
from bot.store import people
from bot.store.incoming import Arrival

if TYPE_CHECKING:
    from sqlalchemy import Connection

NOW = datetime(2026, 5, 18, 12, 0, tzinfo=UTC)
LEASE = timedelta(minutes=1)
FEED = Source("news", SourceKind.FEED, "https://example.org/rss.xml", name="News", tags=("a", "b"))


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def item(name: str = "one", source: str = "news", **other: Any) -> Item:
    content = {
        "url": f"https://example.org/{name}",
        "title": f"Title {name}",
        "text": f"Text {name}",
    }
    return Item(id=name, source=source, **content | other)


def match(rule: str = "topic:war", score: float = 1.0) -> Match:
    kind, _, name = rule.partition(":")
    topic, query = (name, None) if kind == "topic" else (None, name)
    return Match(topic, query, score, (Span("title", 0, 5, "title"),))


def arrival(
    name: str = "one",
    *rules: str,
    severity: Severity = Severity.NORMAL,
    rings: bool = True,
    waiting: bool = False,
    keys: tuple[str, ...] = (),
    **other: Any,
) -> Arrival:
    matched = tuple((match(rule), severity) for rule in rules)
    return Arrival(item(name, **other), matched, rings, waiting, keys)


def subscriber(conn: Connection, chat_id: int, *rules: str, thread_id: int = 0) -> Chat:
    chat = Chat(chat_id, "private" if chat_id > 0 else "supergroup", title=f"Chat {chat_id}")
    people.save_chat(conn, chat, NOW)
    for rule in rules:
        people.subscribe(conn, chat_id, thread_id, rule, NOW)
    return chat


def message(text: str = "hello") -> Message:
    return Message("sendMessage", {"text": text})
