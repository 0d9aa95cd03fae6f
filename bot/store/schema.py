"""The tables. The migrations in ``migrations/`` arrive at exactly this; a test compares them.

Three tables are queues between stages (``sources``: feeds due; ``inbox``: updates from people;
``deliveries``: messages owed). Each has ``lease_token`` and ``lease_until``, see ``leases.py``.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.columns import Duration, Id, Numbers, PaceOf, Time, lease, metadata
from bot.store.schema_outbox import deliveries, fan_outs, pauses
from bot.store.schema_sharing import arrivals, roles

# Beside the tables below.
__all__ = ["arrivals", "deliveries", "fan_outs", "metadata", "pauses", "roles"]

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
    # "config"; "store" for one that an admin added; "removed" for one that was taken out.
    Column("origin", Text, nullable=False),
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
    *lease(),
    Column("pace", PaceOf),
    Column("last_poll", Time),
    Column("answers", Numbers, nullable=False, server_default=""),
    Column("location", Text),  # where it has moved for good; the address stays as it was given
    Column("moved_to", Text),
    Column("moved_polls", Integer, nullable=False, server_default="0"),
    Index(None, "next_poll"),
    Index(None, "location"),
)

# Hosts and domains that asked to be left alone (Retry-After), until when.
resting = Table(
    "resting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("until", Time, nullable=False),
)

# Subscriptions at WebSub hubs: who pushes which feed to us, and until when.
pushes = Table(
    "pushes",
    metadata,
    Column("source", Text, primary_key=True),
    Column("hub", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("token", Text, nullable=False, unique=True),  # the callback's path, not to be guessed
    Column("secret", Text, nullable=False),  # what the hub signs with
    Column("state", Text, nullable=False),  # "asked", "active" or "refused"
    Column("renew", Time, nullable=False),  # when the hub is to be asked (again)
    Column("expires", Time),  # while active: when the hub stops
    Column("last_push", Time),
    Column("reason", Text),
    Index(None, "renew"),
)

stories = Table(
    "stories",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("first_seen", Time, nullable=False),
    # When the alerts that told of it are to be edited, since more have reported it; null: not.
    Column("edit_due", Time),
    Column("edit_after", Id),  # the delivery that it has come to; null at the beginning
    Column("edited", Time),  # when it was last done
    Index(None, "first_seen"),
    Index(
        "ix_stories_edit_due",
        "edit_due",
        sqlite_where=text("edit_due IS NOT NULL"),
        postgresql_where=text("edit_due IS NOT NULL"),
    ),
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
    Column("picture", Text),  # its address
    # How it came into its story: "address", "text", "near 82"; null for the story's first.
    Column("kinship", Text),
    # Whether it changed what its story says: that may ring once more.
    Column("changed", Boolean, nullable=False, server_default=text("false")),
    Column("spoken", Text),  # the language found in the text, where ``lang`` may not say
    UniqueConstraint("source", "id"),
    Index(None, "story_id"),
    Index(None, "first_seen"),
    Index(
        "ix_items_waiting",
        "number",
        sqlite_where=text("waiting = 1"),
        postgresql_where=text("waiting"),
    ),
    sqlite_autoincrement=True,
)

# What near reports are found by, for as long as one is looked for; ``bot/service/storykeeping.py`` reads it.
sightings = Table(
    "sightings",
    metadata,
    Column("item", Id, ForeignKey("items.number", ondelete="CASCADE"), primary_key=True),
    Column("marks", LargeBinary, nullable=False),
)

# Items that the search index does not have yet, or has in an earlier wording.
unindexed = Table(
    "unindexed",
    metadata,
    Column("item", Id, ForeignKey("items.number", ondelete="CASCADE"), primary_key=True),
)

# Items past their retention. A feed that still lists one must not ring it as news.
pruned = Table(
    "pruned",
    metadata,
    Column("source", Text, primary_key=True),
    Column("id", Text, primary_key=True),
)

matches = Table(
    "matches",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("item", Id, ForeignKey("items.number", ondelete="CASCADE"), nullable=False),
    Column("rule", Text, nullable=False),  # "topic:KEY" or "query:TEXT"
    Column("score", Float, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("spans", JSON, nullable=False),
    Column("created", Time, nullable=False),
    Column("silenced", Text),  # why it rang nobody, where the admins silenced it
    # Of a topic with a pattern in time: it counted towards it and rings nobody by itself …
    Column("counted", Boolean, nullable=False, server_default=text("false")),
    Column("pattern", JSON(none_as_null=True)),  # … or the pattern that it rings for.
    Column("opens", Time),  # the topic's hours: when what it rings may leave
    UniqueConstraint("item", "rule"),
    Index(None, "rule"),
    Index(
        "ix_matches_silenced",
        "id",
        sqlite_where=text("silenced IS NOT NULL"),
        postgresql_where=text("silenced IS NOT NULL"),
    ),
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
    Column("quiet_start", Integer),  # minutes after local midnight; both or none
    Column("quiet_end", Integer),
    Column("urgent_rings", Boolean, nullable=False, server_default=text("true")),
    Column("muted_until", Time),
    Column("refuses_since", Time),
    # A private chat whose person sees to a channel here: what is said is about that channel.
    Column("speaks_for", BigInteger),
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
    Column("cadence", Text, nullable=False, server_default="immediate"),
    Column("digest_at", Integer, nullable=False, server_default="480"),
    Column("digest_day", Integer, nullable=False, server_default="0"),
    Column("threshold", Integer, nullable=False, server_default="0"),
    Column("silent", Boolean, nullable=False, server_default=text("false")),
    Column("muted_until", Time),
    Column("pictures", Boolean, nullable=False, server_default=text("false")),
    # Rings for each report of a story, not for the first alone.
    Column("every_report", Boolean, nullable=False, server_default=text("false")),
    Column("sieve", Text),  # languages and sources to keep or leave out, see ``sieve.py``
    Column("paused", Boolean, nullable=False, server_default=text("false")),
    # The weekly digest comes with a chart.
    Column("chart", Boolean, nullable=False, server_default=text("false")),
    # Telegram's words, where the topic of the forum takes no messages.
    Column("thread_refuses", Text),
    UniqueConstraint("chat_id", "thread_id", "rule"),
    # Whom a rule rings, in the order of the chats: a fan-out goes along it page by page.
    Index(None, "rule", "chat_id", "thread_id"),
    sqlite_autoincrement=True,
)

# Patterns in time under way, by topic and, where they are watched one by one, entity or source.
patterns = Table(
    "patterns",
    metadata,
    Column("rule", Text, primary_key=True),  # "topic:KEY"
    Column("key", Text, primary_key=True),  # empty: the topic as a whole
    Column("signature", Text, nullable=False),  # the pattern that the state was made for
    Column("state", JSON, nullable=False),
    Column("due", Time),  # when the clock has it ring
    Column("void", Time),  # from when on it says nothing
    Column("telling", JSON(none_as_null=True)),  # a ring by the clock that is being told
    Index(None, "due"),
    Index(None, "void"),
    Index(
        "ix_patterns_telling",
        "rule",
        sqlite_where=text("telling IS NOT NULL"),
        postgresql_where=text("telling IS NOT NULL"),
    ),
)

silences = Table(
    "silences",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),  # "topic", "source", "query" or "all"
    Column("target", Text, nullable=False, server_default=""),
    Column("until", Time),  # null: until somebody removes it
    Column("reason", Text, nullable=False, server_default=""),
    Column("who", Text, nullable=False),
    Column("created", Time, nullable=False),
    sqlite_autoincrement=True,
)

# Matches that somebody in a chat said to be wrong.
wrong_matches = Table(
    "wrong_matches",
    metadata,
    Column("match_id", Id, ForeignKey("matches.id", ondelete="CASCADE"), primary_key=True),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("created", Time, nullable=False),
    Index(None, "chat_id"),
)

# Rule files that admins sent: proposed, put in force, taken back.
rule_uploads = Table(
    "rule_uploads",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("path", Text, nullable=False),  # below the rule folder
    Column("before", Text),  # what the file said; null where there was none
    Column("text", Text, nullable=False),
    Column("state", Text, nullable=False),  # "proposed", "in force" or "taken back"
    Column("created", Time, nullable=False),
    sqlite_autoincrement=True,
)

# A word of the admins to all chats, and how far it has come.
broadcasts = Table(
    "broadcasts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("admin", BigInteger, nullable=False),  # the private chat that is told how it goes
    Column("text", Text, nullable=False),
    Column("state", Text, nullable=False),  # "draft", "sending", "done" or "cancelled"
    Column("after", BigInteger),  # the last chat that it is owed to; null at the beginning
    Column("last_delivery", Id),  # the progress that the admin was told, as a delivery
    Column("told", Text),
    Column("created", Time, nullable=False),
    sqlite_autoincrement=True,
)

inbox = Table(
    "inbox",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger),  # whose updates are handled in their order
    Column("user_id", BigInteger),
    Column("payload", JSON, nullable=False),
    Column("received", Time, nullable=False),
    Column("done", Time),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text),
    *lease(),
    Index(
        "ix_inbox_open",
        "update_id",
        sqlite_where=text("done IS NULL"),
        postgresql_where=text("done IS NULL"),
    ),
    Index(
        "ix_inbox_chat",
        "chat_id",
        "update_id",
        sqlite_where=text("done IS NULL"),
        postgresql_where=text("done IS NULL"),
    ),
)
