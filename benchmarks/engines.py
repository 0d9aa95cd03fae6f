"""What benchmarks of matching share: a filled engine, items made ready, and a clock."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

from benchmarks.corpus import NOW, Corpus
from bot.matching.document import Document
from bot.matching.index.compiled import CompiledEngine
from bot.matching.text import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.matching.query import Query
    from bot.matching.vocabulary import Vocabulary
    from bot.model import Item


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
        start = time.thread_time()
        engine.add(str(number), each)
        if times is not None:
            times.append(time.thread_time() - start)
        held[str(number)] = each
    gc.enable()
    return engine


def documents_of(items: Sequence[Item]) -> list[Document]:
    """The items, made ready to be matched; nothing of them is read yet."""
    return [Document.of(item, None, NOW) for item in items]


def scan_all(engine: CompiledEngine, items: Sequence[Item]) -> float:
    """Tokenising alone."""
    return seconds(lambda: [engine.scan(documents_of((item,))) for item in items])
