"""An alert as a person sees it: what rang, the item, where it is from, why, and what to do."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time

from bot.delivery.html import bold, escape, italic, link
from bot.delivery.links import presentable, site
from bot.delivery.snippet import highlighted, merged, snippet
from bot.delivery.words import clean, cut, is_rtl_language, isolate, line_mark
from bot.model import Message, Severity

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.model import Chat, Item, Match

# Together with the snippet (at most some 1,100 code points) far under the 4,096 of a message,
# however they count an emoji.
_LONGEST: Final = {"heading": 200, "title": 300, "source": 80, "agency": 60, "tag": 80}
_MARKS: Final[dict[Severity, str]] = {
    Severity.LOW: "🔹",
    Severity.NORMAL: "🔔",
    Severity.HIGH: "❗️",
    Severity.URGENT: "🚨",
}
_MOST_TAGS: Final = 4


def alert(
    item: Item,
    match: Match,
    chat: Chat,
    *,
    number: int,
    heading: str,
    severity: Severity,
    source: str,
    _: Callable[[str], str],
) -> Message:
    """The message that tells ``chat`` of ``item``; the sender adds the chat's id.

    ``number`` is the match's, which the buttons name; ``heading`` the topic's title in the chat's
    language, or the query; ``source`` the source's name; ``_`` gives the chat's words for
    "Mute", "Why?", "Fewer like this", "Unsubscribe", "Open" and "Untitled".
    """
    rtl = is_rtl_language(chat.language)
    url = presentable(item.url)
    item_lines = (
        _title(item, url, rtl=rtl, untitled=_("Untitled")),
        _origin(item, chat, source, rtl=rtl),
    )
    paragraphs = [
        _heading(heading or match.query or match.topic or "", severity, rtl=rtl),
        "\n".join(filter(None, item_lines)),
        _body(item, match, rtl=rtl),
        _tags(item, match),
    ]
    return Message(
        "sendMessage",
        {
            "text": "\n\n".join(filter(None, paragraphs)),
            "parse_mode": "HTML",
            "link_preview_options": {"prefer_small_media": True} if url else {"is_disabled": True},
            "reply_markup": buttons(number, url, _),
        },
    )


def buttons(number: int, url: str | None, _: Callable[[str], str]) -> dict[str, Any]:
    """The buttons of an alert: ``a:ACTION:NUMBER``, the action m, w, f or u."""

    def press(label: str, action: str) -> dict[str, str]:
        return {"text": label, "callback_data": f"a:{action}:{number}"}

    why = press(_("Why?"), "w")
    first = [{"text": _("Open"), "url": url}, why] if url else [why]
    return {
        "inline_keyboard": [
            first,
            [press(_("Mute"), "m"), press(_("Fewer like this"), "f")],
            [press(_("Unsubscribe"), "u")],
        ]
    }


def local_time(moment: datetime, *, timezone: str, language: str) -> str:
    """The moment as people of that language write it there: ``18 mai 2025, 13:24``."""
    # An unknown zone, or a year that no clock has: the time as it stands, in UTC.
    with suppress(KeyError, ValueError, OSError, OverflowError):
        moment = moment.astimezone(ZoneInfo(timezone))
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    day = format_date(moment.date(), "long", locale=locale)
    return f"{day}, {format_time(moment.time(), 'short', locale=locale)}"


def _heading(text: str, severity: Severity, *, rtl: bool) -> str:
    words = cut(clean(text), _LONGEST["heading"])
    return f"{_MARKS[severity]} {bold(escape(isolate(words, rtl=rtl)))}".rstrip()


def _title(item: Item, url: str | None, *, rtl: bool, untitled: str) -> str:
    title = clean(item.title) or clean(item.text[: 4 * _LONGEST["title"]])
    words = cut(title or site(url) or untitled, _LONGEST["title"])
    markup = bold(link(escape(words), url) if url else escape(words))
    return line_mark(words, lang=item.lang, rtl=rtl) + markup


def _origin(item: Item, chat: Chat, source: str, *, rtl: bool) -> str:
    name = cut(clean(source) or clean(item.source), _LONGEST["source"])
    agency = cut(clean(item.agency or ""), _LONGEST["agency"])
    if agency and agency.casefold() != name.casefold():
        name = f"{name} ({agency})" if name else agency
    moment = item.published or item.updated
    parts = [
        italic(escape(isolate(name, rtl=rtl))) if name else "",
        local_time(moment, timezone=chat.timezone, language=chat.language) if moment else "",
    ]
    return " · ".join(filter(None, parts))


def _body(item: Item, match: Match, *, rtl: bool) -> str:
    spans = [span for span in match.spans if span.field == "text"]
    if not spans and not clean(item.title):
        return ""  # the beginning of the text stands there as the title
    text = snippet(item.text, spans)
    return line_mark(item.text, lang=item.lang, rtl=rtl) + text if text else ""


def _tags(item: Item, match: Match) -> str:
    """The tags that matched, where nothing else did."""
    if any(span.field != "tags" for span in match.spans):
        return ""
    found = sorted({span.index for span in match.spans if span.index is not None})
    tags = [
        _tag(tag, match, index)
        for index in found[:_MOST_TAGS]
        if 0 <= index < len(item.tags) and len(tag := item.tags[index]) <= _LONGEST["tag"]
    ]
    return f"🏷 {' · '.join(tags)}" if any(tags) else ""


def _tag(tag: str, match: Match, index: int) -> str:
    places = merged((span for span in match.spans if span.index == index), len(tag))
    return highlighted(tag, places, 0, len(tag))
