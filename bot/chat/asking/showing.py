"""An item in an answer: its title, its matched words, where it is from and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.words.languages import Html
from bot.delivery.html import escape, italic, link
from bot.delivery.links import presentable
from bot.delivery.snippet import highlighted, merged, snippet
from bot.delivery.words import clean, cut, is_rtl_language, isolate, line_mark

if TYPE_CHECKING:
    from bot.answers import Answer
    from bot.chat.turns.turn import Turn

# Five of these stay far under the 4,096 code points of a message.
_SNIPPET: Final = 200
_TITLE: Final = 220
_SOURCE: Final = 60


def show_answer(turn: Turn, found: Answer) -> Html:
    """Two or three lines of HTML; the words that matched are bold."""
    item = found.stored.item
    rtl = is_rtl_language(turn.language.code)
    mark = line_mark(item.title or item.text, lang=item.lang, rtl=rtl)
    name, when = _origin(turn, found)
    origin = " · ".join([italic(escape(isolate(cut(name, _SOURCE), rtl=rtl))), when])
    spans = [span for span in found.spans if span.field == "text"]
    text = snippet(item.text, spans, length=_SNIPPET) if spans or not item.title else ""
    lines = [f"{mark}{_title(turn, found)}", origin, f"{mark}{text}" if text else ""]
    return Html("\n".join(line for line in lines if line))


def origin_line(turn: Turn, found: Answer) -> str:
    """Where an item is from and when, as plain text."""
    return " · ".join(_origin(turn, found))


def _origin(turn: Turn, found: Answer) -> tuple[str, str]:
    item = found.stored.item
    name = clean(found.source.name if found.source else "") or item.source
    when = item.published or found.stored.first_seen
    return name, turn.language.moment(when, timezone=turn.chat.timezone, now=turn.now)


def _title(turn: Turn, found: Answer) -> str:
    item = found.stored.item
    places = merged((span for span in found.spans if span.field == "title"), len(item.title))
    end = min(len(item.title), _TITLE)
    markup = highlighted(item.title, places, 0, end) + ("…" if end < len(item.title) else "")
    markup = markup or escape(turn.language.gettext("Untitled"))
    url = presentable(item.url)
    return link(markup, url) if url else markup
