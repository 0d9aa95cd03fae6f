"""News agencies by the names that stand under titles."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAMES = frozenset(
    """aa|anadolu|anadolu agency|anadolu ajansı|agence anadolu|аа|afp|agence france-presse|ap
    |associated press|the associated press|reuters|tass|тасс|tasr|dpa|efe|ansa|apa|sda|ats|belga
    |ritzau|ntb|tt|stt|pap|ctk|čtk|mti|lusa|xinhua|kyodo|jiji|yonhap|pti|ani|ians|app|wam|spa
    |petra|irna|isna|tasnim|sana|ina|map|aps|tap|dha|iha|i̇ha|anka|ria novosti|риа новости|рiа
    |interfax|интерфакс|ukrinform|укринформ|укрінформ|unian|унн|armenpress|trend|kazinform|bloomberg
    |news agencies|agences|afp.com|upi|aap|the canadian press|la presse canadienne|europa press
    |interfax.ru|新华社|中新社|共同社|时事社|時事通信社|法新社|路透社|塔斯社|美联社|韩联社|德新社|연합뉴스|뉴시스|뉴스1|απε-μπε|αμπε|unb|bernama|antara|vna|ttxvn
    |وكالات|الأناضول|رويترز|أ ف ب|adnkronos|agi|bta|agerpres|hina|tanjug|athens news agency"""
    .replace("\n", "").replace("    |", "|").split("|")
)  # fmt: skip
_SEPARATORS = str.maketrans("/,&;+–—", "|||||||")


def agency_in(line: str) -> str | None:
    """The line, where it names agencies and nothing else: ``AA``, ``AFP / Reuters``."""
    line = line.strip(" .()[]*–—-")
    parts = [part.strip().casefold() for part in line.translate(_SEPARATORS).split("|")]
    named = bool(line) and all(part in _NAMES or _plain_i(part) in _NAMES for part in parts)
    return line if named else None


def agency_among(names: Iterable[str]) -> str | None:
    """The first of an item's authors that is an agency."""
    return next((name for name in names if agency_in(name)), None)


def _plain_i(name: str) -> str:
    """Turkish capitals come out of case folding with a dot above."""
    return name.replace("i̇", "i")
