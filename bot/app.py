"""The one place where the parts are put together: the service from its start to its end.

Every part is a task of one group. A part that fails in a way that nobody foresaw takes the
process down, loudly, and what was owed is still in the store at the next start.
"""

from __future__ import annotations

import asyncio
import secrets
import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import __version__, housekeeping, log
from bot.chat import notices
from bot.chat.dispatcher import Dispatcher
from bot.chat.languages import Languages
from bot.chat.receiver import Receiver
from bot.chat.turn import House
from bot.delivery.sender import Sender
from bot.errors import RetryLater, TocsinError
from bot.intake import Intake
from bot.matching.matcher import Matcher
from bot.model import SourceKind
from bot.polling import Polling
from bot.rulekeeping import RuleKeeping
from bot.seeding import Seeding
from bot.sources.fetch import Fetcher, FetchLimits
from bot.sources.pool import ParsePool
from bot.store import meta, people
from bot.store import sources as store_sources
from bot.store.engine import Store
from bot.telegram import introduce, make_bot
from bot.web.server import Web

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import Bot

    from bot.config import Settings

logger = structlog.get_logger(__name__)

SANDBOX_PORT = 8081
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


@dataclass(frozen=True, slots=True)
class Telegram:
    """Which Telegram the bot talks to, and who its admins are there."""

    token: str
    api: str
    admins: frozenset[int]


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
            secrets=[telegram.token, settings.web.token.get_secret_value()],
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
    await store.write(lambda conn: _take_over(conn, settings, now()))
    languages = Languages.read()
    tell = notices.Notices(store, languages, telegram.admins, now)
    rules = RuleKeeping(
        settings.rules.folder, store=store, refused=tell.rules_refused, accepted=tell.rules_accepted
    )
    matcher = Matcher(await rules.first())
    for query in await store.read(people.watched_queries):
        _watch(matcher, query)
    bot = make_bot(telegram.token, telegram.api)
    stack.push_async_callback(bot.shutdown)
    sender = Sender(store, bot, Rendering(matcher, languages, store), limits=_limits(settings))
    tell.owed = sender.wake
    intake = Intake(store, matcher, sender.wake)
    fetcher = await stack.enter_async_context(Fetcher(_fetching(settings)))
    pool = await stack.enter_async_context(ParsePool())
    polling = Polling(
        store=store,
        fetcher=fetcher,
        pool=pool,
        intake=intake,
        every=settings.fetch.every,
        concurrency=settings.fetch.concurrency,
        clock=now,
    )
    stack.push_async_callback(polling.close)
    chat = Chat(settings, telegram, store, matcher, languages, sender, bot)
    await _open_web(settings, store, matcher, rules, chat, say, stack)
    _schedule(polling, Housekeeping(store, retention=settings.store.retention, clock=now), stack)
    parts = [
        sender.run(),
        chat.run(say),
        rules.run(matcher, stop),
        *(
            Seeding(source, store=store, intake=intake, backlog=settings.seeds.backlog, clock=now).run(
                stop
            )
            for source in settings.sources()
            if source.kind is SourceKind.FOLDER
        ),
    ]
    await _until(stop, parts)
