"""Matching against very many queries, beside others that can do it, in one run.

``python -m benchmarks.matching`` compares on 2,000 items, with the match sets asserted to be equal:

- mokaccino (Rust; ``pip install mokaccino==0.9.1``) and PostgreSQL, a table of tsquery, on boolean
  queries. Both are given the folded words of an item, made ready outside of the time; ours is given the raw
  text.
- tokenising alone, which is the part of ours that no query costs.

Times are of one item in a call, but where the table says "in 32s"; p99 is of single calls, with
Python's collector of garbage off and on. Then what each feature adds, what changes cost, two threads,
and the worst text. ``--parts`` and ``--sizes`` choose.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from benchmarks.corpus import NOW, Corpus, query
from benchmarks.postgres import tsquery_table
from bot.matching.document import Document
from bot.matching.index.compiled import CompiledEngine
from bot.matching.query.tree import And, Node, Not, Or, Phrase
from bot.matching.text import tokens
from bot.matching.vocabulary import Vocabulary
from bot.model import Item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.matching.query import Query

FEATURES = ("forms", "phrases", "prefixes", "near", "exact", "regexes", "entities")
# Rows that take longer have fewer queries: a regular expression that may be there is asked.
FEWER = {"regexes": 10}
PARTS = ("boolean", "features", "worst")
TOGETHER = 32  # items in one call, as a backtest has


def seconds(work: Callable[[], object], rounds: int = 3) -> float:
    """The shortest of several runs, without collecting garbage."""
    times = []
    for _ in range(rounds):
        gc.collect()
        gc.disable()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
        gc.enable()
    return min(times)


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


def engine_of(
    queries: Iterable[Query],
    corpus: Corpus,
    vocabulary: Vocabulary,
    times: list[float] | None = None,
) -> CompiledEngine:
    """An engine with the queries under their numbers, that has seen some items before."""
    learnt: dict[str, int] = {}
    for number in range(100):
        for token in tokens(corpus.item(number).text):
            learnt[token.text] = learnt.get(token.text, 0) + 20
    held: dict[str, Query] = {}
    engine = CompiledEngine(held.__getitem__, vocabulary, frequencies=learnt)
    gc.collect()
    gc.freeze()  # what the benchmark itself holds is not the engine's cost
    gc.disable()
    for number, each in enumerate(queries):
        start = time.perf_counter()
        engine.add(str(number), each)
        if times is not None:
            times.append(time.perf_counter() - start)
        held[str(number)] = each
    gc.enable()
    return engine


def documents_of(items: Sequence[Item]) -> list[Document]:
    """The items, made ready to be matched; nothing of them is read yet."""
    return [Document.of(item, None, NOW) for item in items]


def numbers(engine: CompiledEngine, items: Sequence[Item], together: int = 1) -> list[list[int]]:
    """The queries that items ring, from their raw texts, so many items in one call."""
    found: list[list[int]] = []
    for first in range(0, len(items), together):
        found += engine.numbers(documents_of(items[first : first + together]))
    return [[number >> 1 for number in each] for each in found]


def scan_all(engine: CompiledEngine, items: Sequence[Item]) -> float:
    """Tokenising alone."""
    return seconds(lambda: [engine.scan(documents_of((item,))) for item in items])


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
        return sorted(percolator.percolate_list(flat))

    found: list[list[int]] = []
    taken = seconds(lambda: found.__setitem__(slice(None), list(map(match, documents))), rounds=2)
    return taken, found


def boolean(sizes: Sequence[int], count: int) -> None:
    """The table of the issue: beside mokaccino, PostgreSQL and tokenising alone."""
    corpus = Corpus()
    items = [corpus.item(number) for number in range(count)]
    documents = words_of(items)
    vocabulary = Vocabulary()
    print(f"{count} items, {statistics.mean(map(len, documents)):.0f} different words each")
    print(
        f"{'queries':>9}{'items/s':>10}{f'in {TOGETHER}s':>10}{'× mokaccino':>13}{'× tsquery':>11}{'÷ tokenising':>14}"
        f"{'matches':>9}{'bytes':>7}{'add p50':>9}{'p99 µs':>8}{'remove':>8}{'threads':>9}{f'in {TOGETHER}s':>9}"
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
        for rival in (other, table):
            assert rival is None or rival[1] == found, "the match sets differ"
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
        print(
            f"{size:>9,}{count / taken:>10,.0f}{count / many:>10,.0f}"
            f"{_times(other, taken):>13}{_times(table, taken):>11}{taken / alone:>14.2f}"
            f"{statistics.mean(map(len, found)):>9.0f}{engine.nbytes / size:>7.0f}"
            f"{adds[len(adds) // 2] * 1e6:>9.0f}{adds[int(len(adds) * 0.99)] * 1e6:>8.0f}"
            f"{removed * 1e6:>8.1f}{one_by_one:>8.2f}×{in_calls:>8.2f}×"
            f"{slowest:>13.0f}{collected:>9.0f}",
            flush=True,
        )


def by_two(engine: CompiledEngine, items: Sequence[Item], together: int) -> float:
    """Seconds that two threads take for all items."""
    half = len(items) // 2
    with ThreadPoolExecutor(2) as pool:
        parts = (items[:half], items[half:])
        return seconds(lambda: list(pool.map(lambda part: numbers(engine, part, together), parts)))


def _times(rival: tuple[float, object] | None, taken: float) -> str:
    return f"{rival[0] / taken:.0f}" if rival else "–"


def features(size: int, count: int) -> None:
    """What each feature adds to boolean queries: one query in three has it."""
    print(f"\n{size:,} queries, but where a row says fewer: what features cost")
    print(
        f"{'a third with':>16}{'queries':>9}{'items/s':>10}{'÷ tokenising':>14}{'matches':>9}{'with spans ÷ tokenising':>25}"
    )
    for feature in ("nothing", *FEATURES):
        corpus = Corpus()
        items = [corpus.item(number) for number in range(count)]
        vocabulary = corpus.entities(10_000) if feature == "entities" else Vocabulary()
        names = list(vocabulary.entities)
        queries, asked = size // FEWER.get(feature, 1), count // FEWER.get(feature, 1)
        items = items[:asked]
        trees = [
            corpus.boolean() if feature == "nothing" else corpus.featured(feature, names)
            for _ in range(queries)
        ]
        engine = engine_of((query(tree, vocabulary) for tree in trees), corpus, vocabulary)
        alone = scan_all(engine, items)
        taken = seconds(lambda: [engine.keys(documents_of((item,))) for item in items])
        shown = seconds(
            lambda: [engine.match(document) for document in documents_of(items[:100])],
            rounds=1,
        )
        matches = statistics.mean(map(len, engine.keys(documents_of(items[:100]))))
        print(
            f"{feature:>16}{queries:>9,}{asked / taken:>10,.0f}{taken / alone:>14.2f}{matches:>9.0f}"
            f"{shown / alone * asked / len(items[:100]):>25.1f}",
            flush=True,
        )


def worst() -> None:
    """A text of one megabyte that names 10,000 entities, against a tenth of both."""
    print(f"\n{'entities named':>15}{'bytes':>11}{'ms':>8}{'µs a kB':>9}")
    corpus = Corpus()
    vocabulary = corpus.entities(10_000)
    entities = list(vocabulary.entities.values())
    engine = engine_of(
        (
            query(corpus.featured("entities", list(vocabulary.entities)), vocabulary)
            for _ in range(10_000)
        ),
        corpus,
        vocabulary,
    )
    for count in (1_000, 10_000):
        named = [
            name for each in entities[:count] for names in each.names.values() for name in names
        ]
        text = " ".join(f"{name} {corpus.item(0).text[:40]}" for name in named)[: count * 100]
        item = Item("1", "bench", None, "", text, lang="fr")
        taken = seconds(lambda item=item: engine.keys(documents_of((item,))))  # type: ignore[misc]
        size = len(text.encode())
        print(f"{count:>15,}{size:>11,}{taken * 1e3:>8.0f}{taken * 1e9 / size:>9.1f}", flush=True)


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
