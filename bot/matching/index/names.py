"""With which words a name of some entity may begin: where there is none, nobody need look closer."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from bot.matching.index.ring_kernel import places
from bot.matching.index.scanning import hash_word
from bot.matching.index.tables import Table
from bot.matching.occurrences import first_words

if TYPE_CHECKING:
    from bot.matching.document import Document, FieldText
    from bot.matching.index.scanning import Scanned
    from bot.matching.vocabulary import Vocabulary


@lru_cache(maxsize=4)
def _beginnings(vocabulary: Vocabulary, key: int) -> Table:
    """By the hash of a name's first word: 1 where it has to be written with a capital, else 0."""
    table = Table()
    for word, needs_capital in first_words(vocabulary):
        number = hash_word(word, key)
        table.set(number, int(needs_capital and table.get(number) != 0))
    return table


def entities(document: Document, scanned: Scanned, vocabulary: Vocabulary) -> dict[str, int]:
    """The entities that are named in a document, with the bits of the fields."""
    hits = np.empty(scanned.count, np.int32)
    count = places(scanned.words, scanned.count, _beginnings(vocabulary, scanned.key).slots, hits)
    found: dict[str, int] = {}
    if not count:
        return found
    fields: tuple[FieldText, ...] = document.fields
    for index in np.unique(scanned.words.fields[hits[:count]]).tolist():
        for occurrence in document.names(vocabulary, fields[index]):
            found[occurrence.entity] = found.get(occurrence.entity, 0) | int(
                document.field_bits[index]
            )
    return found
