"""What gives a leaf away: the words, phrases or beginnings by which it may be in a text."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from bot.matching.inflection import LANGUAGES, forms_of_parts
from bot.matching.query.tree import Exact, Near, Phrase, Prefix, Word, WordList
from bot.matching.text import is_unspaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.matching.query.tree import Leaf

# The languages that inflect, each a bit; bit 0 is for a language that nobody knows, 1 for others.
_OTHER = "mul"
_BITS: dict[str | None, int] = {
    None: 0,
    _OTHER: 1,
    **{lang: bit for bit, lang in enumerate(LANGUAGES, 2)},
}
EVERY_LANG = (1 << 31) - 1

_LONGEST_PREFIX = 62


class Sign(NamedTuple):
    """Folded words in a row, in items of the ``langs`` (bits). ``sure``: where they are, it is.

    ``begins``: the one word is a beginning of words.
    """

    words: tuple[str, ...]
    langs: int
    sure: bool
    begins: bool = False


def lang_bit(lang: str | None) -> int:
    """The bit of an item's language."""
    return _BITS.get(lang, 1)


def is_sure(leaf: Leaf) -> bool:
    """Whether all the leaf's signs are sure."""
    match leaf:
        case Word() | Phrase() | Exact():
            return not _is_unspaced(leaf)
        case WordList(_, words):
            return all(map(is_sure, words))
        case Prefix(_, words):
            return len(words) == 1 and len(words[0]) <= _LONGEST_PREFIX and not _is_unspaced(leaf)
        case Near(_, words):
            return not _is_unspaced(leaf) and len(set(words)) == len(words)
        case _:
            return False


def signs(leaf: Leaf) -> Iterator[Sign]:
    """The signs of a leaf that is made of words: without any of them it is not there."""
    match leaf:
        case WordList(_, words):
            for word in words:
                yield from signs(word)
        case Word(_, words):
            yield from _spellings(words, sure=not _is_unspaced(leaf))
        case Phrase(_, words):
            yield Sign(words, EVERY_LANG, sure=not _is_unspaced(leaf))
        case Prefix(_, words):
            yield Sign((words[-1][:_LONGEST_PREFIX],), EVERY_LANG, is_sure(leaf), begins=True)
        case Near(_, words) | Exact(_, words):
            yield Sign((max(words, key=len),), EVERY_LANG, sure=False)
        case _:
            raise TypeError(f"{type(leaf).__name__} is not made of words")


def _spellings(words: tuple[str, ...], *, sure: bool) -> Iterator[Sign]:
    """Each way to write the words, with the languages in which it is one."""
    alike: dict[tuple[frozenset[str], ...], int] = {}  # most languages inflect a word as others do
    for lang, bit in _BITS.items():
        parts = tuple(forms_of_parts(words, lang))
        alike[parts] = alike.get(parts, 0) | 1 << bit
    found: dict[tuple[str, ...], int] = {}
    for parts, bits in alike.items():
        for spelling in product(*parts):
            found[spelling] = found.get(spelling, 0) | bits
    for spelling, langs in found.items():
        yield Sign(spelling, langs, sure)


def _is_unspaced(leaf: Word | Phrase | Prefix | Near | Exact) -> bool:
    """Whether it is in a script without spaces: a longer name may have it inside."""
    return any(map(is_unspaced, leaf.words))


def name_of(leaf: Leaf) -> str:
    """What tells a leaf from others; leaves of one name find the same."""
    if isinstance(leaf, Word | Phrase | Prefix):  # as most are
        return type(leaf).__name__[:2] + "\x1f".join(leaf.words)
    match leaf:
        case WordList(_, words):
            return "$" + "\x1e".join(map(name_of, words))
        case Near(_, words, distance):
            return f"~{distance}\x1f" + "\x1f".join(words)
        case Exact(_, words, surfaces):
            return "=" + "\x1f".join(words) + "\x1e" + "\x1f".join(surfaces)
        case _:
            return leaf.term
