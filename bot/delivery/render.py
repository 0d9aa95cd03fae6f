"""An alert as a person sees it: what rang, the item, where it is from, why, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import structlog

from bot.delivery.html import CAPTION_LIMIT, TEXT_LIMIT, bold, cut_markup, escape, italic, link
from bot.delivery.links import presentable, share, site
from bot.delivery.snippet import highlighted, merged, snippet
from bot.delivery.templated import templated
from bot.delivery.times import local_time
from bot.delivery.words import clean, cut, is_rtl_language, isolate, line_mark
from bot.errors import TemplateError
from bot.model import Message, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.model import Chat, Item, Match
    from bot.templating import AlertTemplate

logger = structlog.get_logger(__name__)

# Together with the snippet (at most some 1,100 code points) far under the 4,096 of a message,
# however they count an emoji.
_LONGEST: Final = {"heading": 200, "title": 300, "source": 80, "agency": 60, "tag": 80}
MARKS: Final[dict[Severity, str]] = {
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
    template: AlertTemplate | None = None,
    picture: str | None = None,
    pattern: str = "",
    before: str = "",
) -> Message:
    """The message that tells ``chat`` of ``item``; the sender adds the chat's id.

    ``number`` is the match's, which the buttons name; ``heading`` the topic's title in the chat's
    language, or the query; ``source`` the source's name; ``_`` gives the chat's words for
    "Mute", "Why?", "Fewer like this", "Unsubscribe", "Open" and "Untitled". ``template`` words it
    in place of our own; what it cannot say of this item, we do. With the address of a ``picture``
    it is a photo with a caption, which holds less. ``pattern`` says in HTML for what pattern in time
    it rings, ``before`` lists what was reported before.
    """
    rtl = is_rtl_language(chat.language)
    url = presentable(item.url)
    text = ""
    if template is not None:
        try:
            text = templated(
                template,
                item,
                match,
                chat,
                heading=heading or match.query or match.topic or "",
                mark=MARKS[severity],
                severity=severity,
                source=source,
                rtl=rtl,
                pattern=pattern,
            )
        except TemplateError as error:
            logger.warning("a template failed, the alert has its usual form", why=error.message)
    if not text:
        text = _usual(
            item,
            match,
            chat,
            heading=heading,
            severity=severity,
            source=source,
            pattern=pattern,
            before=before,
            _=_,
        )
    keyboard = buttons(number, url, _, title=item.title)
    shown = presentable(picture)
    if shown is not None:
        caption = cut_markup(text, CAPTION_LIMIT)
        photo = {"photo": shown, "caption": caption, "parse_mode": "HTML"}
        return Message("sendPhoto", {**photo, "reply_markup": keyboard})
    preview = {"prefer_small_media": True} if url else {"is_disabled": True}
    return Message(
        "sendMessage",
        {
            "text": cut_markup(text, TEXT_LIMIT),
            "parse_mode": "HTML",
            "link_preview_options": preview,
            "reply_markup": keyboard,
        },
    )


def marked_as_sample(message: Message, _: Callable[[str], str]) -> Message:
    """The alert with a line above that says that it only shows what one looks like."""
    arguments = dict(message.arguments)
    field, limit = ("caption", CAPTION_LIMIT) if "caption" in arguments else ("text", TEXT_LIMIT)
    mark = italic(escape(_("A sample, the latest there is:")))
    arguments[field] = cut_markup(f"{mark}\n{arguments[field]}", limit)
    return Message(message.method, arguments)


def _usual(
    item: Item,
    match: Match,
    chat: Chat,
    *,
    heading: str,
    severity: Severity,
    source: str,
    pattern: str,
    before: str,
    _: Callable[[str], str],
) -> str:
    """The alert in our own words."""
    rtl = is_rtl_language(chat.language)
    url = presentable(item.url)
    item_lines = (
        _title(item, url, rtl=rtl, untitled=_("Untitled")),
        _origin(item, chat, source, rtl=rtl),
    )
    paragraphs = [
        _heading(heading or match.query or match.topic or "", severity, rtl=rtl),
        pattern,
        "\n".join(filter(None, item_lines)),
        _body(item, match, rtl=rtl),
        _tags(item, match),
        before,
    ]
    return "\n\n".join(filter(None, paragraphs))


def buttons(
    number: int, url: str | None, _: Callable[[str], str], *, title: str = ""
) -> dict[str, Any]:
    """The buttons of an alert: ``a:ACTION:NUMBER``, the action m, w, f or u.

    An item with an address can be opened, and passed on under its ``title``.
    """

    def press(label: str, action: str) -> dict[str, str]:
        return {"text": label, "callback_data": f"a:{action}:{number}"}

    why = press(_("Why?"), "w")
    first = [why]
    if url is not None:
        shared = share(url, title)
        passing_on = [{"text": _("Share"), "url": shared}] if shared is not None else []
        first = [{"text": _("Open"), "url": url}, *passing_on, why]
    return {
        "inline_keyboard": [
            first,
            [press(_("Mute"), "m"), press(_("Fewer like this"), "f")],
            [press(_("Unsubscribe"), "u")],
        ]
    }


def _heading(text: str, severity: Severity, *, rtl: bool) -> str:
    words = cut(clean(text), _LONGEST["heading"])
    return f"{MARKS[severity]} {bold(escape(isolate(words, rtl=rtl)))}".rstrip()


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
