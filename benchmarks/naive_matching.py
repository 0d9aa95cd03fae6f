"""How much longer the naive engine takes than splitting the words alone: the index's yardstick."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.matching.document import Document
from bot.matching.engine import NaiveEngine
from bot.matching.query import parse_query
from bot.matching.rules import load_rules
from bot.matching.text import tokens
from bot.model import Source, SourceKind
from bot.sources.seeds import read_seed

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
NOW = datetime(2025, 5, 18, tzinfo=UTC)
ROUNDS = 20


def best(work: Callable[[], object]) -> float:
    """The shortest of several runs, in seconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    source = Source("seeds", SourceKind.FOLDER, str(ROOT / "seeds"))
    (item,) = read_seed(ROOT / "seeds" / "seed-article-fr.txt", source)
    rules = load_rules(ROOT / "rules")
    alone = best(lambda: (tokens(item.title), tokens(item.text)))
    print(f"{'queries':>8}{'× tokenising alone':>22}{'hits':>8}")
    for count in (0, 100, 1000, 10_000):
        engine = NaiveEngine()
        for topic in rules.topics.values():
            engine.add(topic.key, topic.query)
        for number in range(count):
            engine.add(str(number), parse_query(f"poutine word{number}", rules.vocabulary))
        hits = len(engine.match(Document.of(item, source, NOW)))
        taken = best(lambda engine=engine: engine.match(Document.of(item, source, NOW)))  # type: ignore[misc]
        print(f"{len(engine):>8}{taken / alone:>22.1f}{hits:>8}")


if __name__ == "__main__":
    main()
