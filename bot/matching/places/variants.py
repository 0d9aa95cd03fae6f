"""Other ways to write a label: without what says that it is a city, in the language's other script.

Part of the generator.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from opencc import OpenCC

if TYPE_CHECKING:
    from collections.abc import Iterator

# What labels have before or behind a name: “city”, “metropolitan city”, “province”, by language.
_CITY = {
    lang: re.compile(pattern)
    for lang, pattern in {
        "ko": r"\s?(?:광역시|특별시|특별자치시|\s시|(?<=..)시)$",
        "ja": r"(?<=[\u30a0-\u30ff])[市県州]$|(?<=..)市$|広域市$",
        "zh": r"(?<=..)市$|广域市$|廣域市$|特别市$|特別市$|(?<=..)省$",
        "he": r"^מחוז ",
        "id": r"^Kota ",
        "ms": r"^Bandar Raya ",
    }.items()
}
_LATIN = dict(
    zip(
        "абвгдђежзијклљмнњопрстћуфхцчџш",
        "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š".split(),
        strict=True,
    )
)


def variants(name: str, lang: str, least: int) -> Iterator[str]:
    """The other spellings of a label in its language; without “city” where that leaves enough."""
    found = [name]
    if lang in _CITY:
        bare = _CITY[lang].sub("", name).strip()
        if len(bare) >= least and bare != name:
            found.append(bare)
    if lang == "zh":
        for each in tuple(found):
            found += (_converter(way).convert(each) for way in ("t2s", "s2t"))
        found += (each.replace("台", "臺") for each in tuple(found))
    if lang == "sr":
        found.append("".join(map(_latin, name)))
    yield from (each for each in dict.fromkeys(found) if each != name)


def _latin(letter: str) -> str:
    latin = _LATIN.get(letter.lower(), letter)
    return latin if letter.islower() else latin.capitalize()


@cache
def _converter(way: str) -> OpenCC:
    return OpenCC(way)
