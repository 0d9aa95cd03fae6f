"""The bot is let into a chat, put out of it, or blocked; a group moves to a new id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.people import access, welcome
from bot.chat.turns import kept
from bot.store import outbox, people
from bot.store.moves import move_chat

if TYPE_CHECKING:
    from bot.chat.turns.events import Move, Presence
    from bot.chat.turns.turn import Turn


def presence(turn: Turn, event: Presence) -> None:
    """Keep in mind whether the chat takes messages; greet a group, if who brought us may."""
    if not event.present:
        outbox.chat_refuses(turn.conn, turn.chat.id, "the bot was put out or blocked", turn.now)
        return
    if not event.writes:
        outbox.chat_refuses(turn.conn, turn.chat.id, "the bot may not write here", turn.now)
        return
    if turn.chat.kind == "private":
        people.chat_answers(turn.conn, turn.chat.id)
        return
    if turn.role is None:
        if event.arrived:
            access.decline(turn)
        else:  # its rights came back, where it was let in before
            people.chat_answers(turn.conn, turn.chat.id)
        return
    people.save_chat(turn.conn, turn.chat, turn.now)
    people.chat_answers(turn.conn, turn.chat.id)
    if event.arrived and turn.chat.kind != "channel":
        welcome.greet_group(turn)


def reopened(turn: Turn) -> None:
    """A topic of the forum takes messages again."""
    people.thread_answers(turn.conn, turn.chat.id, turn.thread_id)


def move(turn: Turn, event: Move) -> None:
    """All that the group had goes along to its new id."""
    kept.forget(turn.conn, turn.chat.id)  # its buttons stay behind
    move_chat(turn.conn, turn.chat.id, event.new_id, "the group became a supergroup", turn.now)
