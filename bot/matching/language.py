"""The language of an item: what it says, what its source says, else what its text is written in.

The text is asked by its letters where a script or a letter is that of one language, by pycld2 where
there is enough of it, and by its commonest words where there is little. What is not sure is None: a
wrong language would take away the inflections of the right one.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.model import Item, Source

# pycld2 needs 7 µs for ten words and 32 for 400 characters; more text makes it no surer.
_ENOUGH = 2_000
# Below so many characters a name misleads it: of “Pourparlers de paix à Istanbul” it is sure that
# it is Turkish.
_SHORT = 80
_WITNESSES = 2
# Most of the text must be in the language (percent).
_MOST = 60

# Old codes, and those of pycld2 that are not ISO 639-1.
_ALIASES = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "sh": "sr"}
_CODE = re.compile(r"[a-z]{2}")

_IN_ADDRESSES = ("://", "www.", "@")
# What pycld2 rejects: control characters, lone surrogates, noncharacters.
_REJECTED = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(1, 17))
    + "#_]+"
)
_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[a-zA-Z]")
_BEYOND_LATIN = re.compile(r"[\u0370-\U0010ffff]")
_CYRILLIC_LETTER = re.compile(r"[\u0400-\u04ff]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

# Scripts that one language of the news is written in, those of two first.
_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (lang, re.compile(f"[{letters}]"))
    for lang, letters in (
        ("ja", "\u3041-\u30ff"),
        ("ko", "\u1100-\u11ff\uac00-\ud7af"),
        ("zh", "\u3400-\u9fff\U00020000-\U0003134f"),
        ("el", "\u0370-\u03ff\u1f00-\u1fff"),
        ("he", "\u05d0-\u05ea"),
        ("th", "\u0e00-\u0e7f"),
        ("hy", "\u0530-\u058f"),
        ("ka", "\u10a0-\u10ff"),
        ("lo", "\u0e80-\u0eff"),
        ("km", "\u1780-\u17ff"),
        ("my", "\u1000-\u109f"),
        ("si", "\u0d80-\u0dff"),
        ("ta", "\u0b80-\u0bff"),
        ("te", "\u0c00-\u0c7f"),
        ("ml", "\u0d00-\u0d7f"),
        ("kn", "\u0c80-\u0cff"),
        ("gu", "\u0a80-\u0aff"),
        ("pa", "\u0a00-\u0a7f"),
    )
)
# Japanese is mostly Chinese characters: a tenth of kana is enough.
_SHARE: Mapping[str, float] = {"ja": 0.1}
_MOSTLY = 0.5

# Letters that one language has and its neighbours have not; the first that fits.
_NONE = "\0"
_LETTERS: tuple[tuple[str, frozenset[str], frozenset[str]], ...] = tuple(
    (lang, frozenset(has), frozenset(has_not))
    for lang, has, has_not in (
        ("be", "ўЎ", "їЇщЩ"),
        ("kk", "әғқңұһӘҒҚҢҰҺ", "їЇєЄґҐ"),
        ("uk", "їЇєЄґҐіІ", "ыэёъўЫЭЁЪЎәғқңұ"),
        ("sr", "ђћљњјЂЋЉЊЈ", "ыэёѓќѕ"),
        ("mk", "ѓќѕЃЌЅ", "ыэё"),
        ("ru", "ыэёЫЭЁ", "ієїґўІЄЇҐЎәғқңөұүһј"),
        ("ur", "ٹڈڑےں", _NONE),
        ("ps", "ټډړښځڅ", _NONE),
        ("fa", "پچژگ", "ٹڈڑےںەڵۆێ"),
        ("az", "əƏ", _NONE),
        ("tr", "ğıĞİ", "əƏ"),
        ("pl", "łżźŁŻŹ", _NONE),
        ("hu", "őűŐŰ", _NONE),
        ("cs", "řěůŘĚŮ", _NONE),
        ("ro", "țţȚŢ", "ğı"),
        ("de", "ßẞ", _NONE),
        ("pt", "ãõÃÕ", "ðäöüă"),
        ("es", "ñÑ¿¡", _NONE),
    )
)

# What short texts are known by: common words, and those of the news; one that several languages have
# is a vote for each.
_COMMON: Mapping[str, str] = {
    "en": (
        "the of and to is for with from after over says said will are was were by that"
        " has have at peace war talks president attack killed people government"
    ),
    "fr": (
        "le la les de en et du des est à dans une aux pour sur après avec qui sont ont"
        " plus par ce cette été paix guerre pourparlers négociations président"
        " gouvernement attaque morts contre"
    ),
    "de": (
        "der und das den dem ist nach mit für von im zum zur auf nicht wird bei über ein"
        " eine sich er vor dem hat haben war den krieg frieden gespräche verhandlungen präsident regierung angriff tote"
    ),
    "es": (
        "el los de la en y del las una por con para en sobre tras según su al más fue han"
        " este esta paz guerra conversaciones negociaciones presidente gobierno ataque"
        " muertos"
    ),
    "it": (
        "il la e gli di della dei nel che per è sono alla dopo delle con ha una dal nella"
        " sulla più ai pace guerra colloqui negoziati presidente governo attacco morti"
    ),
    "pt": (
        "o e os de do da dos das em uma com não ao na no para após é são pelo foi mais"
        " sobre à às pela paz guerra conversações negociações presidente governo ataque"
        " mortos"
    ),
    "nl": (
        "het de een van en voor op met niet bij naar is zijn wordt aan door uit over na"
        " de om tegen oorlog vrede gesprekken onderhandelingen president regering aanval"
        " doden"
    ),
    "pl": (
        "w z na i do się nie jest po że od dla przez za to oraz są przed ale jak wojna"
        " pokój rozmowy prezydent rząd atak"
    ),
    "tr": (
        "ve bir bu için ile da de daha sonra gibi olarak kadar ama çok dedi etti oldu"
        " yeni savaş barış görüşmeler müzakereler cumhurbaşkanı hükümet saldırı"
    ),
    "sv": (
        "och att det som på är av för med till den inte om ett efter har från var krig"
        " fred samtal president regeringen"
    ),
    "cs": (
        "v na se je že s z do o pro po k při ale jako jsou byl válka mír rozhovory prezident vláda"
    ),
    "ro": (
        "și în de la cu pe din care nu este pentru după au fost pace război negocieri"
        " președintele guvernul"
    ),
    "id": (
        "dan yang di untuk dengan dari akan pada tidak ini itu dalam perang damai"
        " presiden pemerintah"
    ),
}


def language_of(item: Item, source: Source | None) -> str | None:
    """The ISO 639-1 code of the item's language; None where nothing tells it surely."""
    named = item.lang or (source.lang if source else None)
    if named:
        return iso_code(named)
    return found_language(f"{item.title[:_ENOUGH]}\n{item.text[:_ENOUGH]}")


