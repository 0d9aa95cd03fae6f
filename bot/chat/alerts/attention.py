"""/quiet, /mute, /resume: when the bot may ring in this chat."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.attention import quiet_until
from bot.chat.meaning.clocks import read_hours, read_until, span
from bot.chat.meaning.naming import naming
from bot.chat.turns.keyboards import button, in_rows, keyboard, number, parts
from bot.chat.words.languages import Html, fill
from bot.model import Quiet
from bot.store import holding, people

if TYPE_CHECKING:
    from datetime import datetime

    from bot.chat.turns.keyboards import Keyboard
    from bot.chat.turns.turn import Turn
    from bot.model import Subscription

_OFF: Final = frozenset({"off", "no", "none", "0", "aucune", "non", "kapalı", "нет", "выкл", "لا"})
_DAY: Final = 24 * 60  # minutes
_COMMON_HOURS: Final = ((22 * 60, 7 * 60), (23 * 60, 8 * 60), (20 * 60, 9 * 60))
# Minutes: an hour, eight, a day, a week.
_COMMON_MUTES: Final = (60, 8 * 60, _DAY, 7 * _DAY)


def quiet(turn: Turn) -> None:
    """/quiet [22:00-07:00 or off]: without either, what is set."""
    wanted = turn.arguments.strip()
    if not wanted:
        turn.say(*_quiet_page(turn))
    elif wanted.lower() in _OFF:
        _set_quiet(turn, None)
        turn.say(*_quiet_page(turn))
    elif (hours := read_hours(wanted)) is not None:
        _set_quiet(turn, hours)
        turn.say(*_quiet_page(turn))
    else:
        turn.say(
            turn.language.html(
                "I cannot read these hours. Send them like this: <code>/quiet 22:00-07:00</code>, "
                "or <code>/quiet off</code>"
            )
        )


def quiet_pressed(turn: Turn) -> None:
    """Quiet hours were chosen: ``START:END`` in minutes, ``off``, or nothing to see the choice."""
    if turn.arguments == "off":
        _set_quiet(turn, None)
    elif turn.arguments:
        start, end = (number(each, _DAY - 1) for each in parts(turn.arguments, 2))
        _set_quiet(turn, Quiet(start, end))
    turn.show(*_quiet_page(turn))


def urgent_pressed(turn: Turn) -> None:
    """Whether urgent alerts ring in quiet hours: ``1`` or ``0``."""
    rings = number(turn.arguments, 1) == 1
    people.set_attention(turn.conn, turn.chat.id, urgent_rings=rings)
    turn.chat = replace(turn.chat, urgent_rings=rings)
    holding.replan(turn.conn, turn.chat.id, turn.now)
    turn.show(*_quiet_page(turn))


def mute(turn: Turn) -> None:
    """/mute [2h or 18:30]: without either, how long to choose from."""
    wanted = turn.arguments.strip()
    until = read_until(wanted, turn.chat.timezone, turn.now) if wanted else None
    if until is not None:
        turn.say(*_mute_chat(turn, until))
        return
    if wanted:
        turn.say(
            turn.language.html(
                "I cannot read how long. Send it like this: <code>/mute 2h</code>, "
                "<code>/mute 1d</code>, or until when: <code>/mute 18:30</code>"
            )
        )
        return
    turn.say(*_mute_choice(turn, None))


def mute_choice_pressed(turn: Turn) -> None:
    """“Mute”: of the whole chat, or with ``SUBSCRIPTION`` of that alone."""
    chosen = _subscription(turn, turn.arguments) if turn.arguments else None
    if chosen is not None or not turn.arguments:
        turn.say(*_mute_choice(turn, chosen))


def mute_pressed(turn: Turn) -> None:
    """A length of time was chosen: ``SUBSCRIPTION:MINUTES``; 0 is the whole chat."""
    which, minutes = parts(turn.arguments, 2)
    until = turn.now + timedelta(minutes=number(minutes, 365 * _DAY))
    if number(which) == 0:
        turn.show(*_mute_chat(turn, until))
        return
    chosen = _subscription(turn, which)
    if chosen is None:
        return
    turn.show(*mute_subscription(turn, chosen, until))


def mute_subscription(turn: Turn, chosen: Subscription, until: datetime) -> tuple[Html, Keyboard]:
    """Hold back what a subscription rings for; what is said of it."""
    people.tune(turn.conn, chosen.id, turn.chat.id, muted_until=until)
    holding.mute_rule(turn.conn, turn.chat.id, chosen.thread_id, chosen.rule, until)
    text = turn.language.html(
        "🔕 I do not ring for {what} until {when}. What comes meanwhile I keep, and send then "
        "as one message without a sound.",
        what=naming(turn, chosen),
        when=_when(turn, until),
    )
    return text, keyboard([button(turn.language.gettext("Ring again now"), "re", chosen.id)])


def mute_choice(turn: Turn, chosen: Subscription) -> None:
    """Ask for how long a subscription is to be muted."""
    turn.say(*_mute_choice(turn, chosen))


def resume(turn: Turn) -> None:
    """/resume: every mute of the chat ends."""
    turn.say(*_resume_chat(turn))


def resume_pressed(turn: Turn) -> None:
    """“Ring again now”: ``SUBSCRIPTION``, 0 being the whole chat."""
    if number(turn.arguments) == 0:
        turn.show(*_resume_chat(turn))
        return
    chosen = _subscription(turn, turn.arguments)
    if chosen is None:
        return
    people.tune(turn.conn, chosen.id, turn.chat.id, muted_until=None)
    holding.replan(turn.conn, turn.chat.id, turn.now)
    turn.show(turn.language.html("🔔 I ring for {what} again.", what=naming(turn, chosen)))


def attention_lines(turn: Turn) -> list[Html]:
    """What is set, a line each, for /settings."""
    language = turn.language
    hours = turn.chat.quiet
    lines = [
        language.html("Quiet hours: {hours}", hours=span(hours))
        if hours is not None
        else language.html("Quiet hours: none")
    ]
    if turn.chat.muted_until is not None and turn.chat.muted_until > turn.now:
        lines.append(language.html("Muted until {when}", when=_when(turn, turn.chat.muted_until)))
    return lines


def _set_quiet(turn: Turn, hours: Quiet | None) -> None:
    people.set_attention(
        turn.conn,
        turn.chat.id,
        quiet_start=hours.start if hours else None,
        quiet_end=hours.end if hours else None,
    )
    turn.chat = replace(turn.chat, quiet=hours)
    holding.replan(turn.conn, turn.chat.id, turn.now)


def _quiet_page(turn: Turn) -> tuple[Html, Keyboard]:
    language, hours = turn.language, turn.chat.quiet
    choices = [
        button(span(Quiet(*each)), "qh", *each)
        for each in _COMMON_HOURS
        if hours is None or each != (hours.start, hours.end)
    ]
    if hours is None:
        text = language.html(
            "🌙 You have no quiet hours. In quiet hours I do not ring; what comes I keep, and send "
            "afterwards as one message. Choose some, or send them: "
            "<code>/quiet 22:00-07:00</code>"
        )
        return _with_zone(turn, text), keyboard(*in_rows(choices, 2))
    urgent = turn.chat.urgent_rings
    text = language.html(
        "🌙 Quiet hours: {hours}. What comes then I keep, and send afterwards as one message.",
        hours=span(hours),
    )
    text = fill(
        "{text}\n{more}",
        text=text,
        more=language.html("Urgent alerts ring nevertheless.")
        if urgent
        else language.html("Not even urgent alerts ring."),
    )
    toggle = (
        button(language.gettext("Hold back urgent alerts too"), "ur", 0)
        if urgent
        else button(language.gettext("Let urgent alerts ring"), "ur", 1)
    )
    off = button(language.gettext("No quiet hours"), "qh", "off")
    return _with_zone(turn, text), keyboard([toggle], *in_rows(choices, 2), [off])


def _with_zone(turn: Turn, text: Html) -> Html:
    zone = turn.language.html(
        "Times are those of {zone}; /timezone changes it.", zone=turn.chat.timezone
    )
    return fill("{text}\n{zone}", text=text, zone=zone)


def _mute_choice(turn: Turn, chosen: Subscription | None) -> tuple[Html, Keyboard]:
    language = turn.language
    which = chosen.id if chosen is not None else 0
    lengths = [
        button(language.duration(timedelta(minutes=each)), "mu", which, each)
        for each in _COMMON_MUTES
    ]
    rows = in_rows(lengths, 2)
    if chosen is None:
        text = language.html(
            "🔕 For how long shall I not ring here? What comes meanwhile I keep, and send "
            "afterwards as one message without a sound."
        )
        return text, keyboard(*rows)
    if not chosen.silent:
        rows.append([button(language.gettext("Always without a sound"), "si", chosen.id, 1)])
    text = language.html(
        "🔕 For how long shall I not ring for {what}? What comes meanwhile I keep, and send "
        "afterwards as one message without a sound.",
        what=naming(turn, chosen),
    )
    stop = [button(language.gettext("Unsubscribe"), "u", chosen.id)]
    return text, keyboard(*rows, stop)


def _mute_chat(turn: Turn, until: datetime) -> tuple[Html, Keyboard]:
    people.set_attention(turn.conn, turn.chat.id, muted_until=until)
    turn.chat = replace(turn.chat, muted_until=until)
    text = turn.language.html(
        "🔕 I do not ring here until {when}. What comes meanwhile I keep, and send then as one "
        "message without a sound. /resume ends it.",
        when=_when(turn, until),
    )
    return text, keyboard([button(turn.language.gettext("Ring again now"), "re", 0)])


def _resume_chat(turn: Turn) -> tuple[Html, Keyboard]:
    language, now = turn.language, turn.now
    muted = (
        turn.chat.muted_until,
        *(each.muted_until for each in people.subscriptions(turn.conn, turn.chat.id)),
    )
    was_muted = any(until is not None and until > now for until in muted)
    people.set_attention(turn.conn, turn.chat.id, muted_until=None)
    people.end_mutes(turn.conn, turn.chat.id)
    turn.chat = replace(turn.chat, muted_until=None)
    holding.replan(turn.conn, turn.chat.id, now)
    said = language.html("🔔 I ring again.") if was_muted else language.html("🔔 I am not muted.")
    end = quiet_until(turn.chat.quiet, turn.chat.timezone, now)
    if end is None:
        return said, keyboard()
    note = language.html("It is your quiet hours until {when}, though.", when=_when(turn, end))
    return (
        fill("{said} {note}", said=said, note=note),
        keyboard([button(language.gettext("No quiet hours"), "qh", "off")]),
    )


def _when(turn: Turn, moment: datetime) -> str:
    return turn.language.moment(moment, timezone=turn.chat.timezone, now=turn.now)


def _subscription(turn: Turn, which: str) -> Subscription | None:
    """One of this chat's subscriptions; says so where there is none such."""
    found = people.subscription(turn.conn, number(which), turn.chat.id)
    if found is None:
        turn.notify(turn.language.gettext("It is gone already."))
    return found
