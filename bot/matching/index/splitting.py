"""Texts split into words by the compiled scanner, with no query asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.matching.index import layout, match_kernel
from bot.matching.index.desk import Desk, letters
from bot.matching.index.settling import settle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.matching.index.scanning import Scanned


def split(desk: Desk) -> int:
    """Finds the words of the documents on a desk; how many they are. Those of the last one stay."""
    characters = letters()  # held until the end
    while status := match_kernel.read_all(desk.key, characters.table, desk.table):
        settle(desk, status)
    return int(desk.state[layout.RUNG_COUNT])


def scan(fields: Sequence[str], key: int) -> Scanned:
    """The words of some fields, hashed under ``key``."""
    desk = Desk()
    desk.lay([(fields, [0] * len(fields), 0, ())], key)
    split(desk)
    return desk.scanned()
