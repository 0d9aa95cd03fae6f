"""Asking very many stored items many questions, with all processors.

The search index proposes which item each question is put to, the matcher confirms: the answer is
exactly what matching gives. Items go in blocks, oldest first, to a few processes that read the
store for themselves.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.matching.document import Document
from bot.matching.matcher import TOGETHER
from bot.matching.search import search_words
from bot.store import scan, search
from bot.store.engine import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.backtesting.asking import Asking
    from bot.matching.question import Question
    from bot.model import Source

# Small enough for a progress bar to move and for the processes to end together.
BLOCK = 500
# Seconds that the plain way would still take, from which on the compiled engine and its processes,
# which take some to start, are sooner done.
_WORTH_COMPILING = 6.0


@dataclass(frozen=True, slots=True)
class Ring:
    """That the question of that number rings for an item; ``moment`` is the item's own time."""

    question: int
    item: int
    moment: datetime


@dataclass(frozen=True, slots=True)
class Task:
    """A block of items, with the questions that each is asked besides those that all are."""

    block: scan.Block
    always: tuple[int, ...]
    asked: Mapping[int, Sequence[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trial:
    """Questions to the items of a store that are as new as ``since``."""

    url: str
    questions: tuple[Question, ...]
    sources: Mapping[str, Source]
    now: datetime
    since: datetime | None = None

    def tasks(self, conn: Connection) -> list[Task]:
        """The work: which items have to be looked at, and what they are asked."""
        always: list[int] = []
        asked: dict[int, list[int]] = {}
        for number, question in enumerate(self.questions):
            candidates = search.candidate_numbers(conn, search_words(question.query))
            if candidates is None:
                always.append(number)
            for item in candidates or ():
                asked.setdefault(item, []).append(number)
        return [
            Task(block, tuple(always), {item: asked[item] for item in _inside(block, asked)})
            for block in scan.blocks(conn, None if always else asked, BLOCK)
        ]

    def run(self, store: Store, tasks: Sequence[Task], advance: Callable[[], None]) -> list[Ring]:
        """What rings, in order of the items; ``advance`` is called as each task is done."""
        rings: list[Ring] = []
        began = time.perf_counter()
        done = 0
        for task in tasks:
            rings += _do(self, store, task, None)
            advance()
            done += 1
            if (time.perf_counter() - began) * (len(tasks) - done) / done > _WORTH_COMPILING:
                break
        rest = tasks[done:]
        if not rest:
            return rings
        # Not forked: the store has threads.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(
            min(os.cpu_count() or 1, len(rest)),
            mp_context=context,
            initializer=_Worker.begin,
            initargs=(self,),
        ) as pool:
            for part in pool.map(_Worker.do, rest):
                rings += part
                advance()
        return rings


def _inside(block: scan.Block, asked: Mapping[int, object]) -> Sequence[int]:
    if block.numbers is not None:
        return block.numbers
    return [item for item in range(block.first, block.last + 1) if item in asked]


def _do(trial: Trial, store: Store, task: Task, asking: Asking | None) -> list[Ring]:
    """What rings of one task; ``asking`` asks all questions at once, None asks one by one."""
    found = []
    all_stored = store.read_now(lambda conn: list(scan.read(conn, task.block, trial.since)))
    for first in range(0, len(all_stored), TOGETHER):
        some = all_stored[first : first + TOGETHER]
        documents = [
            Document.of(each.item, trial.sources.get(each.item.source), trial.now) for each in some
        ]
        if asking is not None:
            ringing = asking.rings(documents)
        else:
            ringing = [
                _one_by_one(trial, (*task.always, *task.asked.get(each.number, ())), document)
                for each, document in zip(some, documents, strict=True)
            ]
        found += [
            Ring(number, each.number, each.item.published or each.item.updated or each.first_seen)
            for each, numbers in zip(some, ringing, strict=True)
            for number in numbers
        ]
    return found


def _one_by_one(trial: Trial, wanted: Iterable[int], document: Document) -> list[int]:
    return [each for each in sorted(wanted) if trial.questions[each].rings(document)]


class _Worker:
    """What a process of the pool keeps between two tasks."""

    trial: Trial
    store: Store
    asking: Asking

    @classmethod
    def begin(cls, trial: Trial) -> None:
        from bot.backtesting.asking import Asking  # noqa: PLC0415 - it loads numba

        cls.trial = trial
        cls.asking = Asking(trial.questions)
        cls.store = Store.open_as_it_is(trial.url)

    @classmethod
    def do(cls, task: Task) -> list[Ring]:
        return _do(cls.trial, cls.store, task, cls.asking)