@lru_cache(maxsize=256)
def iso_code(code: str) -> str | None:
    """The ISO 639-1 code in a tag of a language: ``zh-Hant`` is ``zh``, ``iw`` is ``he``."""
    two = re.split("[-_]", code.strip().lower())[0]
    two = _ALIASES.get(two, two)
    return two if _CODE.fullmatch(two) else None


def found_language(text: str) -> str | None:
    """The language that a text is written in; None where it is too short or too mixed."""
    clean = _without_rejected(_without_addresses(text))
    if _BEYOND_LATIN.search(clean) and (of_script := _by_script(clean)) is not None:
        return of_script
    hinted = _by_letters(clean)
    if len(clean) < _SHORT and len(_LATIN.findall(clean)) > len(clean) // 2:
        return _of_short_text(clean, hinted)
    recognised, sure = _by_statistics(clean)
    if hinted in _CYRILLIC and (not sure or recognised in _CYRILLIC):
        return hinted
    if hinted is None and recognised not in {"ru", "uk"} and _is_short_cyrillic(clean):
        return None  # a few words without ы, э or ё are Bulgarian to it
    if sure:
        return recognised
    return None if hinted in _COMMON else hinted


def _of_short_text(text: str, hinted: str | None) -> str | None:
    """Without its names: they are of any language, and in few words they weigh the most."""
    if text.isupper():
        text = text.lower()
    words = _WORD.findall(text)
    ordinary = [word for at, word in enumerate(words) if at == 0 or not word[:1].isupper()]
    if len(ordinary) == 1 and len(words) > 1:
        ordinary = []
    recognised, sure = _by_statistics(" ".join(ordinary))
    if recognised == "az" and hinted != "az":  # no text of it is without a single ə
        recognised = "tr"
    voted = _by_votes(text, hinted, recognised)
    trusted = sure and len(ordinary) >= _WITNESSES and recognised in _COMMON
    if voted is None and trusted and not _is_denied(str(recognised), text, ordinary):
        return recognised
    return voted


