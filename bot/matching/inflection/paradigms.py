"""Inflection by rule: endings that take one another's place behind the same stem.

A table is a text. Each line is a paradigm: the endings by which a word is known to be one of it,
``>``, the other endings, and ``/`` with what the stem must end in (three letters where nothing is
said). ``-`` is no ending. In a block the first line that fits is taken; an empty line begins the
next block, and the blocks add up. Everything is folded: ``négocié`` is ``negocie`` here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_ANY_STEM = "..."


class Paradigm(NamedTuple):
    """The endings that tell it, all its endings, and what the stem before them looks like."""

    entries: tuple[str, ...]
    endings: tuple[str, ...]
    stem: re.Pattern[str]


class Block:
    """Paradigms, of which a word is of the first that fits; found by the word's ending.

    A word has a handful of endings, a table some hundred: trying each took most of the time.
    """

    def __init__(self, lines: Iterable[Paradigm]) -> None:
        known: dict[str, list[tuple[int, Paradigm]]] = {}
        orders = count()
        for paradigm in lines:
            for entry in paradigm.entries:
                known.setdefault(entry, []).append((next(orders), paradigm))
        self._known = known
        self._lengths = sorted({len(entry) for entry in known})

    def forms(self, word: str) -> set[str]:
        """The forms of the word; nothing where no paradigm fits."""
        first: tuple[int, int, Paradigm] | None = None
        for length in self._lengths:
            at = len(word) - length
            for order, paradigm in self._known.get(word[at:], ()) if at >= 0 else ():
                if (first is None or order < first[0]) and paradigm.stem.search(word, 0, at):
                    first = order, at, paradigm
        if first is None:
            return set()
        stem = word[: first[1]]
        return {stem + ending for ending in first[2].endings}


@cache
def paradigms(table: str) -> tuple[Block, ...]:
    """The blocks of a table."""
    return tuple(
        Block(_paradigm(line) for line in block.splitlines() if line.strip())
        for block in re.split(r"\n\s*\n", table.strip())
    )


def _paradigm(line: str) -> Paradigm:
    rule, _, stem = line.partition("/")
    known, _, others = rule.partition(">")
    entries = _endings(known)
    endings = tuple(dict.fromkeys(entries + _endings(others)))
    longest_first = tuple(sorted(entries, key=len, reverse=True))
    return Paradigm(longest_first, endings, re.compile(f"(?:{stem.strip() or _ANY_STEM})$"))


def _endings(text: str) -> tuple[str, ...]:
    return tuple("" if ending == "-" else ending for ending in text.split())


def by_table(word: str, table: str) -> set[str]:
    """What a table makes of a word; nothing where no paradigm fits."""
    return set().union(*(block.forms(word) for block in paradigms(table)))


def by_rows(text: str) -> dict[str, set[str]]:
    """Irregular words: a line has the forms of one word, and each of them finds all.

    What stands behind ``>`` is found and does not find: ``left`` is a form of ``leave``, but who
    writes ``left`` does not ask for that.
    """
    found: dict[str, set[str]] = {}
    for line in text.strip().splitlines():
        known, _, others = line.partition(">")
        for word in known.split():
            found.setdefault(word, set()).update(known.split(), others.split())
    return found


@dataclass(frozen=True, eq=False)
class Language:
    """The inflection of a language.

    ``table`` is for every word; ``irregular`` rows stand in its place, ``fixed`` words have one
    form. ``verbs`` are infinitives whose forms find one another, as far as a form ends as
    ``finite`` says: of an unknown word only the infinitive is taken for a verb. ``more`` is what no
    ending tells.
    """

    table: str
    irregular: str = ""
    fixed: str = ""
    verbs: str = ""
    finite: str = ""
    least: int = 3
    more: Callable[[str], set[str]] = lambda _: set()

    def forms(self, word: str) -> set[str]:
        """The forms of a folded word, itself too."""
        if len(word) < self.least or word in self.fixed_words:
            return {word}
        known = self._irregular.get(word)
        found = by_table(word, self.table) | self.more(word) if known is None else known
        return {word, *found, *self._conjugated.get(word, ())}

    @cached_property
    def fixed_words(self) -> frozenset[str]:
        """The words that have one form."""
        return frozenset(self.fixed.split())

    @cached_property
    def _irregular(self) -> dict[str, set[str]]:
        return by_rows(self.irregular)

    @cached_property
    def _conjugated(self) -> dict[str, set[str]]:
        is_finite = re.compile(f"(?:{self.finite})$")
        found: dict[str, set[str]] = {}
        for verb in self.verbs.split():
            forms = {verb, *by_table(verb, self.table)}
            for form in forms:
                if is_finite.search(form):
                    found.setdefault(form, set()).update(forms)
        return found
