r"""Regular expressions in linear time: RE2, made to read Unicode words as words.

RE2's ``\w`` and ``\d`` are ASCII; here they are letters, marks, digits of every script. ``\b`` stays
ASCII: RE2 has no other, and a part of the text cannot be looked at twice.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import re2

_MEMORY = 8 << 20
_CLASSES = {
    "w": r"\p{L}\p{M}\p{N}_",
    "d": r"\p{Nd}",
}
_TOKEN = re.compile(r"\\(.)|(\[)\^?\]?|(\])", re.DOTALL)


@lru_cache(maxsize=4096)
def compile_regex(pattern: str) -> Any:
    """The compiled pattern, case-insensitive unless it says ``(?-i)``.

    Raises ValueError with RE2's own words where it refuses, or where it matches the empty text.
    """
    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = _MEMORY
    options.log_errors = False
    try:
        compiled = re2.compile(_unicode_classes(pattern), options=options)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        raise ValueError(reason.decode() if isinstance(reason, bytes) else str(reason)) from None
    if compiled.search("") is not None:
        raise ValueError("it matches a text without a single character")
    return compiled


def _unicode_classes(pattern: str) -> str:
    r"""``\w`` and ``\d``, in and outside of brackets, for all scripts."""
    inside = False

    def replace(found: re.Match[str]) -> str:
        nonlocal inside
        if found[2]:
            inside = True
        elif found[3]:
            inside = False
        elif (letter := found[1]) and letter.lower() in _CLASSES:
            body = _CLASSES[letter.lower()]
            if letter.islower():
                return body if inside else f"[{body}]"
            return found[0] if inside else f"[^{body}]"
        return found[0]

    return _TOKEN.sub(replace, pattern)
