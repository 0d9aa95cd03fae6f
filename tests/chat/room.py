"""A room to talk with the bot in: the sandbox, the store, the matcher, and the chat's own loops."""

from __future__ import annotations

import asyncio
import re
import shutil
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from bot.attention import Burst
from bot.chat.admin.notices import Notices
from bot.chat.dispatcher import Dispatcher
from bot.chat.receiver import Receiver
from bot.chat.turns.turn import House
from bot.chat.words.languages import Languages
from bot.delivery.sender import Limits as Pace
from bot.delivery.sender import Sender
from bot.discovering import Discovering
from bot.matching.matcher import Matcher
from bot.matching.rules import load_rules
from bot.matching.text import fold
from bot.model import DeliveryState, Item, Severity, Source, SourceKind
from bot.sandbox import Sandbox
from bot.sandbox import people as people_of_the_sandbox
from bot.sandbox.limits import Limits
from bot.service.broadcasting import Broadcasting
from bot.service.digesting import Digesting
from bot.service.following import Following
from bot.service.forgetting import Forgetting
from bot.service.office import ServiceOffice
from bot.service.rendering import Rendering
from bot.service.rulekeeping import RuleKeeping
from bot.service.storykeeping import StoryKeeping
from bot.sources.fetch import Fetcher, FetchLimits
from bot.sources.pool import ParsePool
from bot.store import inbox, outbox, people, sources
from bot.store.engine import Store
from bot.store.incoming import Arrival
from bot.store.items import record
from bot.telegram import introduce, make_bot
from bot.weekly_charts import WeeklyCharts

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from telegram import Bot

    from bot.matching.ruleset import RuleSet
    from bot.sandbox.records import Message

RULES = Path(__file__).parents[1] / "cases" / "chat" / "rules"
OWNER, CLAIRE, MEHMET, OLGA, LAYLA, JAMES = range(1001, 1007)
GROUP, FORUM = -4001, -1001000000001
NEWS = Source("wire", SourceKind.FOLDER, "/wire", name="The <Wire>", lang="en")
PATIENCE = 10.0


def now() -> datetime:
    return datetime.now(UTC)


async def until(look: Callable[[], Any], what: str, *, patience: float = PATIENCE) -> Any:
    """Wait until ``look`` returns something true, and return it."""
    deadline = asyncio.get_running_loop().time() + patience
    while not (seen := look()):
        assert asyncio.get_running_loop().time() < deadline, f"waited in vain for {what}"
        await asyncio.sleep(0.005)
    return seen


