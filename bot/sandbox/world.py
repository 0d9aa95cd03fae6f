"""The state of the sandbox: who is there, which chats, what was said; all of it in memory."""

from __future__ import annotations

import itertools
import mimetypes
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.sandbox import cast, wire
from bot.sandbox.clock import Clock
from bot.sandbox.events import Hub
from bot.sandbox.limits import Limits, RateLimiter
from bot.sandbox.records import Chat, Document, Json, Message, Person, Photo, Query, Status
from bot.sandbox.refusals import bad_request, moved
from bot.sandbox.updates import UpdateQueue

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_MESSAGES = 500
"""Messages that a chat keeps; older ones are forgotten."""

MOST_PHOTOS = 100
MOST_DOCUMENTS = 100
MOST_QUERIES = 10_000
CALLBACK_LIFETIME = 150.0
INLINE_LIFETIME = 30.0


@dataclass(slots=True)
class Webhook:
    """Where updates are posted, and how that went last."""

    url: str
    secret: str = ""
    most_connections: int = 40
    failed_at: int | None = None
    failure: str = ""


@dataclass(slots=True)
class Profile:
    """What the bot says of itself: names and texts by language, commands by scope and language."""

    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    webhook: Webhook | None = None


class World:
    """People, chats and messages, and the updates and events that they cause."""

    def __init__(self, bot_id: int, limits: Limits | None = None) -> None:
        self.clock = Clock()
        self.hub = Hub()
        self.limiter = RateLimiter(limits or Limits())
        self.bot = cast.bot_person(bot_id)
        # Unlike update ids of an earlier run, so that a bot's old offset hides nothing new.
        self._first_update = int(self.clock.now())
        self.updates = UpdateQueue(self.clock, self._first_update)
        self.profile = Profile()
        self._fill()

    def _fill(self) -> None:
        self.privacy = True
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.queries: OrderedDict[str, Query] = OrderedDict()
        self.photos: OrderedDict[str, Photo] = OrderedDict()
        self.documents: OrderedDict[str, Document] = OrderedDict()
        self._private_ids = itertools.count(1)
        for person in cast.people():
            self.add_person(person)
        for chat in cast.chats(self.bot.id):
            self.chats[chat.id] = chat

    def reset(self) -> None:
        """As on the first day, except the bot's own profile and how it receives updates."""
        self._fill()
        self.updates.drop()
        self.limiter.reset()
        self.hub.publish("reset")

    @property
    def now(self) -> int:
        """The present in whole Unix seconds, as messages carry it."""
        return int(self.clock.now())

    def add_person(self, person: Person) -> Chat:
        """A new person, with an empty private chat that the bot may not open yet."""
        self.people[person.id] = person
        members = {person.id: Status.MEMBER, self.bot.id: Status.LEFT}
        chat = self.chats[person.id] = Chat(person.id, "private", members=members)
        return chat

    def person(self, number: int) -> Person:
        """Somebody by id, the bot included. Raises Refusal."""
        person = self.bot if number == self.bot.id else self.people.get(number)
        if person is None:
            raise bad_request("user not found")
        return person

    def chat(self, address: int | str) -> Chat:
        """A chat by id or @name. Raises Refusal where there is none, or it lives on elsewhere."""
        if isinstance(address, str) and address.startswith("@"):
            name = address[1:].lower()
            public = (chat for chat in self.chats.values() if chat.kind != "private")
            chat = next((chat for chat in public if chat.username.lower() == name), None)
        else:
            try:
                chat = self.chats.get(int(address))
            except ValueError:
                chat = None
        if chat is None:
            raise bad_request("chat not found")
        if chat.moved_to is not None:
            raise moved(chat.moved_to)
        return chat

    def message(self, chat: Chat, number: int) -> Message:
        """A message of a chat. Raises Refusal."""
        message = chat.messages.get(number)
        if message is None:
            raise bad_request("message not found")
        return message

    def add_message(self, chat: Chat, sender: int | None, **content: Any) -> Message:
        """Put a message into a chat, and tell the pages. ``content`` are fields of Message."""
        message = Message(self._next_id(chat), chat.id, sender, self.now, **content)
        chat.messages[message.id] = message
        while len(chat.messages) > MOST_MESSAGES:
            del chat.messages[next(iter(chat.messages))]
        self.hub.publish("message", wire.message_json(self, message))
        return message

    def change_message(self, message: Message, *, silently: bool = False, **content: Any) -> None:
        """Change a message in place; ``silently`` shows no mark of an edit, as for a keyboard."""
        for name, value in content.items():
            setattr(message, name, value)
        if not silently:
            message.edited = self.now
        self.hub.publish("message", wire.message_json(self, message))

    def remove_message(self, message: Message) -> None:
        """Take a message away."""
        self.chats[message.chat_id].messages.pop(message.id, None)
        self.hub.publish("deleted", {"chat": message.chat_id, "message": message.id})

    def tell_bot(self, kind: str, payload: Json) -> int | None:
        """Queue an update; its id, None where the bot does not want this kind."""
        return self.updates.put(kind, payload)

    def chat_changed(self, chat: Chat) -> None:
        """Tell the pages that a chat's members, topics or rights are others now."""
        self.hub.publish("chat", self.chat_state(chat))

    def chat_state(self, chat: Chat, messages: int = 0) -> Json:
        """A chat for pages and tests, with its newest ``messages``."""
        newest = list(chat.messages.values())[-messages:] if messages else []
        return wire.chat_json(self, chat) | {
            "members": {str(key): status.value for key, status in chat.members.items()},
            "threads": [
                {"id": thread.id, "name": thread.name, "closed": thread.closed}
                for thread in chat.threads.values()
            ],
            "bot": chat.status(self.bot.id).value,
            "muted": chat.muted,
            "moved_to": chat.moved_to,
            "messages": [wire.message_json(self, message) for message in newest],
        }

    def ask(
        self, person: int, lifetime: float, *, message: Message | None = None, data: str = ""
    ) -> Query:
        """A new query that the bot can answer until its lifetime (seconds) is over."""
        query = Query(str(secrets.randbits(62)), person, self.clock.now(), lifetime, data=data)
        if message is not None:
            query.chat_id, query.message_id = message.chat_id, message.id
        self.queries[query.id] = query
        while len(self.queries) > MOST_QUERIES:
            self.queries.popitem(last=False)
        return query

    def open_query(self, number: str) -> Query:
        """A query that can still be answered. Raises Refusal."""
        query = self.queries.get(number)
        if query is None or self.clock.now() - query.asked > query.lifetime:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        return query

    def keep_photo(self, photo: Photo) -> None:
        """Keep a picture for the page, and forget the oldest beyond a hundred."""
        self.photos[photo.id] = photo
        while len(self.photos) > MOST_PHOTOS:
            self.photos.popitem(last=False)

    def keep_document(self, name: str, body: bytes) -> Document:
        """A file that can be asked for from now on; the oldest beyond a hundred is forgotten."""
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        document = Document(f"document{secrets.token_hex(8)}", name, body, kind)
        self.documents[document.id] = document
        while len(self.documents) > MOST_DOCUMENTS:
            self.documents.popitem(last=False)
        return document

    def present(self, chat: Chat) -> Sequence[int]:
        """Who is in a chat now."""
        return [person for person, status in chat.members.items() if status.present]

    def _next_id(self, chat: Chat) -> int:
        # Supergroups and channels count their own messages; all else shares the account's count.
        if chat.kind in {"supergroup", "channel"}:
            chat.last_id += 1
            return chat.last_id
        return next(self._private_ids)
