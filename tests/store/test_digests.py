"""What is held back: folded once whatever crashes, held on, released, ended, moved along."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from bot.attention import Burst
from bot.model import Cadence, DeliveryState, Held, Message, Priority, Severity
from bot.store import digests, holding, items, moves, outbox, people, schema
from bot.store.digests import Part
from bot.store.matches import Weighed
from tests.store.things import LEASE, NOW, arrival, at, subscriber

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.store.digests import Digest
    from bot.store.engine import Store

HOUR = 3600
BURST = Burst(2, timedelta(minutes=10))
TABLE = schema.deliveries


def render(told: Digest, now: datetime) -> Sequence[Part]:
    """Two alerts a message."""
    each = told.entries
    return [
        Part(
            Message("sendMessage", {"text": " ".join(e.title for e in each[n : n + 2])}),
            tuple(e.delivery for e in each[n : n + 2]),
        )
        for n in range(0, len(each), 2)
    ]


def fold(store: Store, seconds: float, chat: int = 1) -> int:
    return store.write_now(lambda conn: digests.fold(conn, (chat, 0), at(seconds), render, BURST))


def ring(
    store: Store, *names: str, severity: Severity = Severity.NORMAL, seconds: float = 0
) -> None:
    for name in names:
        arrived = arrival(name, "topic:war", severity=severity)
        store.write_now(lambda conn, a=arrived: items.record(conn, [a], at(seconds)))  # type: ignore[misc]


def hourly(store: Store, chat: int = 1) -> None:
    def work(conn: Connection) -> None:
        subscriber(conn, chat, "topic:war")
        (mine,) = people.subscriptions(conn, chat)
        people.tune(conn, mine.id, chat, cadence=Cadence.HOURLY)

    store.write_now(work)


def rows(store: Store, *columns: str) -> list[tuple[Any, ...]]:
    chosen = select(*(TABLE.c[name] for name in columns)).order_by(TABLE.c.id)
    return store.read_now(lambda conn: [tuple(row) for row in conn.execute(chosen)])


def take(store: Store, seconds: float, burst: Burst | None = None) -> list[int]:
    claim = store.write_now(
        lambda conn: outbox.claim_deliveries(conn, 4, LEASE, at(seconds), (), burst)
    )
    for owed in claim.rows:
        store.write_now(
            lambda conn, o=owed: outbox.sent(conn, o.id, claim.token, 77, at(seconds))  # type: ignore[misc]
        )
    return [owed.id for owed in claim.rows]


def test_a_digest_waits_for_its_time_and_is_folded_once(store: Store) -> None:
    hourly(store)
    ring(store, "a", "b", "c")
    assert take(store, 10) == []
    assert store.read_now(lambda conn: digests.due(conn, at(HOUR - 1), 9)) == []
    assert store.read_now(digests.next_due) == at(HOUR)
    assert store.read_now(lambda conn: digests.due(conn, at(HOUR), 9)) == [(1, 0)]
    assert fold(store, HOUR) == 2
    assert fold(store, HOUR) == 0
    assert rows(store, "state", "digest") == [
        (DeliveryState.FOLDED, 4),
        (DeliveryState.FOLDED, 4),
        (DeliveryState.FOLDED, 5),
        (DeliveryState.PENDING, None),
        (DeliveryState.PENDING, None),
    ]
    assert take(store, HOUR) == [4]
    assert take(store, HOUR + 1) == [5]


def test_a_crash_while_folding_leaves_all_as_it_was(store: Store) -> None:
    hourly(store)
    ring(store, "a", "b")

    def dies(conn: Connection) -> None:
        digests.fold(conn, (1, 0), at(HOUR), render, BURST)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.write_now(dies)
    assert {state for (state,) in rows(store, "state")} == {DeliveryState.HELD}
    assert fold(store, HOUR) == 1


def test_a_chat_that_refuses_gets_nothing_late(store: Store) -> None:
    hourly(store)
    ring(store, "a")
    store.write_now(lambda conn: outbox.chat_refuses(conn, 1, "blocked", NOW))
    assert rows(store, "state", "reason") == [(DeliveryState.REFUSED, "blocked")]
    assert fold(store, HOUR) == 0


def test_stories_that_proved_to_be_one_are_told_of_once(store: Store) -> None:
    hourly(store)
    for name, key in (("a", "url:a"), ("b", "url:b")):
        arrived = arrival(name, "topic:war", keys=(key,))
        store.write_now(lambda conn, a=arrived: items.record(conn, [a], NOW))  # type: ignore[misc]
    both = arrival("c", keys=("url:a", "url:b"))
    store.write_now(lambda conn: items.record(conn, [both], NOW))
    assert fold(store, HOUR) == 1
    said = rows(store, "arguments")[-1][0]
    assert said == {"text": "Title a"}
    assert [digest for (digest,) in rows(store, "digest")] == [3, 3, None]


def test_a_digest_that_is_due_in_quiet_hours_waits_for_their_end(store: Store) -> None:
    hourly(store)
    ring(store, "a")
    noon = NOW.hour * 60
    store.write_now(
        lambda conn: people.set_attention(conn, 1, quiet_start=noon, quiet_end=noon + 120)
    )
    assert fold(store, HOUR) == 0
    assert rows(store, "not_before", "reason") == [(at(2 * HOUR), Held.DIGEST)]
    assert fold(store, 2 * HOUR) == 1


def test_quiet_hours_hold_the_whole_lane_and_spare_the_urgent(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1, "topic:war"))
    ring(store, "a", "b")
    ring(store, "u", severity=Severity.URGENT)
    noon = NOW.hour * 60
    store.write_now(
        lambda conn: people.set_attention(conn, 1, quiet_start=noon, quiet_end=noon + 60)
    )
    assert take(store, 1) == [3]
    assert take(store, 2) == []
    assert rows(store, "state", "not_before")[:2] == [(DeliveryState.HELD, at(HOUR))] * 2
    assert fold(store, HOUR) == 1


def test_one_alert_alone_is_released_as_itself(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1, "topic:war"))
    ring(store, "a", severity=Severity.HIGH)
    store.write_now(lambda conn: people.set_attention(conn, 1, muted_until=at(HOUR)))
    assert take(store, 1) == []
    assert fold(store, HOUR) == 1
    assert rows(store, "state", "priority", "silent") == [
        (DeliveryState.PENDING, Priority.HIGH, True)
    ]


def test_a_digest_on_its_way_waits_while_the_chat_is_muted(store: Store) -> None:
    hourly(store)
    ring(store, "a")
    assert fold(store, HOUR) == 1
    store.write_now(lambda conn: people.set_attention(conn, 1, muted_until=at(2 * HOUR)))
    assert take(store, HOUR) == []
    assert rows(store, "state", "reason")[1] == (DeliveryState.POSTPONED, Held.MUTE)
    store.write_now(lambda conn: people.set_attention(conn, 1, muted_until=None))
    store.write_now(lambda conn: holding.replan(conn, 1, at(HOUR + 1)))
    assert take(store, HOUR + 1) == [2]


@pytest.mark.parametrize("digest", [False, True])
def test_the_end_of_a_mute_or_digest_opens_no_topic_outside_its_hours(
    store: Store, *, digest: bool
) -> None:
    hourly(store)
    (mine,) = store.read_now(lambda conn: people.subscriptions(conn, 1))
    if not digest:
        store.write_now(
            lambda conn: people.tune(
                conn, mine.id, 1, cadence=Cadence.IMMEDIATE, muted_until=at(20 * HOUR)
            )
        )
    opening = replace(
        arrival("a", "topic:war"), weighed={"topic:war": Weighed(opens=at(10 * HOUR))}
    )
    store.write_now(lambda conn: items.record(conn, [opening, arrival("b", "topic:war")], NOW))
    first, other = (10 * HOUR, HOUR) if digest else (20 * HOUR, 20 * HOUR)
    assert [moment for (moment,) in rows(store, "not_before")] == [at(first), at(other)]

    def resume(conn: Connection) -> None:
        people.tune(conn, mine.id, 1, cadence=Cadence.IMMEDIATE)
        people.end_mutes(conn, 1)
        holding.replan(conn, 1, at(60))

    store.write_now(resume)

    assert rows(store, "not_before", "reason") == [
        (at(10 * HOUR), Held.SCHEDULE),
        (at(60), Held.DIGEST if digest else Held.MUTE),
    ]
    assert fold(store, 60) == 1
    assert rows(store, "state")[:2] == [
        (DeliveryState.HELD,),
        (DeliveryState.FOLDED if digest else DeliveryState.PENDING,),
    ]
    assert fold(store, 10 * HOUR) == 1


def test_a_new_digest_time_keeps_to_the_hours_of_a_topic(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1, "topic:war"))
    opening = replace(
        arrival("a", "topic:war"), weighed={"topic:war": Weighed(opens=at(10 * HOUR))}
    )
    store.write_now(lambda conn: items.record(conn, [opening], NOW))
    assert rows(store, "not_before", "reason") == [(at(10 * HOUR), Held.SCHEDULE)]
    (mine,) = store.read_now(lambda conn: people.subscriptions(conn, 1))

    def tune(conn: Connection) -> None:
        people.tune(conn, mine.id, 1, cadence=Cadence.HOURLY)
        holding.replan(conn, 1, at(60))

    store.write_now(tune)
    assert rows(store, "not_before", "reason") == [(at(10 * HOUR), Held.DIGEST)]


def test_a_burst_is_told_of_in_a_list_that_grows(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1, "topic:war"))
    ring(store, "a", "b", "c")
    assert [take(store, n, BURST) for n in range(3)] == [[1], [2], []]
    assert fold(store, 10) == 1
    ring(store, "d", seconds=11)
    assert take(store, 11, BURST) == [4], "the list"
    assert take(store, 12, BURST) == []
    assert fold(store, 20) == 1
    assert rows(store, "method", "arguments", "digest")[3:] == [
        ("sendMessage", None, None),
        ("sendMessage", None, 4),
        ("editMessageText", {"message_id": 77, "text": "Title c Title d"}, None),
    ]
    ring(store, "e", seconds=700)
    assert take(store, 700, BURST) == [7], "the burst is over"
    assert take(store, 701, BURST) == [6], "the change"


def test_what_is_added_to_a_list_waits_while_the_list_is_on_its_way(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1, "topic:war"))
    ring(store, "a", "b", "c")
    assert [take(store, n, BURST) for n in range(3)] == [[1], [2], []]
    assert fold(store, 10) == 1
    ring(store, "d", seconds=11)
    claim = store.write_now(lambda conn: outbox.claim_deliveries(conn, 4, LEASE, at(11), (), BURST))
    assert [owed.id for owed in claim.rows] == [4]
    store.write_now(lambda conn: _hold(conn, 5))
    assert fold(store, 20) == 0
    assert rows(store, "state", "not_before")[4] == (DeliveryState.HELD, at(22))


def _hold(conn: Connection, delivery: int) -> None:
    values = {"state": DeliveryState.HELD, "priority": 9, "reason": Held.BURST}
    conn.execute(TABLE.update().where(TABLE.c.id == delivery).values(values))


def test_a_full_list_is_followed_by_another(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1, "topic:war"))
    ring(store, "a", "b", "c", "d")
    assert [take(store, n, BURST) for n in range(3)] == [[1], [2], []]
    assert fold(store, 10) == 1
    assert take(store, 11, BURST) == [5]
    ring(store, "e", seconds=12)
    assert take(store, 12, BURST) == []
    assert fold(store, 20) == 1
    assert rows(store, "method", "arguments")[-1] == ("sendMessage", {"text": "Title e"})


def test_a_claim_says_when_it_had_to_hold_back_more_than_it_looked_at(store: Store) -> None:
    def work(conn: Connection) -> None:
        for chat in range(1, 100):
            subscriber(conn, chat, "topic:war")
            people.set_attention(conn, chat, muted_until=at(HOUR))

    store.write_now(work)
    store.write_now(lambda conn: conn.execute(schema.chats.update().values(muted_until=None)))
    ring(store, "a")
    store.write_now(lambda conn: conn.execute(schema.chats.update().values(muted_until=at(HOUR))))
    claim = store.write_now(lambda conn: outbox.claim_deliveries(conn, 4, LEASE, NOW))
    assert (claim.rows, claim.more) == ((), True)
    while claim.more:
        claim = store.write_now(lambda conn: outbox.claim_deliveries(conn, 4, LEASE, NOW))
    held = select(func.count()).where(TABLE.c.state == DeliveryState.HELD)
    assert store.read_now(lambda conn: conn.scalar(held)) == 99


def test_what_is_held_and_set_moves_along_with_a_group(store: Store) -> None:
    hourly(store, -5)
    ring(store, "a")
    store.write_now(
        lambda conn: people.set_attention(conn, -5, quiet_start=1, quiet_end=2, urgent_rings=False)
    )
    store.write_now(lambda conn: moves.move_chat(conn, -5, -100, "moved", NOW))
    chat = store.read_now(lambda conn: people.chat(conn, -100))
    assert chat is not None
    assert (chat.quiet is not None, chat.urgent_rings) == (True, False)
    assert fold(store, HOUR, chat=-100) == 1


def test_an_item_that_is_gone_ends_refused(store: Store) -> None:
    hourly(store)
    ring(store, "a")
    store.write_now(lambda conn: conn.execute(schema.items.delete()))
    assert fold(store, HOUR) == 0
    assert rows(store, "state", "reason") == [(DeliveryState.REFUSED, "the item is gone")]
