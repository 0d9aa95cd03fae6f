"""Stories: what a decision costs with the last days remembered, beside comparing with every item.

The texts are drawn from word frequencies; one in ten is a copy of an earlier one under another title
and byline, one in ten fills a form. The decisions of the memory are compared with those of a twin that
judges each item against all earlier ones. Where rensa or datasketch are installed, their MinHash with
LSH is timed beside it.
"""

from __future__ import annotations

import argparse
import importlib
import random
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.matching.text import fold, fold_word
from bot.model import Item
from bot.sources.identity import canonical_url
from bot.stories.calendar import day_words
from bot.stories.grouping import Grouping
from bot.stories.judging import judged
from bot.stories.memory import Memory
from bot.stories.trace import Trace, trace_of, unpack

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = 130
WANTED_MICROSECONDS = 250


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--remembered", type=int, default=300_000)
    arguments.add_argument("--sample", type=int, default=1000)
    given = arguments.parse_args()
    texts = Texts()
    sample = [texts.item(number) for number in range(given.sample)]
    equal = same_decisions(sample)
    took = decisions(sample, given.remembered)
    rivals(sample)
    return 0 if equal and took <= WANTED_MICROSECONDS else 1


class Texts:
    """Items of a stream, each drawn by itself, copied, or a form that was filled."""

    def __init__(self) -> None:
        self._chance = random.Random(11)
        syllables = [a + b for a in "bcdfghjklmnprstvz" for b in "aeiou"]
        words = {"".join(self._chance.choices(syllables, k=1 + n % 4)) for n in range(40_000)}
        self._words = sorted(words)
        self._chance.shuffle(self._words)
        self._weights = [1 / (rank + 3) for rank in range(len(self._words))]
        self._told: list[str] = []

    def item(self, number: int) -> Item:
        kind = self._chance.random()
        if kind < 0.1 and self._told:
            text = f"{self._draw(3).title()} (Wire) - {self._chance.choice(self._told)} Read more."
        elif kind < 0.2:
            place = self._chance.choice(self._words[500:900]).title()
            figures = [self._chance.randrange(100) for _ in range(6)]
            text = (
                f"The weather in {place} today: {figures[0]} to {figures[1]} degrees, wind at "
                f"{figures[2]} km/h and gusts up to {figures[3]}. The chance of rain is {figures[4]} "
                f"per cent. Tomorrow it will be {figures[5]} degrees. More in the app of your choice."
            )
        else:
            text = ". ".join(self._draw(13).capitalize() for _ in range(WORDS // 13)) + "."
            self._told.append(text)
        return Item(str(number), "bench", None, self._draw(8).capitalize(), text)

    def _draw(self, count: int) -> str:
        return " ".join(self._chance.choices(self._words, self._weights, k=count))


def same_decisions(sample: list[Item]) -> bool:
    """Whether the memory leads to the same stories as comparing with everything."""
    grouping, days = Grouping(fold_word, canonical_url), day_words(fold_word)
    traces: list[Trace] = []
    twin: list[bool] = []
    began = time.process_time()
    for item in sample:
        trace = trace_of(item, fold_word, NOW)
        twin.append(any(judged(earlier, trace, days) for earlier in traces))
        traces.append(trace)
    naive = (time.process_time() - began) / len(sample) * 1e6
    began = time.process_time()
    found = [
        grouping.place(item, f"{fold(item.title)} {fold(item.text)}".split(), NOW)[1] is not None
        for item in sample
    ]
    took = (time.process_time() - began) / len(sample) * 1e6
    alike = sum(a == b for a, b in zip(found, twin, strict=True))
    print(
        f"{len(sample):,} items, {sum(twin)} of them reports of an earlier story: {alike:,} decisions "
        f"alike\n  each compared with all before it {naive:>9,.0f} µs an item\n"
        f"  proposed by the memory          {took:>9,.0f} µs an item, splitting into words included"
    )
    return alike == len(sample)


def decisions(sample: list[Item], remembered: int) -> float:
    """Microseconds of a decision with so many items remembered."""
    days = day_words(fold_word)
    traces = [trace_of(item, fold_word, NOW) for item in sample]
    packed = [trace.packed() for trace in traces]
    average = sum(len(trace.marks) for trace in traces) / len(traces)
    memory = Memory()
    filling = _filled(memory, packed, remembered)
    for number, trace in enumerate(traces[: len(traces) // 2]):
        memory.add(remembered + number, trace.marks)
    traced = _each(sample, lambda item: trace_of(item, fold_word, NOW))
    proposed = _each(traces, lambda trace: memory.propose(trace.marks))
    known = {remembered + number: trace for number, trace in enumerate(traces)}
    asked = [
        (trace, [known[other] for other in memory.propose(trace.marks) if other in known])
        for trace in traces
    ]
    # The likeliest is asked first, and one that is of the story is enough.
    judging = _each(asked, lambda each: any(judged(one, each[0], days) for one in each[1]))
    added = _each(
        list(enumerate(traces)), lambda each: memory.add(2 * remembered + each[0], each[1].marks)
    )
    total = traced + proposed + judging + added
    print(
        f"\n{remembered:,} items remembered, {average:.0f} marks each: {memory.nbytes / 1e6:.0f} MB, "
        f"{filling:.1f} s to fill\n"
        f"  words and marks {traced:>6.1f} µs\n"
        f"  proposals       {proposed:>6.1f} µs\n"
        f"  judgements      {judging:>6.1f} µs\n"
        f"  remembering     {added:>6.1f} µs\n"
        f"  a decision      {total:>6.1f} µs (at most {WANTED_MICROSECONDS} wanted)"
    )
    return total


def _filled(memory: Memory, packed: list[bytes], count: int) -> float:
    """Fills the memory with so many items; the seconds of it that are the memory's own."""
    chance, took = random.Random(5), 0.0
    for number in range(count):
        own = unpack(packed[number % len(packed)])
        # A fifth of the marks are those of many texts, the others are the item's own.
        marks = [m if i % 5 == 0 else chance.getrandbits(32) for i, m in enumerate(own)]
        began = time.process_time()
        memory.add(number, marks)
        took += time.process_time() - began
    return took


def rivals(sample: list[Item]) -> None:
    """MinHash of 128 and banded LSH over the same runs of three words, by those who have it.

    Beside what they cost it says of how many reports they find the earlier one: of those that a
    comparison with everything finds.
    """
    days = day_words(fold_word)
    traces = [trace_of(item, fold_word, NOW) for item in sample]
    reports = [
        number
        for number, trace in enumerate(traces)
        if any(judged(earlier, trace, days) for earlier in traces[:number])
    ]
    runs = [
        (number, [" ".join(run) for run in zip(words, words[1:], words[2:], strict=False)])
        for number, words in enumerate(trace.body for trace in traces)
    ]
    memory = Memory()

    def ours(given: tuple[int, list[str]]) -> list[int]:
        found = memory.propose(traces[given[0]].marks)
        memory.add(given[0], traces[given[0]].marks)
        return found

    works: dict[str, Callable[[tuple[int, list[str]]], list[int]]] = {"ours": ours}
    for name, rival in RIVALS.items():
        try:
            works[name] = rival(importlib.import_module(name))
        except ImportError:
            print(f"\n{name} is not installed", end="")
    print(
        f"\n{len(sample):,} items, {len(reports)} reports of an earlier story, marks or runs given"
    )
    for name, work in works.items():
        began = time.process_time()
        found = [work(given) for given in runs]
        took = (time.process_time() - began) / len(sample) * 1e6
        reached = sum(
            any(judged(traces[other], traces[number], days) for other in found[number])
            for number in reports
        )
        proposed = sum(map(len, found)) / len(sample)
        print(
            f"  {name:<12}{took:>6.0f} µs an item, {reached:>4} reports found, "
            f"{proposed:.2f} proposed for an item"
        )


def _rensa(library: Any) -> Callable[[tuple[int, list[str]]], list[int]]:
    lsh = library.RMinHashLSH(threshold=0.5, num_perm=128, num_bands=32)

    def work(given: tuple[int, list[str]]) -> list[int]:
        number, runs = given
        minhash = library.RMinHash(num_perm=128, seed=1)
        minhash.update(runs)
        found: list[int] = lsh.query(minhash)
        lsh.insert(number, minhash)
        return found

    return work


def _datasketch(library: Any) -> Callable[[tuple[int, list[str]]], list[int]]:
    lsh = library.MinHashLSH(threshold=0.5, num_perm=128)

    def work(given: tuple[int, list[str]]) -> list[int]:
        number, runs = given
        minhash = library.MinHash(num_perm=128)
        minhash.update_batch([run.encode() for run in runs])
        found: list[int] = lsh.query(minhash)
        lsh.insert(number, minhash)
        return found

    return work


RIVALS = {"rensa": _rensa, "datasketch": _datasketch}


def _each(values: list[Any], work: Callable[[Any], object]) -> float:
    """Microseconds of processor time of each."""
    began = time.process_time()
    for value in values:
        work(value)
    return (time.process_time() - began) / len(values) * 1e6


if __name__ == "__main__":
    sys.exit(main())
