"""The one place where the parts are put together: the service from its start to its end.

What a process was given to do are roles (``bot/roles``); each runs whenever the process holds it.
A part that fails in a way that nobody foresaw takes the process down, loudly, and what was owed is
still in the store at the next start.
"""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from bot import log, roles
from bot.chat.admin.notices import Notices
from bot.chat.words.languages import Languages
from bot.errors import TocsinError
from bot.fetching import fetch_limits
from bot.matching.matcher import Matcher
from bot.model import ROLES
from bot.roles import Matching, Parts, now, ticking, together
from bot.roles.deliver import limits_of
from bot.service import interpreter, rules_in_force
from bot.service.following import Following
from bot.service.handover import Handover
from bot.service.remembering import Remembering
from bot.service.roster import UPKEEP, Roster
from bot.service.rulekeeping import RuleKeeping
from bot.service.rules_in_force import RuleFollowing
from bot.service.talking import Telegram
from bot.service.wakes import Concern, Wakes
from bot.sources.fetch import Fetcher
from bot.sources.pool import ParsePool
from bot.store import meta
from bot.store.connections import find_place
from bot.store.engine import Store
from bot.telegram import close_bot, introduce, make_bot

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine
    from pathlib import Path

    from telegram import Bot

    from bot.config import Settings

logger = structlog.get_logger(__name__)

SANDBOX_PORT = 8081
_BOT_NAME = "bot.name"
_NAME_SECONDS = 3.0
_HOUR = 3600  # seconds
# In the order in which they begin: who takes is there before who brings, and who talks comes last.
_WORK = {
    "match": roles.match,
    "poll": roles.poll,
    "deliver": roles.deliver,
    UPKEEP: roles.upkeep,
    "web": roles.web,
    "chat": roles.chat,
}


@dataclass(frozen=True, slots=True)
class _Base:
    """What all the rest is made from."""

    settings: Settings
    telegram: Telegram
    store: Store
    wakes: Wakes
    roster: Roster


def serve(settings: Settings, say: Callable[[str], None], given: Collection[str] = ROLES) -> None:
    """Run the roles ``given`` until Ctrl-C or SIGTERM. ``say`` shows a line to who started it.

    Raises TocsinError where it cannot start or must not go on.
    """
    _check_shared(settings, given)
    try:
        asyncio.run(_serve(settings, say, given))
    except* TocsinError as errors:
        raise _first(errors) from None


def _first(errors: BaseExceptionGroup[TocsinError]) -> TocsinError:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


def _check_shared(settings: Settings, given: Collection[str]) -> None:
    """A part of the work needs a store and a Telegram that others share."""
    if set(given) == set(ROLES):
        return
    if not find_place(settings.store.url).shared:
        raise TocsinError(
            "--roles takes a part of the work, and the others need a store that processes can "
            "share: set store.url to postgresql://…, or leave --roles out and one process does all"
        )
    if settings.sandboxed:
        raise TocsinError(
            "--roles takes a part of the work, and a sandbox of its own would be of no use to the "
            "others: set telegram.token, and telegram.api where `tocsin sandbox` is the Telegram"
        )


async def _serve(settings: Settings, say: Callable[[str], None], given: Collection[str]) -> None:
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
        store = await asyncio.to_thread(Store.open, settings.store.url, serving=True)
        stack.callback(store.close)
        wakes = Wakes(store)
        roster = Roster(store, given, wakes)
        stack.push_async_callback(roster.end)
        await roster.begin()
        roster.say("chat", "Telegram has not answered yet")
        base = _Base(settings, telegram, store, wakes, roster)
        async with asyncio.TaskGroup() as group:
            # From before everything is loaded until all work has ended: either may take longer
            # than a lease.
            renewing = group.create_task(roster.run())
            await _until(stop, _work(base, say, stop))
            renewing.cancel()
    say("Tocsin has stopped; what is owed is kept and goes out at the next start.")


async def _telegram(
    settings: Settings, say: Callable[[str], None], stack: AsyncExitStack
) -> Telegram:
    admins = frozenset(settings.telegram.admins)
    if not settings.sandboxed:
        token = settings.telegram.token.get_secret_value()
        return Telegram(token, settings.telegram.api, admins)
    from bot.sandbox import Sandbox  # noqa: PLC0415 - a service with a token has no use for it

    try:
        sandbox = await Sandbox(port=SANDBOX_PORT).start()
    except TocsinError:  # another Tocsin is being tried, say: this one has a place of its own
        sandbox = await Sandbox().start()
    stack.push_async_callback(sandbox.stop)
    say("No Telegram token is configured (telegram.token), so this is the sandbox: a Telegram of")
    say("its own on this machine. Open it, and write  /subscribe Poutine")
    say("")
    say(f"    {sandbox.url}/")
    say("")
    return Telegram(sandbox.token, sandbox.url, admins | {sandbox.owner_id})


