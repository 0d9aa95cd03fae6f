"""Hebrew: the letters that are written onto the next word, and the two plurals."""

from __future__ import annotations

from itertools import product

_BEFORE = tuple(
    "".join(chain) for chain in product(("", "ו"), ("", "ש"), ("", "ה", "ב", "ל", "מ", "כ", "מה"))
)
# Before a short word, as in בתל אביב; more letters would be another word's.
_SHORT = ("", "ו", "ש", "ב", "ל", "מ", "וב", "ול", "ומ", "שב")
_LEAST = 3


def forms(word: str) -> set[str]:
    """The word in singular and plural, with what may stand before it."""
    if len(word) < _LEAST:
        return {word}
    numbers = {word}
    if word.endswith(("ים", "ות")) and len(word) > _LEAST + 1:
        numbers |= {word[:-2], f"{word[:-2]}ה"}
    elif word.endswith("ה"):
        numbers |= {f"{word[:-1]}ות", f"{word[:-1]}ת", f"{word[:-1]}ים"}
    else:
        numbers |= {f"{word}ים", f"{word}ות", f"{word}י"}
    return {f"{before}{each}" for each in numbers for before in _BEFORE}


def without_clitics(word: str) -> list[str]:
    """What a word of a text may be a form of by :func:`name_forms`."""
    found = [word.removeprefix(before) for before in _BEFORE if before and word.startswith(before)]
    return [bare for bare in found if len(bare) >= _LEAST - 1]


def name_forms(word: str) -> set[str]:
    """A word of a name with what may stand before it."""
    if len(word) < _LEAST - 1:
        return {word}
    return {f"{before}{word}" for before in (_BEFORE if len(word) >= _LEAST else _SHORT)}
