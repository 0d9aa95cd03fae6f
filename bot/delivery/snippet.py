"""The piece of an item's text that shows why it rang, with the matched words in bold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.delivery.html import bold, escape
from bot.delivery.words import ELLIPSIS, clean, clean_run, cut_after, cut_before

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.model import Span

_LENGTH: Final = 360
# A match this near the start of its paragraph is shown with all that precedes it.
_LEAD: Final = 140


def snippet(text: str, spans: Iterable[Span], *, length: int = _LENGTH) -> str:
    """About ``length`` code points of ``text`` around its first match, as Telegram's HTML.

    ``spans`` are the match's in this text; without any it is the beginning. Ellipses stand where
    text was left out. Empty where nothing would be seen.
    """
    places = merged(spans, len(text))
    start, end = _window(text, places[0] if places else (0, 0), length)
    if not clean(text[start:end]):
        return ""
    body = highlighted(text, places, start, end)
    head = f"{ELLIPSIS} " if start > 0 and clean(text[:start]) else ""
    tail = f" {ELLIPSIS}" if end < len(text) and clean(text[end:]) else ""
    return f"{head}{body}{tail}"


def highlighted(text: str, places: Sequence[tuple[int, int]], start: int, end: int) -> str:
    """``text[start:end]`` on one line, as HTML, the places in bold."""
    pieces: list[str] = []
    at = start
    for first, last in places:
        if last <= start or first >= end:
            continue
        pieces.append(escape(clean_run(text[at : max(first, at)])))
        word = escape(clean_run(text[max(first, at) : min(last, end)]))
        pieces.append(bold(word) if word.strip() else word)
        at = min(last, end)
    pieces.append(escape(clean_run(text[at:end])))
    return "".join(pieces).strip()


def merged(spans: Iterable[Span], length: int) -> list[tuple[int, int]]:
    """The spans' places in order, those that touch made one, those outside the text left out.

    An item that its source has edited since may be shorter than when it matched.
    """
    places: list[tuple[int, int]] = []
    for start, end in sorted((span.start, span.end) for span in spans):
        if not 0 <= start < end <= length:
            continue
        if places and start <= places[-1][1]:
            places[-1] = (places[-1][0], max(places[-1][1], end))
        else:
            places.append((start, end))
    return places


def _window(text: str, place: tuple[int, int], length: int) -> tuple[int, int]:
    """Where to begin and to stop: at the paragraph's start if that is near, and after a word."""
    first, last = place
    start = text.rfind("\n", 0, first) + 1
    if first - start > _LEAD:
        start = min(cut_after(text, first - _LEAD), first)
    end = start + max(length, min(last - start, 2 * length))
    return start, max(cut_before(text, end), min(last, end))
