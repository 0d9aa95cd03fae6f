"""Subscriptions at hubs that push feeds to us."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import delete, select, update

from bot.store.schema import pushes, sources
from bot.store.upsert import insert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection


@dataclass(frozen=True, slots=True)
class Push:
    """A subscription: ``token`` ends the callback's path, ``secret`` is what the hub signs with.

    It is ``active`` from the hub's confirmation until ``expires``; ``renew`` is when the hub is to
    be asked, or asked again.
    """

    source: str
    hub: str
    topic: str
    token: str
    secret: str
    state: Literal["asked", "active", "refused"]
    renew: datetime
    expires: datetime | None = None
    last_push: datetime | None = None
    reason: str | None = None


def offer(conn: Connection, source: str, hub: str, topic: str, now: datetime) -> None:
    """A feed names a hub: subscribe there, unless that is so already."""
    old = _one(conn, pushes.c.source == source)
    if old is not None and (old.hub, old.topic) == (hub, topic):
        return
    values: dict[str, Any] = {
        "hub": hub,
        "topic": topic,
        "token": secrets.token_urlsafe(32),
        "secret": secrets.token_urlsafe(32),
        "state": "asked",
        "renew": now,
        "expires": None,
        "reason": None,
    }
    row = insert(conn, pushes).values(source=source, **values)
    conn.execute(row.on_conflict_do_update(index_elements=["source"], set_=values))


def listed(conn: Connection) -> list[Push]:
    """All of them; those of sources that are taken out are forgotten on the way."""
    used = select(sources.c.key).where(sources.c.origin != "removed")
    conn.execute(delete(pushes).where(pushes.c.source.not_in(used)))
    return [Push(**row) for row in conn.execute(select(*pushes.c)).mappings()]


def with_token(conn: Connection, token: str) -> Push | None:
    """The subscription whose callback that is."""
    return _one(conn, pushes.c.token == token)


def ask_again(conn: Connection, source: str, when: datetime, reason: str | None = None) -> None:
    """The hub has been asked; where it does not confirm, it is asked again then."""
    change: dict[str, Any] = {"renew": when, "reason": reason}
    conn.execute(update(pushes).where(pushes.c.source == source).values(change))


def confirm(conn: Connection, token: str, expires: datetime, renew: datetime) -> None:
    """The hub has confirmed: it pushes until ``expires``."""
    conn.execute(
        update(pushes)
        .where(pushes.c.token == token)
        .values(state="active", expires=expires, renew=renew, reason=None)
    )


def refuse(conn: Connection, token: str, reason: str, renew: datetime) -> None:
    """The hub has refused, or ended it."""
    conn.execute(
        update(pushes)
        .where(pushes.c.token == token)
        .values(state="refused", expires=None, reason=reason, renew=renew)
    )


def pushed(conn: Connection, token: str, now: datetime) -> None:
    """Something came."""
    conn.execute(update(pushes).where(pushes.c.token == token).values(last_push=now))


def poll_now(conn: Connection, source: str, now: datetime) -> None:
    """The feed is due at once: its hub says that there is something, and not what."""
    its = (sources.c.key == source, sources.c.next_poll > now, sources.c.disabled.is_(False))
    conn.execute(update(sources).where(*its).values(next_poll=now))


def _one(conn: Connection, where: ColumnElement[bool]) -> Push | None:
    row = conn.execute(select(*pushes.c).where(where)).mappings().one_or_none()
    return None if row is None else Push(**row)
