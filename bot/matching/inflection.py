"""The forms of a word: the seam where each language's inflection sits.

What is here are the few rules that are safe without a dictionary: plurals in French and English,
the case endings of Russian and Ukrainian names, the German genitive of names. Forms are folded.
"""

from __future__ import annotations

from functools import lru_cache

from bot.matching.text import fold_word

# The languages whose words inflect here.
LANGUAGES = ("fr", "en")

_LEAST = 4  # letters: "as" and "a" are two words
_SIBILANTS = ("s", "x", "z", "ch", "sh")

# Case endings by how the nominative ends, the longest ending first.
_CYRILLIC: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ский", ("ского", "скому", "ским", "ском", "ская", "ской", "скую")),
    ("ський", ("ського", "ському", "ським", "ськім", "ська", "ської", "ську", "ською")),
    (
        "ий",
        ("ого", "ому", "им", "ом", "ем", "его", "ему", "ия", "ию", "ием", "ии", "ія", "ію", "ієм"),
    ),
    ("ый", ("ого", "ому", "ым", "ом")),
    ("ія", ("ії", "ію", "ією")),
    ("ия", ("ии", "ию", "ией")),
    ("й", ("я", "ю", "ем", "е", "єм", "ї", "єві")),
    ("а", ("ы", "и", "е", "у", "ой", "ою", "і")),
    ("я", ("и", "е", "ю", "ей", "і", "ї", "ею", "єю")),
    ("ь", ("я", "ю", "ем", "е", "и", "ью", "і")),
)
_CONSONANT = ("а", "у", "ом", "ым", "ем", "е", "ові", "ові", "і", "им", "ів", "ов")
_CONSONANTS = frozenset("бвгджзклмнпрстфхцчшщґ")


@lru_cache(maxsize=65_536)
def forms(word: str, lang: str | None) -> frozenset[str]:
    """The spellings that a bare folded word stands for in an item of that language, itself too."""
    if lang not in {None, "fr", "en"} or not word.isalpha() or len(word) < _LEAST:
        return frozenset((word,))
    found = {word}
    if word.endswith("s"):
        found.add(word[:-1])
    else:
        found.add(f"{word}s")
    if lang != "fr":
        found |= _english(word)
    if lang != "en":
        found |= _french(word)
    return frozenset(found)


def _english(word: str) -> set[str]:
    found = set()
    if word.endswith(_SIBILANTS):
        found.add(f"{word}es")
    if word.endswith("es") and word[:-2].endswith(_SIBILANTS):
        found.add(word[:-2])
    if word.endswith("y"):
        found.add(f"{word[:-1]}ies")
    if word.endswith("ies") and len(word) > _LEAST:
        found.add(f"{word[:-3]}y")
    return found


def _french(word: str) -> set[str]:
    found = set()
    if word.endswith("al"):
        found.add(f"{word[:-2]}aux")
    if word.endswith("aux"):
        found |= {f"{word[:-3]}al", word[:-1]}
    if word.endswith(("eau", "eu")):
        found.add(f"{word}x")
    if word.endswith("eux"):
        found.add(word[:-1])
    return found


@lru_cache(maxsize=65_536)
def name_forms(word: str, lang: str) -> frozenset[str]:
    """The spellings of one folded word of a name that is written in ``lang``."""
    if len(word) < _LEAST or not word.isalpha():
        return frozenset((word,))
    if lang in {"ru", "uk"}:
        return frozenset({word, *map(fold_word, _cyrillic(word))})
    if lang in {"de", "en"} and not word.endswith("s"):
        return frozenset((word, f"{word}s")) if lang == "de" else frozenset((word,))
    return frozenset((word,))


def _cyrillic(word: str) -> list[str]:
    for ending, others in _CYRILLIC:
        # The nominative is folded: ї is і, so an ending is compared as folded too.
        folded = fold_word(ending)
        if word.endswith(folded):
            stem = word.removesuffix(folded)
            return [stem + other for other in others]
    if word[-1] in _CONSONANTS:
        return [word + other for other in _CONSONANT]
    return []


_CLITICS = tuple(
    conjunction + preposition + article
    for conjunction in ("", "و", "ف")
    for preposition in ("", "ب", "ل", "ك")
    for article in ("", "ال")
    if conjunction or preposition or article
)
_LEAST_ARABIC = 3


def is_arabic(word: str) -> bool:
    """Whether the word is written in Arabic letters."""
    return "\u0600" <= word[:1] <= "\u06ff"


def without_clitics(word: str) -> list[str]:
    """What an Arabic word may be behind the clitics in front of it, the longest first."""
    return [
        word[len(clitic) :]
        for clitic in _CLITICS
        if word.startswith(clitic) and len(word) - len(clitic) >= _LEAST_ARABIC
    ]


def with_clitics(word: str) -> list[str]:
    """The Arabic word with each of the clitics that may stand before it."""
    return [clitic + word for clitic in _CLITICS]
