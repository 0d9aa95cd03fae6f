"""Prepositions of place and articles by language: what stands before a place's name, and before a noun."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Before a place: what says “in”, “to” or “from”. Folded, and spelt out where folding tells too little.
PREPOSITIONS: Mapping[str, frozenset[str]] = {
    lang: frozenset(words.split())
    for lang, words in {
        "en": "in near from to into toward towards around outside inside downtown central",
        "fr": "à en vers depuis près de d pour sur",
        "de": "in aus nach bei von nahe um",
        "es": "en desde hacia de a",
        "it": "a ad da di in",
        "pt": "em para desde a",
        "nl": "in uit naar te bij vanuit",
        "pl": "w we z ze do koło pod",
        "ru": "в во из под до к от",
        "uk": "в у із з зі до під",
        "cs": "v ve z ze do u",
        "sk": "v vo z zo do",
        "hr": "u iz do kod",
        "sr": "u iz do kod у из до код",
        "sl": "v iz do",
        "bg": "в във от до към",
        "sv": "i från till vid",
        "da": "i fra til ved",
        "no": "i fra til ved",
        "ro": "în din la spre",
        "ca": "a de en des",
        "id": "di ke dari",
        "ms": "di ke dari",
        "el": "στη στην στο στον",
        "ar": "في من إلى الى بمدينة مدينة شمال جنوب شرق غرب وسط عاصمة دولة جمهورية رئيس حكومة",
        "fa": "در از به شهر",
    }.items()
}
IN_ANY_LANGUAGE = frozenset("in near from à nach aus w в во из у".split())
# Before what is no town, by language; Portuguese towns have articles.
ARTICLES: Mapping[str, frozenset[str]] = {
    lang: frozenset(words.split())
    for lang, words in {
        "en": "a an the this that his her its their my your our",
        "fr": "le la les l un une des ce cette son sa ses",
        "de": "das die der dem den des ein eine einem einen eines kein beim zum im unser ihr sein mein",
        "es": "el la los las un una su",
        "it": "il lo la gli le un una",
        "nl": "de het een",
    }.items()
}
