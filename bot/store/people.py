"""Chats, who may use the bot, and what each chat subscribes to."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from sqlalchemy import bindparam, delete, func, select, update

from bot.store.given import as_given, texts_given
from bot.store.rows import chat_of, subscription_of
from bot.store.schema import chats, invitations, members
from bot.store.schema import subscriptions as subscribed
from bot.store.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.model import Chat, Subscription

Role = Literal["admin", "member"]
_ID_DIGITS = 12


def chat(conn: Connection, chat_id: int) -> Chat | None:
    """The chat, where it is known."""
    row = conn.execute(select(chats).where(chats.c.id == chat_id)).mappings().one_or_none()
    return None if row is None else chat_of(row)


def save_chat(conn: Connection, saved: Chat, now: datetime) -> None:
    """Keeps a chat as it is now, but for ``refuses``, which delivery sets and an answer clears.

    When it may be rung is :func:`set_attention`'s.
    """
    values = {
        "kind": saved.kind,
        "title": saved.title,
        "language": saved.language,
        "timezone": saved.timezone,
    }
    row = insert(conn, chats).values(id=saved.id, created=now, **values)
    conn.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))


def chat_answers(conn: Connection, chat_id: int) -> None:
    """Records that a chat takes messages again: it wrote."""
    answers = {"refuses": None, "refuses_since": None}
    conn.execute(update(chats).where(chats.c.id == chat_id).values(answers))


def thread_refuses(conn: Connection, chat_id: int, thread_id: int) -> bool:
    """Whether a topic of a forum was closed or deleted when it was last written to."""
    there = (subscribed.c.chat_id == chat_id, subscribed.c.thread_id == thread_id)
    refused = select(subscribed.c.id).where(*there, subscribed.c.thread_refuses.is_not(None))
    return conn.scalar(refused.limit(1)) is not None


def thread_answers(conn: Connection, chat_id: int, thread_id: int) -> None:
    """Records that a topic of a forum takes messages again."""
    there = (subscribed.c.chat_id == chat_id, subscribed.c.thread_id == thread_id)
    conn.execute(update(subscribed).where(*there).values(thread_refuses=None))


def channels(conn: Connection, limit: int) -> list[Chat]:
    """Some of the channels that are known and take messages, the newest first."""
    chosen = select(chats).where(chats.c.kind == "channel", chats.c.refuses.is_(None))
    rows = conn.execute(chosen.order_by(chats.c.created.desc()).limit(limit)).mappings()
    return [chat_of(row) for row in rows]


def speaks_for(conn: Connection, chat_id: int) -> int | None:
    """The channel that the person of a private chat sees to there; None where it is no channel."""
    return conn.scalar(select(chats.c.speaks_for).where(chats.c.id == chat_id))


def speak_for(conn: Connection, chat_id: int, channel: int | None) -> None:
    """From now on what is said in a private chat is about a channel; with None about itself."""
    conn.execute(update(chats).where(chats.c.id == chat_id).values(speaks_for=channel))


def role_of(conn: Connection, user_id: int) -> Role | None:
    """What a person may do; None for a stranger."""
    role = conn.scalar(select(members.c.role).where(members.c.user_id == user_id))
    return cast("Role | None", role)


def admins(conn: Connection) -> frozenset[int]:
    """The people who are admins by invitation; those of the config are not here."""
    return frozenset(conn.scalars(select(members.c.user_id).where(members.c.role == "admin")))


def admit(conn: Connection, user_id: int, role: Role, now: datetime) -> None:
    """Lets a person in. An admin stays one."""
    row = insert(conn, members).values(user_id=user_id, role=role, since=now)
    higher = members.c.role != "admin"
    conn.execute(
        row.on_conflict_do_update(index_elements=["user_id"], set_={"role": role}, where=higher)
    )


def invite(conn: Connection, role: Role, now: datetime, expires: datetime) -> str:
    """A code that lets one person in, once; only its hash is kept."""
    code = secrets.token_urlsafe(16)
    row = {"code_hash": _hash(code), "role": role, "created": now, "expires": expires}
    conn.execute(insert(conn, invitations).values(row))
    return code


def redeem(conn: Connection, code: str, user_id: int, now: datetime) -> Role | None:
    """Uses a code up and lets the person in; None where it is wrong, used or expired."""
    good = (
        invitations.c.code_hash == _hash(code),
        invitations.c.used.is_(None),
        invitations.c.expires > now,
    )
    used = update(invitations).where(*good).values(used=now).returning(invitations.c.role)
    role = cast("Role | None", conn.scalar(used))
    if role is not None:
        admit(conn, user_id, role, now)
    return role


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that nobody has used yet; ``id`` begins its code's hash."""

    id: int
    role: Role
    expires: datetime


def open_invitations(conn: Connection, now: datetime, limit: int) -> list[Invitation]:
    """Those that still let somebody in, the newest first."""
    chosen = (
        select(invitations)
        .where(invitations.c.used.is_(None), invitations.c.expires > now)
        .order_by(invitations.c.created.desc())
        .limit(limit)
    )
    return [
        Invitation(int(row["code_hash"][:_ID_DIGITS], 16), row["role"], row["expires"])
        for row in conn.execute(chosen).mappings()
    ]


