"""The tables. The migrations in ``migrations/`` arrive at exactly this; a test compares them.

Three tables are queues between stages (``sources``: feeds due; ``inbox``: updates from people;
``deliveries``: messages owed). Each has ``lease_token`` and ``lease_until``, see ``leases.py``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Time(TypeDecorator[datetime]):
    """An aware datetime, kept as milliseconds since 1970 in UTC: sortable, exact, on any engine."""

    impl = BigInteger
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - _EPOCH) // timedelta(milliseconds=1)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(milliseconds=value)


class Duration(TypeDecorator[timedelta]):
    """A length of time, kept as milliseconds."""

    impl = BigInteger
    cache_ok = True

    @override
    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        return None if value is None else value // timedelta(milliseconds=1)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> timedelta | None:
        return None if value is None else timedelta(milliseconds=value)


# SQLite numbers rows by itself only in a column of type INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _lease() -> list[Column[Any]]:
    return [Column("lease_token", Text), Column("lease_until", Time)]


meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", JSON, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("key", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("address", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, server_default=""),
    Column("lang", Text),
    Column("tags", JSON, nullable=False),
    Column("every", Duration),
    Column("timezone", Text, nullable=False, server_default="UTC"),
    Column("origin", Text, nullable=False),  # "config", or "store" for one that an admin added
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", Text),
    Column("next_poll", Time),  # null: not to be polled (a folder, or a source taken out)
    Column("interval", Duration),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("last_error", Text),
    Column("last_success", Time),
    Column("first_read", Time),
    Column("disabled", Boolean, nullable=False, server_default=text("false")),
    *_lease(),
    Index(None, "next_poll"),
)

stories = Table(
    "stories",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("first_seen", Time, nullable=False),
    sqlite_autoincrement=True,
)

story_keys = Table(
    "story_keys",
    metadata,
    Column("key", Text, primary_key=True),  # "url:…" canonical address, or "text:…" hash
    Column("story_id", Id, ForeignKey("stories.id", ondelete="CASCADE"), nullable=False),
    Index(None, "story_id"),
)

items = Table(
    "items",
    metadata,
    Column("number", Id, primary_key=True, autoincrement=True),
    Column("source", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("url", Text),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("published", Time),
    Column("updated", Time),
    Column("first_seen", Time, nullable=False),
    Column("lang", Text),
    Column("tags", JSON, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("agency", Text),
    Column("captions", JSON, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("story_id", Id, ForeignKey("stories.id"), nullable=False),
    # True for a seed that was there at the first start: it rings for those who subscribe later.
    Column("waiting", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("source", "id"),
    Index(None, "story_id"),
    Index(None, "first_seen"),
    Index(
        "ix_items_waiting", "number", sqlite_where=text("waiting"), postgresql_where=text("waiting")
    ),
    sqlite_autoincrement=True,
)

matches = Table(
    "matches",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("item", Id, ForeignKey("items.number", ondelete="CASCADE"), nullable=False),
    Column("rule", Text, nullable=False),  # "topic:KEY" or "query:TEXT"
    Column("score", Integer, nullable=False),
    Column("spans", JSON, nullable=False),
    Column("created", Time, nullable=False),
    UniqueConstraint("item", "rule"),
    Index(None, "rule"),
    sqlite_autoincrement=True,
)

chats = Table(
    "chats",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False, server_default=""),
    Column("language", Text, nullable=False),
    Column("timezone", Text, nullable=False, server_default="UTC"),
    Column("refuses", Text),  # Telegram's words, where the chat takes no messages
    Column("created", Time, nullable=False),
)

members = Table(
    "members",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("role", Text, nullable=False),  # "member" or "admin"
    Column("since", Time, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("code_hash", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("created", Time, nullable=False),
    Column("expires", Time, nullable=False),
    Column("used", Time),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("chat_id", BigInteger, ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("thread_id", BigInteger, nullable=False, server_default="0"),
    Column("rule", Text, nullable=False),  # as in matches
    Column("created", Time, nullable=False),
    UniqueConstraint("chat_id", "thread_id", "rule"),
    Index(None, "rule"),
    sqlite_autoincrement=True,
)

inbox = Table(
    "inbox",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger),  # whose updates are handled in their order
    Column("payload", JSON, nullable=False),
    Column("received", Time, nullable=False),
    Column("done", Time),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text),
    *_lease(),
    Index(
        "ix_inbox_open",
        "update_id",
        sqlite_where=text("done IS NULL"),
        postgresql_where=text("done IS NULL"),
    ),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger, nullable=False, server_default="0"),
    Column("priority", Integer, nullable=False),
    Column("state", Text, nullable=False),
    # An alert names its match and is rendered when it leaves; an answer carries its message.
    Column("match_id", Id, ForeignKey("matches.id", ondelete="SET NULL")),
    Column("story_id", Id, ForeignKey("stories.id", ondelete="SET NULL")),
    Column("method", Text, nullable=False, server_default="sendMessage"),
    Column("arguments", JSON),
    Column("created", Time, nullable=False),
    Column("not_before", Time, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("reason", Text),
    Column("settled", Time),
    Column("message_id", BigInteger),
    *_lease(),
    # A chat gets a story once. Answers have no story, and null is never equal to null.
    UniqueConstraint("chat_id", "thread_id", "story_id"),
    Index(
        "ix_deliveries_open",
        "priority",
        "not_before",
        "id",
        sqlite_where=text("settled IS NULL"),
        postgresql_where=text("settled IS NULL"),
    ),
    Index(None, "match_id"),
    Index(None, "story_id"),
    Index(None, "chat_id", "settled"),
    sqlite_autoincrement=True,
)
