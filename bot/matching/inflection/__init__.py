"""The forms of a word: what a bare word of a query and each word of a name stand for.

All is expansion: the forms are computed when a query or a name is added, and an item's words are
looked up among them as they stand. Words and forms are folded (``bot.matching.text.fold_word``).
Each language has a module: a table of endings where endings tell enough, code where they do not,
the dictionaries of pymorphy3 for Russian and Ukrainian.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from bot.matching.inflection import (
    arabic,
    dutch,
    english,
    french,
    german,
    greek,
    hebrew,
    italian,
    korean,
    names,
    polish,
    portuguese,
    slavic,
    spanish,
    turkish,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Inflect = Callable[[str], set[str]]

_SCRIPTS: Mapping[str, re.Pattern[str]] = {
    "latin": re.compile(r"[a-z]+"),
    "cyrillic": re.compile(r"[\u0400-\u04ff]+"),
    "greek": re.compile(r"[\u0370-\u03ff]+"),
    "arabic": re.compile(r"[\u0620-\u064a]+"),
    "hebrew": re.compile(r"[\u05d0-\u05ea]+"),
    "hangul": re.compile(r"[\uac00-\ud7a3]+"),
}
_WORDS: Mapping[str, Mapping[str, Inflect]] = {
    "latin": {
        "de": german.LANGUAGE.forms,
        "en": english.LANGUAGE.forms,
        "es": spanish.LANGUAGE.forms,
        "fr": french.LANGUAGE.forms,
        "it": italian.LANGUAGE.forms,
        "nl": dutch.LANGUAGE.forms,
        "pl": polish.LANGUAGE.forms,
        "pt": portuguese.LANGUAGE.forms,
        "tr": turkish.forms,
    },
    "cyrillic": {lang: partial(slavic.forms, lang=lang) for lang in ("ru", "uk")},
    "greek": {"el": greek.LANGUAGE.forms},
    "arabic": {"ar": arabic.forms},
    "hebrew": {"he": hebrew.forms},
    "hangul": {"ko": korean.forms},
}
_NAMES: Mapping[str, Mapping[str, Inflect]] = {
    "latin": {
        "de": names.german,
        "pl": names.polish,
        "tr": turkish.name_forms,
        **names.OTHERS,
    },
    "cyrillic": {
        **{lang: partial(slavic.name_forms, lang=lang) for lang in ("ru", "uk")},
        **dict.fromkeys(("sr", "mk"), names.SERBIAN),
    },
    "greek": {"el": names.greek},
    "arabic": {"ar": arabic.name_forms},
    "hebrew": {"he": hebrew.name_forms},
    "hangul": {"ko": korean.name_forms},
}

# The languages whose words inflect here: what else :func:`forms` is asked for changes nothing.
LANGUAGES = tuple(sorted(lang for languages in _WORDS.values() for lang in languages))

# In an item of unknown language these take words of five letters or more: of a short word they
# make too many that are words of another language.
_ELABORATE = frozenset({"de", "es", "it", "nl", "pl", "pt", "tr"})
_LEAST_UNKNOWN = 5


@lru_cache(maxsize=16_384)
def forms(word: str, lang: str | None) -> frozenset[str]:
    """The spellings that a bare folded word stands for in an item of that language, itself too.

    ``lang`` is an ISO 639-1 code. None is an item of unknown language: then the word has the forms
    that any language written in its script gives it; so it has in a language of another script,
    which cannot be the language of the word.
    """
    if lang is None:
        return _forms_in_any(word)
    if lang not in LANGUAGES:
        return frozenset((word,))
    return _forms_in(word, lang) if lang in _of_its_script(word, _WORDS) else _forms_in_any(word)


# Who adds a query asks for its words in one language after the other.
@lru_cache(maxsize=256)
def _forms_in(word: str, lang: str) -> frozenset[str]:
    """The forms in a language of the word's script."""
    return frozenset(_of_its_script(word, _WORDS)[lang](word))


@lru_cache(maxsize=256)
def _forms_in_any(word: str) -> frozenset[str]:
    if word in english.LANGUAGE.fixed_words:
        return frozenset((word,))
    found = (
        _forms_in(word, each)
        for each in _of_its_script(word, _WORDS)
        if len(word) >= _LEAST_UNKNOWN or each not in _ELABORATE
    )
    return frozenset((word,)).union(*found)


def forms_of_parts(words: Sequence[str], lang: str | None) -> list[frozenset[str]]:
    """For each part of a bare word that hyphens part, its spellings: the last inflects.

    ``cease-fire`` finds ``cease-fires``, and not that somebody ceased fire.
    """
    return [*(frozenset((word,)) for word in words[:-1]), forms(words[-1], lang)]


def forms_anywhere(word: str) -> frozenset[str]:
    """The forms of the word in items of whatever language, known or not."""
    return forms(word, None).union(*(forms(word, lang) for lang in LANGUAGES))


@lru_cache(maxsize=65_536)
def name_forms(word: str, lang: str) -> frozenset[str]:
    """The spellings of one folded word of a name that is written in ``lang``, itself too."""
    inflect = _of_its_script(word, _NAMES).get(lang)
    return frozenset((word,) if inflect is None else inflect(word))


@lru_cache(maxsize=65_536)
def name_forms_anywhere(word: str) -> frozenset[str]:
    """The :func:`name_forms` of the word in all languages together."""
    # Languages that inflect names alike share a function.
    inflections = dict.fromkeys(_of_its_script(word, _NAMES).values())
    return frozenset({word}.union(*(inflect(word) for inflect in inflections)))


def without_clitics(word: str) -> list[str]:
    """The words that a folded word of a text may be a form of as :func:`name_forms` of a name.

    Only those before which it has letters: other forms begin as their name does.
    """
    if _SCRIPTS["arabic"].fullmatch(word):
        return arabic.without_clitics(word)
    return hebrew.without_clitics(word) if _SCRIPTS["hebrew"].fullmatch(word) else []


def _of_its_script(
    word: str, by_script: Mapping[str, Mapping[str, Inflect]]
) -> Mapping[str, Inflect]:
    for script, letters in _SCRIPTS.items():
        if letters.fullmatch(word):
            return by_script[script]
    return {}