class Room:
    """The bot and the people around it. Everything is real but the pace."""

    def __init__(
        self,
        folder: Path,
        *,
        access: Literal["open", "invite", "admins"] = "open",
        admins: frozenset[int] = frozenset({OWNER}),
        rules: RuleSet | None = None,
        burst: Burst | None = None,
        languages: Languages | None = None,
    ) -> None:
        self.burst = burst or Burst(0)
        self.ahead = timedelta()  # of the real time
        self.access = access
        self.admins = admins
        self.folder = folder
        self.rule_folder = folder / "rules"
        self.telegram = Sandbox(limits=Limits(0, 0, 0))
        self.matcher = Matcher(rules if rules is not None else load_rules(RULES))
        self.languages = languages or Languages.read()
        self.stories = StoryKeeping()
        self.sources = {NEWS.key: NEWS}
        self.rendering = Rendering(self.matcher, self.languages, self.sources)
        self.store: Store
        self.bot: Bot
        self.house: House
        self.dispatcher: Dispatcher
        self.receiver: Receiver
        self.sender: Sender
        self.forgetting: Forgetting
        self.following: Following
        self.broadcasting: Broadcasting
        self._stack = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        await self.telegram.start()
        self._stack.push_async_callback(self.telegram.stop)
        self.store = Store.open(f"sqlite:///{self.folder / 'tocsin.db'}")
        self._stack.callback(self.store.close)
        self.bot = make_bot(self.telegram.token, self.telegram.url)
        self._stack.push_async_callback(self.bot.shutdown)
        self.following = Following(self.matcher, self.store)
        self.forgetting = Forgetting(
            self.store, pause=timedelta(milliseconds=20), apart=timedelta()
        )
        if not self.rule_folder.exists():
            shutil.copytree(RULES, self.rule_folder)
        me = await introduce(self.bot)
        self.house = House(
            bot_name=me.username or "",
            bot=self.bot,
            office=await self._office(),
            forgotten=self.forgetting.wake,
            ended=self.following.ended,
            languages=self.languages,
            matcher=self.matcher,
            access=self.access,
            admins=self.admins,
        )
        await self.store.write(lambda conn: sources.sync_sources(conn, [NEWS], now()))
        self.start()

    async def _office(self) -> ServiceOffice:
        notices = Notices(self.store, self.languages, self.admins, self.now, owed=self._owed)
        self.keeping = RuleKeeping(
            self.rule_folder, store=self.store, audience=notices, clock=self.now
        )
        limits = FetchLimits(allow_private=True)
        fetcher = await self._stack.enter_async_context(Fetcher(limits))
        pool = await self._stack.enter_async_context(ParsePool())
        return ServiceOffice(
            self.store,
            self.matcher,
            self.rule_folder,
            Discovering(fetcher, pool),
            reload=self._reload,
            broadcast=self._wake_broadcasting,
            clock=self.now,
        )

    def _owed(self) -> None:
        self.sender.wake()

    def _wake_broadcasting(self) -> None:
        self.broadcasting.wake()

    def _reload(self) -> None:
        self.spawn(self.keeping.look(self.matcher, asked=True))

    async def close(self) -> None:
        await self.stop()
        await self._stack.aclose()

    def start(self) -> None:
        """Start the loops, as a start of the program does."""
        pace = Pace(1000, 1000, 100_000, quiet=timedelta(), burst=self.burst)
        self.sender = Sender(self.store, self.bot, self.rendering, limits=pace, now=self.now)
        self.dispatcher = Dispatcher(
            self.store, self.bot, self.house, self.sender.wake, now=self.now
        )
        self.receiver = Receiver(
            self.store, self.bot, self.dispatcher.wake, poll=timedelta(seconds=5)
        )
        self.broadcasting = Broadcasting(
            self.store,
            self.languages,
            self.sender.wake,
            now=self.now,
            tell=timedelta(milliseconds=50),
        )
        loops = (
            *(self.sender, self.dispatcher, self.receiver),
            *(self.forgetting, self.broadcasting, self.following),
        )
        for loop in loops:
            self.spawn(loop.run())

    def spawn(self, loop: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(loop)
        self._tasks.append(task)
        return task

    async def stop(self) -> None:
        """Stop the loops; a defect in one comes to light here."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self._tasks.clear()

    def now(self) -> datetime:
        """The time of day in this room."""
        return now() + self.ahead

    async def until(self, when: datetime) -> None:
        """Let the time pass, and have the ticks that are due done."""
        await self.settled()
        self.ahead = when - now()
        await self.tick()

    async def tick(self) -> None:
        """Have done what is due by now."""
        await Digesting(
            self.store,
            self.rendering,
            WeeklyCharts(self.store, self.matcher, self.languages, self.rendering),
            self.sender.wake,
            burst=self.burst,
            clock=self.now,
        ).tick()
        self.sender.wake()
        await self.settled()

    def person(self, number: int, chat: int | None = None, thread: int | None = None) -> Person:
        return Person(self, number, number if chat is None else chat, thread)

    async def publish(
        self,
        title: str,
        text: str = "",
        *,
        waiting: bool = False,
        rings: bool = True,
        url: str | None = None,
        lang: str = "en",
        source: str | None = None,
    ) -> None:
        """An item arrives, from the wire or from another source by name."""
        origin = NEWS if source is None else await self._source(source)
        item = Item(
            f"{title}-{text}"[:60],
            origin.key,
            url,
            title,
            text,
            published=self.now() - timedelta(minutes=5),
            lang=lang,
        )
        await self.store.read(self.following.advance)
        topics = self.matcher.rules.topics
        matches = tuple(
            (match, topics[match.topic].severity if match.topic else Severity.NORMAL)
            for match in self.matcher.match(item, origin, self.now())
        )
        words = f"{fold(item.title)} {fold(item.text)}".split()
        trace = self.stories.prepared(item, self.now())
        arrival = Arrival(
            item,
            matches,
            rings,
            waiting,
            self.stories.keys(item, words),
            marks=trace.packed(),
            prepared=trace,
        )
        await self.store.write(
            lambda conn: record(conn, [arrival], self.now(), placing=self.stories)
        )
        self.sender.wake()

    async def _source(self, name: str) -> Source:
        key = name.lower().replace(" ", "-")
        if key not in self.sources:
            self.sources[key] = Source(key, SourceKind.FOLDER, f"/{key}", name=name)
            every = list(self.sources.values())
            await self.store.write(lambda conn: sources.sync_sources(conn, every, now()))
        return self.sources[key]

    async def settled(self) -> None:
        """Wait until nothing is left to be received, handled or sent."""
        open_ones = (DeliveryState.PENDING, DeliveryState.IN_FLIGHT, DeliveryState.POSTPONED)

        def rest() -> bool:
            def work(conn: Any) -> int:
                counts = outbox.counts(conn)
                return inbox.open_count(conn) + sum(counts[state] for state in open_ones)

            return not len(self.telegram.world.updates) and not self.store.read_now(work)

        await until(rest, "rest")

    def rules_of(self, chat: int) -> list[str]:
        mine = self.store.read_now(lambda conn: people.subscriptions(conn, chat))
        return [each.rule for each in mine]


class Person:
    """Somebody in a chat: says, presses, sees."""

    def __init__(self, room: Room, number: int, chat: int, thread: int | None) -> None:
        self._room = room
        self._telegram = room.telegram
        self.number = number
        self.chat = chat
        self.thread = thread
        self._before: dict[int, str] = {}

    def forwards(self, post: Message) -> Message:
        """Pass a channel's post on to the bot."""
        self._mark()
        world = self._telegram.world
        return people_of_the_sandbox.forward(world, self.number, post.chat_id, post.id, self.chat)

    def says(self, text: str, **where: Any) -> Message:
        self._mark()
        if self.thread is not None:
            where["thread_id"] = self.thread
        return self._telegram.say(self.number, text, self.chat, **where)

    def presses(self, button: str) -> str:
        """Press a button under the newest message that has it; the query's number."""
        for message in reversed(self.messages()):
            if button in self.buttons(message):
                self._mark()
                return self._telegram.press(self.number, message, button).id
        raise AssertionError(f"there is no button {button!r}: {self.labels()}")

    async def sees(self, *words: str) -> Message:
        """Wait for a message, new or changed since what was last said or pressed, with the words."""

        def look() -> Message | None:
            for message in self.messages():
                text = plain(message.text)
                if self._before.get(message.id) != state(message) and all(
                    word in text for word in words
                ):
                    return message
            return None

        try:
            found: Message = await until(look, f"{words}")
        except AssertionError as error:
            seen = "\n---\n".join(message.text for message in self.messages())
            raise AssertionError(f"{error}; seen was:\n{seen}") from None
        return found

    async def sees_notice(self, query: str) -> dict[str, Any]:
        """What was shown over the chat after a press."""
        queries = self._telegram.world.queries
        answered = await until(lambda: queries[query].answer is not None, "an answer to a press")
        assert answered
        return dict(queries[query].answer or {})

    async def hears_nothing(self) -> None:
        """Nothing new comes."""
        await self._room.settled()
        new = [each.text for each in self.messages() if self._before.get(each.id) != state(each)]
        assert new == []

    async def hears_nothing_of(self, words: str) -> None:
        """No message ever had the words."""
        await self._room.settled()
        assert [each.text for each in self.messages() if words in each.text] == []

    def messages(self) -> list[Message]:
        return self._telegram.answers(self.chat, self.thread)

    def labels(self) -> list[str]:
        return [label for message in self.messages() for label in self.buttons(message)]

    @staticmethod
    def buttons(message: Message) -> list[str]:
        rows = (message.markup or {}).get("inline_keyboard", [])
        return [button["text"] for row in rows for button in row]

    def _mark(self) -> None:
        self._before = {message.id: state(message) for message in self.messages()}


def state(message: Message) -> str:
    return f"{message.text}{message.markup}"


def plain(text: str) -> str:
    """With ordinary blanks and without marks of direction: tests need not know where they stand."""
    text = text.replace("\u00a0", " ").replace("\u202f", " ")
    return re.sub("[\u200e\u200f\u2066-\u2069]", "", text)
