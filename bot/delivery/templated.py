"""An alert as a template of the admins words it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.delivery.links import presentable
from bot.delivery.snippet import snippet
from bot.delivery.times import local_time
from bot.delivery.words import clean, cut, isolate, line_mark
from bot.templating import markup

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.model import Chat, Item, Match, Severity
    from bot.templating import AlertTemplate

_LONGEST: Final = {"line": 300, "text": 2000, "word": 80}


def templated(
    template: AlertTemplate,
    item: Item,
    match: Match,
    chat: Chat,
    *,
    heading: str,
    mark: str,
    severity: Severity,
    source: str,
    rtl: bool,
    pattern: str = "",
) -> str:
    """What the template says, in Telegram's HTML; empty where it says nothing.

    ``rtl`` is the direction of the chat's language. Raises TemplateError where it fails.
    """
    moment = item.published or item.updated
    title = cut(clean(item.title), _LONGEST["line"])
    spans = [span for span in match.spans if span.field == "text"]
    passage = snippet(item.text, spans)
    beginning = cut(clean(item.text[: 2 * _LONGEST["text"]]), _LONGEST["text"])

    def line(text: str) -> str:
        return line_mark(text, lang=item.lang, rtl=rtl) + text if text else ""

    def piece(text: str) -> str:
        words = cut(clean(text), _LONGEST["word"])
        return isolate(words, rtl=rtl) if words else ""

    return template.render(
        {
            "topic": isolate(cut(clean(heading), _LONGEST["line"]), rtl=rtl),
            "pattern": markup(pattern),
            "severity": severity.name.lower(),
            "mark": mark,
            "title": line(title),
            "url": presentable(item.url) or "",
            "snippet": markup(line_mark(item.text, lang=item.lang, rtl=rtl) + passage)
            if passage
            else "",
            "text": line(beginning),
            "source": piece(source or item.source),
            "agency": piece(item.agency or ""),
            "when": local_time(moment, timezone=chat.timezone, language=chat.language)
            if moment
            else "",
            "lang": item.lang or "",
            "tags": _each(item.tags),
            "authors": _each(item.authors),
            "words": _each(_found(item, match)),
        }
    )


def _each(texts: Iterable[str]) -> list[str]:
    words = (cut(clean(text), _LONGEST["word"]) for text in texts)
    return list(dict.fromkeys(filter(None, words)))


def _found(item: Item, match: Match) -> list[str]:
    """The words that rang, as the title and the text write them."""
    fields = {"title": item.title, "text": item.text}
    return [fields[s.field][s.start : s.end] for s in match.spans if s.field in fields]
