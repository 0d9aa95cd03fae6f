"""Turkish: plural, possessive and case in a chain of suffixes that follow the stem's vowels.

Folding has made ı and i, o and ö, u and ü one letter each, so where the last vowel of a stem does
not tell front from back, the suffix is written both ways; the wrong one is no word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.matching.inflection.paradigms import by_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

_VOWELS = "aeiou"
_LEAST = 3
_WATER = frozenset(
    "su suyu suya sular sulari sularin sulara sularda sulardan suda sudan suyun suyla sudaki".split()
)
_LEAST_WITH = 5  # “Putinle”, with Putin; a short name with -le is often another name
_LEAST_NAME = 4
_LEAST_SOFTENED = 4

# Words that lose a vowel, or double a consonant, before a suffix that begins with a vowel.
_DROPPED = by_rows("""
sehir sehr
nehir nehr
ogul ogl
akil akl
fikir fikr
isim ism
metin metn
resim resm
emir emr
kayip kayb
vakit vakt
nesil nesl
hukum hukm
izin izn
sekil sekl
zulum zulm
keyif keyf
kabir kabr
omur omr
asir asr
kisim kism
hak hakk
hat hatt
sir sirr
af aff
cebir cebr
agiz agz
burun burn
karin karn
gogus gogs
boyun boyn
""")
_FIXED = frozenset(
    "bir iki bes alti yedi sekiz dokuz yuz bin ile icin gibi kadar daha cok hem veya ama fakat ancak"
    " her hic sey ben sen biz siz bunu buna bunun onu ona onun onlar bunlar sonra once hangi nasil"
    " neden niye zaten yine bile diye olan oldu olarak olmak var yok degil dedi eden etti etmek oysa"
    " new news".split()
)
_SOFT = (("p", "b"), ("t", "d"), ("nk", "ng"), ("k", "g"))
# Loans keep their t: kenti, while kendi is oneself.
_HARD = frozenset("kent cent konut market paket bilet sepet millet devlet hukumet ticaret".split())
# Short words that with a bare vowel, or with it and n, are another word: kar, kara; cam, cami.
_HOMONYMS = frozenset(
    "alt ani bar bas boy cam dil din hal han hat kal kan kar kas kat kol kor koc kur mas par sag sor"
    " tas ust ver yar yas yay yaz mark".split()
)
_SOFT_VERBS = {"git": "gid", "et": "ed", "tat": "tad", "gut": "gud"}
_PLURAL = re.compile(
    r"(.{3,}?)l[ae]r(?:[iu]n?|ini|inin|ina|ine|inda|inde|indan|inden|[ae]|d[ae]n?)?"
)
_POSSESSED = re.compile(r"(.{2,}m[ae])s[iu]")
_SOFTENED = re.compile(r"(.{3,}l[iu])g[iu]")
_INFINITIVE = re.compile(r"(.{2,})m[ae]k")


def forms(word: str) -> set[str]:
    """The word with its suffixes; of a plural its singular's too, of an infinitive the verb's."""
    if word == "su":
        return set(_WATER)
    if len(word) < _LEAST or word in _FIXED:
        return {word}
    found = {word, *_declined(word)}
    if plural := _PLURAL.fullmatch(word):
        found |= {plural[1], *_declined(plural[1])}
    elif noun := _POSSESSED.fullmatch(word):
        found |= {noun[1], *_declined(noun[1])}
    elif noun := _SOFTENED.fullmatch(word):
        found |= {f"{noun[1]}k", *_declined(f"{noun[1]}k")}
    elif verb := _INFINITIVE.fullmatch(word):
        found |= set(_conjugated(verb[1]))
    return found


def name_forms(word: str) -> set[str]:
    """A name with suffixes but no apostrophe, as people type it: those that no other word ends in.

    ``Putin'in`` is parted at its apostrophe before it comes here (``bot.matching.apostrophes``).
    """
    if len(word) < _LEAST_NAME:
        return {word}
    buffer = word[-1] in _VOWELS
    found = {word}
    for low in _low(word):
        high = _high(word)
        hard = "t" if word[-1] in "fstkhp" else "d"
        found |= {f"{word}{hard}{low}", f"{word}{hard}{low}n", f"{word}{hard}{low}ki"}
        found |= {f"{word}n{high}n", f"{word}y{low}", f"{word}yl{low}"} if buffer else set()
        # A foreign name takes the vowel that is heard: Trumpın.
        found |= set() if buffer else {f"{word}in", f"{word}un"}
        # Not Michelle and Danielle.
        found |= set() if buffer or word[-1] == "l" else {f"{word}l{low}"}
    return found


def _low(stem: str) -> str:
    """The suffix's a or e: after a front vowel e; both where folding hides which it is."""
    vowels = [letter for letter in stem if letter in _VOWELS]
    last = vowels[-1] if vowels else "i"
    if last == "a":
        return "ae" if re.search(r"a(?:[lt]|r[fpbk])$", stem) else "a"  # saatler, haller, harfler
    return "e" if last == "e" else "ae"


