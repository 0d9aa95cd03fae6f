"""A start with a million stored subscriptions: without a snapshot, and with the last run's.

``--distinct`` of the queries are different; the others have more subscribers.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from benchmarks.corpus import NOW, Corpus
from bot.errors import QueryError
from bot.matching.matcher import Matcher
from bot.matching.query import parse_query
from bot.matching.query.printing import print_tree
from bot.matching.ruleset import RuleSet
from bot.matching.vocabulary import Vocabulary

VOCABULARY = Vocabulary()


def stored(corpus: Corpus, subscriptions: int, distinct: int) -> dict[str, int]:
    """Canonical queries with their numbers of subscriptions."""
    queries: dict[str, int] = {}
    while len(queries) < distinct:
        with suppress(QueryError):  # such as a word without itself
            queries[str(parse_query(print_tree(corpus.boolean()), VOCABULARY))] = 1
    for number, query in enumerate(queries):
        queries[query] += (subscriptions - distinct + number) // distinct
    return queries


def restored(queries: dict[str, int], corpus: Corpus, snapshot: Path) -> tuple[Matcher, float]:
    """A matcher that has all of them, and the seconds that it took."""
    matcher = Matcher(RuleSet())
    start = time.perf_counter()
    for number in range(200):
        matcher.observe(corpus.item(number), NOW)
    unreadable = matcher.restore(queries, snapshot)
    matcher.settle()
    assert not unreadable
    assert len(matcher) == len(queries)
    return matcher, time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscriptions", type=int, default=1_000_000)
    parser.add_argument("--distinct", type=int, nargs="+", default=[50_000, 1_000_000])
    wanted = parser.parse_args()
    print(f"{'subscriptions':>14}{'different':>11}{'read, s':>9}{'snapshot, s':>13}{'MB':>6}")
    for distinct in wanted.distinct:
        corpus = Corpus()
        queries = stored(corpus, wanted.subscriptions, distinct)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "queries"
            matcher, first = restored(queries, corpus, path)
            item = corpus.item(1)
            found = matcher.match(item, None, NOW)
            matcher.save(path)
            size = path.stat().st_size
            del matcher
            again, second = restored(queries, corpus, path)
            assert again.match(item, None, NOW) == found
        print(
            f"{wanted.subscriptions:>14,}{distinct:>11,}{first:>9.1f}{second:>13.1f}"
            f"{size / 1e6:>6.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
