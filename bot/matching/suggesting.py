"""Capitalised names that occur often and are no entity yet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.matching.text import is_unspaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.matching.document import Document, FieldText
    from bot.matching.vocabulary import Vocabulary

_LONGEST = 4
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


def suggest(
    documents: Iterable[Document], vocabulary: Vocabulary, *, least: int = 3
) -> list[Suggestion]:
    """The names that at least so many items have, the most frequent first."""
    items: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = {}
    langs: dict[str, Counter[str]] = {}
    capital: Counter[str] = Counter()
    small: Counter[str] = Counter()
    for document in documents:
        found: dict[str, str] = {}
        for field in (document.title, document.text):
            if field.is_all_capitals:
                continue
            _count_words(field, capital, small)
            known = {
                position
                for each in document.names(vocabulary, field)
                for position in range(each.first, each.end)
            }
            found.update(_names(field, known, alone=document.lang not in _CAPITAL_NOUNS))
        for folded, written in found.items():
            items[folded] += 1
            spellings.setdefault(folded, Counter())[written] += 1
            if document.lang:
                langs.setdefault(folded, Counter())[document.lang] += 1
    return [
        Suggestion(
            spellings[folded].most_common(1)[0][0],
            number,
            tuple(lang for lang, _ in langs.get(folded, Counter()).most_common()),
        )
        for folded, number in sorted(items.items(), key=lambda it: (-it[1], it[0]))
        if number >= least and _is_name(folded, capital, small)
    ]


def _count_words(field: FieldText, capital: Counter[str], small: Counter[str]) -> None:
    for token in field.tokens:
        (capital if field.text[token.start].isupper() else small)[token.text] += 1


def _is_name(folded: str, capital: Counter[str], small: Counter[str]) -> bool:
    words = [word for word in folded.split() if word not in _INSIDE]
    return any(capital[word] >= _MOSTLY * (capital[word] + small[word]) for word in words)


def _names(field: FieldText, known: set[int], *, alone: bool) -> Iterator[tuple[str, str]]:
    """Runs of capitalised words: folded, and as written."""
    run: list[int] = []
    for position, token in enumerate(field.tokens):
        follows = bool(run) and _is_near(field, run[-1], position)
        if run and not follows:
            yield from _run(field, run, alone=alone)
            run = []
        is_capital = field.text[token.start].isupper() and not is_unspaced(token.text)
        if position in known:
            yield from _run(field, run, alone=alone)
            run = []
        elif is_capital or (follows and token.text in _INSIDE):
            run.append(position)
        else:
            yield from _run(field, run, alone=alone)
            run = []
    yield from _run(field, run, alone=alone)


def _run(field: FieldText, run: list[int], *, alone: bool) -> Iterator[tuple[str, str]]:
    run = list(run)
    while run and field.tokens[run[-1]].text in _INSIDE:
        run.pop()
    while run and (field.tokens[run[0]].text in _INSIDE):
        run.pop(0)
    if not run or len(run) > _LONGEST:
        return
    if len(run) == 1 and (not alone or _begins(field, run[0])):
        return  # the first word of a sentence has a capital whatever it is
    words = [field.tokens[position] for position in run]
    if sum(len(word.text) for word in words) < 3:  # noqa: PLR2004 - initials
        return
    yield " ".join(word.text for word in words), field.text[words[0].start : words[-1].end]


def _begins(field: FieldText, position: int) -> bool:
    return position == 0 or (field.tokens[position].sentence != field.tokens[position - 1].sentence)


def _is_near(field: FieldText, before: int, position: int) -> bool:
    """Only a blank or a hyphen stands between, and no sentence ends."""
    one, other = field.tokens[before], field.tokens[position]
    return one.sentence == other.sentence and field.text[one.end : other.start] in (" ", "-", "\n")