def _high(stem: str) -> str:
    vowels = [letter for letter in stem if letter in _VOWELS]
    return "u" if vowels and vowels[-1] in "ou" else "i"


def _declined(noun: str) -> Iterator[str]:
    for low in _low(noun):
        yield from _cases(noun, low, _high(noun))
        yield f"{noun}l{low}r"
        yield from _cases(f"{noun}l{low}r", low, "i")


def _cases(noun: str, low: str, high: str) -> Iterator[str]:
    hard = "t" if noun[-1] in "fstkhp" else "d"
    for case in (low, f"{low}n", f"{low}ki"):
        yield f"{noun}{hard}{case}"
    if noun[-1] == "c":  # ç or c
        yield from (f"{noun}t{low}", f"{noun}t{low}n")
    if noun[-1] in _VOWELS:
        yield from (f"{noun}yl{low}", f"{noun}y{high}", f"{noun}y{low}", f"{noun}n{high}n")
        yield f"{noun}s{high}"
        yield from _possessed(f"{noun}s{high}", low, high)
        if noun[-1] in "iu":  # itself possessed, as in cumhurbaşkanı, dışişleri bakanlığı
            yield from _possessed(noun, low, high)
        yield f"{noun}m{high}z"
        return
    yield f"{noun}l{low}"
    for stem in _before_vowel(noun):
        if noun not in _HOMONYMS:
            yield from (f"{stem}{low}", f"{stem}{high}n", f"{stem}{high}")
        yield from _possessed(f"{stem}{high}", low, high)
        yield f"{stem}{high}m{high}z"


def _possessed(noun: str, low: str, high: str) -> Iterator[str]:
    """Of the third person: kitabı, kitabının, kitabına, kitabında …."""
    yield from (f"{noun}n{high}", f"{noun}n{high}n", f"{noun}n{low}", f"{noun}yl{low}")
    yield from (f"{noun}nd{low}", f"{noun}nd{low}n", f"{noun}nd{low}ki")


def _before_vowel(noun: str) -> Iterator[str]:
    """The stem before a vowel: kitap, kitab-; şehir, şehr-. Not all soften: both are written."""
    yield noun
    yield from _DROPPED.get(noun, set()) - {noun}
    if len(noun) >= _LEAST_SOFTENED:
        for hard, soft in _SOFT:
            if noun.endswith(hard) and noun not in _HARD:
                yield noun.removesuffix(hard) + soft
                return


def _conjugated(verb: str) -> Iterator[str]:
    high = _high(verb)
    hard = "t" if verb[-1] in "fstkhpc" else "d"
    open_stem = verb[-1] in _VOWELS
    glide = "y" if open_stem else ""
    shortened = verb[:-1] if open_stem else _SOFT_VERBS.get(verb, verb)
    rising = _high(shortened)
    for low in _low(verb):
        for tense in (f"{hard}{high}", f"m{high}s"):
            yield from (f"{verb}{tense}", f"{verb}{tense}l{low}r")
        yield from (f"{shortened}{rising}yor", f"{shortened}{rising}yorlar")
        future = f"{_SOFT_VERBS.get(verb, verb)}{glide}{low}c{low}"
        yield from (f"{future}k", f"{future}kl{low}r", f"{future}gi")
        yield from (f"{verb}{glide}{low}n", f"{verb}{glide}{low}r{low}k")
        yield from (f"{verb}m{low}", f"{verb}m{low}si", f"{verb}m{low}l{low}ri")
        yield f"{verb}{hard}{high}g{high}"
