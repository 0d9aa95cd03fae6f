"""What an apostrophe hides: French elisions, English possessives, Turkish case endings."""

from __future__ import annotations

import re
import unicodedata
from itertools import product
from typing import TYPE_CHECKING

from bot.matching import tables

if TYPE_CHECKING:
    from collections.abc import Iterator

_APOSTROPHE = re.compile(f"[{re.escape(tables.APOSTROPHES)}]")

# French; the longer ones of the second line are Italian.
ELISIONS = frozenset(
    "l d qu j n s m t c jusqu lorsqu puisqu quoiqu presqu quelqu "
    "dell all nell sull dall coll quell un".split()
)
# What an elision stands before: a vowel, a mute h, or a figure. N'Djamena has none.
_AFTER_ELISION = re.compile(r"[aàâäeéèêëiîïoôöuùûüyÿhœæ\d]", re.IGNORECASE)

# English: “we'll” is no “well”, “he'll” no “hell”.
CONTRACTED = frozenset(("d", "ll", "m", "re", "ve"))
_PRONOUNS = frozenset(
    "i you he she it we they who that this there here what how where when why these those".split()
)

VOWELS = "aeıiİoöuüâîûAEIOÖUÜ"
# Turkish endings of names: case, after the plural, after a possessive, with -ki and the case behind
# it, as a predicate. A capital stands for each of its letters, what is in brackets may be missing, a
# stroke parts alternatives. Behind -ki, which never changes, all is e and i.
_LETTERS = {"A": "ae", "I": "ıiuü", "D": "dt", "C": "cç"}
_ENDINGS = """
    I  yI  nI  A  yA  nA
    (n)In
    (n)DA(n)
    (n)DAki(ler|lar)(nI|nIn|nA|ndA|ndAn)
    (n)DAki(ler|lar)(i|in|e|de|den|le)
    (n)Inki(ler)(ni|nin|ne|nde|nden|i|in|e|de|den)
    (y)lA
    (n)CA
    lI(lAr)
    sIz
    sI(nI|nIn|nA|ndA|ndAn|ylA)
    (I)m(I|In|A|DA|DAn|lA)
    (I)mIz(I|In|A|DA|DAn|lA)
    (D|yd)I(lAr)
    (y)mIş
    (y)sA
    (n)DAyDI  (n)DAymIş  (n)DAysA  DAnDI
    (n)DADIr  (n)DAnDIr  (n)InDIr
    DIr(lAr)
    yken
    IncI
    IndA(n)(ki)
""".split()
_SMALL_I = str.maketrans("İI", "ii")
_PART = re.compile(r"\(([^)]*)\)|(.)")
# Foreign names end in a vowel that nobody hears: Apple'ın, Le Monde'a.
_SILENT_E = re.compile(r"..[^aeiou]e$", re.IGNORECASE)


def _spellings(pattern: str) -> Iterator[str]:
    parts = [
        ["", *optional.split("|")] if optional else [letter]
        for optional, letter in _PART.findall(pattern)
    ]
    for choice in product(*parts):
        letters = [_LETTERS.get(letter, letter) for letter in "".join(choice)]
        yield from map("".join, product(*letters))


# In small letters, the plural in front of them or alone.
ENDINGS = frozenset(
    plural + ending
    for plural in ("", "ler", "lar")
    for pattern in ("", *_ENDINGS)
    for ending in _spellings(pattern)
) - {""}


def bare_word(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the word itself stands in a run that has apostrophes inside.

    What is neither elision nor ending stays: O'Neill, aujourd'hui, Слов'янськ are one word each.
    """
    marks = [start + mark.start() for mark in _APOSTROPHE.finditer(text[start:end])]
    while marks and _is_elision(text[start : marks[0]], text[marks[0] + 1]):
        start = marks.pop(0) + 1
    if marks and _is_ending(text[start : marks[-1]], text[marks[-1] + 1 : end]):
        end = marks[-1]
    return start, end


def _is_elision(left: str, following: str) -> bool:
    return left.lower() in ELISIONS and follows_elision(following)


def follows_elision(letter: str) -> bool:
    """Whether an elision may stand before this letter."""
    return _AFTER_ELISION.match(letter) is not None


def _is_ending(stem: str, ending: str) -> bool:
    """English 's and what contracts behind a pronoun; or a Turkish ending: a bare vowel follows a consonant only (not in Sana'a)."""
    if ending in {"s", "S"}:
        return True
    if ending.lower() in CONTRACTED and stem.lower() in _PRONOUNS:
        return True
    is_name = len(stem) > 1 and (stem[0].isupper() or stem[1].isupper())  # iPhone'da
    if not (is_name or stem[0].isdigit()):
        return False
    if stem[-1] in VOWELS and ending[0] in VOWELS and not _SILENT_E.search(stem):
        return False
    composed = ending if ending.isascii() else unicodedata.normalize("NFC", ending)
    return composed.translate(_SMALL_I).lower() in ENDINGS
