"""Why an alert rang: the query, the passages with what was found, who was meant by which name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.meaning.naming import naming
from bot.chat.words.languages import Html, fill
from bot.delivery.html import bold, escape, link
from bot.delivery.links import presentable
from bot.delivery.occasions import told
from bot.delivery.snippet import highlighted, merged, snippet
from bot.delivery.words import clean, cut, is_rtl_language, isolate, line_mark
from bot.store.matches import get_occasion
from bot.store.stories import told_with

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.alerts.rung import Alert
    from bot.chat.turns.turn import Turn
    from bot.model import Item, Span

MOST_WORDS: Final = 12
_LONGEST_WORD: Final = 80
_LONGEST_QUERY: Final = 500
_LONGEST_TITLE: Final = 220
_PASSAGE: Final = 240
_MOST_ENTITIES: Final = 5
_MOST_CONDITIONS: Final = 6
_MOST_REPORTS: Final = 5
_OVER_THE_CHAT: Final = 100  # code points of the query, in a notice of 200


def why(turn: Turn, alert: Alert) -> Html:
    """The whole answer, as a message."""
    language = turn.language
    query = _query(turn, alert)
    lines = [
        language.html(
            "I rang because you are subscribed to {what}.", what=naming(turn, alert.subscription)
        )
    ]
    occasion = get_occasion(turn.conn, alert.number)
    if occasion is not None:
        lines.append(Html(told(occasion, language)))
    if query:
        shown = cut(query, _LONGEST_QUERY)
        lines.append(language.html("It looks for: <code>{query}</code>", query=shown))
    words = found_words(alert.item, alert.match.spans)
    if words:
        listed = language.listed([Html(bold(escape(word))) for word in words[:MOST_WORDS]])
        lines.append(language.html("Found: {words}.", words=listed))
    return Html(
        "\n".join(
            [
                *lines,
                *passages(turn, alert.item, alert.match.spans),
                *_entities(turn, alert),
                *_story(turn, alert),
            ]
        )
    )


def _story(turn: Turn, alert: Alert) -> list[Html]:
    """Which other reports are taken for the same story, and so did not ring by themselves."""
    language = turn.language
    reports, count = told_with(turn.conn, alert.number, _MOST_REPORTS)
    if not reports:
        return []
    lines = [
        language.nhtml(
            "📚 {n} more report tells the same story, so you were rung once:",
            "📚 {n} more reports tell the same story, so you were rung once:",
            count,
        )
    ]
    rtl = is_rtl_language(language.code)
    for each, how in reports:
        name = escape(isolate(cut(clean(each.source), _LONGEST_WORD), rtl=rtl))
        title = escape(cut(clean(each.title), _LONGEST_TITLE))
        url = presentable(each.url)
        line = fill(
            "• {title} ({name})", title=Html(link(title, url) if url else title), name=Html(name)
        )
        kind, _, share = how.partition(" ")
        if kind in {"near", "title"}:
            alike = language.html("{share} % of its words alike", share=share)
            line = fill("{line}, {alike}", line=line, alike=alike)
        lines.append(line)
    if count > len(reports):
        lines.append(Html("…"))
    return lines


def why_in_short(turn: Turn, alert: Alert) -> str:
    """The same for a notice over the chat."""
    words = found_words(alert.item, alert.match.spans)
    return turn.language.gettext(
        "It looks for: {query}. Found: {words}.",
        query=cut(_query(turn, alert), _OVER_THE_CHAT),
        words=", ".join(words[:MOST_WORDS]) or "–",
    )


def found_words(item: Item, spans: tuple[Span, ...]) -> list[str]:
    """The words in the item that the spans point at, each once, as the item wrote them."""
    words = dict.fromkeys(_word(item, span) for span in spans)
    return [word for word in words if word]


def _query(turn: Turn, alert: Alert) -> str:
    if alert.match.topic is None:
        return alert.match.query or ""
    topic = turn.house.matcher.rules.topics.get(alert.match.topic)
    return topic.query.text if topic is not None else ""


def _word(item: Item, span: Span) -> str:
    """What a span points at; empty beyond the text, which its source may have edited since."""
    if span.field == "tags":
        index = span.index or 0
        text = item.tags[index] if index < len(item.tags) else ""
    else:
        text = {"title": item.title, "text": item.text}.get(span.field, "")
    return cut(clean(text[span.start : span.end]), _LONGEST_WORD)


def passages(turn: Turn, item: Item, spans: Sequence[Span]) -> list[Html]:
    """The title and the piece of the text, where something was found in them."""
    in_title = [span for span in spans if span.field == "title"]
    in_text = [span for span in spans if span.field == "text"]
    found = []
    if in_title:
        places = merged(in_title, len(item.title))
        found.append(highlighted(item.title, places, 0, min(len(item.title), _LONGEST_TITLE)))
    if in_text:
        found.append(snippet(item.text, in_text, length=_PASSAGE))
    mark = line_mark(
        item.title or item.text, lang=item.lang, rtl=is_rtl_language(turn.language.code)
    )
    return [Html(f"<blockquote>{mark}{passage}</blockquote>") for passage in found if passage]


def _entities(turn: Turn, alert: Alert) -> list[Html]:
    """Who was meant by which name, and what has to stand near it or must not."""
    language = turn.language
    known = turn.house.matcher.rules.vocabulary.entities
    names: dict[str, dict[str, None]] = {}
    for span in alert.match.spans:
        if span.entity is not None and (word := _word(alert.item, span)):
            names.setdefault(span.entity, {})[word] = None
    lines = []
    for key in list(names)[:_MOST_ENTITIES]:
        entity = known.get(key)
        title = key if entity is None else entity.title_in(language.code)
        listed = language.listed([Html(bold(escape(word))) for word in names[key]])
        lines.append(language.html("{entity} is found as {names}.", entity=title, names=listed))
        if entity is not None and entity.needs:
            words = ", ".join(entity.needs[:_MOST_CONDITIONS])
            lines.append(
                language.html("<i>One of these must stand near it: {words}</i>", words=words)
            )
        if entity is not None and entity.unless:
            words = ", ".join(entity.unless[:_MOST_CONDITIONS])
            lines.append(
                language.html("<i>None of these may stand near it: {words}</i>", words=words)
            )
    return [fill("• {line}", line=line) if not line.startswith("<i>") else line for line in lines]
