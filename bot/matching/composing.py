"""A text in NFC, with the way back: regular expressions run over the one, spans are in the other."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.matching import tables

if TYPE_CHECKING:
    from collections.abc import Sequence

# A letter with its marks, or the jamo of a Korean syllable: NFC composes within one of these.
_CLUSTER = re.compile(
    f"(?:[\u1100-\u115f]+[\u1160-\u11a7]*|.)[\u11a8-\u11ff]*[{tables.MARK}]*", re.DOTALL
)
# Half of a character, as a broken feed may bring: no encoding has it, so RE2 cannot read it.
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Composed:
    """``text`` in NFC; for each of its characters the ``starts`` and ``ends`` in the original."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of ``text[start:end]``, which is not empty."""
        return self.starts[start], self.ends[end - 1]


def compose(original: str) -> Composed:
    """The text in NFC. What only partly composes is one place: a mark is never cut off."""
    if unicodedata.is_normalized("NFC", original):
        length = len(original)
        return Composed(_readable(original), range(length), range(1, length + 1))
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for found in _CLUSTER.finditer(original):
        part = unicodedata.normalize("NFC", found[0])
        parts.append(part)
        starts += [found.start()] * len(part)
        ends += [found.end()] * len(part)
    return Composed(_readable("".join(parts)), starts, ends)


def _readable(text: str) -> str:
    return _SURROGATE.sub("\ufffd", text)
