"""Matching against very many queries, beside others that can do it, in one run.

``python -m benchmarks.matching`` compares on 2,000 items, with the match sets asserted to be equal:

- mokaccino (Rust; ``pip install mokaccino==0.9.1``) and PostgreSQL, a table of tsquery, on boolean
  queries. Both are given the folded words of an item, made ready outside of the time: mokaccino each
  different one, PostgreSQL all in their order, as of any text. Ours is given the raw text.
- tokenising alone, which is the part of ours that no query costs.

Times are of one item in a call, or of 32, which is how the service hands over what has come
together. Two threads are compared with one that has as many in a call; they are measured in several pools, for
where the machine puts two threads is luck. The longest times are of single calls, with Python's collector of
garbage off and on. Adding is measured twice, in processor time: the index's part, which is given a query, and
the whole, from what a person wrote. Then what each feature adds, and the worst text. ``--parts`` and ``--sizes`` choose.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from benchmarks.corpus import Corpus, query
from benchmarks.engines import documents_of, engine_of, scan_all, seconds
from benchmarks.features import features, worst
from benchmarks.postgres import tsquery_table
from bot.errors import QueryError
from bot.matching.matcher import TOGETHER
from bot.matching.query import parse_query
from bot.matching.query.printing import print_tree
from bot.matching.query.tree import And, Node, Not, Or, Phrase
from bot.matching.text import tokens
from bot.matching.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.matching.index.compiled import CompiledEngine
    from bot.model import Item


PARTS = ("boolean", "features", "worst")
WHOLE = 2_000  # queries that are read before they are added
POOLS = 5


def p99(work: Callable[[Item], object], items: Sequence[Item], *, collecting: bool) -> float:
    """Microseconds that all but the slowest hundredth of the items take at most, one by one."""
    times = []
    gc.collect()
    if not collecting:
        gc.disable()
    for item in items:
        start = time.perf_counter()
        work(item)
        times.append(time.perf_counter() - start)
    gc.enable()
    return sorted(times)[len(times) * 99 // 100] * 1e6


def numbers(engine: CompiledEngine, items: Sequence[Item], together: int = 1) -> list[list[int]]:
    """What items ring, from their raw texts, so many items in one call: twice the queries' numbers."""
    found: list[list[int]] = []
    for first in range(0, len(items), together):
        found += engine.numbers(documents_of(items[first : first + together]))
    return found


def words_of(items: Sequence[Item]) -> list[list[str]]:
    """The folded words of each item, in their order."""
    return [[token.text for token in (*tokens(item.title), *tokens(item.text))] for item in items]


def mokaccino(
    trees: Sequence[Node], documents: list[list[str]]
) -> tuple[float, list[list[int]]] | None:
    """Seconds and matches of mokaccino; None where it is not installed."""
    try:
        from mokaccino import Document as Flat  # noqa: PLC0415
        from mokaccino import Percolator  # noqa: PLC0415
        from mokaccino import Query as Flatter  # noqa: PLC0415
    except ImportError:
        return None

    def written(node: Node) -> Flatter:
        match node:
            case And(children):
                return Flatter.from_and([written(child) for child in children])
            case Or(children):
                return Flatter.from_or([written(child) for child in children])
            case Not(child):
                return Flatter.from_not(written(child))
            case Phrase(_, (word,)):
                return Flatter.from_kv("w", word)
            case _:
                raise TypeError(node)

    percolator = Percolator()
    for number, tree in enumerate(trees):
        percolator.add_query_id(written(tree), number)

    def match(words: list[str]) -> list[int]:
        flat = Flat()
        for word in words:
            flat.add_value("w", word)
        matches: list[int] = percolator.percolate_list(flat)
        return matches

    found: list[list[int]] = []
    taken = seconds(lambda: found.__setitem__(slice(None), list(map(match, documents))), rounds=2)
    return taken, list(map(sorted, found))


def boolean(sizes: Sequence[int], count: int) -> None:
    """The table of the issue: beside mokaccino, PostgreSQL and tokenising alone."""
    corpus = Corpus()
    items = [corpus.item(number) for number in range(count)]
    words = words_of(items)
    different = statistics.mean(len(set(each)) for each in words)
    print(
        f"{count} items of {statistics.mean(map(len, words)):.0f} words, {different:.0f} of them different"
    )
    columns = [measured(size, corpus, items, words) for size in sizes]
    print(f"{'queries':<44}" + "".join(f"{size:>16,}" for size in sizes))
    for row in columns[0]:
        print(f"{row:<44}" + "".join(f"{column[row]:>16}" for column in columns))


