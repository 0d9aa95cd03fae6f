"""Plays scenarios: does what people do in the sandbox, and compares what they see."""

from __future__ import annotations

import re
import shutil
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot.chat.admin.notices import Notices
from bot.matching.rules import load_rules
from bot.sandbox import groups
from bot.sandbox import people as crowd
from bot.sandbox.cast import DESK, NEWSROOM, WIRE
from bot.sandbox.records import Status
from bot.service.rulekeeping import RuleKeeping
from bot.values import parse_duration
from tests.chat.room import CLAIRE, JAMES, LAYLA, MEHMET, OLGA, OWNER, RULES, Room, plain, until
from tests.chat.seeing import Seen, labels, picture, state, unlike
from tests.chat.times import moment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sandbox.records import Message
    from tests.chat.script import Detail, Scenario, Step

PEOPLE: Final = {
    "You": OWNER,
    "Claire": CLAIRE,
    "Mehmet": MEHMET,
    "Olga": OLGA,
    "Layla": LAYLA,
    "James": JAMES,
}
PLACES: Final = {"group": DESK, "forum": NEWSROOM, "channel": WIRE}
_ROOT: Final = Path(__file__).parents[2]

Place = tuple[int, int | None]


@asynccontextmanager
async def open_stage(
    scenario: Scenario, folder: Path, *, patience: float = 10.0
) -> AsyncIterator[Stage]:
    """The room that a scenario wants, with rules of its own, which may change."""
    options = scenario.options
    rules = folder / "rules"
    shutil.copytree(_ROOT / options["rules"] if "rules" in options else RULES, rules)
    names = options.get("admins", "You").split()
    how: dict[str, Any] = {"access": options.get("access", "open")}
    room = Room(
        folder,
        rules=load_rules(rules),
        admins=frozenset(PEOPLE[name] for name in names if name != "nobody"),
        **how,
    )
    await room.open()
    room.telegram.world.privacy = options.get("privacy") != "off"
    try:
        yield Stage(scenario, room, rules, patience)
    finally:
        await room.close()


