"""Backtests over a hundred thousand stored items, beside matching them all with the plain engine.

The plain engine is timed on a sample and reckoned up. The answers are compared on the sample: a
backtest says exactly what matching says.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import column, insert, table

from bot.backtesting.trial import Trial
from bot.matching.document import Document
from bot.matching.query import parse_query
from bot.matching.question import Question
from bot.matching.vocabulary import Entity, Vocabulary
from bot.model import Item
from bot.store import scan
from bot.store.engine import Store
from bot.store.rows import item_values
from bot.store.schema import items, stories
from bot.store.search import facets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = 500
SAMPLE = 2_000
PAGE = 1_000
QUERIES = {
    "a rare word": "{rare}",
    "a common word": "{common}",
    "words and a phrase": '({some} OR "{common} {often}") -{rare}',
    "an entity": "@somebody",
    "a regular expression": "/{some}[a-z]* {common}/",
    "only a language": "lang:en -{common}",
}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--items", type=int, default=100_000)
    wanted = arguments.parse_args().items
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/store.db"
        with Store.open(url) as store:
            words = fill(store, wanted)
            return measure(store, url, words, wanted)


def measure(store: Store, url: str, words: list[str], wanted: int) -> int:
    terms = {"rare": words[9_000], "some": words[400], "often": words[2], "common": words[30]}
    names = {"en": (words[500].title(), f"{words[300].title()} {words[501].title()}")}
    vocabulary = Vocabulary({"somebody": Entity("somebody", names=names)})
    wrong = 0
    for name, text in QUERIES.items():
        question = Question(name, parse_query(text.format(**terms), vocabulary))
        began = time.perf_counter()
        trial = Trial(url, (question,), {}, NOW)
        rings = trial.run(store, store.read_now(trial.tasks), lambda: None)
        took = time.perf_counter() - began
        found = {ring.item for ring in rings}
        began = time.perf_counter()
        block = scan.Block(1, SAMPLE)
        plain = {
            stored.number
            for stored in store.read_now(lambda conn: list(scan.read(conn, block)))
            if question.rings(Document.of(stored.item, None, NOW))
        }
        reckoned = (time.perf_counter() - began) * wanted / min(SAMPLE, wanted)
        good = plain == {number for number in found if number <= SAMPLE}
        wrong += not good
        print(
            f"{name:<22}{len(found):>8,} rings {took:>7.1f} s; plain matching {reckoned:>7.1f} s, "
            f"{reckoned / took:>6.1f} times as long; {'equal' if good else 'NOT EQUAL'}"
        )
    return 1 if wrong else 0


def fill(store: Store, wanted: int) -> list[str]:
    """Stores items of random words, the common ones often; the words, the most common first."""
    chance = random.Random(7)
    syllables = [a + b for a in "bcdfghjklmnprstvz" for b in "aeiou"]
    words = list(
        dict.fromkeys(
            "".join(chance.choices(syllables, k=1 + n % 3 + n // 200 % 2)) for n in range(30_000)
        )
    )
    chance.shuffle(words)
    weights = [1 / (rank + 3) for rank in range(len(words))]
    fts = table("items_fts", column("rowid"), column("words"))

    def work(conn: Connection) -> None:
        conn.execute(insert(stories).values(id=1, first_seen=NOW))
        for start in range(1, wanted + 1, PAGE):
            rows, texts = [], []
            drawn = iter(chance.choices(words, weights, k=WORDS * PAGE))
            for number in range(start, min(start + PAGE, wanted + 1)):
                item = _item(number, drawn)
                rows.append(
                    {
                        **item_values(item),
                        "number": number,
                        "first_seen": NOW,
                        "story_id": 1,
                        "waiting": False,
                    }
                )
                told = f"{item.title} {item.text}".replace(".", "").lower()
                texts.append({"rowid": number, "words": f"{told} {facets(item.lang, item.source)}"})
            conn.execute(insert(items), rows)
            conn.execute(insert(fts), texts)

    store.write_now(work)
    return words


def _item(number: int, drawn: Iterator[str]) -> Item:
    sentences = [" ".join(next(drawn) for _ in range(20)) for _ in range(WORDS // 20)]
    return Item(
        id=str(number),
        source="benchmark",
        url=None,
        title=sentences[0].title(),
        text=". ".join(sentences[1:]),
        published=NOW - timedelta(minutes=number),
        lang="en",
    )


if __name__ == "__main__":
    sys.exit(main())
