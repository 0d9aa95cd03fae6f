"""``poll``: feeds that are due, folders of seed files, and subscriptions at hubs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import SourceKind
from bot.roles.parts import now, together
from bot.service.polling import Poller, Polling, Records
from bot.service.seeding import Seeding
from bot.service.wakes import Concern
from bot.store import leases, sources

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.config import Settings
    from bot.roles.parts import Parts


async def poll(parts: Parts) -> None:
    """Ask the feeds, read the folders, keep the subscriptions at hubs."""
    settings = parts.settings
    store = parts.roster.guarded("poll")
    await store.write(lambda conn: _take_over(conn, settings))
    pushing = parts.pushing(store)
    records = Records(store)
    poller = Poller(
        store=store,
        fetcher=parts.fetcher,
        pool=parts.pool,
        intake=parts.handover,
        records=records,
        every=settings.fetch.every,
        clock=now,
        scope=settings.fetch.retry_after,
        given_up=parts.notices(store).feed_given_up,
        offer=pushing.offer if pushing else None,
        pushed=pushing.active if pushing else frozenset(),
    )
    polling = Polling(
        store=store,
        poller=poller,
        records=records,
        concurrency=settings.fetch.concurrency,
        per_host=settings.fetch.per_host,
        spacing=settings.fetch.spacing,
        scope=settings.fetch.retry_after,
        clock=now,
    )
    seedings = [
        Seeding(
            source,
            store=store,
            pool=parts.pool,
            intake=parts.handover,
            backlog=settings.seeds.backlog,
            clock=now,
        )
        for source in settings.sources()
        if source.kind is SourceKind.FOLDER
    ]
    with parts.wakes.hearing({Concern.HUBS: lambda _: pushing.wake()} if pushing else {}):
        await together(
            polling.run(),
            *([pushing.run()] if pushing else []),
            *(seeding.run(parts.stop) for seeding in seedings),
        )


def _take_over(conn: Connection, settings: Settings) -> None:
    """At the start: the sources as configured, and no feed held by a process that is gone."""
    moment = now()
    sources.sync_sources(conn, settings.sources(), moment)
    leases.expire(conn, leases.FEEDS, moment)