class Stage:
    """A room, and what everybody in it has seen so far."""

    def __init__(self, scenario: Scenario, room: Room, rules: Path, patience: float) -> None:
        self._scenario = scenario
        self._room = room
        self._patience = patience
        self._world = room.telegram.world
        self._before: dict[Place, dict[int, str]] = {}
        self._seen: dict[tuple[str, Place], dict[int, str]] = {}
        self._names: dict[str, str] = {}
        self._asked: dict[str, str] = {}  # the newest inline query of each person
        self._rules = rules
        notices = Notices(room.store, room.languages, room.admins, room.now, room.sender.wake)
        self._keeping = RuleKeeping(rules, store=room.store, audience=notices, clock=room.now)

    async def play(self) -> None:
        """All steps; a failure says which, and what was there instead."""
        await self._keeping.first()
        for step in self._scenario.steps:
            step.value = self._filled(step.value)
            try:
                await self._step(step)
            except AssertionError as error:
                raise AssertionError(self._report(step, str(error))) from None
            except Exception as error:
                error.add_note(f"{step.place}: {step.line}")
                raise

    async def _step(self, step: Step) -> None:
        match step.who:
            case "News":
                await self._publish(step)
            case "Time":
                when = moment(step.verb, step.value, self._room.now())
                await self._room.until(when)
            case "Bot":
                await self._room.stop()
                self._room.start()
            case "Rules":
                (self._rules / step.value).write_text("\n".join(step.body), "utf-8")
                await self._keeping.look(self._room.matcher)
            case name if name in PEOPLE:
                await self._person(step)
            case name:
                raise AssertionError(f"there is nobody named {name}")

    async def _publish(self, step: Step) -> None:
        await self._room.settled()  # what people did before is known by then
        ago = step.detail("ago")
        back = parse_duration(ago) if ago else timedelta()
        self._room.ahead -= back
        await self._room.publish(
            step.value,
            "\n".join([step.detail("text") or "", *step.body]).strip(),
            waiting=step.detail("waiting") is not None,
            rings=step.detail("stored") is None and ago is None,
            url=step.detail("url"),
            lang=step.detail("lang") or "en",
            source=step.detail("source"),
        )
        self._room.ahead += back

    async def _person(self, step: Step) -> None:
        who, place = PEOPLE[step.who], self._place(step)
        match step.verb:
            case "sees":
                await self._sees(step, place)
            case "sees nothing":
                await self._room.settled()
                new = self._new(step, place)
                assert not new, f"there is:\n{_pictures(new)}"
            case "sees nothing about":
                await self._room.settled()
                told = self._having(place, step.value)
                assert not told, f"there is:\n{_pictures(told)}"
            case "sees times":
                wanted, _, words = step.value.partition(" ")
                await self._room.settled()
                found = len(self._having(place, words))
                assert found == int(wanted), f"{words!r} is there {found} times"
            case "asks inline":
                await self._ask_inline(step, who)
            case "presses":
                await self._press(step, who, place)
            case _:
                self._act(step, who, place)

    def _act(self, step: Step, who: int, place: Place) -> None:
        self._before[place] = {each.id: state(each) for each in self._messages(place)}
        world, (chat, thread) = self._world, place
        match step.verb:
            case "says":
                words = step.detail("reply to")
                crowd.say(
                    world,
                    who,
                    chat,
                    step.text,
                    thread_id=thread,
                    reply_to=None if words is None else self._any(place, words).id,
                    anonymous=step.detail("anonymously") is not None,
                )
            case "uploads":
                body, caption = "\n".join(step.body).encode(), step.detail("caption") or ""
                crowd.upload(world, who, chat, step.value, body, caption=caption, thread_id=thread)
            case "edits":
                mine = [m for m in world.chats[chat].messages.values() if m.sender == who]
                crowd.edit(world, who, chat, mine[-1].id, step.text)
            case "forwards":
                message = self._any(place, step.value)
                self._before[who, None] = {m.id: state(m) for m in self._messages((who, None))}
                crowd.forward(world, who, chat, message.id)
            case "chooses":
                results = (world.queries[self._asked[step.who]].answer or {})["results"]
                found = [each["id"] for each in results if step.value in plain(each["title"])]
                assert found, f"the results are {[each['title'] for each in results]}"
                crowd.choose(world, who, chat, self._asked[step.who], found[0])
            case "follows":
                crowd.start(world, who, step.value.rpartition("start=")[2])
            case "speaks":
                crowd.rename(world, who, language=step.value)
            case _:
                self._change(step, who, place)

    def _change(self, step: Step, who: int, place: Place) -> None:
        """What changes who is where, and may do what."""
        world, chat = self._world, place[0]
        match step.verb.split():
            case ["joins"]:
                groups.join(world, chat, who)
            case ["leaves"]:
                groups.leave(world, chat, who)
            case ["blocks", *_]:
                crowd.block(world, who)
            case ["unblocks", *_]:
                crowd.unblock(world, who)
            case ["adds", *_]:
                groups.add_bot(world, chat, who, admin=world.chats[chat].kind == "channel")
            case ["removes", *_]:
                groups.kick_bot(world, chat, who)
            case [("mutes" | "unmutes") as verb, *_]:
                groups.mute(world, chat, muted=verb == "mutes")
            case ["makes", status]:
                wanted = Status.ADMINISTRATOR if status == "admin" else Status.MEMBER
                groups.promote(world, chat, PEOPLE[step.value], wanted, who)
            case [verb, "topic"]:
                threads = world.chats[chat].threads.values()
                number = next((each.id for each in threads if each.name == step.value), 0)
                groups.change_thread(world, chat, number, verb.removesuffix("s"), step.value)

    async def _press(self, step: Step, who: int, place: Place) -> None:
        message, data = await until(
            lambda: self._button(step, place), "a button of this name", patience=self._patience
        )
        self._before[place] = {each.id: state(each) for each in self._messages(place)}
        query = crowd.press(self._world, who, place[0], message.id, data)
        wanted = [each for each in step.details if each.word in {"notice", "alert", "no notice"}]
        for detail in wanted:
            await until(lambda: query.answer is not None, "an answer", patience=self._patience)
            answer = query.answer or {}
            text = plain(answer.get("text", ""))
            assert self._filled(detail.value) in text, f"{detail.place}: the notice is {text!r}"
            if detail.word == "no notice":
                assert not text, f"{detail.place}: the notice is {text!r}"
            else:
                how = "alert" if answer["show_alert"] else "notice"
                assert how == detail.word, f"{detail.place}: it is shown as {how}"

    def _button(self, step: Step, place: Place) -> tuple[Message, str] | None:
        """The newest message with the button, and what a press on it says."""
        for message in reversed(self._having(place, step.detail("under") or "")):
            for row in (message.markup or {}).get("inline_keyboard", []):
                for key in row:
                    if plain(key["text"]) == step.value and "callback_data" in key:
                        return message, key["callback_data"]
        return None

    async def _ask_inline(self, step: Step, who: int) -> None:
        query = crowd.inline(self._world, who, step.value)
        self._asked[step.who] = query.id
        await until(lambda: query.answer is not None, "an answer", patience=self._patience)
        titles = [plain(each["title"]) for each in (query.answer or {})["results"]]
        for detail in step.details:
            wanted = self._filled(detail.value)
            good = {
                "results": titles == [each.strip() for each in wanted.split(" | ")],
                "result": any(wanted in title for title in titles),
                "nothing": not titles,
            }[detail.word]
            assert good, f"{detail.place}: the results are {titles}"

    async def _sees(self, step: Step, place: Place) -> None:
        """A new message fits; where several have the words, one must fit in everything."""
        mistakes: list[str] = []

        def fitting() -> Seen | None:
            mistakes.clear()
            for message in self._new(step, place):
                if step.value in plain(message.text):
                    seen = Seen(message, new=message.id not in self._before.get(place, {}))
                    if (mistake := self._mistake(seen, step.details)) is None:
                        return seen
                    mistakes.append(mistake)
            return None

        try:
            seen = await until(fitting, f"{step.value!r}", patience=self._patience)
        except AssertionError:
            wrong = mistakes[-1] if mistakes else f"{step.value!r} is nowhere in what is new"
            raise AssertionError(wrong) from None
        message = seen.message
        self._seen.setdefault((step.who, place), {})[message.id] = state(message)

    def _mistake(self, seen: Seen, details: list[Detail]) -> str | None:
        for each in details:
            if each.word == "keep":
                name, _, pattern = each.value.partition("=")
                found = re.search(pattern.strip(), seen.message.text)
                if found is None:
                    return f"{each.place}: {pattern!r} is not there"
                self._names[name.strip()] = found[1]
            elif wrong := unlike(seen, each.word, self._filled(each.value)):
                return f"{each.place}: {wrong}"
        return None

    def _place(self, step: Step) -> Place:
        if not step.where:
            return PEOPLE[step.who], None
        chat, _, thread = step.where.partition("/")
        number = PLACES[chat]
        if not thread:
            return number, None
        threads = self._world.chats[number].threads.values()
        return number, next(each.id for each in threads if each.name == thread)

    def _messages(self, place: Place) -> list[Message]:
        """What the bot wrote there, or what came by way of it."""
        chat, thread = place
        return [
            each
            for each in self._world.chats[chat].messages.values()
            if (each.sender in {self._world.bot.id, None} or each.inline)
            and each.service is None
            and thread in {None, each.thread_id}
        ]

    def _new(self, step: Step, place: Place) -> list[Message]:
        """What is new or changed since somebody last did something there, and not seen yet."""
        before, seen = self._before.get(place, {}), self._seen.get((step.who, place), {})
        return [
            each
            for each in self._messages(place)
            if state(each) not in {before.get(each.id), seen.get(each.id)}
        ]

    def _having(self, place: Place, words: str) -> list[Message]:
        return [each for each in self._messages(place) if words in plain(each.text)]

    def _any(self, place: Place, words: str) -> Message:
        """The newest message of the place with the words, whoever wrote it."""
        everything = self._world.chats[place[0]].messages.values()
        found = [each for each in everything if words in plain(each.text)]
        assert found, f"there is no message with {words!r}"
        return found[-1]

    def _filled(self, text: str) -> str:
        """With the names that were kept put in."""
        for name, value in self._names.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def _report(self, step: Step, wrong: str) -> str:
        head = f"{step.place}: {step.line.strip()}\n  {wrong}"
        if step.who not in PEOPLE:
            return head
        there = self._messages(self._place(step))[-6:]
        return f"{head}\n\nwhat is there, the newest last:\n{_pictures(there)}"


def _pictures(messages: list[Message]) -> str:
    return "\n".join(map(picture, messages)) or "(nothing)"


__all__ = ["Stage", "labels", "open_stage"]
