"""Channels: an admin of one sees to it from the private chat, since a channel is no place to talk.

From ``/channel @name`` on, what the person says and presses in private is about the channel, until
``/channel off``. That both the bot and the person administer it is asked anew at every step.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from telegram import ChatMemberAdministrator
from telegram.error import BadRequest, Forbidden

from bot.chat.people import access
from bot.chat.turns.events import Origin
from bot.chat.turns.keyboards import button, keyboard, number
from bot.chat.words.languages import N_
from bot.model import Chat
from bot.store import people

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import Bot

    from bot.chat.turns.turn import Turn

_OFF: Final = frozenset({"off", "none", "non", "kapalı", "нет", "выкл", "لا"})
_MOST: Final = 20  # channels that are looked at to find a person's own

_NO_CHANNEL: Final = N_(
    "I do not know such a channel. Make me an admin of it first, with the right to post, then send "
    "<code>/channel @name</code>, or forward me one of its posts."
)
_NOT_MINE: Final = N_(
    "I am no admin of that channel, or may not post there. Give me that right, then try again."
)
_NOT_YOURS: Final = N_("You are no admin of that channel, so I cannot let you see to it.")


@dataclass(frozen=True, slots=True)
class Seen:
    """A channel as Telegram shows it; ``problem`` is a message, empty where nothing is wrong."""

    id: int = 0
    title: str = ""
    problem: str = ""


def channel(turn: Turn) -> None:
    """/channel [@name or off]: see to a channel from here, or no longer."""
    wanted = turn.arguments.strip()
    if turn.chat.kind != "private" or turn.person is None:
        turn.say(turn.language.html("Tell me that in our private chat, please."))
    elif wanted.lower() in _OFF:
        _end(turn)
    elif wanted:
        is_number = wanted.removeprefix("-").isascii() and wanted.removeprefix("-").isdecimal()
        address = int(wanted) if is_number and len(wanted) < 20 else f"@{_name(wanted)}"  # noqa: PLR2004 - digits
        _look(turn, address)
    else:
        known = people.channels(turn.conn, _MOST)
        turn.errand(partial(_theirs, turn.house.bot, known, turn.person.id), _offer)


def forwarded(turn: Turn) -> None:
    """A post of a channel was passed on to us: see to that channel."""
    _look(turn, number(turn.arguments.removeprefix("-")) * -1)


def chosen(turn: Turn) -> None:
    """A channel was chosen from the list: ``NUMBER``, without its minus; 0 is none."""
    which = number(turn.arguments)
    if which == 0:
        _end(turn)
    else:
        _look(turn, -which)


def no_longer(turn: Turn, there: Chat | None) -> None:
    """The person may not see to the channel any more."""
    private = turn.chat.id
    turn.on_commit(lambda conn: people.speak_for(conn, private, None))
    turn.say(
        turn.language.html(
            "You are no longer an admin of <b>{channel}</b>, or I am not. From now on this is about "
            "you again: please repeat what you wanted.",
            channel=there.title if there is not None else "–",
        )
    )


def answer_in_private(turn: Turn) -> bool:
    """An admin pressed a button in a channel: it is talked about in private; False if it cannot."""
    private = None if turn.person is None else people.chat(turn.conn, turn.person.id)
    if private is None or private.refuses is not None:
        turn.notify(
            turn.language.gettext(
                "Write to me in private first (@{bot}), then press again.", bot=turn.house.bot_name
            ),
            alert=True,
        )
        return False
    channel_id, private_id = turn.chat.id, private.id
    turn.on_commit(lambda conn: people.speak_for(conn, private_id, channel_id))
    turn.answers_to = private_id
    turn.pressed_message = None
    turn.language = turn.house.languages.find(private.language)
    turn.notify(turn.language.gettext("I answer in our private chat."))
    return True


def _name(wanted: str) -> str:
    return wanted.removeprefix("https://").removeprefix("t.me/").lstrip("@").strip("/")


def _look(turn: Turn, address: int | str) -> None:
    if turn.person is not None and turn.chat.kind == "private":
        turn.errand(partial(look, turn.house.bot, address, turn.person.id), _bind)


async def look(bot: Bot, address: int | str, person: int) -> Seen:
    """The channel at an address, and whether both the bot and the person administer it."""
    try:
        found = await bot.get_chat(address)
    except (BadRequest, Forbidden):
        return Seen(problem=_NO_CHANNEL)
    if found.type != "channel":
        return Seen(problem=_NO_CHANNEL)
    try:
        me = await bot.get_chat_member(found.id, bot.id)
    except (BadRequest, Forbidden):
        return Seen(problem=_NOT_MINE)
    if not isinstance(me, ChatMemberAdministrator) or not me.can_post_messages:
        return Seen(problem=_NOT_MINE)
    origin = Origin(found.id, "channel", person=access.somebody(person))
    if not await access.may_change(bot, origin):
        return Seen(problem=_NOT_YOURS)
    return Seen(found.id, found.title or "")


async def _theirs(bot: Bot, known: Sequence[Chat], person: int) -> list[Seen]:
    """Those of the channels that the person may see to."""
    seen = [await look(bot, each.id, person) for each in known]
    return [each for each in seen if not each.problem]


def _offer(turn: Turn, seen: list[Seen]) -> None:
    language = turn.language
    rows = [[button(f"📢 {each.title}", "ch", -each.id)] for each in seen]
    if people.speaks_for(turn.conn, turn.chat.id) is not None:
        rows.append([button(language.gettext("Back to myself"), "ch", 0)])
    text = (
        language.html("Which channel do you want to see to?")
        if seen
        else language.html(_NO_CHANNEL)
    )
    turn.say(text, keyboard(*rows))


def _bind(turn: Turn, seen: Seen) -> None:
    language = turn.language
    if seen.problem:
        turn.say(language.html(seen.problem))
        return
    known = people.chat(turn.conn, seen.id)
    if known is None or known.title != seen.title:
        mine = known or Chat(
            seen.id, "channel", language=turn.chat.language, timezone=turn.chat.timezone
        )
        there = Chat(seen.id, "channel", seen.title, mine.language, mine.timezone)
        people.save_chat(turn.conn, there, turn.now)
    people.chat_answers(turn.conn, seen.id)
    people.speak_for(turn.conn, turn.chat.id, seen.id)
    turn.say(
        language.html(
            "📢 Now you see to <b>{channel}</b>. Whatever you tell me here is about the channel: "
            "/subscribe, /subscriptions, /quiet, /mute, /settings. I ring there.\n"
            "/channel off ends it, and this is about you again.",
            channel=seen.title,
        ),
        keyboard(
            [
                button(language.gettext("All subscriptions"), "op", 0),
                button(language.gettext("All topics"), "tp", 0),
            ],
            [button(language.gettext("Back to myself"), "ch", 0)],
        ),
    )


def _end(turn: Turn) -> None:
    private = turn.chat.id
    turn.on_commit(lambda conn: people.speak_for(conn, private, None))
    turn.say(turn.language.html("This is about you again, and no longer about a channel."))