def measured(
    size: int, corpus: Corpus, items: Sequence[Item], words: list[list[str]]
) -> dict[str, str]:
    """What so many queries take, by what is measured."""
    trees = [corpus.boolean() for _ in range(size)]
    vocabulary = Vocabulary()
    times: list[float] = []
    engine = engine_of((query(tree, vocabulary) for tree in trees), corpus, vocabulary, times)
    found: list[list[int]] = []
    alone = scan_all(engine, items)
    taken = seconds(lambda: found.__setitem__(slice(None), numbers(engine, items)))
    many = seconds(lambda: numbers(engine, items, TOGETHER))
    other = mokaccino(trees, [list(dict.fromkeys(each)) for each in words])
    table = tsquery_table(trees, words) if size <= 100_000 else None
    ours = [[number >> 1 for number in each] for each in found]
    for rival in (other, table):
        assert rival is None or rival[1] == ours, "the match sets differ"
    longest, collected = (
        p99(lambda item: engine.numbers(documents_of((item,))), items, collecting=each)
        for each in (False, True)
    )
    threads = [taken / by_two(engine, items, 1), many / by_two(engine, items, TOGETHER)]
    adds = sorted(times[-min(size, 100_000) :])
    start = time.perf_counter()
    for number in range(1000):
        engine.remove(str(number))
    removed = (time.perf_counter() - start) / 1000
    bytes_each = engine.nbytes / size
    whole = whole_adds(engine, corpus, vocabulary)
    return {
        f"items a second, one in a call / {TOGETHER}": _pair(len(items) / taken, len(items) / many),
        f"× mokaccino, one in a call / {TOGETHER}": _times(other, taken, many),
        f"× a table of tsquery, one in a call / {TOGETHER}": _times(table, taken, many),
        "÷ tokenising": f"{taken / alone:.2f}",
        "matches an item": f"{statistics.mean(map(len, found)):.0f}",
        "bytes a query": f"{bytes_each:.0f}",
        "add, µs: median / p99": _pair(*(each * 1e6 for each in _usual_and_most(adds))),
        "read and add, µs: median / p99": _pair(*(each * 1e6 for each in _usual_and_most(whole))),
        "remove, µs": f"{removed * 1e6:.1f}",
        f"two threads × one, one in a call / {TOGETHER}": "{:.2f} / {:.2f}".format(*threads),
        "an item's p99, µs: without / with collecting": _pair(longest, collected),
    }


def _usual_and_most(times: Sequence[float]) -> tuple[float, float]:
    """The median and p99 of times in order of size."""
    return times[len(times) // 2], times[len(times) * 99 // 100]


def _pair(one: float, other: float) -> str:
    return f"{one:.0f} / {other:.0f}"


def whole_adds(engine: CompiledEngine, corpus: Corpus, vocabulary: Vocabulary) -> list[float]:
    """The seconds that it takes to read a query and to hold it, in order of size."""
    written: list[str] = []
    while len(written) < WHOLE:
        with suppress(QueryError):  # such as a word without itself
            tree = corpus.boolean()
            parse_query(print_tree(tree), vocabulary)
            written.append(print_tree(tree))
    times = []
    for number, each in enumerate(written):
        start = time.thread_time()
        engine.add(f"whole {number}", parse_query(each, vocabulary))
        times.append(time.thread_time() - start)
    return sorted(times)


def by_two(engine: CompiledEngine, items: Sequence[Item], together: int) -> float:
    """Seconds that two threads take for all items, in the luckiest of some pools."""
    half = len(items) // 2
    parts = (items[:half], items[half:])

    def in_a_pool() -> float:
        with ThreadPoolExecutor(2) as pool:
            return seconds(
                lambda: list(pool.map(lambda part: numbers(engine, part, together), parts))
            )

    return min(in_a_pool() for _ in range(POOLS))


def _times(rival: tuple[float, object] | None, one: float, many: float) -> str:
    return f"{rival[0] / one:.0f} / {rival[0] / many:.0f}" if rival else "–"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--items", type=int, default=2_000)
    parser.add_argument("--features", type=int, default=100_000)
    parser.add_argument("--parts", choices=PARTS, nargs="+", default=PARTS)
    wanted = parser.parse_args()
    if "boolean" in wanted.parts:
        boolean(wanted.sizes, wanted.items)
    if "features" in wanted.parts:
        features(wanted.features, wanted.items)
    if "worst" in wanted.parts:
        worst()


if __name__ == "__main__":
    main()
