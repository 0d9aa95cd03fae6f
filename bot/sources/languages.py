"""Which language a tag names, and which one a text is probably written in."""

from __future__ import annotations

import re
from collections import Counter

_CODES = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy
    da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu
    hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb
    lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om
    or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw
    ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """.split()
)
# Codes that feeds use and ISO 639-1 does not have (any more).
_OTHER_NAMES = {
    "ara": "ar", "deu": "de", "eng": "en", "fra": "fr", "fre": "fr", "ger": "de", "in": "id",
    "iw": "he", "rus": "ru", "spa": "es", "tur": "tr", "ukr": "uk",
}  # fmt: skip

# Short frequent words that the other languages of the list do not have, or seldom.
_STOP_WORDS = {
    "fr": "le la les des du une est dans pour que qui sur avec par plus pas sont cette aux ses été ont au il elle",
    "en": "the of and to in is that for on was with as by it from are has have this be at his but not were said",
    "tr": "ve bir bu için ile olarak da de daha gibi çok olan ancak sonra kadar dedi ise ettiği oldu olduğunu etti yeni göre",
    "de": "der die das und ist nicht mit von den dem ein eine auch für auf sich im des wird hat bei als werden nach sind",
    "es": "el los las del una que por con para es se no su como más este pero sus fue entre ha al lo según desde",
    "it": "il di che della per con non una sono del nel alla gli ha anche più dei delle questo dal come è",
    "pt": "o os um uma não com para do da dos das em que por mais foi ao são pelo pela no na como também",
    "ru": "и в не на что с по это как из для его за от при о к об он после был также или заявил года",
    "uk": "і в на що не з та це як до за від у про його для при або також після був є під які й",
    "pl": "w z się nie że jest to od po jak za przez oraz dla był została które który jego są ma już",
    "nl": "het een van dat op zijn voor met niet aan er ook maar bij naar door wordt heeft hij uit over was",
    "sv": "och att det som är av för med till på inte har om ett från var ska kan efter enligt han sade",
    "cs": "v je že s z k by ve jsou který která podle také jeho byl bylo pro po jako uvedl už",
    "ro": "și în cu pe nu este că mai din care pentru fost fi sau după ale lui prin între",
    "hu": "az és hogy nem egy meg van volt csak mint már el ezt azt szerint után még pedig vagy lesz",
    "fi": "ja ei että oli hän ovat mutta myös kun mukaan sekä joka tai ole jo sen kuin mitä",
    "id": "yang dan dari ini itu untuk dengan pada tidak akan dalam ke oleh adalah juga telah sebagai karena kata",
    "fa": "و در به از که این را با است برای آن یک شد خود تا بر هم می کرد شده گفت ها نیز",
    "ar": "في من على إلى أن عن مع هذا التي الذي بعد ما كما لم قد بين هذه أو قال خلال كان إن لا",
}  # fmt: skip


def _languages_by_word() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for lang, words in _STOP_WORDS.items():
        for word in words.split():
            found[word] = (*found.get(word, ()), lang)
    return found


_WORD_LANGUAGES = _languages_by_word()

_WORD = re.compile(r"[^\W\d_]+")
_LETTER = re.compile(r"[^\W\d_]")
_HAN = re.compile("[\u3400-\u9fff]")
_KANA = re.compile("[\u3041-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7af]")
# Scripts of one language.
_OWN = {
    "el": re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
    "he": re.compile("[\u05d0-\u05ea]"),
    "th": re.compile("[\u0e01-\u0e30]"),
    "ka": re.compile("[\u10a0-\u10ff]"),
    "hy": re.compile("[\u0531-\u0587]"),
}
_MOSTLY = 0.5
_SOME_KANA = 0.1
_SAMPLE_WORDS = 600
# At least so many stop words, and so much more than the next language: silence beats a wrong word.
_HITS_MIN = 3
_LEAD = 1.3


def _by_script(text: str) -> str | None:
    """The language whose script most letters are of; Japanese has kana among its Chinese letters."""
    letters = len(_LETTER.findall(text))
    for lang, script in _OWN.items():
        if letters and len(script.findall(text)) > letters * _MOSTLY:
            return lang
    han, kana, hangul = (len(script.findall(text)) for script in (_HAN, _KANA, _HANGUL))
    if not letters or han + kana + hangul < letters * _MOSTLY:
        return None
    if hangul > han + kana:
        return "ko"
    return "ja" if kana > (han + kana) * _SOME_KANA else "zh"


def language_code(tag: str | None) -> str | None:
    """The ISO 639-1 code in a language tag such as ``fr-FR``, ``en_US`` or ``tur``; else None."""
    name = re.split(r"[-_]", (tag or "").strip().lower(), maxsplit=1)[0]
    name = _OTHER_NAMES.get(name, name)
    return name if name in _CODES else None


def guess_language(text: str) -> str | None:
    """The language that a text is written in, by its short frequent words; None when unsure."""
    if (of_script := _by_script(text[: 20 * _SAMPLE_WORDS])) is not None:
        return of_script
    words = [word.group().casefold() for word in _WORD.finditer(text, 0, 20 * _SAMPLE_WORDS)]
    scores: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    for word in words[:_SAMPLE_WORDS]:
        languages = _WORD_LANGUAGES.get(word, ())
        for lang in languages:
            hits[lang] += 1
            scores[lang] += 6 // len(languages)  # a word of one language weighs more
    ranked = scores.most_common(2)
    if not ranked or hits[ranked[0][0]] < _HITS_MIN:
        return None
    if len(ranked) > 1 and ranked[0][1] < ranked[1][1] * _LEAD:
        return None
    return ranked[0][0]
