"""Whatever happens in whatever order: nothing is lost, repeated or out of order in its lane."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.model import DeliveryState, Priority
from bot.store import outbox
from bot.store.engine import Store
from bot.store.leases import DELIVERIES, release
from tests.store.things import LEASE, at, message

CHATS = st.sampled_from([1, 2, -3])
PRIORITIES = st.sampled_from(list(Priority))


@dataclass
class Owed:
    chat: int
    priority: Priority
    due: float = 0
    token: str | None = None
    until: float = 0


class Outbox(RuleBasedStateMachine):
    """The store beside a plain list of what is owed, which says what may happen."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store.open(f"sqlite:///{Path(self.folder.name) / 'tocsin.db'}")
        self.clock = 0.0
        self.open: dict[int, Owed] = {}
        self.claims: list[tuple[str, int]] = []

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @rule(chat=CHATS, priority=PRIORITIES)
    def owe(self, chat: int, priority: Priority) -> None:
        now = at(self.clock)
        number = self.store.write_now(
            lambda conn: outbox.enqueue(conn, chat, message(), priority=priority, now=now)
        )
        self.open[number] = Owed(chat, priority, self.clock)

    @rule(seconds=st.sampled_from([1, 10, 100]))
    def time_passes(self, seconds: int) -> None:
        self.clock += seconds

    @rule(limit=st.integers(1, 4), busy=st.sets(CHATS))
    def claim(self, limit: int, busy: set[int]) -> None:
        expected = self.movable(busy)
        now = at(self.clock)
        claim = self.store.write_now(
            lambda conn: outbox.claim_deliveries(conn, limit, LEASE, now, busy)
        )
        taken = [owed.id for owed in claim.rows]
        assert len(taken) == min(limit, len(expected))
        assert set(taken) <= set(expected)
        # Nobody waits behind one who is less pressing.
        left = [self.open[number].priority for number in expected if number not in taken]
        assert all(self.open[number].priority <= min(left, default=9) for number in taken)
        for number in taken:
            self.open[number].token = claim.token
            self.open[number].until = self.clock + LEASE.total_seconds()
            self.claims.append((claim.token, number))

    def movable(self, busy: set[int]) -> list[int]:
        """For each chat the delivery that may leave: its most pressing head that is due."""
        flying = {o.chat for o in self.open.values() if o.token and o.until > self.clock}
        best: dict[int, int] = {}
        heads: dict[tuple[int, Priority], int] = {}
        for number, owed in sorted(self.open.items()):
            heads.setdefault((owed.chat, owed.priority), number)
        for (chat, _), number in sorted(heads.items(), key=lambda head: head[0][1]):
            if chat not in busy | flying and self.open[number].due <= self.clock:
                best.setdefault(chat, number)
        return list(best.values())

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), way=st.sampled_from(["sent", "refuse", "postpone", "release"]))
    def settle(self, data: st.DataObject, way: str) -> None:
        token, number = self.claims.pop(data.draw(st.integers(0, len(self.claims) - 1)))
        now, later = at(self.clock), at(self.clock + 30)
        held = number in self.open and self.open[number].token == token
        match way:
            case "sent":
                done = self.store.write_now(lambda c: outbox.sent(c, number, token, 1, now))
            case "refuse":
                done = self.store.write_now(lambda c: outbox.refuse(c, number, token, "no", now))
            case "postpone":
                done = self.store.write_now(
                    lambda c: outbox.postpone(c, number, token, later, "wait", now)
                )
            case _:
                self.store.write_now(lambda c: release(c, DELIVERIES, token, [number]))
                done = held
        assert done == held
        if held and way in {"sent", "refuse"}:
            del self.open[number]
        elif held:
            self.open[number].token = None
            if way == "postpone":
                self.open[number].due = self.clock + 30

    @invariant()
    def nothing_is_lost(self) -> None:
        counts = self.store.read_now(outbox.counts)
        settled = counts[DeliveryState.SENT] + counts[DeliveryState.REFUSED]
        assert sum(counts.values()) - settled == len(self.open)


Outbox.TestCase.settings = settings(max_examples=15, stateful_step_count=40, deadline=None)
TestOutbox = Outbox.TestCase
