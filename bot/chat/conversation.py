"""From an event to a finished turn: who asks, whether they may, and the handler that answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.chat.asking.inline import inline
from bot.chat.people import access, channels, presence
from bot.chat.router import route, stale
from bot.chat.turns.events import (
    Command,
    Forwarded,
    Inline,
    Move,
    Presence,
    Press,
    Reopened,
    Text,
    Upload,
)
from bot.chat.turns.keyboards import UnreadableButton
from bot.chat.turns.turn import Turn
from bot.model import Chat
from bot.store import people

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.chat.router import Route
    from bot.chat.turns.ahead import Outlook
    from bot.chat.turns.events import Event, Origin
    from bot.chat.turns.turn import House


@dataclass(frozen=True, slots=True)
class Plan:
    """What must be known of an event before it is answered, see :class:`bot.chat.router.Route`."""

    asks: bool = False
    for_group_admins: bool = False
    about_chat: bool = False
    looks_ahead: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that somebody sees to from their private chat, and whether they still may."""

    id: int
    may_change: bool


class Conversation:
    """What the bot answers. Safe to call from several threads, each with its own connection."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._patience = access.Patience()

    def plan(self, event: Event) -> Plan | None:
        """How the event is to be answered; None where it is not to be answered at all."""
        if isinstance(event, (Presence, Move, Reopened)):
            return Plan()
        if isinstance(event, Inline):
            return Plan(asks=True)
        found = route(event, self._house.languages)
        if found is None:
            return None
        taken = found[0]
        return Plan(
            taken.asks,
            taken.for_group_admins,
            about_chat=not taken.about_person,
            looks_ahead=taken.ahead is not None,
        )

    def look_ahead(self, conn: Connection, *, event: Event, now: datetime) -> Outlook | None:
        """What is read beside the writer before the event is answered; strangers cost nothing."""
        known = people.chat(conn, event.origin.chat_id)
        turn = self._turn(conn, event, known, now)
        found = route(event, self._house.languages)
        if found is None or found[0].ahead is None:
            return None
        if not access.may_talk(self._house, event.origin, turn.role, known):
            return None
        turn.arguments = found[1]
        try:
            return found[0].ahead(turn)
        except UnreadableButton:
            return None

    def answer(
        self,
        conn: Connection,
        *,
        event: Event,
        may_change: bool,
        channel: Channel | None,
        now: datetime,
        ahead: Outlook | None = None,
    ) -> Turn:
        """The turn that the event makes; the connection may be read-only where the plan asks."""
        known = people.chat(conn, event.origin.chat_id)
        turn = self._turn(conn, event, known, now)
        turn.outlook = ahead
        if channel is not None:
            return self._see_to(turn, event, channel)
        match event:
            case Presence():
                presence.presence(turn, event)
            case Move():
                presence.move(turn, event)
            case Reopened():
                presence.reopened(turn)
            case Inline():
                inline(turn, event)
            case Command() | Text() | Upload() | Forwarded() | Press():
                self._talk(turn, event, known, may_change=may_change)
        return turn

    def _see_to(self, turn: Turn, event: Event, channel: Channel) -> Turn:
        """What is said in a private chat about the channel that its person sees to."""
        there = people.chat(turn.conn, channel.id)
        if there is None or not channel.may_change or turn.role is None:
            channels.no_longer(turn, there)
            return turn
        turn.chat, turn.answers_to = there, turn.chat.id
        if isinstance(event, (Command, Text, Upload, Forwarded, Press)):
            self._talk(turn, event, there, may_change=True)
        return turn

    def later(self, conn: Connection, event: Event, now: datetime) -> Turn:
        """A turn for what an errand came to, in the chat of the event that sent it out."""
        turn = self._turn(conn, event, people.chat(conn, event.origin.chat_id), now)
        turn.pressed_message = None
        return turn

    def apology(self, conn: Connection, event: Event, now: datetime) -> Turn:
        """What is said when handling the event has failed for good."""
        turn = self._turn(conn, event, people.chat(conn, event.origin.chat_id), now)
        if isinstance(event, (Command, Text, Upload, Forwarded, Press)) and self._may_talk(
            turn, event.origin
        ):
            turn.say(
                turn.language.html(
                    "I am sorry, something went wrong with that. It was noted, and will be "
                    "looked at."
                )
            )
        return turn

    def _talk(
        self,
        turn: Turn,
        event: Command | Text | Upload | Forwarded | Press,
        known: Chat | None,
        *,
        may_change: bool,
    ) -> None:
        found = route(event, self._house.languages)
        if found is None:
            return
        taken, turn.arguments = found
        turn.stranger = not access.may_talk(self._house, event.origin, turn.role, known)
        if turn.stranger and not taken.for_strangers:
            self._decline(turn, event)
            return
        if self._refused(turn, taken, may_change=may_change):
            return
        if not turn.stranger:
            self._remember(turn, known, now_too=not taken.asks)
        try:
            taken.handle(turn)
        except UnreadableButton:
            stale(turn)
        if turn.stranger and turn.role is not None:
            self._remember(turn, known, now_too=True)
        elif turn.stranger and not self._patience.allows(turn.chat.id, turn.now):
            turn.messages.clear()

    @staticmethod
    def _refused(turn: Turn, taken: Route, *, may_change: bool) -> bool:
        """Whether this person may not do that here; they are told."""
        if taken.private and turn.chat.kind != "private":
            turn.notify(turn.language.gettext("Ask me that in private, please."), alert=True)
            return True
        if taken.for_admins and turn.role != "admin":
            access.decline_admin(turn)
            return True
        if not may_change:
            access.decline_change(turn)
            return True
        if turn.chat.kind == "channel" and turn.answers_to is None and taken.for_group_admins:
            return not channels.answer_in_private(turn)
        return False

    def _decline(self, turn: Turn, event: Command | Text | Upload | Forwarded | Press) -> None:
        if isinstance(event, Press):
            turn.notify(
                turn.language.gettext("I am sorry, I only answer people who were invited."),
                alert=True,
            )
        elif self._patience.allows(turn.chat.id, turn.now):
            access.decline(turn)

    def _remember(self, turn: Turn, known: Chat | None, *, now_too: bool) -> None:
        """Keep the chat as it is; it takes messages, since it speaks."""
        chat, thread, now = turn.chat, turn.thread_id, turn.now
        silenced = thread != 0 and people.thread_refuses(turn.conn, chat.id, thread)
        if known == chat and not silenced:
            return

        def save(conn: Connection) -> None:
            people.save_chat(conn, chat, now)
            people.chat_answers(conn, chat.id)
            people.thread_answers(conn, chat.id, thread)

        if now_too:
            save(turn.conn)
        else:
            turn.on_commit(save)

    def _may_talk(self, turn: Turn, origin: Origin) -> bool:
        known = people.chat(turn.conn, origin.chat_id)
        return access.may_talk(self._house, origin, turn.role, known)

    def _turn(self, conn: Connection, event: Event, known: Chat | None, now: datetime) -> Turn:
        origin = event.origin
        client = origin.person.language if origin.person is not None else None
        chat = known or Chat(
            origin.chat_id,
            origin.kind,
            origin.title,
            language=self._house.languages.find(client).code,
        )
        chat = replace(chat, kind=origin.kind, title=origin.title or chat.title, refuses=None)
        return Turn(
            conn=conn,
            now=now,
            house=self._house,
            chat=chat,
            thread_id=origin.thread_id,
            person=origin.person,
            role=access.role(conn, self._house, origin),
            language=self._house.languages.find(chat.language),
            pressed_message=event.message_id if isinstance(event, Press) else None,
            replied=origin.replied,
            document=event.document if isinstance(event, Upload) else None,
        )
