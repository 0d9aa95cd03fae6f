"""Who may talk with the bot, and who may change what it does: invitations, roles, group admins."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final

from telegram.error import BadRequest, Forbidden

from bot.chat.meaning.nearest import nearest_topic
from bot.chat.turns.events import Person
from bot.chat.turns.keyboards import keyboard, link
from bot.chat.turns.links import start_link
from bot.chat.words.languages import fill
from bot.delivery.words import cut
from bot.store import people

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection
    from telegram import Bot

    from bot.chat.turns.events import Origin
    from bot.chat.turns.turn import House, Role, Turn
    from bot.model import Chat

INVITATION_LASTS: Final = timedelta(days=7)
_LONGEST: Final = 100  # code points of a topic that there is not
_GROUP_ADMINS: Final = frozenset({"creator", "administrator"})


def first_admin_code(conn: Connection, now: datetime) -> str | None:
    """A one-time code: who first sends ``/start CODE`` becomes an admin. None if there is one.

    For the start of a bot whose config names no admins.
    """
    if people.admins(conn):
        return None
    return people.invite(conn, "admin", now, now + INVITATION_LASTS)


def role(conn: Connection, house: House, origin: Origin) -> Role | None:
    """What the person may do, whatever the chat: None is a stranger."""
    if origin.person is None:
        return None
    if origin.person.id in house.admins:
        return "admin"
    granted = people.role_of(conn, origin.person.id)
    if granted == "admin":
        return "admin"
    if house.access == "open" or (house.access == "invite" and granted == "member"):
        return "member"
    return None


def may_talk(house: House, origin: Origin, granted: Role | None, chat: Chat | None) -> bool:
    """Whether the bot answers: to those it knows, and in groups that one of them brought it to."""
    if granted is not None or house.access == "open":
        return True
    if origin.kind == "private" or house.access == "admins":
        return False
    return chat is not None and chat.refuses is None


async def may_change(bot: Bot, origin: Origin) -> bool:
    """Whether the person may change the chat's subscriptions: in a group, its own admins.

    Raises TelegramError when Telegram cannot be asked now.
    """
    if origin.kind == "private" or origin.as_chat:
        return True
    if origin.person is None:
        return False
    try:
        member = await bot.get_chat_member(origin.chat_id, origin.person.id)
    except (BadRequest, Forbidden):
        return False
    return member.status in _GROUP_ADMINS


def somebody(number: int) -> Person:
    """A person of whom nothing but the number is known."""
    return Person(number, "")


class Patience:
    """How often strangers are told no: a few times each, so that they cannot make the bot spam.

    Safe from several threads. Kept in memory only: who is a stranger is nobody's business on disk.
    """

    def __init__(
        self,
        answers: int = 3,
        within: timedelta = timedelta(minutes=10),
        strangers: int = 10_000,
    ) -> None:
        self._answers = answers
        self._within = within
        self._strangers = strangers
        self._told: OrderedDict[int, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._told)

    def allows(self, chat_id: int, now: datetime) -> bool:
        """Whether to answer this time; it counts."""
        with self._lock:
            told = self._told.setdefault(chat_id, deque())
            self._told.move_to_end(chat_id)
            if len(self._told) > self._strangers:
                self._told.popitem(last=False)
            while told and now - told[0] >= self._within:
                told.popleft()
            if len(told) >= self._answers:
                return False
            told.append(now)
            return True


def decline(turn: Turn, code: str = "") -> None:
    """The polite no; to a code that lets nobody in, why."""
    if code:
        text = turn.language.html(
            "I am sorry, this invitation is used up, too old or mistyped. Please ask for a new one."
        )
    else:
        text = turn.language.html(
            "Hello! I am sorry, I only ring for people who were invited. "
            "If you have an invitation, send me <code>/start</code> and the code in it."
        )
    turn.say(text)


def decline_admin(turn: Turn) -> None:
    """Somebody asked for what only the bot's admins do."""
    turn.say(turn.language.html("Only my admins can do that."))


def decline_change(turn: Turn) -> None:
    """A member of a group who is not one of its admins wanted to change something."""
    text = turn.language.gettext("In a group, only its admins can change this.")
    if turn.pressed_message is None:
        turn.say(turn.language.html("In a group, only its admins can change this."))
    else:
        turn.notify(text, alert=True)


def redeem(turn: Turn, code: str) -> bool:
    """Let the person in if the code is good; it is good once."""
    if turn.person is None or not code:
        return False
    granted = people.redeem(turn.conn, code, turn.person.id, turn.now)
    if granted is None:
        return False
    if granted == "admin":
        turn.role = "admin"
    elif turn.role is None and turn.house.access != "admins":
        turn.role = "member"
    return turn.role is not None


def invite(turn: Turn) -> None:
    """/invite [TOPIC]: a one-time invitation, as a link and as a command; to a topic with one."""
    code = people.invite(turn.conn, "member", turn.now, turn.now + INVITATION_LASTS)
    wanted, language = turn.arguments, turn.language
    topic = nearest_topic(wanted, turn.house.matcher.rules) if wanted else None
    url = start_link(turn, code, topic.key) if topic is not None else None
    text = language.nhtml(
        "This invitation lets one person in; it is good for {n} day. "
        "Pass on the link, or this command:\n<code>/start {code}</code>",
        "This invitation lets one person in; it is good for {n} days. "
        "Pass on the link, or this command:\n<code>/start {code}</code>",
        INVITATION_LASTS.days,
        code=str(url or start_link(turn, code)).partition("start=")[2],
    )
    if wanted:
        about = (
            language.html("It opens the topic {title}.", title=topic.title_in(language.code))
            if topic is not None and url is not None
            else language.html(
                "I know no topic {name}, so it opens none.", name=cut(wanted, _LONGEST)
            )
        )
        text = fill("{text}\n{about}", text=text, about=about)
    turn.say(
        text, keyboard([link(language.gettext("Invitation"), str(url or start_link(turn, code)))])
    )
