"""What an apostrophe hides: French elisions, English possessives, Turkish case endings."""

from __future__ import annotations

import re

from bot.matching import tables

_APOSTROPHE = re.compile(f"[{re.escape(tables.APOSTROPHES)}]")

# French; the longer ones of the second line are Italian.
ELISIONS = frozenset(
    "l d qu j n s m t c jusqu lorsqu puisqu quoiqu presqu quelqu "
    "dell all nell sull dall coll quell un".split()
)
# What an elision stands before: a vowel, a mute h, or a figure. N'Djamena has none.
_AFTER_ELISION = re.compile(r"[aàâäeéèêëiîïoôöuùûüyÿhœæ\d]", re.IGNORECASE)

_VOWELS = "aeıiİoöuüâîûAEIOÖUÜ"
# Turkish endings of names: case, after the plural, after the possessive's n, with -ki.
_ENDING = re.compile(
    r"""
    (?:l[ae]r)?                            # plural
    (?:
        [yn]?[ıiuüae]                      # 'ı 'yı 'nı  'a 'ya 'na
      | n?[ıiuü]n                          # 'ın 'nın
      | n?[dt][ae]n?                       # 'da 'nda 'dan 'ndan
      | n?[dt][ae]ki(?:l[ae]r)?(?:n[ıiuü]n?|n[ae]|nd[ae]n?)?   # 'daki 'ndakiler 'dakinin
      | y?l[ae]                            # 'la 'yla
      | n?[cç][ae]                         # 'ca
      | l[ıiuü](?:l[ae]r)?                 # 'lı 'lılar
      | s[ıiuü](?:n[ıiuü]n?|n[ae]|nd[ae]n?)?                   # 'sı 'sının
      | [dt][ıiuü]r                        # 'dır
      | [ıiuü]nc[ıiuü]                     # 'inci
      | [ıiuü]nd[ae]n?(?:ki)?              # 'inde 'ında
    )?
    """,
    re.VERBOSE | re.IGNORECASE,
)


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
    """English 's; or a Turkish ending: a bare vowel follows a consonant only (not in Sana'a)."""
    if ending in {"s", "S"}:
        return True
    if len(stem) < 2 or not (stem[0].isupper() or stem[0].isdigit()):  # noqa: PLR2004
        return False
    if stem[-1] in _VOWELS and ending[0] in _VOWELS:
        return False
    return _ENDING.fullmatch(ending) is not None
