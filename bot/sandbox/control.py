"""The control API, ``/sandbox/…``: what people do and what goes wrong, for the page and for tests.

Every POST takes a JSON object and answers with one; a mistake is 400 with ``{"error": …}``.
``docs`` of each action are its function's docstring.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox import groups, people, wire
from bot.sandbox.faults import FaultKind
from bot.sandbox.records import Json, Person, Status
from bot.sandbox.refusals import Refusal, bad_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.faults import Faults
    from bot.sandbox.journal import Journal
    from bot.sandbox.world import World

MOST_NEW_PEOPLE = 100_000


class Body:
    """A control request's JSON object, read field by field with clear errors."""

    def __init__(self, fields: Any) -> None:
        if not isinstance(fields, dict):
            raise bad_request("a JSON object was expected")
        self.fields: Json = fields

    def integer(self, name: str, default: int | None = None) -> int:
        """An integer. Raises Refusal when it is missing and has no default."""
        value = self.fields.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise bad_request(f'"{name}" must be an integer')
        return value

    def maybe_integer(self, name: str) -> int | None:
        """An integer or None."""
        return None if self.fields.get(name) is None else self.integer(name)

    def text(self, name: str, default: str | None = None) -> str:
        """A string. Raises Refusal when it is missing and has no default."""
        value = self.fields.get(name, default)
        if not isinstance(value, str):
            raise bad_request(f'"{name}" must be a string')
        return value

    def number(self, name: str, default: float) -> float:
        """A number."""
        value = self.fields.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise bad_request(f'"{name}" must be a number from 0')
        return float(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean."""
        return bool(self.fields.get(name, default))


class Control:
    """Does what the control API is asked to do."""

    def __init__(self, world: World, faults: Faults, journal: Journal) -> None:
        self._world = world
        self._faults = faults
        self._journal = journal
        self.actions: dict[str, Callable[[Body], Any]] = {
            "say": self.say,
            "upload": self.upload,
            "forward": self.forward,
            "choose": self.choose,
            "edit": self.edit,
            "press": self.press,
            "start": self.start,
            "inline": self.inline,
            "block": self.block,
            "deactivate": self.deactivate,
            "language": self.language,
            "bot": self.bot,
            "member": self.member,
            "mute": self.mute,
            "thread": self.thread,
            "upgrade": self.upgrade,
            "people": self.people,
            "fault": self.fault,
            "faults/clear": self.clear_faults,
            "limits": self.limits,
            "privacy": self.privacy,
            "advance": self.advance,
            "reset": self.reset,
        }

    def say(self, body: Body) -> Json:
        """``person``, ``chat``, ``text``: write a message.

        Perhaps in a ``thread``, as an answer (``reply_to``), in the group's name (``anonymous``).
        """
        message = people.say(
            self._world,
            body.integer("person"),
            body.integer("chat"),
            body.text("text"),
            thread_id=body.maybe_integer("thread"),
            reply_to=body.maybe_integer("reply_to"),
            anonymous=body.flag("anonymous"),
        )
        return wire.message_json(self._world, message)

    def upload(self, body: Body) -> Json:
        """``person``, ``chat``, ``name``, ``content`` (text), perhaps ``caption``: send a file."""
        message = people.upload(
            self._world,
            body.integer("person"),
            body.integer("chat"),
            body.text("name"),
            body.text("content").encode(),
            caption=body.text("caption", ""),
            thread_id=body.maybe_integer("thread"),
        )
        return wire.message_json(self._world, message)

    def forward(self, body: Body) -> Json:
        """``person``, ``chat``, ``message``, perhaps ``to`` (the bot): pass a message on."""
        message = people.forward(
            self._world,
            body.integer("person"),
            body.integer("chat"),
            body.integer("message"),
            body.maybe_integer("to"),
        )
        return wire.message_json(self._world, message)

    def choose(self, body: Body) -> Json:
        """``person``, ``chat``, ``query``, ``result``: send an answer of inline mode into a chat."""
        message = people.choose(
            self._world,
            body.integer("person"),
            body.integer("chat"),
            body.text("query"),
            body.text("result"),
        )
        return wire.message_json(self._world, message)

    def edit(self, body: Body) -> Json:
        """``person``, ``chat``, ``message``, ``text``: change what one wrote."""
        message = people.edit(
            self._world,
            body.integer("person"),
            body.integer("chat"),
            body.integer("message"),
            body.text("text"),
        )
        return wire.message_json(self._world, message)

    def press(self, body: Body) -> Json:
        """``person``, ``chat``, ``message``, ``button`` (its data or text): press it."""
        query = people.press(
            self._world,
            body.integer("person"),
            body.integer("chat"),
            body.integer("message"),
            body.text("button"),
        )
        return {"query": query.id}

    def start(self, body: Body) -> Json:
        """``person``, perhaps ``payload``: press Start or follow a deep link."""
        message = people.start(self._world, body.integer("person"), body.text("payload", ""))
        return wire.message_json(self._world, message)

    def inline(self, body: Body) -> Json:
        """``person``, ``text``, perhaps ``offset``: ask in inline mode."""
        query = people.inline(
            self._world, body.integer("person"), body.text("text"), body.text("offset", "")
        )
        return {"query": query.id}

    def block(self, body: Body) -> None:
        """``person``, perhaps ``blocked`` (true): block the bot, or let it back in."""
        act = people.block if body.flag("blocked", default=True) else people.unblock
        act(self._world, body.integer("person"))

    def deactivate(self, body: Body) -> None:
        """``person``, perhaps ``deactivated`` (true): delete the account, or bring it back."""
        gone = body.flag("deactivated", default=True)
        people.deactivate(self._world, body.integer("person"), deactivated=gone)

    def language(self, body: Body) -> None:
        """``person``, ``language``: what their app speaks."""
        people.rename(self._world, body.integer("person"), language=body.text("language"))

    def bot(self, body: Body) -> None:
        """``chat``, ``present``, perhaps ``admin`` and ``by``: add the bot to a group, or kick it."""
        by = body.integer("by", next(iter(self._world.people)))
        if body.flag("present", default=True):
            groups.add_bot(self._world, body.integer("chat"), by, admin=body.flag("admin"))
        else:
            groups.kick_bot(self._world, body.integer("chat"), by)

    def member(self, body: Body) -> None:
        """``chat``, ``person``, ``status``, perhaps ``by``: join, leave, promote, throw out."""
        try:
            status = Status(body.text("status"))
        except ValueError:
            raise bad_request(f'"status" is one of {", ".join(Status)}') from None
        chat, person = body.integer("chat"), body.integer("person")
        present = self._world.chat(chat).status(person).present
        if status is Status.MEMBER and not present:
            groups.join(self._world, chat, person)
        elif status is Status.LEFT and present:
            groups.leave(self._world, chat, person)
        else:
            groups.promote(self._world, chat, person, status, body.integer("by", person))

    def mute(self, body: Body) -> None:
        """``chat``, perhaps ``muted`` (true): take the bot's right to write, or give it back."""
        muted = body.flag("muted", default=True)
        groups.mute(self._world, body.integer("chat"), muted=muted)

    def thread(self, body: Body) -> Json:
        """``chat``, ``action`` (create, close, reopen, delete), ``thread`` or ``name``: a topic."""
        action = body.text("action")
        if action not in {"create", "close", "reopen", "delete"}:
            raise bad_request('"action" is one of create, close, reopen, delete')
        number = groups.change_thread(
            self._world,
            body.integer("chat"),
            body.integer("thread", 0),
            action,
            body.text("name", "Topic"),
        )
        return {"thread": number}

    def upgrade(self, body: Body) -> Json:
        """``chat``: turn a group into a supergroup; answers with the new ``chat``."""
        return {"chat": groups.upgrade(self._world, body.integer("chat")).id}

    def people(self, body: Body) -> Json:
        """``count``, perhaps ``language`` and ``started`` (true): more people, as for a broadcast."""
        count = body.integer("count")
        if not 0 < count <= MOST_NEW_PEOPLE:
            raise bad_request(f'"count" is from 1 to {MOST_NEW_PEOPLE}')
        first = max(self._world.people) + 1
        language = body.text("language", "en")
        status = Status.MEMBER if body.flag("started", default=True) else Status.LEFT
        for number in range(first, first + count):
            chat = self._world.add_person(Person(number, f"Reader {number}", language=language))
            chat.members[self._world.bot.id] = status
        self._world.hub.publish("reset")
        return {"first": first, "last": first + count - 1}

    def fault(self, body: Body) -> Json:
        """``kind``, perhaps the other fields of a fault: put it in the way of calls to come."""
        try:
            kind = FaultKind(body.text("kind"))
        except ValueError:
            raise bad_request(f'"kind" is one of {", ".join(FaultKind)}') from None
        fields = body.fields
        fault = self._faults.add(
            kind,
            method=body.text("method") if fields.get("method") else None,
            chat=body.maybe_integer("chat"),
            times=None
            if "times" in fields and fields["times"] is None
            else body.integer("times", 1),
            seconds=body.number("seconds", 1.0),
            retry_after=body.integer("retry_after", 1),
            share=body.number("share", 1.0),
        )
        return fault.json()

    def clear_faults(self, _body: Body) -> None:
        """Take all faults back."""
        self._faults.clear()

    def limits(self, body: Body) -> dict[str, float]:
        """Any of the limits by name: change them; answers with all. Counting starts anew."""
        limits = self._world.limiter.limits
        known = limits.json()
        if unknown := sorted(set(body.fields) - set(known)):
            raise bad_request(f"unknown limit {unknown[0]}; there are {', '.join(known)}")
        for name in body.fields:
            value = body.number(name, 0)
            setattr(limits, name, int(value) if name == "chat_burst" else value)
        self._world.limiter.reset()
        return limits.json()

    def privacy(self, body: Body) -> None:
        """``on``: whether the bot sees only what is meant for it in groups."""
        self._world.privacy = body.flag("on", default=True)

    def advance(self, body: Body) -> Json:
        """``seconds``: let the sandbox's time skip ahead."""
        self._world.clock.advance(body.number("seconds", 0))
        return {"now": self._world.clock.now()}

    def reset(self, _body: Body) -> None:
        """Start over: people, chats, faults, records."""
        self._faults.clear()
        self._journal.clear()
        self._world.reset()


def page_state(world: World, faults: Faults, *, messages: int = 200, chats: int = 200) -> Json:
    """Everything that the page shows; of very many people only those with something said."""
    shown = [
        chat
        for number, chat in enumerate(world.chats.values())
        if chat.moved_to is None and (number < chats or chat.messages)
    ][:chats]
    owners = {chat.id for chat in shown if chat.kind == "private"}
    return {
        "number": world.hub.number,
        "bot": wire.user_json(world.bot),
        "people": [
            people.person_state(world, number) for number in world.people if number in owners
        ],
        "chats": [world.chat_state(chat, messages) for chat in shown],
        "faults": [fault.json() for fault in faults.waiting],
        "limits": world.limiter.limits.json(),
    }


def find_query(world: World, number: str) -> Json:
    """What became of a press or an inline query."""
    query = world.queries.get(number)
    if query is None:
        raise Refusal(404, "no such query")
    return {"query": query.id, "answered": query.answer is not None, "answer": query.answer}
