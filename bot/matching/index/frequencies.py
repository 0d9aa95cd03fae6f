"""How common words are in the items of this house: queries are filed under the rare ones."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.matching.document import Document

# Of so many words it is known well enough which are the common ones.
_ENOUGH = 100_000
_MILLION = 1_000_000


class Frequencies:
    """Counts the words of the first documents that it sees, and then no more."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._seen = 0

    def observe(self, document: Document) -> None:
        """Count a document's words, if that is still of use."""
        if self._seen < _ENOUGH:
            for field in document.searched:
                self._seen += len(field.tokens)
                self._counts.update(token.text for token in field.tokens)

    def per_million(self) -> Mapping[str, int]:
        """How often each word was met in a million; words met once are left out."""
        seen = max(self._seen, 1)
        return {word: count * _MILLION // seen for word, count in self._counts.items() if count > 1}
