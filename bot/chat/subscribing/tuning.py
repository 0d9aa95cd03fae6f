"""One subscription's page: when its alerts come, from which severity on, with a sound or without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.attention import digest_time
from bot.chat.meaning.clocks import clock
from bot.chat.meaning.naming import naming
from bot.chat.subscribing.sifting import sieve_lines
from bot.chat.turns.keyboards import button, in_rows, keyboard, number, parts
from bot.chat.turns.links import share_button
from bot.chat.words.languages import N_, Html, fill
from bot.model import Cadence, Severity
from bot.store import holding, people

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.turns.keyboards import Button, Keyboard
    from bot.chat.turns.turn import Turn
    from bot.model import Subscription

_CADENCES: Final = {
    Cadence.IMMEDIATE: N_("At once"),
    Cadence.HOURLY: N_("Every hour"),
    Cadence.DAILY: N_("Every day"),
    Cadence.WEEKLY: N_("Every week"),
}
THRESHOLDS: Final = {
    Severity.LOW: N_("All"),
    Severity.NORMAL: N_("From normal on"),
    Severity.HIGH: N_("From high on"),
    Severity.URGENT: N_("Only urgent"),
}
_DAY: Final = 24 * 60  # minutes
_SUNDAY: Final = 6


def open_pressed(turn: Turn) -> None:
    """A subscription on the list was pressed: ``NUMBER``."""
    chosen = _chosen(turn, turn.arguments)
    if chosen is not None:
        turn.show(*_page(turn, chosen))


def cadence_pressed(turn: Turn) -> None:
    """When alerts come: ``NUMBER:CADENCE``."""
    which, cadence = parts(turn.arguments, 2)
    if cadence in set(Cadence):
        _tune(turn, which, cadence=Cadence(cadence))


def hour_pressed(turn: Turn) -> None:
    """The hour of a digest: ``NUMBER:MINUTE``; ``NUMBER`` alone shows the hours."""
    which, _, minute = turn.arguments.partition(":")
    if minute:
        _tune(turn, which, digest_at=number(minute, _DAY - 1))
        return
    chosen = _chosen(turn, which)
    if chosen is not None:
        hours = [button(clock(at), "ct", chosen.id, at) for at in range(0, _DAY, 60)]
        text = turn.language.html("At what time shall I send the digest?")
        turn.show(text, keyboard(*in_rows(hours, 4)))


def day_pressed(turn: Turn) -> None:
    """The weekday of a digest: ``NUMBER:DAY``; ``NUMBER`` alone shows the days."""
    which, _, day = turn.arguments.partition(":")
    if day:
        _tune(turn, which, digest_day=number(day, _SUNDAY))
        return
    chosen = _chosen(turn, which)
    if chosen is not None:
        days = [button(turn.language.weekday(at), "cd", chosen.id, at) for at in range(_SUNDAY + 1)]
        text = turn.language.html("On which day shall I send the digest?")
        turn.show(text, keyboard(*in_rows(days, 2)))


def threshold_pressed(turn: Turn) -> None:
    """The least severity: ``NUMBER:SEVERITY``."""
    which, severity = parts(turn.arguments, 2)
    _tune(turn, which, threshold=number(severity, int(Severity.URGENT)))


def _switch(what: str) -> Callable[[Turn], None]:
    """The button of one choice of two: ``NUMBER:1`` is yes."""

    def pressed(turn: Turn) -> None:
        which, yes = parts(turn.arguments, 2)
        _tune(turn, which, **{what: number(yes, 1) == 1})

    return pressed


silent_pressed = _switch("silent")
pictures_pressed = _switch("pictures")
chart_pressed = _switch("chart")
reports_pressed = _switch("every_report")


def pause_pressed(turn: Turn) -> None:
    """“Pause” and “Go on”: ``NUMBER:1`` pauses. What was held back for it ends."""
    which, paused = parts(turn.arguments, 2)
    pauses = number(paused, 1) == 1
    chosen = _chosen(turn, which)
    if chosen is not None and pauses:
        holding.end_rule(turn.conn, chosen.chat_id, chosen.thread_id, chosen.rule, turn.now)
    if chosen is not None:
        _tune(turn, which, paused=pauses)


def _tune(turn: Turn, which: str, **values: object) -> None:
    chosen = people.tune(turn.conn, number(which), turn.chat.id, **values)
    if chosen is None:
        turn.notify(turn.language.gettext("It is gone already."))
        return
    holding.replan(turn.conn, turn.chat.id, turn.now)
    turn.show(*_page(turn, chosen))


def _chosen(turn: Turn, which: str) -> Subscription | None:
    found = people.subscription(turn.conn, number(which), turn.chat.id)
    if found is None:
        turn.notify(turn.language.gettext("It is gone already."))
    return found


def _page(turn: Turn, mine: Subscription) -> tuple[Html, Keyboard]:
    language = turn.language
    lines = [
        fill("<b>{what}</b>", what=naming(turn, mine)),
        language.html("When: {when}", when=cadence_in_words(turn, mine)),
        language.html(
            "Severity: {severity}", severity=language.gettext(THRESHOLDS[mine.threshold])
        ),
        language.html("Without a sound") if mine.silent else language.html("With a sound"),
        language.html("With pictures") if mine.pictures else language.html("Without pictures"),
        language.html("Every report of a story")
        if mine.every_report
        else language.html("Each story once"),
    ]
    if mine.cadence is Cadence.WEEKLY and mine.chart:
        lines.append(language.html("With a chart"))
    lines += sieve_lines(turn, mine)
    if mine.paused:
        lines.append(language.html("⏸ Paused: I do not ring for it, and keep nothing back."))
    muted = mine.muted_until is not None and mine.muted_until > turn.now
    if mine.muted_until is not None and muted:
        when = language.moment(mine.muted_until, timezone=turn.chat.timezone, now=turn.now)
        lines.append(language.html("Muted until {when}", when=when))
    sound = (
        button(language.gettext("With a sound"), "si", mine.id, 0)
        if mine.silent
        else button(language.gettext("Without a sound"), "si", mine.id, 1)
    )
    pictures = (
        button(language.gettext("Without pictures"), "pi", mine.id, 0)
        if mine.pictures
        else button(language.gettext("With pictures"), "pi", mine.id, 1)
    )
    reports = (
        button(language.gettext("Each story once"), "er", mine.id, 0)
        if mine.every_report
        else button(language.gettext("Every report of a story"), "er", mine.id, 1)
    )
    pause = (
        button(language.gettext("▶️ Go on"), "pa", mine.id, 0)
        if mine.paused
        else button(language.gettext("⏸ Pause"), "pa", mine.id, 1)
    )
    mute = (
        button(language.gettext("Ring again now"), "re", mine.id)
        if muted
        else button(language.gettext("Mute"), "m", mine.id)
    )
    return Html("\n".join(lines)), keyboard(
        *in_rows(_cadences(turn, mine), 2),
        _schedule(turn, mine),
        _chart(turn, mine),
        *in_rows(_thresholds(turn, mine), 2),
        [sound, pictures],
        [reports],
        [
            button(language.gettext("Languages"), "vl", mine.id),
            button(language.gettext("Sources"), "vs", mine.id, 0),
        ],
        [mute, pause],
        share_button(turn, turn.house.matcher.rules.topics.get(mine.topic or "")),
        [
            button(language.gettext("Unsubscribe"), "u", mine.id),
            button(language.gettext("All subscriptions"), "op", 0),
        ],
    )


def cadence_in_words(turn: Turn, mine: Subscription) -> Html:
    """“every day at 08:00, next today at …”."""
    language = turn.language
    if mine.cadence is Cadence.IMMEDIATE:
        return language.html("at once")
    due = digest_time(mine, turn.chat.timezone, turn.now)
    following = language.moment(due, timezone=turn.chat.timezone, now=turn.now)
    if mine.cadence is Cadence.HOURLY:
        return language.html("every full hour as one message, next at {when}", when=following)
    at = clock(mine.digest_at)
    if mine.cadence is Cadence.DAILY:
        return language.html(
            "every day at {time} as one message, next: {when}", time=at, when=following
        )
    return language.html(
        "once a week ({day}) at {time} as one message, next: {when}",
        day=language.weekday(mine.digest_day),
        time=at,
        when=following,
    )


def _cadences(turn: Turn, mine: Subscription) -> list[Button]:
    return [
        button(_marked(turn.language.gettext(name), cadence is mine.cadence), "c", mine.id, cadence)
        for cadence, name in _CADENCES.items()
    ]


def _schedule(turn: Turn, mine: Subscription) -> list[Button]:
    """The hour and the day, where the cadence has them."""
    hour = button(f"🕗 {clock(mine.digest_at)}", "ct", mine.id)
    day = button(f"📅 {turn.language.weekday(mine.digest_day)}", "cd", mine.id)
    return {Cadence.DAILY: [hour], Cadence.WEEKLY: [day, hour]}.get(mine.cadence, [])


def _chart(turn: Turn, mine: Subscription) -> list[Button]:
    """Whether a weekly digest comes with a chart; other cadences have none."""
    if mine.cadence is not Cadence.WEEKLY:
        return []
    gettext = turn.language.gettext
    if mine.chart:
        return [button(gettext("Without a chart"), "wc", mine.id, 0)]
    return [button(gettext("📊 With a chart"), "wc", mine.id, 1)]


def _thresholds(turn: Turn, mine: Subscription) -> list[Button]:
    return [
        button(
            _marked(turn.language.gettext(name), least is mine.threshold), "th", mine.id, int(least)
        )
        for least, name in THRESHOLDS.items()
    ]


def _marked(label: str, chosen: bool) -> str:  # noqa: FBT001 - a label and whether it is the one
    return f"✅ {label}" if chosen else label