def revoke(conn: Connection, number: int) -> bool:
    """Ends an open invitation; False where there is none of that number."""
    mine = invitations.c.code_hash.startswith(f"{number:0{_ID_DIGITS}x}")
    gone = delete(invitations).where(mine, invitations.c.used.is_(None))
    return conn.execute(gone).rowcount > 0


def subscribe(
    conn: Connection, chat_id: int, thread_id: int, rule: str, now: datetime
) -> tuple[Subscription, bool]:
    """Subscribes a chat, or one thread of it (0 for none), to a rule; True where that is new."""
    row = insert(conn, subscribed).values(
        chat_id=chat_id, thread_id=thread_id, rule=rule, created=now
    )
    new = conn.execute(row.on_conflict_do_nothing()).rowcount == 1
    mine = (
        subscribed.c.chat_id == chat_id,
        subscribed.c.thread_id == thread_id,
        subscribed.c.rule == rule,
    )
    found = conn.execute(select(subscribed).where(*mine)).mappings().one()
    return subscription_of(found), new


def subscriptions(
    conn: Connection, chat_id: int, thread_id: int | None = None
) -> list[Subscription]:
    """A chat's subscriptions in the order they were made; of all its threads with None."""
    mine = select(subscribed).where(subscribed.c.chat_id == chat_id)
    if thread_id is not None:
        mine = mine.where(subscribed.c.thread_id == thread_id)
    rows = conn.execute(mine.order_by(subscribed.c.id)).mappings()
    return [subscription_of(row) for row in rows]


def unsubscribe(conn: Connection, subscription_id: int, chat_id: int) -> Subscription | None:
    """Ends a subscription of this chat; what it was, or None where the chat has no such one."""
    mine = (subscribed.c.id == subscription_id, subscribed.c.chat_id == chat_id)
    found = conn.execute(select(subscribed).where(*mine)).mappings().one_or_none()
    if found is None:
        return None
    conn.execute(delete(subscribed).where(*mine))
    return subscription_of(found)


def subscription(conn: Connection, subscription_id: int, chat_id: int) -> Subscription | None:
    """A subscription of this chat; None where the chat has no such one."""
    mine = (subscribed.c.id == subscription_id, subscribed.c.chat_id == chat_id)
    found = conn.execute(select(subscribed).where(*mine)).mappings().one_or_none()
    return None if found is None else subscription_of(found)


def tune(
    conn: Connection, subscription_id: int, chat_id: int, **values: object
) -> Subscription | None:
    """Changes how a subscription of this chat is told of, by column; None where it has none such."""
    mine = (subscribed.c.id == subscription_id, subscribed.c.chat_id == chat_id)
    conn.execute(update(subscribed).where(*mine).values(values))
    return subscription(conn, subscription_id, chat_id)


def set_attention(conn: Connection, chat_id: int, **values: object) -> None:
    """Changes when a chat may be rung, by column: its quiet hours, its mute."""
    conn.execute(update(chats).where(chats.c.id == chat_id).values(values))


def end_mutes(conn: Connection, chat_id: int) -> None:
    """Ends the mutes of a chat's subscriptions."""
    mine = (subscribed.c.chat_id == chat_id, subscribed.c.muted_until.is_not(None))
    conn.execute(update(subscribed).where(*mine).values(muted_until=None))


def watched_queries(conn: Connection) -> dict[str, int]:
    """The queries of their own that chats subscribe to, each with how many do."""
    count = select(subscribed.c.rule, func.count()).where(subscribed.c.rule.startswith("query:"))
    found = conn.execute(count.group_by(subscribed.c.rule))
    return {rule.removeprefix("query:"): number for rule, number in found}


def last_subscription(conn: Connection) -> int:
    """The number of the newest subscription; 0 where there is none."""
    return conn.scalar(select(func.max(subscribed.c.id))) or 0


def queries_after(conn: Connection, last: int) -> list[tuple[int, str]]:
    """The subscriptions to queries that are newer than that number, each with its own; in order."""
    rows = conn.execute(_QUERIES_AFTER, {"last": last})
    return [(number, rule.removeprefix("query:")) for number, rule in rows]


def subscribed_queries(conn: Connection, queries: Collection[str]) -> set[str]:
    """Which of these queries somebody subscribes to."""
    rules = texts_given(conn.dialect.name)
    chosen = select(subscribed.c.rule).where(subscribed.c.rule.in_(rules)).distinct()
    found = conn.scalars(chosen, as_given([f"query:{query}" for query in queries]))
    return {rule.removeprefix("query:") for rule in found}


def rule_subscribers(conn: Connection, rule: str) -> int:
    """How many chats and threads subscribe to a rule."""
    return conn.scalar(select(func.count()).where(subscribed.c.rule == rule)) or 0


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


# Composed once: it is run for whatever arrives.
_QUERIES_AFTER = (
    select(subscribed.c.id, subscribed.c.rule)
    .where(subscribed.c.id > bindparam("last"), subscribed.c.rule.startswith("query:"))
    .order_by(subscribed.c.id)
)
