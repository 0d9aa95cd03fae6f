"""Capitalised names that occur often and are no entity yet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.matching.text import is_unspaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.matching.document import Document
    from bot.matching.field_text import FieldText
    from bot.matching.vocabulary import Vocabulary

_LONGEST = 4  # words
_SHORTEST = 3  # letters: less are initials
# Small words that stand inside of names, never at their ends.
_INSIDE = frozenset("al bin da de del der di du el ibn la le of the van von y".split())
# German writes every noun with a capital: one word alone says nothing.
_CAPITAL_NOUNS = frozenset({"de", "lb"})
# A word that is as often written small is one that only began a sentence or a headline.
_MOSTLY = 0.8


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name, in how many items it stands, and in which languages."""

    name: str
    items: int
    langs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """Capitalised words in a row: folded, as written; whether the first begins a sentence."""

    folded: tuple[str, ...]
    written: tuple[str, ...]
    begins: bool


def suggest(
    documents: Iterable[Document], vocabulary: Vocabulary, *, least: int = 3
) -> list[Suggestion]:
    """The names that at least so many items have, the most frequent first."""
    capital: Counter[str] = Counter()
    small: Counter[str] = Counter()
    found: list[tuple[str | None, list[_Run]]] = []
    for document in documents:
        fields = [it for it in (document.title, document.text) if not it.is_all_capitals]
        for field in fields:
            _count_words(field, capital, small)
        found.append(
            (document.lang, [run for field in fields for run in _runs(field, document, vocabulary)])
        )
    items: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = {}
    langs: dict[str, Counter[str]] = {}
    for lang, runs in found:
        names = dict(_named(run, lang, capital) for run in runs)
        for folded, written in names.items():
            items[folded] += 1
            spellings.setdefault(folded, Counter())[written] += 1
            langs.setdefault(folded, Counter())[lang or ""] += 1
    return [
        Suggestion(
            spellings[folded].most_common(1)[0][0],
            number,
            tuple(lang for lang, _ in langs[folded].most_common() if lang),
        )
        for folded, number in sorted(items.items(), key=lambda it: (-it[1], it[0]))
        if number >= least and folded and _is_name(folded, capital, small)
    ]


def _count_words(field: FieldText, capital: Counter[str], small: Counter[str]) -> None:
    """Counts how words are written where they have the choice: not at a sentence's beginning."""
    for token in field.tokens:
        if not field.text[token.start].isupper():
            small[token.text] += 1
        elif not _begins(field, token.position):
            capital[token.text] += 1


def _is_name(folded: str, capital: Counter[str], small: Counter[str]) -> bool:
    words = [word for word in folded.split() if word not in _INSIDE]
    return any(
        capital[word] and capital[word] >= _MOSTLY * (capital[word] + small[word]) for word in words
    )


def _named(run: _Run, lang: str | None, capital: Counter[str]) -> tuple[str, str]:
    """The name that a run is, folded and as written; empty where it is none.

    The word that begins a sentence belongs to it where it has its capital elsewhere, too.
    """
    first = 1 if run.begins and not capital[run.folded[0]] else 0
    last = len(run.folded)
    while first < last and run.folded[last - 1] in _INSIDE:
        last -= 1
    while first < last and run.folded[first] in _INSIDE:
        first += 1
    words = run.folded[first:last]
    alone = len(words) == 1
    if (
        not words
        or len(words) > _LONGEST
        or sum(map(len, words)) < _SHORTEST
        or (alone and (lang in _CAPITAL_NOUNS or (run.begins and first == 0)))
    ):
        return "", ""
    return " ".join(words), " ".join(run.written[first:last])


def _runs(field: FieldText, document: Document, vocabulary: Vocabulary) -> Iterator[_Run]:
    """Runs of capitalised words outside of the names that are known."""
    known = {
        position
        for each in document.names(vocabulary, field)
        for position in range(each.first, each.end)
    }
    run: list[int] = []
    for position, token in enumerate(field.tokens):
        if run and not _is_near(field, run[-1], position):
            yield _run(field, run)
            run = []
        is_capital = field.text[token.start].isupper() and not is_unspaced(token.text)
        if position not in known and (is_capital or (run and token.text in _INSIDE)):
            run.append(position)
        elif run:
            yield _run(field, run)
            run = []
    if run:
        yield _run(field, run)


def _run(field: FieldText, run: list[int]) -> _Run:
    tokens = [field.tokens[position] for position in run]
    return _Run(
        tuple(token.text for token in tokens),
        tuple(field.text[token.start : token.end] for token in tokens),
        _begins(field, run[0]),
    )


def _begins(field: FieldText, position: int) -> bool:
    return position == 0 or (field.tokens[position].sentence != field.tokens[position - 1].sentence)


def _is_near(field: FieldText, before: int, position: int) -> bool:
    """Only a blank or a hyphen stands between, and no sentence ends."""
    one, other = field.tokens[before], field.tokens[position]
    return one.sentence == other.sentence and field.text[one.end : other.start] in (" ", "-", "\n")
