"""Plain text from anywhere, made fit to be shown: cleaned, cut, and set in its own direction."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

ELLIPSIS: Final = "…"

_ZWJ: Final = "\u200d"
_RLM: Final = "\u200f"
_LRM: Final = "\u200e"
_FIRST_STRONG_ISOLATE: Final = "\u2068"
_POP_ISOLATE: Final = "\u2069"

# What a feed's text may not bring along: controls, halves of surrogate pairs, characters that are
# none, soft hyphens, and the marks that turn the direction of all that follows them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u202a-\u202e\u2060\u2066-\u206f\ufeff\ufff0-\ufffb"
    "\ufffe\uffff\ud800-\udfff]"
)
_SPACES = re.compile(r"[\s\u2800\u3164\u115f\u1160\uffa0]+")  # and the blanks that are letters

_RTL_LANGUAGES: Final = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "ug", "ur", "yi"}
)
# How far back a cut looks for the end of a word before it cuts inside a run without spaces.
_WORD_REACH: Final = 40


def clean(text: str) -> str:
    """The text on one line: paragraphs folded, without control characters.

    Empty where nothing of it would be seen.
    """
    line = clean_run(text).strip()
    return line if any(char.isprintable() and char != " " for char in line) else ""


def clean_run(text: str) -> str:
    """A piece of a longer text: as :func:`clean`, but a blank at either end stays a blank."""
    return _SPACES.sub(" ", _UNWANTED.sub("", text))


def cut(text: str, limit: int) -> str:
    """The text in at most ``limit`` code points, cut after a word, with an ellipsis."""
    if len(text) <= limit:
        return text
    return text[: cut_before(text, limit - len(ELLIPSIS))].rstrip(" ,;:–—-") + ELLIPSIS


def cut_before(text: str, at: int) -> int:
    """The last place at or before ``at`` where the text can be cut: between words if one is near.

    Where no blank is near (Chinese, a long address), between two characters as a reader sees
    them: emoji, flags and letters with their marks stay whole.
    """
    if at >= len(text):
        return len(text)
    blank = text.rfind(" ", max(0, at - _WORD_REACH), at + 1)
    if blank > 0:
        return blank
    place = at
    while place > 0 and at - place < _WORD_REACH and _joined(text, place):
        place -= 1
    return place


def cut_after(text: str, at: int) -> int:
    """The first place at or after ``at`` where a piece of the text may begin, as above."""
    if at <= 0:
        return 0
    blank = text.find(" ", at - 1, at + _WORD_REACH)
    if blank >= 0:
        return blank + 1
    place = at
    while place < len(text) and place - at < _WORD_REACH and _joined(text, place):
        place += 1
    return place


def _joined(text: str, at: int) -> bool:
    """Whether the characters on both sides of ``at`` are one to a reader."""
    if at >= len(text):
        return False
    before, after = text[at - 1], text[at]
    if _ZWJ in {before, after}:
        return True
    if unicodedata.category(after) in {"Mn", "Mc", "Me"}:
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True  # skin tones; the letters of a region's flag
    if _is_flag_half(before) and _is_flag_half(after):
        start = at
        while start > 0 and _is_flag_half(text[start - 1]):
            start -= 1
        return (at - start) % 2 == 1
    return False


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def is_rtl_language(lang: str | None) -> bool:
    """Whether the language (an ISO 639 code) is written from right to left."""
    return lang is not None and lang.replace("_", "-").split("-")[0].lower() in _RTL_LANGUAGES


def is_rtl(text: str) -> bool | None:
    """Whether the first letter of the text runs from right to left; None where it has none."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in {"R", "AL"}:
            return True
        if direction == "L":
            return False
    return None


def line_mark(text: str, *, lang: str | None, rtl: bool) -> str:
    """What to write before a line of foreign text, so that it runs its own way.

    ``lang`` is the text's language where known, ``rtl`` the direction of the message around it.
    Empty where the text runs as the message does.
    """
    own = is_rtl_language(lang) if is_rtl(text) is None else is_rtl(text)
    if is_rtl_language(lang):  # an Arabic sentence may begin with a Latin name
        own = True
    if own == rtl:
        return ""
    return _RLM if own else _LRM


def isolate(text: str, *, rtl: bool) -> str:
    """A piece of text within a line of the other direction, kept from disturbing the line."""
    own = is_rtl(text)
    if own is None or own == rtl:
        return text
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"
