"""The place from which a report is sent, at its head: “BEIRUT, April 3 (Reuters) —”."""

from __future__ import annotations

import re

# Behind the place: other places, a day, an agency, a dash. Of the last two one must be there.
_HEAD = re.compile(
    r"(?:\s?/\s?\w+)*"
    r"(?:,\s[^\n()/–—-]{2,40}?\.?)?"
    r"(?:\s?(?:\([^)\n]{2,30}\)|/[^/\n]{2,30}/)|,?\s?[–—-]{1,2}(?=\s)|,?\s?[–—])"
)
_LONGEST = 120


def heads(text: str, start: int, end: int) -> bool:
    """Whether the words from ``start`` to ``end`` are the place of a dateline."""
    before = text[text.rfind("\n", 0, start) + 1 : start].strip()
    if before and not (before.isupper() and before.endswith("/")):
        return False
    return _HEAD.match(text, end, end + _LONGEST) is not None
