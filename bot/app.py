"""The one place where the parts are put together: the service from its start to its end.

Every part is a task of one group. A part that fails in a way that nobody foresaw takes the
process down, loudly, and what was owed is still in the store at the next start.
"""

from __future__ import annotations

import asyncio
import secrets
import signal
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import log
from bot.attention import Burst
from bot.chat.admin.notices import Notices
from bot.chat.hook import Hook
from bot.chat.words.languages import Languages
from bot.delivery.sender import PAID_IN_FLIGHT, PAID_PER_SECOND, Sender
from bot.delivery.sender import Limits as SendingLimits
from bot.discovering import Discovering
from bot.errors import TocsinError
from bot.fetching import fetch_limits
from bot.matching.matcher import Matcher
from bot.model import SourceKind
from bot.service import interpreter
from bot.service.amending import Amending
from bot.service.broadcasting import Broadcasting
from bot.service.digesting import Digesting
from bot.service.fanning import Fanning
from bot.service.forgetting import Forgetting
from bot.service.housekeeping import Housekeeping
from bot.service.intake import Intake
from bot.service.office import ServiceOffice
from bot.service.patterning import Patterning
from bot.service.polling import Poller, Polling, Pushing, Records
from bot.service.remembering import Remembering
from bot.service.rendering import Rendering
from bot.service.reporting import Reporting
from bot.service.rulekeeping import RuleKeeping
from bot.service.seeding import Seeding
from bot.service.storykeeping import StoryKeeping
from bot.service.talking import Talking, Telegram
from bot.sources.fetch import Fetcher
from bot.sources.pool import ParsePool
from bot.store import leases, meta
from bot.store import sources as store_sources
from bot.store.connections import find_place
from bot.store.engine import Store
from bot.store.known import KnownSources
from bot.telegram import close_bot, introduce, make_bot
from bot.web.hook import hook as hook_route
from bot.web.server import Web
from bot.weekly_charts import WeeklyCharts

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from sqlalchemy import Connection
    from telegram import Bot

    from bot.config import Settings

logger = structlog.get_logger(__name__)

SANDBOX_PORT = 8081
_BOT_NAME = "bot.name"
_NAME_SECONDS = 3.0
_WEB_TOKEN = "web.token"  # noqa: S105 - the key under which the store has it


def now() -> datetime:
    """The time of day; everything inside takes it as an argument or a clock."""
    return datetime.now(UTC)


def serve(settings: Settings, say: Callable[[str], None]) -> None:
    """Run the service until Ctrl-C or SIGTERM. ``say`` shows a line to who started it.

    Raises TocsinError where it cannot start or must not go on.
    """
    try:
        asyncio.run(_serve(settings, say))
    except* TocsinError as errors:
        raise _first(errors) from None


def _first(errors: BaseExceptionGroup[TocsinError]) -> TocsinError:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


