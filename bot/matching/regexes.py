r"""Regular expressions in linear time: RE2, made to read the words of every script as words.

RE2's ``\w``, ``\d``, ``\s`` and ``\b`` are ASCII: ``\bпутин\b`` would never match, and ``\s`` would
not know the no-break space before a French colon. The classes are widened. A ``\b`` at the
beginning or the end of an alternative becomes the character, or the edge of the text, that must
stand there; what is found is the group between the two.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import re2

from bot.errors import QueryError
from bot.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Iterator

# Each match is found in linear time; finding all of them is not, so this many of a field are.
MAX_MATCHES = 100

_MEMORY = 8 << 20
# Of a class of all letters RE2 makes some 25 kB, in 0.6 ms: so many characters without a repetition
# cannot need too much of that, and nobody has to wait for it before the first text comes.
_SURELY_SMALL = 200
_WORD = r"\p{L}\p{M}\p{N}_"
_OUTSIDE = {
    r"\w": f"[{_WORD}]",
    r"\W": f"[^{_WORD}]",
    r"\d": r"\p{Nd}",
    r"\D": r"\P{Nd}",
    r"\s": r"[\s\p{Z}]",
    r"\S": r"[^\s\p{Z}]",
}
# Within brackets a negated class stays ASCII: RE2 cannot subtract.
_INSIDE = {r"\w": _WORD, r"\d": r"\p{Nd}", r"\D": r"\P{Nd}", r"\s": r"\s\p{Z}"}
_LEADING_FLAGS = re.compile(r"(?:\(\?[imsU-]+\))*")
PIECE = re.compile(r"\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|.", re.DOTALL)
_IN_CLASS = re.compile(r"\\.|.", re.DOTALL)
_BOUNDARY = r"\b"
_BEFORE, _AFTER = f"(?:^|[^{_WORD}])", f"(?:$|[^{_WORD}])"
_GROUP = "found_"
_REASONS = {
    str(each): each
    for each in (
        Wording("missing ]"),
        Wording("missing )"),
        Wording("unexpected )"),
        Wording("trailing \\"),
        Wording("no argument for repetition operator"),
        Wording("bad repetition operator"),
        Wording("invalid repetition size"),
        Wording("invalid escape sequence"),
        Wording("invalid character class"),
        Wording("invalid character class range"),
        Wording("invalid perl operator"),
        Wording("invalid named capture group"),
        Wording("pattern too large - compile failed"),
    )
}


class Regex:
    """An expression that can be used. Its classes of all letters are compiled when it first is."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    @cached_property
    def _compiled(self) -> Any:
        return _compile(self._pattern)

    @cached_property
    def _groups(self) -> list[str | int]:
        names = self._compiled.groupindex.items()
        return [group for name, group in names if name.startswith(_GROUP)] or [0]

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """The first matches in a text in NFC, from left to right, none of them empty."""
        at = 0
        for _ in range(MAX_MATCHES):
            found = self._compiled.search(text, at)
            if found is None:
                return
            start, end = next(
                span for group in self._groups if (span := found.span(group)) != (-1, -1)
            )
            if start < end:
                yield start, end
            at = max(end, at + 1)


@lru_cache(maxsize=4096)
def compile_regex(pattern: str) -> Regex:
    """The pattern ready for use, case-insensitive unless it says ``(?-i)``.

    Raises QueryError with RE2's reason where it refuses, or where it matches the empty text.
    """
    try:
        compiled = _compile(pattern)  # as written first: its faults are the writer's
        wide = _for_every_script(pattern)
        if len(pattern) > _SURELY_SMALL or "{" in pattern:
            compiled = _compile(wide)  # it may be too large with all letters
    except re2.error as error:
        raise _refusal(error) from None
    except UnicodeEncodeError:
        raise _unusable(Wording("it has half of a character in it")) from None
    if compiled.search("") is not None:
        raise _unusable(Wording("it matches a text without a single character"))
    return Regex(wide)


def _compile(pattern: str) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = _MEMORY
    options.log_errors = False
    return re2.compile(pattern, options=options)


def _refusal(error: re2.error) -> QueryError:
    """What RE2 says: a reason, and mostly the part of the pattern that it is about."""
    said = error.args[0] if error.args else error
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    reason, colon, part = text.partition(": ")
    if not colon:
        return _unusable(_REASONS.get(text, text))
    return QueryError(
        "the regular expression cannot be used: {reason}: {part}",
        reason=_REASONS.get(reason, reason),
        part=part,
    )


def _unusable(reason: str | Wording) -> QueryError:
    return QueryError("the regular expression cannot be used: {reason}", reason=reason)


def _for_every_script(pattern: str) -> str:
    r"""The pattern with wide classes and boundaries; one that quotes with ``\Q`` stays as it is."""
    if r"\Q" in pattern:
        return pattern
    flags = _LEADING_FLAGS.match(pattern)
    beginning = flags[0] if flags else ""
    alternatives = in_alternatives(PIECE.findall(pattern[len(beginning) :]))
    if any(_begins_at_word(each) or _ends_at_word(each) for each in alternatives):
        parts = [_bounded(each, f"{_GROUP}{index}") for index, each in enumerate(alternatives)]
    else:
        parts = ["".join(map(_wide, each)) for each in alternatives]
    if not pattern.isascii() and any(_BOUNDARY in PIECE.findall(part) for part in parts):
        raise _unusable(
            Wording(
                r"\b works with all letters only at its beginning and its end; write \W elsewhere"
            )
        )
    return beginning + "|".join(parts)


def in_alternatives(pieces: list[str]) -> list[list[str]]:
    """The pieces of each of the alternatives that ``|`` parts outside of parentheses."""
    alternatives: list[list[str]] = [[]]
    depth = 0
    for piece in pieces:
        depth += (piece == "(") - (piece == ")")
        if piece == "|" and depth == 0:
            alternatives.append([])
        else:
            alternatives[-1].append(piece)
    return alternatives


def _begins_at_word(pieces: list[str]) -> bool:
    return len(pieces) > 1 and pieces[0] == _BOUNDARY and _may_be_word(pieces[1])


def _ends_at_word(pieces: list[str]) -> bool:
    return len(pieces) > 1 and pieces[-1] == _BOUNDARY and _may_be_word(pieces[-2])


def _may_be_word(piece: str) -> bool:
    """Whether a word, not a blank or a hyphen, stands at that side of the boundary."""
    return (
        piece.isalnum()
        or piece in {"_", "(", ")", "]", "*", "+", "?", "}", ".", r"\w", r"\d"}
        or (piece[0] == "[")
    )


def _bounded(pieces: list[str], group: str) -> str:
    before = after = ""
    if _begins_at_word(pieces):
        before, pieces = _BEFORE, pieces[1:]
    if _ends_at_word(pieces):
        after, pieces = _AFTER, pieces[:-1]
    return f"{before}(?P<{group}>{''.join(map(_wide, pieces))}){after}"


def _wide(piece: str) -> str:
    """A piece of a pattern with its class, or the classes between its brackets, widened."""
    if len(piece) > 1 and piece[0] == "[":
        return "".join(_INSIDE.get(part, part) for part in _IN_CLASS.findall(piece))
    return _OUTSIDE.get(piece, piece)
