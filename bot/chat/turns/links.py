"""Deep links: ``t.me/BOT?start=…`` with a topic, an invitation, or both."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from bot.chat.turns.keyboards import link

if TYPE_CHECKING:
    from bot.chat.turns.keyboards import Button
    from bot.chat.turns.turn import Turn
    from bot.matching.ruleset import Topic

_TOPIC: Final = "topic-"
# An invitation's code is of this length, see ``people.invite``.
_CODE_AND_TOPIC: Final = re.compile(r"([\w-]{22})-topic-([\w-]+)", re.ASCII)
_PAYLOAD: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")  # all that Telegram passes on


def read_payload(payload: str) -> tuple[str, str]:
    """The code of an invitation and the key of a topic in what stands behind ``/start``."""
    payload = payload.strip()
    if payload.startswith(_TOPIC):
        return "", payload.removeprefix(_TOPIC)
    both = _CODE_AND_TOPIC.fullmatch(payload)
    return (both[1], both[2]) if both is not None else (payload, "")


def start_link(turn: Turn, code: str = "", topic: str = "") -> str | None:
    """The address that opens the bot with these; None where Telegram would not pass it on."""
    payload = "-".join(filter(None, [code, f"{_TOPIC}{topic}" if topic else ""]))
    if not _PAYLOAD.fullmatch(payload):
        return None
    return f"https://t.me/{turn.house.bot_name}?start={payload}"


def share_button(turn: Turn, topic: Topic | None) -> list[Button]:
    """A button with which Telegram asks whom to send the link of a topic to."""
    address = start_link(turn, topic=topic.key) if topic is not None else None
    if topic is None or address is None:
        return []
    title = topic.title_in(turn.language.code)
    share = f"https://t.me/share/url?url={quote(address, safe='')}&text={quote(title, safe='')}"
    return [link(turn.language.gettext("Share"), share)]
