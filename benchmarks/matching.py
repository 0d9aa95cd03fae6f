"""Matching against very many queries, beside others that can do it, in one run.

``python -m benchmarks.matching`` compares on 2,000 items, with the match sets asserted to be equal:

- mokaccino (Rust; ``pip install mokaccino==0.9.1``) and PostgreSQL, a table of tsquery, on boolean
  queries. Both are given the folded words of an item, made ready outside of the time; ours is given the raw
  text.
- tokenising alone, which is the part of ours that no query costs.

Times are of one item in a call, but where the table says "in 32s", which is how the service hands over what
has come together; two threads are compared with one thread that has as many in a call. p99 is of single calls, with
Python's collector of garbage off and on. Adding is measured twice, in processor time: the index's part,
which is given a query, and the whole, from what a person wrote. Then what each feature adds, what changes cost, two threads,
and the worst text. ``--parts`` and ``--sizes`` choose.
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
    """The different folded words of each item."""
    return [
        list(dict.fromkeys(token.text for token in (*tokens(item.title), *tokens(item.text))))
        for item in items
    ]


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
    documents = words_of(items)
    vocabulary = Vocabulary()
    print(f"{count} items, {statistics.mean(map(len, documents)):.0f} different words each")
    print(
        f"{'queries':>9}{'items/s':>10}{f'in {TOGETHER}s':>10}{'× mokaccino':>13}{'× tsquery':>11}{'÷ tokenising':>14}"
        f"{'matches':>9}{'bytes':>7}{'add p50':>9}{'p99 µs':>8}{'whole p50':>11}{'p99':>6}{'remove':>8}{f'2 threads in {TOGETHER}s':>18}{'one by one':>12}"
        f"{'item p99 µs':>13}{'with gc':>9}"
    )
    for size in sizes:
        trees = [corpus.boolean() for _ in range(size)]
        times: list[float] = []
        engine = engine_of((query(tree, vocabulary) for tree in trees), corpus, vocabulary, times)
        found: list[list[int]] = []

        def match(engine: CompiledEngine = engine, found: list[list[int]] = found) -> None:
            found[:] = numbers(engine, items)

        alone = scan_all(engine, items)
        taken = seconds(match)
        many = seconds(lambda: numbers(engine, items, TOGETHER))
        other = mokaccino(trees, documents)
        table = tsquery_table(trees, documents) if size <= 100_000 else None
        ours = [[number >> 1 for number in each] for each in found]
        for rival in (other, table):
            assert rival is None or rival[1] == ours, "the match sets differ"
        slowest, collected = (
            p99(lambda item: engine.numbers(documents_of((item,))), items, collecting=each)
            for each in (False, True)
        )
        one_by_one = taken / by_two(engine, items, 1)
        in_calls = many / by_two(engine, items, TOGETHER)
        adds = sorted(times[-min(size, 100_000) :])
        start = time.perf_counter()
        for number in range(1000):
            engine.remove(str(number))
        removed = (time.perf_counter() - start) / 1000
        size_each = engine.nbytes / size
        whole = whole_adds(engine, corpus, vocabulary)
        print(
            f"{size:>9,}{count / taken:>10,.0f}{count / many:>10,.0f}"
            f"{_times(other, taken):>13}{_times(table, taken):>11}{taken / alone:>14.2f}"
            f"{statistics.mean(map(len, found)):>9.0f}{size_each:>7.0f}"
            f"{adds[len(adds) // 2] * 1e6:>9.0f}{adds[int(len(adds) * 0.99)] * 1e6:>8.0f}"
            f"{whole[len(whole) // 2] * 1e6:>11.0f}{whole[len(whole) * 99 // 100] * 1e6:>6.0f}"
            f"{removed * 1e6:>8.1f}{in_calls:>17.2f}×{one_by_one:>11.2f}×"
            f"{slowest:>13.0f}{collected:>9.0f}",
            flush=True,
        )


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
    """Seconds that two threads take for all items."""
    half = len(items) // 2
    with ThreadPoolExecutor(2) as pool:
        parts = (items[:half], items[half:])
        return seconds(lambda: list(pool.map(lambda part: numbers(engine, part, together), parts)))


def _times(rival: tuple[float, object] | None, taken: float) -> str:
    return f"{rival[0] / taken:.0f}" if rival else "–"


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
