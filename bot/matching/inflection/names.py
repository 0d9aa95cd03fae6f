"""The forms of names where they are fewer than those of words, or others."""

from __future__ import annotations

import re

from bot.matching.inflection.greek import LANGUAGE as GREEK
from bot.matching.inflection.polish import LANGUAGE as POLISH

_LEAST = 4
_PLURAL = re.compile(r"(?:ow|om|ami|ach|[^j]owie|mi)$")
_PLURAL_OF_CONSONANT = re.compile(r"(?:ow|om|ami|ach|owie|mi|y|(?<!ow)i)$")
_GERMAN_ADJECTIVE = re.compile(r"(?:isch|igt|int|iert)e$")


def with_genitive_s(word: str) -> set[str]:
    """German, Dutch and the Scandinavian languages: ``Putins``."""
    if len(word) < _LEAST or word.endswith(("s", "x", "z")):
        return {word}
    return {word, f"{word}s"}


def german(word: str) -> set[str]:
    """The genitive; of an adjective (``Vereinigte Staaten``) its endings."""
    if _GERMAN_ADJECTIVE.search(word):
        return {word, f"{word}n", f"{word}r"}
    return with_genitive_s(word)


def polish(word: str) -> set[str]:
    """The cases of the singular: ``Putina``, ``Putinowi``; ``Irani`` would be somebody else."""
    if len(word) < _LEAST:
        return {word}
    if word.endswith(("ski", "cki", "dzki")):
        return {word, f"{word}ego", f"{word}emu", f"{word}m"}
    plural = _PLURAL if word[-1] in "aeiouyw" else _PLURAL_OF_CONSONANT
    return {word} | {
        form for form in POLISH.forms(word) if len(form) >= len(word) and not plural.search(form)
    }


def greek(word: str) -> set[str]:
    """As of any noun."""
    return {word} if len(word) < _LEAST else GREEK.forms(word)
