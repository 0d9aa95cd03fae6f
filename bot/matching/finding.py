"""Looking for one leaf of a query in one field: which words, from where to where.

The naive way, word by word: this is what a faster index is checked against.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING

from bot.matching.inflection import forms_of_parts
from bot.matching.names import name_index
from bot.matching.query.tree import EntityName, Exact, Near, Phrase, Prefix, Regex, Word, WordList
from bot.matching.regexes import compile_regex
from bot.matching.text import is_unspaced
from bot.model import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.matching.document import Document
    from bot.matching.field_text import FieldText
    from bot.matching.query.tree import Leaf
    from bot.matching.vocabulary import Vocabulary

# Words by position, the end not included.
Run = tuple[int, int]


def find(leaf: Leaf, field: FieldText, document: Document, vocabulary: Vocabulary) -> list[Span]:
    """Every place of the leaf in the field, in order; looked for once a document."""
    found = document.found(vocabulary)
    spans = found.get((leaf.term, leaf, field))
    if spans is None:
        spans = found[leaf.term, leaf, field] = _find(leaf, field, document, vocabulary)
    return spans


def find_searched(leaf: Leaf, document: Document, vocabulary: Vocabulary) -> list[Span]:
    """Every place of the leaf in the title, the text and the tags; many queries ask this alone."""
    found = document.found(vocabulary)
    spans = found.get((leaf.term, leaf, None))
    if spans is None:
        spans = found[leaf.term, leaf, None] = [
            span for field in document.searched for span in _find(leaf, field, document, vocabulary)
        ]
    return spans


def _find(leaf: Leaf, field: FieldText, document: Document, vocabulary: Vocabulary) -> list[Span]:
    if isinstance(leaf, Regex):
        return _regex_spans(leaf, field)
    if isinstance(leaf, EntityName):
        # Where the compiled scanner has been, it is known already at which words names begin.
        if field.scanned is None and not name_index(vocabulary).may_name(leaf.key, field.places):
            return []
        return [
            _span(field, (each.first, each.end), leaf.term, leaf.key)
            for each in document.names(vocabulary, field)
            if each.entity == leaf.key
        ]
    if isinstance(leaf, WordList):
        found = {
            (span.start, span.end): span
            for word in leaf.words
            for span in find(word, field, document, vocabulary)
        }
        return [_renamed(found[place], leaf.term) for place in sorted(found)]
    runs = _runs(leaf, field, document.lang)
    if runs and any(is_unspaced(word) for word in leaf.words):
        runs = [run for run in runs if not _is_inside_a_name(run, field, document, vocabulary)]
    return [_span(field, run, leaf.term) for run in runs]


def _runs(
    leaf: Word | Phrase | Near | Prefix | Exact, field: FieldText, lang: str | None
) -> list[Run]:
    match leaf:
        case Word(_, words):
            allowed = forms_of_parts(words, lang)
            starts = field.positions(allowed[0])
            return _phrase(field, starts, len(words), lambda at, word: word in allowed[at])
        case Phrase(_, words):
            starts = field.places.get(words[0], [])
            return _phrase(field, starts, len(words), lambda at, word: word == words[at])
        case Prefix(_, words):
            return _prefix(field, words)
        case Exact(_, words, surfaces):
            starts = field.places.get(words[0], [])
            runs = _phrase(field, starts, len(words), lambda at, word: word == words[at])
            return [run for run in runs if _surfaces(field, run) == surfaces]
        case Near(_, words, distance):
            return _near(field, words, distance)


def _phrase(
    field: FieldText, starts: Sequence[int], length: int, fits: Callable[[int, str], bool]
) -> list[Run]:
    """The runs of ``length`` words from ``starts`` on whose words fit, each within a sentence."""
    found = []
    for start in starts:
        run = field.tokens[start : start + length]
        if (
            len(run) == length
            and run[0].sentence == run[-1].sentence
            and all(fits(at, token.text) for at, token in enumerate(run))
        ):
            found.append((start, start + length))
    return found


def _prefix(field: FieldText, words: tuple[str, ...]) -> list[Run]:
    *before, beginning = words
    starts = [
        position - len(before)
        for word, positions in field.places.items()
        if word.startswith(beginning)
        for position in positions
        if position >= len(before)
    ]

    def fits(at: int, word: str) -> bool:
        return word.startswith(beginning) if at == len(before) else word == before[at]

    return _phrase(field, sorted(starts), len(words), fits)


def _surfaces(field: FieldText, run: Run) -> tuple[str, ...]:
    return tuple(field.surface(position) for position in range(*run))


def _near(field: FieldText, words: tuple[str, ...], distance: int) -> list[Run]:
    """The single words of each group whose positions differ by at most ``distance``."""
    wanted, there = Counter(words), Counter[str]()
    places = field.positions(wanted)
    missing, end = len(words), 0
    found: list[int] = []
    for at, first in enumerate(places):
        # The group is places[at:end]; both ends only ever move on, so the work is linear.
        while end < len(places) and places[end] - first <= distance:
            word = field.tokens[places[end]].text
            there[word] += 1
            missing -= there[word] <= wanted[word]
            end += 1
        if missing == 0:
            shown = found[-1] if found else -1
            found += places[max(at, bisect_right(places, shown)) : end]
        word = field.tokens[first].text
        missing += there[word] <= wanted[word]
        there[word] -= 1
    return [(place, place + 1) for place in found]


def _regex_spans(leaf: Regex, field: FieldText) -> list[Span]:
    composed = field.composed
    return [
        Span(field.name, *composed.original(*found), leaf.term, None, field.index)
        for found in compile_regex(leaf.pattern).spans(composed.text)
    ]


def _is_inside_a_name(
    run: Run, field: FieldText, document: Document, vocabulary: Vocabulary
) -> bool:
    """俄罗斯 inside of 白俄罗斯 is not Russia, where Belarus is known; nor is 京大 a word in 南京大学.

    普京 inside of 弗拉基米尔·普京 is found: both are Putin.
    """
    around = set()
    for each in document.names(vocabulary, field):
        first, end = max(each.first, run[0]), min(each.end, run[1])
        if first >= end or (each.first, each.end) == run:
            continue
        if (first, end) == run:
            around.add(each.entity)
        elif (first, end) != (each.first, each.end):
            return True
    if not around:
        return False
    words = tuple(token.text for token in field.tokens[slice(*run)])
    named = {name.key for name in name_index(vocabulary).at(words[0]) if name.words == words}
    return around.isdisjoint(named)


def _span(field: FieldText, run: Run, term: str, entity: str | None = None) -> Span:
    start, end = field.tokens[run[0]].start, field.tokens[run[1] - 1].end
    return Span(field.name, start, end, term, entity, field.index)


def _renamed(span: Span, term: str) -> Span:
    return Span(span.field, span.start, span.end, term, span.entity, span.index)
