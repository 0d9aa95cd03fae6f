"""Whatever comes in whatever order: a chat is rung once for a story, and once more for a change."""

from __future__ import annotations

import tempfile
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.matching.text import fold
from bot.model import Severity
from bot.service.storykeeping import StoryKeeping
from bot.store import amending, fan_out, items, outbox, people, schema
from bot.store.engine import Store
from bot.store.incoming import Arrival
from tests.store.things import LEASE, at, item, match, subscriber

if TYPE_CHECKING:
    from sqlalchemy import Connection


RULES = ("topic:war", "topic:peace")
ONCE, EVERY, BOTH = 1, 2, 3
STORIES = {
    "bridge": "The new bridge over the river was opened on Friday by the mayor, who thanked all those "
    "that had waited so long for it and promised that the tunnel would be next.",
    "roof": "A school in the hills has a new roof, paid for by those who once went to it, and the "
    "pupils moved back into their rooms before the first snow of the year fell.",
}
FORMS = ("{}", "(Wire) {}", "{} Read more on our pages.", "By our reporter. {}")

STEP = st.one_of(
    st.tuples(
        st.just("report"),
        st.lists(
            st.tuples(
                st.sampled_from(sorted(STORIES)),
                st.integers(0, len(FORMS) - 1),
                st.sets(st.sampled_from(RULES), min_size=1),
                st.booleans(),  # a correction
                st.sampled_from(["rings", "silenced", "backlog"]),
            ),
            min_size=1,
            max_size=3,
        ),
    ),
    st.tuples(st.just("restart"), st.none()),
    st.tuples(st.just("undo"), st.none()),
    st.tuples(st.just("send"), st.none()),
    st.tuples(st.just("fan out"), st.none()),
)


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fan_out, "FEW", 3)
    monkeypatch.setattr(fan_out, "_FEWEST_OF_A_RULE", 1)


def arrived(
    keeping: StoryKeeping, number: int, told: tuple[str, int, set[str], bool, str]
) -> Arrival:
    story, form, rules, corrects, how = told
    title = f"{'CORRECTION: ' if corrects else ''}{story.title()}, report number {number}"
    news = item(
        f"{story}-{number}",
        source=f"s{number % 4}",
        url=None,
        title=title,
        text=FORMS[form].format(STORIES[story]),
    )
    trace = keeping.prepared(news, at(number))
    words = f"{fold(news.title)} {fold(news.text)}".split()
    return Arrival(
        news,
        tuple((match(rule), Severity.NORMAL) for rule in sorted(rules)),
        rings=how != "backlog",
        silenced=dict.fromkeys(rules, "quiet") if how == "silenced" else {},
        story_keys=keeping.keys(news, words),
        marks=trace.packed(),
        prepared=trace,
    )


def subscribe(conn: Connection) -> None:
    for chat, rules, every in (
        (ONCE, RULES, ()),
        (EVERY, RULES[:1], RULES[:1]),
        (BOTH, RULES, RULES[1:]),
    ):
        subscriber(conn, chat, *rules)
        for mine in people.subscriptions(conn, chat):
            if mine.rule in every:
                people.tune(conn, mine.id, chat, every_report=True)


def send(conn: Connection, seconds: float) -> None:
    claim = outbox.claim_deliveries(conn, 3, LEASE, at(seconds))
    for owed in claim.rows:
        outbox.sent(conn, owed.id, claim.token, owed.id, at(seconds))


@given(steps=st.lists(STEP, max_size=12))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_chat_is_rung_once(steps: list[tuple[str, Any]]) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(f"sqlite:///{Path(folder) / 'tocsin.db'}") as store,
    ):
        store.write_now(subscribe)
        keeping, told = StoryKeeping(), []
        for at_step, (what, arrivals) in enumerate(steps, 1):
            number = 10 * at_step
            if what == "restart":
                keeping = StoryKeeping()
            elif what == "fan out":
                store.write_now(partial(fan_out.expand, limit=2, now=at(number)))
            elif what == "send":
                store.write_now(partial(send, seconds=number))
                store.write_now(partial(amending.expand, limit=2, now=at(number + 1000)))
            elif what == "undo":
                with pytest.raises(ZeroDivisionError):
                    store.write_now(partial(undone, keeping=keeping, number=number))
            else:
                come = [arrived(keeping, number + n, each) for n, each in enumerate(arrivals)]
                told += come
                store.write_now(
                    partial(items.record, arrivals=come, now=at(number), placing=keeping)
                )
        while store.write_now(lambda conn: fan_out.expand(conn, 9, at(9999))) is not None:
            pass
        check(store, told)


def undone(conn: Connection, keeping: StoryKeeping, number: int) -> None:
    """A transaction that comes to nothing: its numbers are given to others."""
    ghost = arrived(keeping, number, ("roof", 0, {RULES[0]}, False, "rings"))
    items.record(conn, [ghost], at(number), placing=keeping)
    keeping.follow(conn, at(number))
    raise ZeroDivisionError


def check(store: Store, told: list[Arrival]) -> None:
    table = schema.deliveries
    chosen = (
        select(table.c.chat_id, table.c.occasion, schema.items.c.id)
        .join(schema.matches, schema.matches.c.id == table.c.match_id)
        .join(schema.items, schema.items.c.number == schema.matches.c.item)
    )
    rows = store.read_now(lambda conn: conn.execute(chosen).all())
    rung = Counter((row.chat_id, row.id.split("-")[0]) for row in rows if row.occasion is None)
    again = Counter((row.chat_id, row.id.split("-")[0]) for row in rows if row.occasion == 0)
    assert all(count == 1 for count in rung.values()), "a story rings a chat once"
    assert all(count == 1 for count in again.values()), "and once more for a change"
    reports = Counter((row.chat_id, row.id) for row in rows)
    assert all(count == 1 for count in reports.values()), "no report rings a chat twice"
    loud = [each for each in told if each.rings and not each.silenced]
    for chat in (ONCE, EVERY, BOTH):
        heard = {
            each.item.id.split("-")[0]
            for each in loud
            if chat != EVERY or any(it.rule == RULES[0] for it, _ in each.matches)
        }
        assert {story for who, story in rung if who == chat} == heard, "none is left out"
    wanted = {each.item.id for each in loud if any(it.rule == RULES[0] for it, _ in each.matches)}
    changed = {row.id for row in rows if row.chat_id == EVERY}
    assert changed == wanted, "every report rings who wants that"
