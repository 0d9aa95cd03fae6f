"""/start and /help: the first minute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.meaning.wishes import wish_of
from bot.chat.people import access
from bot.chat.subscribing.outlook import outlook
from bot.chat.subscribing.subscribe import confirm
from bot.chat.subscribing.topics import topic_buttons
from bot.chat.turns.keyboards import button, in_rows, keyboard
from bot.chat.turns.links import read_payload
from bot.chat.words.commands import LISTED
from bot.chat.words.languages import Html, fill
from bot.store import people

if TYPE_CHECKING:
    from bot.chat.meaning.wishes import Wish
    from bot.chat.turns.ahead import Outlook
    from bot.chat.turns.turn import Turn

_FEW_TOPICS: Final = 6


def start_ahead(turn: Turn) -> Outlook | None:
    """What a link to a topic would bring; the popular topics are counted on the way."""
    turn.house.popular.figures(turn.conn, turn.now)
    wish = _linked(turn, read_payload(turn.arguments)[1])
    return None if wish is None else outlook(turn, wish)


def start(turn: Turn) -> None:
    """/start [CODE or topic-KEY or both]: greet. A code lets a stranger in, a topic subscribes."""
    code, topic = read_payload(turn.arguments)
    invited = access.redeem(turn, code)
    if turn.stranger and not invited:
        access.decline(turn, code)
        return
    wish = _linked(turn, topic)
    if wish is None or invited:
        greet(turn)
    if invited and turn.role == "admin":
        turn.say(
            turn.language.html(
                "You are an admin: /admin shows how I am doing, /invite lets others in."
            )
        )
    if wish is not None:
        if invited:
            people.save_chat(turn.conn, turn.chat, turn.now)  # until now it was a stranger's
        confirm(turn, wish, turn.say)


def _linked(turn: Turn, topic: str) -> Wish | None:
    return wish_of(f"topic:{topic}", turn.house.matcher.rules) if topic else None


def greet(turn: Turn) -> None:
    """The greeting, with a few topics to begin with."""
    language = turn.language
    topics = in_rows(topic_buttons(turn, _FEW_TOPICS), 2)
    text = language.html(
        "👋 Hello! I read the news all day and ring when something comes that you care about.\n\n"
        "Write me a name or a few words and I show you the latest about them. "
        "To have me ring by myself, send for example <code>/subscribe Ukraine</code>."
    )
    if topics:
        text = fill(
            "{text}\n\n{more}", text=text, more=language.html("Or begin with one of these:")
        )
    more = [button(language.gettext("All topics"), "tp", 0)] if topics else []
    turn.say(text, keyboard(*topics, more))


def greet_group(turn: Turn) -> None:
    """What a group is told when the bot joins it."""
    turn.say(
        turn.language.html(
            "👋 Hello everybody! I ring here for the news that this group's admins subscribe to. "
            "See /topics and /help."
        )
    )


def help_(turn: Turn) -> None:
    """/help: the commands, with examples."""
    language = turn.language
    lines = [language.html("<b>What you can say to me</b>"), Html("")]
    for listed in LISTED:
        if listed.for_admins and turn.role != "admin":
            continue
        command = language.apart(f"/{listed.name}")
        lines.append(
            fill("{command} – {what}", command=command, what=language.gettext(listed.description))
        )
        if listed.example:
            example = fill("<code>{example}</code>", example=language.gettext(listed.example))
            lines.append(fill("    {example}", example=language.apart(example)))
    lines += [
        Html(""),
        language.html(
            "Plain words work too: I show the latest news about them. In a query, "
            '<code>"…"</code> keeps words together, <code>OR</code> means either, '
            "<code>-word</code> leaves out, <code>word*</code> is a beginning, "
            "<code>@name</code> is somebody in every spelling."
        ),
    ]
    turn.say(Html("\n".join(lines)))
