"""The pacer against a server that counts in sliding windows, over networks that delay at will."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict, deque
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.pacer import Pacer, Ticket

ME, YOU, GROUP = 1, 2, -5


class Pace(Protocol):
    """What the simulated sender asks of a pacer."""

    def wait(self, chat_id: int, now: float) -> float: ...
    def reserve(self, chat_id: int, now: float) -> Ticket: ...
    def release(self, ticket: Ticket, now: float) -> None: ...


@dataclass
class Naive:
    """The pacer that everybody writes first: slots free one window after the request left."""

    per_second: int = 30
    per_chat: int = 1
    per_group: int = 20
    left: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))

    def wait(self, chat_id: int, now: float) -> float:
        windows = [(0, self.per_second, 1.0), (chat_id, self.per_chat, 1.0)]
        if chat_id < 0:
            windows.append((chat_id, self.per_group, 60.0))
        return max(self._wait(key, size, length, now) for key, size, length in windows)

    def _wait(self, key: int, size: int, length: float, now: float) -> float:
        left = self.left[key]
        return max(left[-size] + length + 0.001 - now, 0.0) if len(left) >= size else 0.0

    def reserve(self, chat_id: int, now: float) -> Ticket:
        self.left[0].append(now)
        self.left[chat_id].append(now)
        return Ticket(chat_id, now)

    def release(self, ticket: Ticket, now: float) -> None: ...


class Server:
    """Counts what arrives in sliding windows; ``refused`` is how often it was too much."""

    def __init__(self, per_second: int = 30, per_chat: int = 1, per_group: int = 20) -> None:
        self._sizes = (per_second, per_chat, per_group)
        self._arrived: dict[tuple[int, float], deque[float]] = defaultdict(deque)
        self.accepted: list[tuple[float, int]] = []
        self.refused = 0

    def receive(self, chat_id: int, now: float) -> None:
        per_second, per_chat, per_group = self._sizes
        windows = [((0, 1.0), per_second), ((chat_id, 1.0), per_chat)]
        if chat_id < 0:
            windows.append(((chat_id, 60.0), per_group))
        full = False
        for key, size in windows:
            arrived = self._arrived[key]
            while arrived and arrived[0] <= now - key[1]:
                arrived.popleft()
            full = full or len(arrived) >= size
            arrived.append(now)
        self.refused += full
        self.accepted.append((now, chat_id))


def simulate(
    pacer: Pace, server: Server, chats: list[int], random: Random, jitter: float, in_flight: int
) -> float:
    """Sends one message to each of ``chats`` in order; the time when the last was answered.

    A request is on its way for up to ``jitter`` seconds, and so is its answer.
    """
    now = 0.0
    queue = list(chats)
    open_chats: set[int] = set()
    events: list[tuple[float, int, str, Ticket]] = []  # heap of (time, number, what, ticket)
    number = 0
    while queue or events:
        ready = [
            chat
            for chat in dict.fromkeys(queue)
            if chat not in open_chats and pacer.wait(chat, now) <= 0
        ]
        if ready and len(open_chats) < in_flight:
            chat = ready[0]
            queue.remove(chat)
            open_chats.add(chat)
            number += 1
            arrival = now + random.uniform(0, jitter)
            heapq.heappush(events, (arrival, number, "arrival", pacer.reserve(chat, now)))
            continue
        waits = [pacer.wait(chat, now) for chat in set(queue) - open_chats]
        soonest = now + max(min((w for w in waits if w > 0), default=math.inf), 1e-6)
        if events and (events[0][0] <= soonest or len(open_chats) >= in_flight):
            now, _, what, ticket = heapq.heappop(events)
            if what == "arrival":
                server.receive(ticket.chat_id, now)
                number += 1
                answer = now + random.uniform(0, jitter)
                heapq.heappush(events, (answer, number, "answer", ticket))
            else:
                pacer.release(ticket, now)
                open_chats.discard(ticket.chat_id)
        else:
            assert soonest < math.inf, "somebody waits for ever"
            now = soonest
    return now


@settings(deadline=None, max_examples=60)
@given(
    st.randoms(use_true_random=False),
    st.floats(0, 3),
    st.integers(1, 40),
    st.lists(st.sampled_from([1, 2, 3, -1, -2, *range(10, 60)]), max_size=120),
)
def test_never_too_fast_whatever_the_network_does(
    random: Random, jitter: float, in_flight: int, chats: list[int]
) -> None:
    server = Server(per_second=10, per_group=4)
    simulate(Pacer(10, 1, 4), server, chats, random, jitter, in_flight)

    assert server.refused == 0
    assert sorted(chat for _, chat in server.accepted) == sorted(chats)


def test_the_naive_pacer_is_too_fast() -> None:
    """The model is able to refuse: else the test above says nothing."""
    server = Server()
    simulate(Naive(), server, list(range(1, 300)), Random(1), 0.1, 30)

    assert server.refused > 20


@pytest.mark.parametrize(("jitter", "least"), [(0.0, 29), (0.1, 25), (0.3, 22)])
def test_the_price_is_a_round_trip_a_window(jitter: float, least: float) -> None:
    took = simulate(Pacer(), Server(), list(range(1, 301)), Random(1), jitter, 30)

    assert 300 / took > least


def test_a_chat_waits_a_second_from_its_answer() -> None:
    pacer = Pacer()
    ticket = pacer.reserve(ME, 0.0)

    assert pacer.wait(ME, 5.0) == math.inf
    assert pacer.wait(YOU, 0.0) == 0.0
    assert pacer.busy(0.0) == {ME}
    pacer.release(ticket, 0.5)
    assert pacer.wait(ME, 0.5) == pytest.approx(1.01)
    assert pacer.next_change(0.5) == pytest.approx(1.01)
    assert pacer.busy(1.6) == frozenset()
    assert pacer.next_change(1.6) == math.inf


def test_a_group_has_twenty_a_minute() -> None:
    pacer = Pacer()
    now = 0.0
    for _ in range(20):
        now += pacer.wait(GROUP, now)
        pacer.release(pacer.reserve(GROUP, now), now)

    assert now < 25
    assert pacer.wait(GROUP, now) == pytest.approx(60.01 - now, abs=0.1)
    assert pacer.busy(now) == {GROUP}


def test_all_chats_together_have_thirty_a_second() -> None:
    pacer = Pacer()
    tickets = [pacer.reserve(chat, 0.0) for chat in range(1, 31)]

    assert pacer.free(0.0) == 0
    assert pacer.wait(99, 0.0) == math.inf
    pacer.release(tickets[0], 0.2)
    assert pacer.free(1.2) == 0
    assert pacer.free(1.22) == 1


def test_a_halt_of_one_chat_leaves_the_others() -> None:
    pacer = Pacer()
    pacer.refused(GROUP, 10.0, 30)

    assert pacer.wait(GROUP, 10.0) == pytest.approx(30.01)
    assert pacer.busy(10.0) == {GROUP}
    assert pacer.wait(ME, 10.0) == 0.0
    assert pacer.free(10.0) == 30
    assert pacer.busy(40.1) == frozenset()


def test_two_chats_told_to_wait_until_the_same_moment_halt_everyone() -> None:
    pacer = Pacer()
    pacer.refused(ME, 10.0, 5)
    pacer.refused(YOU, 10.2, 5)

    assert pacer.wait(99, 10.2) == pytest.approx(5.01)
    assert pacer.free(10.2) == 0
    assert pacer.free(15.3) == 30


def test_two_groups_with_their_own_limits_do_not() -> None:
    pacer = Pacer()
    pacer.refused(GROUP, 10.0, 40)
    pacer.refused(GROUP - 1, 10.0, 12)

    assert pacer.wait(99, 10.0) == 0.0


def test_nor_when_a_message_passed_in_between() -> None:
    pacer = Pacer()
    pacer.refused(GROUP, 10.0, 5)
    ticket = pacer.reserve(ME, 10.1)
    pacer.release(ticket, 10.2)
    pacer.accepted(ticket)
    pacer.refused(GROUP - 1, 10.3, 5)

    assert pacer.wait(99, 10.3) == 0.0


def test_an_answer_to_an_earlier_message_proves_nothing() -> None:
    pacer = Pacer()
    ticket = pacer.reserve(ME, 9.9)
    pacer.refused(GROUP, 10.0, 5)
    pacer.accepted(ticket)
    pacer.refused(GROUP - 1, 10.3, 5)

    assert pacer.wait(99, 10.3) > 0


def test_what_an_earlier_run_sent_fills_its_slots() -> None:
    pacer = Pacer()
    for at in range(20):
        pacer.remember(GROUP, float(at))
    pacer.remember(ME, 19.5)

    assert pacer.wait(GROUP, 20.0) == pytest.approx(40.01)
    assert pacer.wait(ME, 20.0) == pytest.approx(0.51)
    assert pacer.busy(20.0) == {GROUP, ME}


def test_more_remembered_than_there_are_slots() -> None:
    pacer = Pacer(per_group=2)
    for at in (1.0, 2.0, 3.0):
        pacer.remember(GROUP, at)

    assert pacer.wait(GROUP, 4.0) == pytest.approx(62.01 - 4.0)


def test_chats_with_nothing_to_remember_are_forgotten() -> None:
    pacer = Pacer(per_second=10_000)
    for chat in range(5_000):
        pacer.release(pacer.reserve(chat, float(chat)), float(chat))

    assert len(pacer._chats) <= 1_100
    pacer.busy(6_000.0)
    assert not pacer._full


@pytest.mark.parametrize("seed", range(8))
def test_paid_broadcasts_are_never_too_fast_either(seed: int) -> None:
    """The shortest round trip is paid back, and Telegram's window holds no more for it."""
    random = Random(seed)
    trip, jitter = random.uniform(0.01, 0.2), random.uniform(0, 0.5)
    pacer = Pacer(per_second=100, paid=True)
    window: list[float] = []
    events: list[tuple[float, int, str, Ticket]] = []
    now, chat = 0.0, 0
    while chat < 2500 or events:
        if chat < 2500 and pacer.free(now) > 0:
            chat += 1
            way = trip / 2 + random.uniform(0, jitter * trip)
            heapq.heappush(events, (now + way, chat, "arrival", pacer.reserve(chat, now)))
            continue
        if not events or (chat < 2500 and events[0][0] > now + pacer.next_change(now)):
            now += max(pacer.next_change(now), 1e-6)
            continue
        now, _, what, ticket = heapq.heappop(events)
        if what == "arrival":
            window = [at for at in window if at > now - 1.0]
            assert len(window) < 100
            window.append(now)
            way = trip / 2 + random.uniform(0, jitter * trip)
            heapq.heappush(events, (now + way, ticket.chat_id, "answer", ticket))
        else:
            pacer.release(ticket, now)


def test_a_steady_round_trip_is_paid_back_in_part() -> None:
    def lasts(pacer: Pacer) -> float:
        now = 0.0
        for chat in range(1, 2200):
            ticket = pacer.reserve(chat, now)
            pacer.release(ticket, now + 0.05)
            now += 2
        return pacer._all._freed[-1] - (now - 2)

    assert lasts(Pacer(per_second=9999)) == pytest.approx(1.06)
    assert lasts(Pacer(per_second=9999, paid=True)) == pytest.approx(1.06 - 0.75 * 0.05)
