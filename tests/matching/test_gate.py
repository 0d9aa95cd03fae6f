"""Readers together, a writer alone."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.matching.index.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = 2000


@contextmanager
def often() -> Iterator[None]:
    """Meanwhile threads take turns at nearly every step."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def test_a_writer_is_alone_and_everybody_gets_in() -> None:
    gate, value, torn = Gate(), [0, 0], []

    def read() -> None:
        for _ in range(ROUNDS):
            with gate:
                first = value[0]
                if first != value[1]:
                    torn.append(first)

    def write() -> None:
        for _ in range(ROUNDS):
            with gate.writing:
                value[0] += 1
                value[1] += 1

    threads = [threading.Thread(target=work) for work in (read, read, read, write, write)]
    with often():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert value == [2 * ROUNDS, 2 * ROUNDS]
    assert not torn


def test_readers_are_inside_together() -> None:
    gate, both = Gate(), threading.Barrier(2, timeout=30)

    def read() -> None:
        with gate:
            both.wait()

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not both.broken


def test_a_writer_waits_for_the_reader_inside_and_the_next_reader_for_the_writer() -> None:
    gate, order = Gate(), []
    inside, leave = threading.Event(), threading.Event()

    def first() -> None:
        with gate:
            inside.set()
            leave.wait(30)
            order.append("first reader")

    def writer() -> None:
        with gate.writing:
            order.append("writer")

    def second() -> None:
        with gate:
            order.append("second reader")

    threads = [threading.Thread(target=work) for work in (first, writer, second)]
    threads[0].start()
    assert inside.wait(30)
    threads[1].start()
    while not gate._shut and threads[1].is_alive():
        pass
    threads[2].start()
    leave.set()
    for thread in threads:
        thread.join(30)
    assert order == ["first reader", "writer", "second reader"]
