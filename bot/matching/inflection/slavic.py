"""Russian and Ukrainian: the paradigms of pymorphy3's dictionaries, and its guesses for new words.

The dictionaries are loaded with the first word that needs them (0.1 s and 15 MB each).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from bot.matching.text import fold_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LEAST = 3
# A reading below this is not what a reader means: стали is of стать, not of сталь (0.01).
_LIKELY = 0.1
_CLOSED = frozenset({"PREP", "CONJ", "PRCL", "NPRO", "INTJ"})
_FIXED = _CLOSED | {"ADVB", "PRED", "COMP", None}
_NAMES = frozenset({"Surn", "Name", "Patr", "Geox", "Orgn"})
_DECLINED = frozenset({"NOUN", "ADJF", "PRTF"})
# Foreign names that no dictionary has: Фицо, Абэ.
_INDECLINABLE = ("о", "е", "э", "и", "у", "ю")
# Surnames that no dictionary has: its guess is of any noun in -ов.
_SURNAME = re.compile(r"..+(?:ов|ев|ін|ин|ын|ів)")
# Other names that no dictionary has: the masculine cases of Стармер, the feminine ones of Сибіга.
_CONSONANT = re.compile(r".+[бвгджзклмнпрстфхцчшщ]")
_FEMININE = re.compile(r"..+[бвгдзклмнпрстфх]а")
_SOFTENED = str.maketrans("гкх", "зцс")
_SURNAME_ENDINGS = {
    "ru": ("а", "у", "ым", "ом", "е"),
    "uk": ("а", "у", "ові", "им", "ом", "і"),
}
# What tells the participles of one verb apart.
_VOICES = frozenset({"actv", "pssv", "past", "pres"})
_GENDERS = frozenset({"masc", "femn", "neut"})

_AFTER_VOWEL = re.compile(r"(?<=[аеєиіоуюя])і")
_AFTER_LABIAL = re.compile(r"(?<=[бпвмфрзд])(?=[яюєї])")


@cache
def _analyzer(lang: str) -> Any:
    from pymorphy3 import MorphAnalyzer  # noqa: PLC0415 - only for who asks in Russian or Ukrainian

    return MorphAnalyzer(lang=lang)


def forms(word: str, lang: str) -> set[str]:
    """The forms of a folded word, as a word of ``ru`` or ``uk``."""
    if len(word) < _LEAST:
        return {word}
    readings = _readings(word, lang)
    # Who asks writes the dictionary's form: песков is Песков before it is of песок.
    own = [
        each
        for each in readings
        if fold_word(each.normal_form) == word and each.score >= _LIKELY / 2
    ]
    nouns = [each for each in own if _part(each) == "NOUN" and len(word) > _LEAST]
    if _part(readings[0]) in _CLOSED and not nouns:
        return {word}
    if not nouns:  # діти, children, before діти, to put
        own += [each for each in _best(readings) if _part(each) == "NOUN" and "nomn" in each.tag]
    likely = [each for each in own or _best(readings) if _part(each) not in _FIXED]
    return {word, *_folded(form for each in likely for form in each.lexeme if _is_plain(form))}


def name_forms(word: str, lang: str) -> set[str]:
    """The cases of one word of a name, in the gender and the number in which it is given.

    A word that is not in the nominative (``Организация Объединённых Наций``) stays as it is.
    """
    if len(word) < _LEAST:
        unknown = not any(each.is_known for each in _readings(word, lang))
        return {word, *(_of_no_dictionary(word, lang) if unknown else ())}
    readings = [each for each in _readings(word, lang) if "nomn" in each.tag]
    named = [each for each in readings if _NAMES & each.tag.grammemes]
    chosen = named or [each for each in readings if _part(each) in _DECLINED]
    if not any(each.is_known for each in chosen):
        if word.endswith(_INDECLINABLE):
            return {word}
        if _SURNAME.fullmatch(word):
            return {word, *(word + ending for ending in _SURNAME_ENDINGS[lang])}
        if guessed := _of_no_dictionary(word, lang):
            return guessed
    if lang == "ru" and not named:
        chosen = [each for each in chosen if each.score >= _LIKELY]
    return {word, *_folded(form for each in chosen for form in _cases(each))}


def _of_no_dictionary(word: str, lang: str) -> set[str]:
    """The cases of a foreign name by its ending; nothing where that does not tell them."""
    if _CONSONANT.fullmatch(word):
        instrumental = "ем" if word[-1] in "жцчшщ" else "ом"
        more = ("ові", "і") if lang == "uk" else ("е",)
        return {word, *(word + ending for ending in ("а", "у", instrumental, *more))}
    if _FEMININE.fullmatch(word):
        stem = word[:-1]
        if lang == "uk":
            located = f"{stem[:-1]}{stem[-1].translate(_SOFTENED)}і"
            return {word, located, *(stem + ending for ending in ("и", "у", "ою"))}
        genitive = "и" if stem[-1] in "гкх" else "ы"
        return {word, *(stem + ending for ending in (genitive, "е", "у", "ой"))}
    return set()


def _cases(reading: Any) -> Iterator[Any]:
    gender = _GENDERS & reading.tag.grammemes
    voice = _VOICES & reading.tag.grammemes
    plural = "plur" in reading.tag
    part = _part(reading)
    for form in reading.lexeme:
        if (
            _part(form) == part
            and ("plur" in form.tag) == plural
            and (part != "PRTF" or _VOICES & form.tag.grammemes == voice)
        ):
            its_gender = _GENDERS & form.tag.grammemes
            if not gender or not its_gender or gender & its_gender:
                yield form


def _readings(word: str, lang: str) -> list[Any]:
    """The readings of a folded word; the first spelling that the dictionary knows has it."""
    analyzer = _analyzer(lang)
    spellings = _spellings(word) if lang == "uk" else [word]
    known = (spelling for spelling in spellings if analyzer.word_is_known(spelling))
    readings: list[Any] = analyzer.parse(next(known, spellings[0]))
    return readings


def _spellings(word: str) -> list[str]:
    """Ukrainian as it may have been before folding took the dots of ї and the apostrophe."""
    dotted = _AFTER_VOWEL.sub("ї", word)
    initial = f"ї{dotted[1:]}" if dotted.startswith("і") else dotted
    found = [dotted, initial]
    found += [_AFTER_LABIAL.sub("'", each) for each in (dotted, initial)]
    found += [re.sub(r"(?<=[бпвмфрзд])і", "'ї", dotted), dotted.replace("і", "ї"), word]
    return list(dict.fromkeys(found))


def _best(readings: list[Any]) -> list[Any]:
    return [each for each in readings if each.score >= _LIKELY] or readings[:1]


def _part(form: Any) -> str | None:
    part: str | None = form.tag.POS
    return part


def _is_plain(form: Any) -> bool:
    """Not an active participle, which is a word of its own, nor what only speech has."""
    return not ("actv" in form.tag and _part(form) == "PRTF")


def _folded(forms: Iterable[Any]) -> Iterator[str]:
    """Folded, and with г where the dictionary has ґ: papers write Вашингтон and Вашинґтон."""
    for form in forms:
        folded = fold_word(form.word)
        yield folded
        if "ґ" in folded:
            yield folded.replace("ґ", "г")
