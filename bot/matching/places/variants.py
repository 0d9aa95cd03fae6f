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
        "ko": r"(?:광역시|특별시|특별자치시|\s시)$",
        "ja": r"(?<=[\u30a0-\u30ff])[市県州]$|広域市$|市$",
        "zh": r"广域市$|廣域市$|特别市$|特別市$|[市省]$",
        "he": r"^מחוז ",
        "id": r"^Kota ",
        "ms": r"^Bandar Raya ",
    }.items()
}
# Of two characters is a name only where it is at home; elsewhere 自由市 is a city, 自由 freedom.
_HAN = frozenset({"CN", "TW", "JP", "KR"})
_AT_HOME = {"zh": _HAN, "ja": _HAN, "ko": frozenset({"KR"})}
_SHORT = 2
_KNOWN = 20  # in so many languages; the names of other towns are words too often
_WORDS = frozenset("大数 东方 東方 三河 关口 关口 开云 古龙 大同 黄石 黃石 自由 太平".split())
# What is written otherwise in names than in words.
_IN_NAMES = str.maketrans("裏託祕鬥佔鹹峯巖", "里托秘斗占咸峰岩")
_LATIN = dict(
    zip(
        "абвгдђежзијклљмнњопрстћуфхцчџш",
        "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š".split(),
        strict=True,
    )
)


def variants(name: str, lang: str, country: str, rank: int) -> Iterator[str]:
    """The other spellings in its language of a label of a place that so many languages label."""
    found = [name]
    if lang in _CITY:
        bare = _CITY[lang].sub("", name).strip()
        if len(bare) > _SHORT or country in _AT_HOME.get(lang, ()):
            found.append(bare)
    if lang == "zh":
        for each in tuple(found):
            found.append(_converter("t2s").convert(each))
            found.append(_converter("s2t").convert(each).translate(_IN_NAMES))
        found += (each.replace("台", "臺") for each in tuple(found))
    if lang == "sr":
        found.append("".join(map(_latin, name)))
    for each in dict.fromkeys(found):
        short = len(each) <= _SHORT and lang in _AT_HOME
        if len(each) > 1 and each != name and not (short and (rank < _KNOWN or each in _WORDS)):
            yield each


def _latin(letter: str) -> str:
    latin = _LATIN.get(letter.lower(), letter)
    return latin if letter.islower() else latin.capitalize()


@cache
def _converter(way: str) -> OpenCC:
    return OpenCC(way)
