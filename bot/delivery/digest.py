"""Many alerts as one message: a list by topic, in as many messages as Telegram's limit takes."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.delivery import occasions
from bot.delivery.html import bold, escape, italic, link
from bot.delivery.links import presentable, site
from bot.delivery.words import clean, cut, is_rtl_language, isolate, line_mark
from bot.model import Held, Message
from bot.store.digests import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.delivery.occasions import Words
    from bot.model import Chat
    from bot.store.digests import Digest, Entry

# Telegram's 4,096 are counted here in UTF-16 units, the strictest way; the rest is for the head.
_ROOM: Final = 3800
# Of the markup as it is sent: addresses do not count for Telegram's limit, but a request has its own.
_RAW_ROOM: Final = 24_000
# Of a message Telegram shows the first hundred links and marks; one is the head's.
_MOST_ENTITIES: Final = 99
_LONGEST: Final = {"heading": 120, "title": 200, "source": 40}
_TAG: Final = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class _Line:
    """An entry with its markup; ``heading`` is that of its topic."""

    delivery: int
    heading: str
    markup: str


def digest(
    told: Digest,
    *,
    heading: Callable[[Entry], str],
    source: Callable[[Entry], str],
    language: Words,
    now: datetime,
) -> list[Part]:
    """The messages that tell a chat of what was held back for it, and of which alerts each does.

    ``heading`` gives the title of what an entry rang for, ``source`` the name of where it is from.
    """
    pieces = _split(_lines(told, heading, source, language, now))
    head = _head(told, language)
    parts = []
    for number, piece in enumerate(pieces, 1):
        mark = f" ({number}/{len(pieces)})" if len(pieces) > 1 else ""
        text = f"{head}{mark}\n{_text(piece)}"
        last = number == len(pieces)
        message = _message(text, language if last else None, silent=told.silent)
        parts.append(Part(message, tuple(line.delivery for line in piece)))
    return parts


def _head(told: Digest, language: Words) -> str:
    n = len(told.entries)
    if told.reasons == {Held.QUIET}:
        return language.nhtml(
            "🌙 <b>During your quiet hours</b>: {n} news item",
            "🌙 <b>During your quiet hours</b>: {n} news items",
            n,
        )
    if told.reasons == {Held.MUTE}:
        return language.nhtml(
            "🔕 <b>While I was muted</b>: {n} news item",
            "🔕 <b>While I was muted</b>: {n} news items",
            n,
        )
    if told.reasons == {Held.SCHEDULE}:
        return language.nhtml(
            "⏰ <b>While the topic kept still</b>: {n} news item",
            "⏰ <b>While the topic kept still</b>: {n} news items",
            n,
        )
    if told.reasons == {Held.BURST}:
        return language.nhtml(
            "📚 <b>Much at once</b>: {n} more news item",
            "📚 <b>Much at once</b>: {n} more news items",
            n,
        )
    return language.nhtml(
        "🗞 <b>Your digest</b>: {n} news item", "🗞 <b>Your digest</b>: {n} news items", n
    )


def _lines(
    told: Digest,
    heading: Callable[[Entry], str],
    source: Callable[[Entry], str],
    language: Words,
    now: datetime,
) -> list[_Line]:
    """The entries by topic, the most pressing topic first, each topic's in their order."""
    by_rule: dict[tuple[str, ...], list[Entry]] = {}
    for entry in told.entries:
        keys = entry.occasion.keys if entry.occasion is not None else ()
        by_rule.setdefault((entry.rule, *keys), []).append(entry)
    groups = sorted(by_rule.values(), key=lambda group: -max(each.severity for each in group))
    rtl = is_rtl_language(told.chat.language)
    lines = []
    for group in groups:
        words = cut(clean(heading(group[0])), _LONGEST["heading"])
        title = bold(escape(isolate(words, rtl=rtl)))
        for entry in group:
            markup = _line(entry, told.chat, source(entry), language, now)
            lines.append(_Line(entry.delivery, title, markup))
    return lines


def _line(entry: Entry, chat: Chat, source: str, language: Words, now: datetime) -> str:
    rtl = is_rtl_language(chat.language)
    url = presentable(entry.url)
    title = clean(entry.title) or clean(entry.text) or site(url) or language.gettext("Untitled")
    words = cut(title, _LONGEST["title"])
    name = cut(clean(source), _LONGEST["source"])
    when = language.moment(entry.when, timezone=chat.timezone, now=now)
    origin = f"{italic(escape(isolate(name, rtl=rtl)))}, {when}" if name else when
    mark = line_mark(words, lang=entry.lang, rtl=rtl)
    if entry.occasion is not None:
        mark = f"{occasions.told(entry.occasion, language)}: {mark}"
    return f"• {mark}{link(escape(words), url) if url else escape(words)} – {origin}"


def _split(lines: Sequence[_Line]) -> list[list[_Line]]:
    """The lines in as few messages as they fit into, in their order."""
    pieces: list[list[_Line]] = []
    for line in lines:
        if pieces and _fits([*pieces[-1], line]):
            pieces[-1].append(line)
        else:
            pieces.append([line])
    return pieces


def _fits(piece: Sequence[_Line]) -> bool:
    text = _text(piece)
    entities = sum(text.count(tag) for tag in ("<b>", "<i>", "<a "))
    return entities <= _MOST_ENTITIES and len(text) <= _RAW_ROOM and shown_length(text) <= _ROOM


def shown_length(markup: str) -> int:
    """How long the markup is to Telegram at the most: UTF-16 units of what is shown."""
    return len(html.unescape(_TAG.sub("", markup)).encode("utf-16-le")) // 2


def _text(piece: Sequence[_Line]) -> str:
    text: list[str] = []
    heading = None
    for line in piece:
        if line.heading != heading:
            heading = line.heading
            text.append(f"\n{heading}")
        text.append(line.markup)
    return "\n".join(text)


def _message(text: str, language: Words | None, *, silent: bool) -> Message:
    arguments: dict[str, Any] = {
        "text": text,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    if silent:
        arguments["disable_notification"] = True
    if language is not None:
        buttons = [
            {"text": language.gettext("Subscriptions"), "callback_data": "op:0"},
            {"text": language.gettext("Mute"), "callback_data": "m"},
        ]
        arguments["reply_markup"] = {"inline_keyboard": [buttons]}
    return Message("sendMessage", arguments)
