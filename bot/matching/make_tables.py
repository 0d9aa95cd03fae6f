"""Writes ``tables.py``, the character classes that ``text.py`` reads, from ``unicodedata``.

Run ``python -m bot.matching.make_tables`` when Python's Unicode version has moved on and the new
characters matter; a test checks that the tables still agree with what this module would write,
as far as both know the same characters.
"""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

APOSTROPHES = "'’‘‛ʼʻ＇`´′ʹ׳"

# Scripts written without spaces: each character is a token, a name is a phrase of them.
_UNSPACED = (
    "CJK UNIFIED",
    "CJK COMPATIBILITY IDEOGRAPH",
    "IDEOGRAPHIC",
    "HIRAGANA",
    "KATAKANA",
    "HALFWIDTH KATAKANA",
    "BOPOMOFO",
    "THAI",
    "LAO",
    "KHMER",
    "MYANMAR",
)

# Marks that are part of how a word is spelt, by combining class: nukta, kana voicing, virama, the
# vowels and tones of Indic, Thai, Lao and Tibetan. The others are accents, points and harakat.
_SPELLING_CLASSES = frozenset({0, 6, 7, 8, 9, 84, 91, 103, 107, 118, 122, 129, 130, 132})

# The dot below of Hindi and Punjabi, which news writes or leaves out: फ़्रांस, फ्रांस.
_OPTIONAL = "\u093c\u0a3c"
_FILLERS = "\u034f\u0640\u115f\u1160\u3164\uffa0"
_HALFWIDTH_VOICING = "\uff9e\uff9f"


def _is_ignored(char: str) -> bool:
    """Whether the character may stand inside a word without being a part of it."""
    return (
        unicodedata.category(char) == "Cf"
        or char in _FILLERS
        or "VARIATION SELECTOR" in unicodedata.name(char, "")
    )


def classify(char: str) -> str:
    """The class of one character: ``word``, ``unspaced``, ``mark``, ``ignored`` or nothing."""
    category = unicodedata.category(char)
    if char in APOSTROPHES or category in {"Cn", "Co", "Cs"}:
        return ""
    if _is_ignored(char):
        return "ignored"
    if category[0] == "M" or char in _HALFWIDTH_VOICING:
        return "mark"
    if category[0] not in "LN":
        return ""
    if category != "Nd" and any(
        unicodedata.name(part, "").startswith(_UNSPACED)
        for part in unicodedata.normalize("NFKD", char)
    ):
        return "unspaced"
    return "word"


def is_accent(char: str) -> bool:
    """Whether folding drops the mark: an accent, a point, a haraka, not a vowel or a voicing."""
    category = unicodedata.category(char)
    return (char in _OPTIONAL or category == "Me") or (
        category == "Mn" and unicodedata.combining(char) not in _SPELLING_CLASSES
    )


def ranges(chars: Iterable[int]) -> str:
    """The body of a regular expression's character class for these code points, ascending."""
    runs: list[list[int]] = []
    for char in chars:
        if runs and runs[-1][1] == char - 1:
            runs[-1][1] = char
        else:
            runs.append([char, char])
    return "".join(
        _escape(first) if first == last else f"{_escape(first)}-{_escape(last)}"
        for first, last in runs
    )


def _escape(char: int) -> str:
    return f"\\u{char:04x}" if char <= 0xFFFF else f"\\U{char:08x}"  # noqa: PLR2004 - end of the BMP


def _literal(name: str, body: str) -> str:
    """``NAME = (…)`` in lines of a bearable length, cut between escapes."""
    pieces = [piece for piece in body.replace("\\", "\n\\").split("\n") if piece]
    lines, line = [], ""
    for piece in pieces:
        if len(line) + len(piece) > 88:  # noqa: PLR2004 - quotes and indent fill the line to 96
            lines.append(line)
            line = ""
        line += piece
    return f"{name} = (\n" + "".join(f'    "{part}"\n' for part in [*lines, line]) + ")\n"


def render() -> str:
    """The text of ``tables.py``."""
    classes: dict[str, list[int]] = {"word": [], "unspaced": [], "mark": [], "ignored": []}
    accents, digits = [], {}
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        if kind := classify(char):
            classes[kind].append(code)
        if is_accent(char):
            accents.append(code)
        if unicodedata.category(char) == "Nd" and not char.isascii():
            digits[code] = unicodedata.decimal(char)
    zeros = [code for code, value in digits.items() if value == 0]
    parts = [
        (
            f'"""Character classes of Unicode {unicodedata.unidata_version}.\n\n'
            'Written by ``make_tables.py``: change that, not this.\n"""\n'
        ),
        f"APOSTROPHES = {APOSTROPHES!r}\n",
        *(_literal(name.upper(), ranges(codes)) for name, codes in classes.items()),
        _literal("ACCENT", ranges(accents)),
        "# The zero of every set of ten decimal digits; the other nine follow it.\n"
        + _literal("ZEROS", ranges(zeros)),
    ]
    return "\n".join(parts)


if __name__ == "__main__":
    Path(__file__).with_name("tables.py").write_text(render(), encoding="utf-8")