def _is_short_cyrillic(text: str) -> bool:
    return len(text) < _SHORT and _CYRILLIC_LETTER.search(text) is not None


def _is_denied(recognised: str, text: str, ordinary: list[str]) -> bool:
    """Whether a short text is not of the language that the statistics take it for.

    “Pourparlers de paix à” is English to them: none of its common words is, two are of others. And
    English words have no accents.
    """
    if recognised == "en" and not all(map(str.isascii, ordinary)):
        return True
    votes = _votes(text)
    return not votes[recognised] and max(votes.values(), default=0) >= _WITNESSES


def _without_rejected(text: str) -> str:
    lines = " ".join(filter(None, text.split("\n")))
    if lines.isprintable() and "#" not in lines and "_" not in lines:  # a tenth of the time
        return lines
    return _REJECTED.sub(" ", text)


def _without_addresses(text: str) -> str:
    if not any(sign in text for sign in _IN_ADDRESSES):
        return text
    words = text.split()
    return " ".join(word for word in words if not any(sign in word for sign in _IN_ADDRESSES))


def _by_script(text: str) -> str | None:
    letters = len(_LETTER.findall(text))
    return next(
        (
            lang
            for lang, script in _SCRIPTS
            if script.search(text)
            and len(script.findall(text)) > letters * _SHARE.get(lang, _MOSTLY)
        ),
        None,
    )


def _by_letters(text: str) -> str | None:
    if text.isascii():
        return None
    there = frozenset(text)
    return next(
        (
            lang
            for lang, has, has_not in _LETTERS
            if not has.isdisjoint(there) and has_not.isdisjoint(there)
        ),
        None,
    )


# Alike enough for statistics to take one for the other, and told apart by their letters.
_CYRILLIC = frozenset({"ru", "uk", "be", "sr", "mk", "kk"})


def _by_statistics(text: str) -> tuple[str | None, bool]:
    """What pycld2 takes the text for, and whether it is sure of most of it."""
    import pycld2  # noqa: PLC0415 - only where an item does not say

    written = text.encode("utf-8", "ignore")
    try:
        reliable, _, found = pycld2.detect(written)
        if not reliable:
            _, _, found = pycld2.detect(written, bestEffort=True)
    except pycld2.error:
        return None, False
    _, code, percent, _ = found[0]
    return iso_code(code), bool(reliable) and percent >= _MOST


def _by_votes(text: str, hinted: str | None, recognised: str | None) -> str | None:
    """The language that two witnesses are for and fewer for any other.

    Witnesses are the common words, a letter (a name may have it: Erdoğan), the statistics.
    """
    votes = _votes(text)
    votes.update(lang for lang in (hinted, recognised) if lang is not None)
    ranked = votes.most_common(2)
    if not ranked or ranked[0][1] < _WITNESSES:
        return None
    return ranked[0][0] if len(ranked) == 1 or ranked[0][1] > ranked[1][1] else None


def _votes(text: str) -> Counter[str]:
    """For each language, how many of its common words the text has."""
    return Counter(
        lang for word in _WORD.findall(text.lower()) for lang in _languages_of().get(word, ())
    )


@cache
def _languages_of() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for lang, words in _COMMON.items():
        for word in words.split():
            found.setdefault(word, []).append(lang)
    return found
