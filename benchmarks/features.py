"""What each feature adds to the time of matching, and the worst text."""

from __future__ import annotations

import statistics

from benchmarks.corpus import Corpus, query
from benchmarks.engines import documents_of, engine_of, scan_all, seconds
from bot.matching.vocabulary import Vocabulary
from bot.model import Item

FEATURES = ("forms", "phrases", "prefixes", "near", "exact", "regexes", "entities")
# Rows that take longer have fewer queries: a regular expression that may be there is asked.
FEWER = {"regexes": 10}


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
            lambda: [engine.match([document]) for document in documents_of(items[:100])],
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
