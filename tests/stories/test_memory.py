"""The memory of marks: what it proposes is what a list of all that it was told proposes."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.stories.memory import Memory

_MARKS = st.lists(st.integers(0, 40), min_size=1, max_size=12, unique=True)
_SIZE = 3  # items of twenty marks


@given(st.lists(_MARKS, max_size=40), _MARKS)
@settings(max_examples=300)
def test_it_proposes_what_a_list_does(told: list[list[int]], asked: list[int]) -> None:
    memory = Memory(_SIZE, buckets=8)
    postings: list[tuple[int, int]] = []
    for number, marks in enumerate(told, 100):
        memory.add(number, marks)
        postings += [(mark, number) for mark in marks]

    assert memory.propose(asked, most=99) == naive(postings[-20 * _SIZE :], asked)


def naive(postings: list[tuple[int, int]], asked: list[int]) -> list[int]:
    """The newest eight of each mark, found in the newest 32 of its bucket."""
    shared: Counter[int] = Counter()
    for mark in asked:
        bucket = [each for each in reversed(postings) if each[0] % 8 == mark % 8][:32]
        shared.update([number for known, number in bucket if known == mark][:8])
    least = min(2, len(asked))
    likely = sorted(((count, number) for number, count in shared.items()), reverse=True)
    return [number for count, number in likely if count >= least]


def test_it_is_worn_before_its_numbers_end() -> None:
    memory = Memory(_SIZE, buckets=8)
    memory.add(1, [7, 8, 9])
    assert not memory.is_worn

    memory._count = 2**32 - 2**20  # nobody waits for four billion marks
    memory.add(2, [7, 8, 9])
    assert memory.is_worn
