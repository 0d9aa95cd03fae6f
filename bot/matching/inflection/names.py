"""The forms of names where they are fewer than those of words, or others."""

from __future__ import annotations

import re
from functools import cache, partial
from typing import TYPE_CHECKING

from bot.matching.inflection.greek import LANGUAGE as GREEK
from bot.matching.inflection.paradigms import by_table
from bot.matching.inflection.polish import LANGUAGE as POLISH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
    if word in _polish_countries():
        return _polish_countries()[word]
    plural = _PLURAL if word[-1] in "aeiouyw" else _PLURAL_OF_CONSONANT
    located = {f"{word}ie"} if word.endswith("ow") else set()  # w Krakowie
    return {word, *located} | {
        form for form in POLISH.forms(word) if len(form) >= len(word) and not plural.search(form)
    }


# Places that decline as nouns do, have no singular or lose a letter; a form that is also a person of
# one is left out (Czech, Włoch).
_POLISH_COUNTRIES = """
polska polski polsce polske polsko
chiny chin chinom chinach chinami
niemcy niemiec niemczech niemcom niemcami
wlochy wloszech wlochom wlochami
wegry wegier wegrzech wegrom wegrami
czechy czechach czechom czechami
indie indii indiach indiom indiami
stany stanow stanach stanom stanami
zjednoczone zjednoczonych zjednoczonym zjednoczonymi
filipiny filipin filipinach filipinom filipinami
lodz lodzi lodzia
poznan poznania poznaniu poznaniem
torun torunia toruniu toruniem
wroclaw wroclawia wroclawiu wroclawiem
wieden wiednia wiedniu wiedniem
brzesc brzescia brzesciu brzesciem
bialorus bialorusi bialorusia
kazan kazania kazaniu kazaniem
erywan erywania erywaniu erywaniem
riazan riazania riazaniu riazaniem
irpien irpienia irpieniu irpieniem
bialystok bialegostoku bialymstoku bialymstokiem
ateny aten atenach atenom atenami
helsinki helsinek helsinkach helsinkom helsinkami
katowice katowic katowicach katowicom
kielce kielc kielcach kielcom
"""


@cache
def _polish_countries() -> dict[str, set[str]]:
    rows = [line.split() for line in _POLISH_COUNTRIES.strip().splitlines()]
    return {row[0]: set(row) for row in rows}


def greek(word: str) -> set[str]:
    """As of any noun."""
    return {word} if len(word) < _LEAST else GREEK.forms(word)


# Slavic languages that have no dictionary here: the cases of the singular.
_SLAVIC = """
sky skyj skyi > skeho skemu skym skem skom
ski > skog skoga skom skome skim
novi > novog novoga novom novome novim / ^
ie > ii / ..
ha ga > hy ze hu hou zi gi gu gom hou / ..
ka > ky ce ku kou ci ki kom ke / ..
a > y e u ou i om o ovi / ..
o > a u e em om / ..
en > ne ni nem nu / ..
- > a u em om ovi e / ..[^aeiouy]
"""
_SERBIAN = """
ски > ског скога ском скоме ским
ка > ке ци ку ком ко / ..
га > ге зи гу гом го / ..
а > е и у ом о / ..
- > а у ом ем е / ..[^аеиоу]
"""
# Behind a doubled consonant that the cases make weak: Turkki, Turkissa.
_FINNISH = """
kki > kin kissa kista kilta kilta kille kilta kkia kkiin / .
nki > ngin ngissa ngista ngilla ngilta ngille nkia nkiin / .
ppi > pin pissa pista pilla pilta pille ppia ppiin / .
tti > tin tissa tista tilla tilta tille ttia ttiin / .
kka > kan kassa kasta kalla kalle kalta kkaa kkaan / .
nti > nnin nnissa nnista nnilla nnille nnilta ntia ntiin / ..
suomi > suomen suomessa suomesta suomella suomelle suomelta suomea suomeen / ^
maa > maan maassa maasta maalla maalle maalta maata maahan / .
oo > oon oossa oosta oolla oolle oolta oota ooseen / .
a > an aa alla alle alta assa asta aan / ..
e > en ea ella elle elta essa esta een / ..
i > in ia illa ille ilta issa ista iin / ..
o > on oa olla olle olta ossa osta oon / ..
u > un ua ulla ulle ulta ussa usta uun / ..
- > in ia illa ille ilta issa ista iin / ..[^aeiouy]

allat > altain altojen alloissa alloista altoihin altoja alloille alloilla alloilta / ..
"""
_HUNGARIAN = """
- > nak nek ban ben bol ba be hoz hez rol ra re tol ig ert val vel t / ..[aeiouy]
- > nak nek ban ben bol ba be hoz hez rol ra re tol ig ert ot et at on en t / ..[lnrsz]
- > nak nek ban ben bol ba be hoz hez rol ra re tol ig ert ot et at on en / ..[^aeiouy]
"""
_LITHUANIAN = """
ia > ios iai ia ioje ija / ..
ija > ijos ijai ijoje / ..
a > os ai oje / ..
e > es ei eje / ..
ys > io iui i iu yje / ..
is > io iui i iu yje / ..
us > aus ui u umi uje / ..
as > o ui a u e / ..
"""
_LATVIAN = """
ija > ijas ijai iju ija / ..
a > as ai u aa / ..
e > es ei i / ..
is > a im i / ..
us > us um u / ..
s > a am u / ..[^aeiou]
"""
_ESTONIAN = """
- > i it iga ile ilt is ist / ..[^aeiou]
- > t ga l le lt s st sse / ..[aeiou]
"""
_ALBANIAN = """
- > i it in / ..[^aeiou]
"""
_ROMANIAN = """
ia > iei / ..
a > ei / ..
i > iului / ..
- > ul ului / ..[^aeiouy]
"""


def _by_table(word: str, table: str, least: int = _LEAST) -> set[str]:
    return {word} if len(word) < least else {word, *by_table(word, table)}


def hungarian(word: str) -> set[str]:
    """The cases; of “with” the v becomes the consonant before it: Putyinnal."""
    found = _by_table(word, _HUNGARIAN)
    if len(found) > 1 and word[-1] not in "aeiouy":
        found |= {f"{word}{word[-1]}al", f"{word}{word[-1]}el"}
    return found


_SHORT = 3  # Rim, Rima; Niš, Nišu
SERBIAN = partial(_by_table, table=_SERBIAN, least=_SHORT)
OTHERS: Mapping[str, Callable[[str], set[str]]] = {
    **dict.fromkeys(("nl", "sv", "da", "nb", "nn", "no"), with_genitive_s),
    **dict.fromkeys(
        ("cs", "sk", "sl", "hr", "bs", "sr"), partial(_by_table, table=_SLAVIC, least=_SHORT)
    ),
    "lt": partial(_by_table, table=_LITHUANIAN),
    "lv": partial(_by_table, table=_LATVIAN),
    "et": partial(_by_table, table=_ESTONIAN),
    "sq": partial(_by_table, table=_ALBANIAN),
    "fi": partial(_by_table, table=_FINNISH),
    "hu": hungarian,
    "ro": partial(_by_table, table=_ROMANIAN),
}
