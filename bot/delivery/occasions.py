"""Patterns in time in words: what an alert, a digest and "Why?" say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from bot.delivery.html import bold, escape, italic, link
from bot.delivery.links import presentable, site
from bot.delivery.words import clean, cut, is_rtl_language, isolate, line_mark
from bot.model import Message, PatternKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, timedelta

    from bot.model import Chat, Occasion, Report

_LONGEST: Final = {"heading": 200, "title": 120, "source": 40, "name": 60}
_MOST_NAMES: Final = 3


class Words(Protocol):
    """A language, as :class:`bot.chat.words.languages.Language` is one."""

    def gettext(self, message: str, /, **values: object) -> str:
        """Plain text."""

    def html(self, message: str, /, **values: object) -> str:
        """HTML."""

    def nhtml(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """HTML for a number."""

    def moment(self, when: datetime, *, timezone: str, now: datetime) -> str:
        """A time as one says it."""

    def exactly(self, length: timedelta) -> str:
        """A length of time, not rounded."""


def told(occasion: Occasion, language: Words, *, since: str = "") -> str:
    """What happened, in one line of HTML: "5 reports within 1 hour".

    ``since`` is the time of the last report, for a silence.
    """
    n, span = occasion.number, language.exactly(occasion.span)
    match occasion.kind:
        case PatternKind.COUNT:
            return language.nhtml(
                "⏱ {n} report within {span}", "⏱ {n} reports within {span}", n, span=span
            )
        case PatternKind.SPIKE if occasion.ratio is None:
            return language.nhtml(
                "📈 {n} report within {span}, where there are usually none",
                "📈 {n} reports within {span}, where there are usually none",
                n,
                span=span,
            )
        case PatternKind.SPIKE:
            return language.nhtml(
                "📈 {n} report within {span}, {times} × the usual",
                "📈 {n} reports within {span}, {times} × the usual",
                n,
                span=span,
                times=round(occasion.ratio or 0, 1),
            )
        case PatternKind.FIRST if occasion.since_ever:
            return language.html("✨ The first report so far")
        case PatternKind.FIRST:
            return language.html("✨ The first report in {span}", span=span)
        case PatternKind.SILENCE if not since:
            return language.html("🔇 No report for {span}", span=span)
        case PatternKind.SILENCE:
            return language.html("🔇 No report for {span}, since {when}", span=span, when=since)


def headed(heading: str, names: Sequence[str]) -> str:
    """The topic's title with the entities or sources whose pattern it is."""
    if not names:
        return heading
    listed = ", ".join(cut(clean(name), _LONGEST["name"]) for name in names[:_MOST_NAMES])
    more = ", …" if len(names) > _MOST_NAMES else ""
    return f"{heading}: {listed}{more}"


def earlier(
    reports: Sequence[Report], language: Words, source: Callable[[str], str], *, rtl: bool
) -> str:
    """The other reports of the window, a line each; empty where there are none."""
    lines = [_line(report, source(report.source), rtl=rtl) for report in reports]
    return "\n".join([italic(language.html("Before that:")), *lines]) if lines else ""


def clock_ring(
    occasion: Occasion,
    chat: Chat,
    *,
    mark: str,
    heading: str,
    source: Callable[[str], str],
    language: Words,
    now: datetime,
) -> Message:
    """The message for a pattern that the clock fulfilled, so that there is no item to tell of."""
    rtl = is_rtl_language(chat.language)
    words = cut(clean(heading), _LONGEST["heading"])
    last = occasion.last
    since = "" if last is None else language.moment(last, timezone=chat.timezone, now=now)
    paragraphs = [
        f"{mark} {bold(escape(isolate(words, rtl=rtl)))}".rstrip(),
        told(occasion, language, since=since),
        earlier(occasion.reports, language, source, rtl=rtl),
    ]
    buttons = [
        {"text": language.gettext("Subscriptions"), "callback_data": "op:0"},
        {"text": language.gettext("Mute"), "callback_data": "m"},
    ]
    arguments: dict[str, Any] = {
        "text": "\n\n".join(filter(None, paragraphs)),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": [buttons]},
    }
    return Message("sendMessage", arguments)


def _line(report: Report, source: str, *, rtl: bool) -> str:
    url = presentable(report.url)
    title = cut(clean(report.title) or site(url) or "–", _LONGEST["title"])
    name = cut(clean(source), _LONGEST["source"])
    origin = f" – {italic(escape(isolate(name, rtl=rtl)))}" if name else ""
    mark = line_mark(title, lang=None, rtl=rtl)
    return f"• {mark}{link(escape(title), url) if url else escape(title)}{origin}"
