"""The tables of what is owed: deliveries, items whose subscribers follow, and chats that rest."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.columns import Id, Time, lease, metadata

# Items whose many subscribers are not all in ``deliveries`` yet, see ``fan_out.py``.
fan_outs = Table(
    "fan_outs",
    metadata,
    Column("item", Id, ForeignKey("items.number", ondelete="CASCADE"), primary_key=True),
    Column("priority", Integer, nullable=False),
    Column("last_subscription", Id, nullable=False),  # who subscribes later is not rung
    Column("chat_id", BigInteger),  # how far it has come; null at the beginning
    Column("thread_id", BigInteger),
    Column("created", Time, nullable=False),
    # The item was here and has changed: only who had its story is told.
    Column("edited", Boolean, nullable=False, server_default=text("false")),
    Index(None, "priority", "item"),
)

# How long Telegram asked to leave a chat alone; chat 0 stands for everyone.
pauses = Table(
    "pauses",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("until", Time, nullable=False),
    Column("reason", Text, nullable=False),
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
    Column("arguments", JSON(none_as_null=True)),
    Column("created", Time, nullable=False),
    Column("not_before", Time, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("reason", Text),
    Column("settled", Time),
    Column("message_id", BigInteger),
    Column("silent", Boolean, nullable=False, server_default=text("false")),
    Column("digest", Id),  # the delivery that tells of a folded alert
    *lease(),
    # Tries that failed while other messages passed: they blame this one.
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("broadcast", Id),
    # A story that the chat had already and is told of again: for the item numbered ``occasion``,
    # as the subscription wants every report, or as the story's one update, where that is 0.
    Column("again", Id),
    Column("occasion", Id),
    Column("opens", Time),  # the topic's hours begin: not before, whatever else holds it ends
    Column("edits", Id),  # the delivery whose message this one edits
    # A chat gets a story once. Answers have no story, and null is never equal to null.
    UniqueConstraint("chat_id", "thread_id", "story_id"),
    Index(
        "ix_deliveries_again",
        "again",
        "chat_id",
        "thread_id",
        "occasion",
        unique=True,
        sqlite_where=text("again IS NOT NULL"),
        postgresql_where=text("again IS NOT NULL"),
    ),
    Index(
        "ix_deliveries_edits",
        "edits",
        sqlite_where=text("edits IS NOT NULL AND settled IS NULL"),
        postgresql_where=text("edits IS NOT NULL AND settled IS NULL"),
    ),
    Index(
        # One lane for each priority and chat; ``outbox.py`` looks at the head of each.
        "ix_deliveries_open",
        "priority",
        "chat_id",
        "id",
        sqlite_where=text("settled IS NULL"),
        postgresql_where=text("settled IS NULL"),
    ),
    Index(
        "ix_deliveries_leased",
        "chat_id",
        "lease_until",
        sqlite_where=text("lease_token IS NOT NULL"),
        postgresql_where=text("lease_token IS NOT NULL"),
    ),
    Index(
        "ix_deliveries_held",
        "not_before",
        "chat_id",
        sqlite_where=text("state = 'held'"),
        postgresql_where=text("state = 'held'"),
    ),
    Index(
        "ix_deliveries_digest",
        "digest",
        sqlite_where=text("digest IS NOT NULL"),
        postgresql_where=text("digest IS NOT NULL"),
    ),
    Index(
        "ix_deliveries_broadcast",
        "broadcast",
        "state",
        sqlite_where=text("broadcast IS NOT NULL"),
        postgresql_where=text("broadcast IS NOT NULL"),
    ),
    Index(None, "match_id"),
    Index(None, "story_id"),
    Index(None, "chat_id", "settled"),
    Index(None, "state", "settled"),
    sqlite_autoincrement=True,
)