async def _serve(settings: Settings, say: Callable[[str], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        telegram = await _telegram(settings, say, stack)
        log.configure(
            level=settings.log.level,
            form=settings.log.format,
            secrets=[
                telegram.token,
                settings.web.token.get_secret_value(),
                settings.telegram.webhook.secret.get_secret_value(),
                find_place(settings.store.url).password,
            ],
        )
        store = await asyncio.to_thread(Store.open, settings.store.url, exclusive=True)
        stack.callback(store.close)
        await _run(settings, telegram, store, say, stack, stop)
    say("Tocsin has stopped; what is owed is kept and goes out at the next start.")


async def _telegram(
    settings: Settings, say: Callable[[str], None], stack: AsyncExitStack
) -> Telegram:
    admins = frozenset(settings.telegram.admins)
    if not settings.sandboxed:
        token = settings.telegram.token.get_secret_value()
        return Telegram(token, settings.telegram.api, admins)
    from bot.sandbox import Sandbox  # noqa: PLC0415 - a service with a token has no use for it

    sandbox = Sandbox(port=SANDBOX_PORT)
    await sandbox.start()
    stack.push_async_callback(sandbox.stop)
    say("No Telegram token is configured (telegram.token), so this is the sandbox: a Telegram of")
    say("its own on this machine. Open it, and write  /subscribe Poutine")
    say("")
    say(f"    {sandbox.url}/")
    say("")
    return Telegram(sandbox.token, sandbox.url, admins | {sandbox.owner_id})


async def _run(
    settings: Settings,
    telegram: Telegram,
    store: Store,
    say: Callable[[str], None],
    stack: AsyncExitStack,
    stop: asyncio.Event,
) -> None:
    await store.write(lambda conn: _take_over(conn, settings))
    languages = Languages.read()
    notices = Notices(store, languages, telegram.admins, now)
    keeping = RuleKeeping(
        settings.rules.folder,
        store=store,
        audience=notices,
        clock=now,
    )
    if hasattr(signal, "SIGHUP"):  # Windows has none
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, keeping.reload)
    matcher = Matcher(await keeping.first())
    remembering = Remembering(matcher, store, _snapshot(settings))
    await remembering.restore(now())
    stack.push_async_callback(remembering.save)
    forgetting = Forgetting(store, remembering)
    limits = _limits(settings)
    bot = make_bot(telegram.token, telegram.api, connections=max(64, limits.in_flight))
    stack.push_async_callback(close_bot, bot)
    rendering = Rendering(matcher, languages, KnownSources(store))
    sender = Sender(store, bot, rendering, limits=limits, now=now)
    notices.owed = sender.wake
    fanning = Fanning(store, sender.wake, now=now)
    keeping_stories = StoryKeeping()
    await store.read(lambda conn: keeping_stories.follow(conn, now()))
    intake = Intake(store, matcher, sender.wake, fanning.wake, keeping_stories)
    name = None if settings.sandboxed else await _bot_name(bot, store)
    fetcher = await stack.enter_async_context(Fetcher(fetch_limits(settings, bot_name=name)))
    pool = await stack.enter_async_context(ParsePool())
    pushing = None
    if settings.web.public_url:
        pushing = Pushing(
            store=store,
            fetcher=fetcher,
            pool=pool,
            intake=intake,
            public_url=settings.web.public_url,
            clock=now,
        )
    records = Records(store)
    poller = Poller(
        store=store,
        fetcher=fetcher,
        pool=pool,
        intake=intake,
        records=records,
        every=settings.fetch.every,
        clock=now,
        scope=settings.fetch.retry_after,
        given_up=notices.feed_given_up,
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
    charts = WeeklyCharts(store, matcher, languages, rendering)
    digesting = Digesting(store, rendering, charts, sender.wake, burst=_burst(settings), clock=now)
    amending = Amending(store, sender.wake, clock=now)
    housekeeping = Housekeeping(
        store,
        matcher=matcher,
        forgotten=forgetting.wake,
        retention=settings.store.retention,
        clock=now,
    )
    patterning = Patterning(store, matcher, rendering, sender.wake, clock=now)
    _schedule(digesting, amending, patterning, housekeeping, remembering, stack)
    broadcasting = Broadcasting(store, languages, sender.wake, now=now)
    office = ServiceOffice(
        store,
        matcher,
        settings.rules.folder,
        Discovering(fetcher, pool),
        reload=keeping.reload,
        broadcast=broadcasting.wake,
    )
    hook = _hook(settings, store)
    talking = Talking(
        settings,
        telegram,
        store,
        matcher,
        languages,
        bot,
        sender.wake,
        say,
        office,
        forgetting.wake,
        hook,
    )
    reporting = Reporting(store, matcher, keeping, talking)
    await _open_web(settings, reporting, pushing, hook, say, stack)
    seedings = [
        Seeding(
            source, store=store, pool=pool, intake=intake, backlog=settings.seeds.backlog, clock=now
        )
        for source in settings.sources()
        if source.kind is SourceKind.FOLDER
    ]
    interpreter.tune()
    await _until(
        stop,
        polling.run(),
        sender.run(),
        fanning.run(),
        forgetting.run(),
        broadcasting.run(),
        talking.run(),
        keeping.run(matcher, stop),
        *([pushing.run()] if pushing else []),
        *(seeding.run(stop) for seeding in seedings),
    )


def _snapshot(settings: Settings) -> Path:
    """Where this machine keeps the compiled queries from one start to the next."""
    file = find_place(settings.store.url).file or settings.path.with_name("tocsin.db")
    return file.with_name(f"{file.name}.queries")


async def _bot_name(bot: Bot, store: Store) -> str | None:
    """The bot's name on Telegram, which the feeds' owners are told; at least the last one known.

    Telegram may be away: that keeps no feed from being read.
    """
    with suppress(TocsinError, TimeoutError):
        async with asyncio.timeout(_NAME_SECONDS):
            await introduce(bot)
        await store.write(lambda conn: meta.put(conn, _BOT_NAME, bot.username))
    name: str | None = await store.read(lambda conn: meta.get(conn, _BOT_NAME))
    return name


async def _until(stop: asyncio.Event, *parts: Coroutine[Any, Any, None]) -> None:
    """Run the parts until ``stop``; what one of them raises ends them all and is raised."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(part) for part in parts]
        await stop.wait()
        for task in tasks:
            task.cancel()


def _take_over(conn: Connection, settings: Settings) -> None:
    """At the start: the sources as configured, and nothing held by a process that is gone."""
    moment = now()
    store_sources.sync_sources(conn, settings.sources(), moment)
    for queue in (leases.FEEDS, leases.DELIVERIES, leases.INBOX):
        leases.expire(conn, queue, moment)


def _limits(settings: Settings) -> SendingLimits:
    limits = SendingLimits(
        per_second=settings.limits.messages_per_second,
        per_chat=settings.limits.per_chat_per_second,
        per_group=settings.limits.per_group_per_minute,
        burst=_burst(settings),
    )
    if not settings.limits.paid_broadcasts:
        return limits
    return replace(limits, paid=True, per_second=PAID_PER_SECOND, in_flight=PAID_IN_FLIGHT)


def _burst(settings: Settings) -> Burst:
    return Burst(settings.delivery.burst, settings.delivery.burst_window)


def _schedule(
    digesting: Digesting,
    amending: Amending,
    patterning: Patterning,
    housekeeping: Housekeeping,
    remembering: Remembering,
    stack: AsyncExitStack,
) -> None:
    """Few ticks over due times that the store keeps: a late tick loses nothing."""
    scheduler = AsyncIOScheduler(
        timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True}
    )
    scheduler.add_job(digesting.tick, "interval", seconds=1)
    scheduler.add_job(amending.tick, "interval", seconds=2)
    scheduler.add_job(patterning.tick, "interval", seconds=1)
    scheduler.add_job(housekeeping.index, "interval", seconds=2)
    scheduler.add_job(housekeeping.prune, "interval", hours=1)
    scheduler.add_job(remembering.save, "interval", hours=1)
    scheduler.start()
    stack.callback(scheduler.shutdown, wait=False)


async def _open_web(
    settings: Settings,
    reporting: Reporting,
    pushing: Pushing | None,
    hook: Hook | None,
    say: Callable[[str], None],
    stack: AsyncExitStack,
) -> None:
    if not settings.web.listen:
        return
    token = settings.web.token.get_secret_value()
    if not token:
        token = await _own_web_token(reporting.store, say)
    web = Web(
        listen=settings.web.listen,
        token=token,
        status=reporting.status,
        pushes=pushing,
        max_bytes=settings.fetch.max_bytes,
        hook=hook_route(urlsplit(settings.telegram.webhook.url).path or "/", hook)
        if hook
        else None,
    )
    address = await web.start()
    stack.push_async_callback(web.stop)
    say(f"Status page: {address}")


def _hook(settings: Settings, store: Store) -> Hook | None:
    """What takes Telegram's calls, where the configuration has it call."""
    webhook = settings.telegram.webhook
    if settings.telegram.mode != "webhook":
        return None
    return Hook(store, webhook.url, webhook.secret.get_secret_value())


async def _own_web_token(store: Store, say: Callable[[str], None]) -> str:
    """The token that was made at the first start, or a new one; only a new one is printed."""
    fresh = secrets.token_urlsafe(18)

    def work(conn: Connection) -> str:
        kept: str | None = meta.get(conn, _WEB_TOKEN)
        if kept is None:
            meta.put(conn, _WEB_TOKEN, fresh)
        return kept or fresh

    token = await store.write(work)
    if token == fresh:
        say(f"The status page's token, shown this once: {token}")
    return token