async def _parts(
    base: _Base, say: Callable[[str], None], stop: asyncio.Event, stack: AsyncExitStack
) -> Parts:
    """What the roles share."""
    settings, store, wakes, roster = base.settings, base.store, base.wakes, base.roster
    languages = Languages.read()
    bot = make_bot(
        base.telegram.token,
        base.telegram.api,
        connections=max(64, limits_of(settings).in_flight),
    )
    stack.push_async_callback(close_bot, bot)
    keeping = _keeping(base, languages)
    matcher, rules = await _rules(base, keeping)
    matching = await _matching(base, matcher, keeping, stack)
    name = None if settings.sandboxed else await _bot_name(bot, store)
    return Parts(
        settings=settings,
        telegram=base.telegram,
        store=store,
        wakes=wakes,
        roster=roster,
        languages=languages,
        matcher=matcher,
        matching=matching,
        rules=rules,
        handover=Handover(store, wakes.ringer(Concern.ARRIVALS)),
        bot=bot,
        fetcher=await stack.enter_async_context(Fetcher(fetch_limits(settings, bot_name=name))),
        pool=await stack.enter_async_context(ParsePool()),
        say=say,
        stop=stop,
    )


def _keeping(base: _Base, languages: Languages) -> RuleKeeping:
    wakes = base.wakes
    owed = wakes.ringer(Concern.DELIVERIES)
    return RuleKeeping(
        base.settings.rules.folder,
        store=base.roster.guarded("match"),
        audience=Notices(base.store, languages, base.telegram.admins, now, owed),
        clock=now,
        changed=wakes.ringer(Concern.RULES),
    )


async def _rules(base: _Base, keeping: RuleKeeping) -> tuple[Matcher, RuleFollowing | None]:
    """The rules to start with: from the files, or those that another process has put in force."""
    if base.roster.has("match"):
        rules = await keeping.first()
        stamp = await base.store.read(rules_in_force.stamp)
    else:
        rules, stamp = await rules_in_force.read(base.store)
    matcher = Matcher(rules)
    if not base.store.shared:
        return matcher, None
    following = RuleFollowing(base.store, matcher, stamp, lambda: not base.roster.has("match"))
    return matcher, following


async def _matching(
    base: _Base, matcher: Matcher, keeping: RuleKeeping, stack: AsyncExitStack
) -> Matching | None:
    """The queries of subscribers, for a process that may match."""
    if "match" not in base.roster.given:
        return None
    remembering = Remembering(matcher, base.store, _snapshot(base.settings))
    last = await remembering.restore(now())
    stack.push_async_callback(remembering.save)
    return Matching(Following(matcher, base.store, last), remembering, keeping)


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


async def _work(base: _Base, say: Callable[[str], None], stop: asyncio.Event) -> None:
    """Load everything, and do the work until cancelled."""
    async with AsyncExitStack() as stack:
        parts = await _parts(base, say, stop, stack)
        interpreter.tune()
        if base.store.shared:
            say(f"Tocsin shares the work; this process has {base.roster}. Ctrl-C stops it.")
        try:
            await _run(parts)
        finally:
            await base.roster.end()  # at once, for those who stand by


async def _run(parts: Parts) -> None:
    """The roles, each while it is held, and what keeps this process in step with others."""
    roster, wakes, matching, rules = parts.roster, parts.wakes, parts.matching, parts.rules
    loops = [wakes.run()]
    hears: dict[Concern, Callable[[str], None]] = {}
    if rules is not None:
        loops.append(rules.run())
        hears[Concern.RULES] = lambda _: rules.wake()
    if matching is not None:
        loops.append(matching.following.run())
        hears[Concern.ENDED] = matching.following.ended
        hears[Concern.SCRUBBING] = lambda _: matching.remembering.forget()
    work = {role: work for role, work in _WORK.items() if role in {*roster.given, UPKEEP}}
    loops += [roster.work(role, partial(begin, parts)) for role, begin in work.items()]
    saving = [(matching.remembering.save, _HOUR)] if matching is not None else []
    with wakes.hearing(hears), ticking(*saving):
        await together(*loops)


async def _until(stop: asyncio.Event, running: Coroutine[Any, Any, None]) -> None:
    """Run until ``stop``; what is raised ends it and is raised."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(running)
        await stop.wait()
        task.cancel()
