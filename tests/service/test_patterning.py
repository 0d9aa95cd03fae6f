"""Patterns in time in the service: from items that arrive to what is owed, through restarts."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.attention import Burst
from bot.chat.words.languages import Languages
from bot.matching.matcher import Matcher
from bot.matching.patterns import Heard, replay
from bot.matching.rules import load_rules
from bot.model import Cadence, DeliveryState, Held, Severity, Source, SourceKind
from bot.service.intake import Intake
from bot.service.patterning import Patterning
from bot.service.priming import prepare
from bot.service.reading import Reading
from bot.service.rendering import Rendering
from bot.service.weighing import weigh
from bot.store import digests, holding, outbox, patterns, people, schema, silences
from bot.store.engine import Store
from bot.store.incoming import Arrival
from bot.store.known import KnownSources
from bot.store.topics import rename_topic
from tests.store.things import FEED, LEASE, NOW, at, item, match, subscriber

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection


BURST = Burst(0)
HOUR = 3600.0
DAY = 24 * HOUR
OTHER = Source("other", SourceKind.FEED, "https://other.example/rss", name="Other")
TOPIC = '[topics.war]\ntitle = {{ en = "War" }}\nquery = "war"\n{}\n'
COUNT = TOPIC.format('when = { count = 3, within = "1h" }')
SILENCE = TOPIC.format('when = { silence = "6h" }')


class House:
    """A store with rules, and the parts that ring; ``restart`` makes all of it anew."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rules = folder / "rules"
        self.rules.mkdir()
        self.now = NOW
        self.store = Store.open(f"sqlite:///{folder / 'tocsin.db'}")
        self.names = 0

    async def begin(self, text: str | None = None) -> None:
        if text is not None:
            (self.rules / "rules.toml").write_text(text, "utf-8")
        rules = load_rules(self.rules)
        begin_watching = await prepare(self.store, rules, self.now)
        await self.store.write(begin_watching)
        self.matcher = Matcher(rules)
        self.intake = Intake(self.store, self.matcher, lambda: None)
        rendering = Rendering(self.matcher, Languages.read(), KnownSources(self.store))
        self.patterning = Patterning(
            self.store, self.matcher, rendering, lambda: None, clock=lambda: self.now
        )

    async def restart(self) -> None:
        self.store.close()
        self.store = Store.open(f"sqlite:///{self.folder / 'tocsin.db'}")
        await self.begin()

    async def hear(
        self,
        seconds: float,
        title: str = "War",
        *,
        source: Source = FEED,
        rings: bool = True,
        published: datetime | None = None,
    ) -> int:
        """Take an item of that moment; how many are owed an alert by it."""
        self.now = at(seconds)
        self.names += 1
        new = item(f"{self.names}", source.key, title=title, text="", published=published)
        before = len(self.owed())
        await self.intake.take(Reading(source, [new], rings=rings, now=self.now))
        return len(self.owed()) - before

    async def look(self, seconds: float) -> int:
        """Have the clock show that moment; how many are owed a message by it."""
        self.now = at(seconds)
        before = len(self.owed())
        await self.patterning.tick()
        return len(self.owed()) - before

    async def wait(self, seconds: float) -> int:
        """Have the clock pass to that moment, a minute at a time; how many it made owed."""
        owed = 0
        while self.now < at(seconds):
            self.now = min(self.now + timedelta(minutes=1), at(seconds))
            owed += await self.look((self.now - NOW).total_seconds())
        return owed

    def owed(self) -> list[int]:
        table = schema.deliveries
        return self.store.read_now(lambda conn: list(conn.scalars(select(table.c.chat_id))))

    def said(self) -> list[str]:
        """The texts of what may leave now."""
        rendering = Rendering(self.matcher, Languages.read(), KnownSources(self.store))

        def take(conn: Connection) -> list[str]:
            texts: list[str] = []
            while (claim := outbox.claim_deliveries(conn, 50, LEASE, self.now)).rows:
                for owed in claim.rows:
                    texts.append((owed.message or rendering(owed)).arguments["text"])
                    outbox.sent(conn, owed.id, claim.token, 1, self.now)
            return texts

        return self.store.write_now(take)

    def write(self, work: object) -> None:
        self.store.write_now(work)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def new_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store's file, to be copied."""
    path = tmp_path_factory.mktemp("new") / "tocsin.db"
    Store.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    house.write(lambda conn: subscriber(conn, 1, "topic:war"))
    yield house
    house.store.close()


async def test_a_count_rings_at_the_item_that_completes_it(house: House) -> None:
    await house.begin(COUNT)
    assert [await house.hear(60.0 * n, f"War {n}") for n in range(5)] == [0, 0, 1, 0, 0]
    (text,) = house.said()
    assert "⏱ 3 reports within 1 hour" in text
    assert text.index("War 2") < text.index("Before that:") < text.index("War 1")


async def test_every_match_is_on_record_whether_it_rings_or_not(house: House) -> None:
    await house.begin(COUNT)
    for n in range(4):
        await house.hear(n)
    table = schema.matches
    rows = house.store.read_now(lambda conn: conn.execute(select(table)).mappings().all())
    assert [(row["counted"], row["pattern"] is not None) for row in rows] == [
        (True, False),
        (True, False),
        (False, True),
        (True, False),
    ]


async def test_an_edit_counts_towards_nothing(house: House) -> None:
    await house.begin(COUNT)
    for text in ("Peace", "War", "War again"):
        new = item("one", title=text)
        await house.intake.take(Reading(FEED, [new], rings=True, now=NOW))
    table = schema.matches
    rows = house.store.read_now(lambda conn: conn.execute(select(table)).mappings().all())
    assert [(row["counted"], row["pattern"]) for row in rows] == [(True, None)]
    assert [await house.hear(n) for n in (1, 2, 3)] == [0, 0, 1]


async def test_a_window_goes_on_through_restarts(house: House) -> None:
    await house.begin(COUNT)
    rang = []
    for n in range(6):
        rang.append(await house.hear(60.0 * n))
        await house.restart()
    assert rang == [0, 0, 1, 0, 0, 0]


async def test_who_had_the_story_hears_of_the_pattern_all_the_same(house: House) -> None:
    await house.begin(
        COUNT + '[topics.peace]\nquery = "war OR peace"\n[topics.other]\nquery = "war"\n'
    )
    house.write(lambda conn: subscriber(conn, 1, "topic:peace"))
    assert [await house.hear(n, f"War {n}") for n in range(3)] == [1, 1, 2]


async def test_another_pattern_begins_anew_and_another_query_goes_on(house: House) -> None:
    await house.begin(COUNT)
    await house.hear(0)
    await house.hear(1)
    await house.begin(COUNT.replace('"war"', '"war OR peace"'))
    assert await house.hear(2, "Peace") == 1
    await house.begin(COUNT.replace("count = 3", "count = 2"))
    assert [await house.hear(n) for n in (3, 4)] == [0, 1]


async def test_a_new_key_keeps_the_window(house: House) -> None:
    await house.begin(COUNT)
    await house.hear(0)
    await house.hear(1)
    house.write(lambda conn: rename_topic(conn, "war", "peace"))
    await house.begin(COUNT.replace("topics.war]", 'topics.peace]\nrenamed_from = "war"'))
    assert await house.hear(2) == 1


async def test_a_backlog_is_no_report_of_now_but_it_is_known(house: House) -> None:
    await house.begin(COUNT)
    for n in range(5):
        assert await house.hear(n, rings=False) == 0
    assert [await house.hear(n) for n in (5, 6, 7)] == [0, 0, 1]
    await house.begin(TOPIC.format('when = { first = "30d" }'))
    assert await house.hear(8) == 0


async def test_what_is_stored_tells_a_new_topic_what_it_missed(house: House) -> None:
    await house.begin('[topics.other]\nquery = "war"\n')
    for n in range(0, 10 * 24, 2):
        await house.hear(n * HOUR, f"War {n}", published=at(n * HOUR))
    start = 10 * DAY
    house.now = at(start)
    await house.begin(TOPIC.format('when = { first = "5d" }'))
    assert await house.hear(start) == 0, "the last one was two hours ago"
    await house.begin(TOPIC.format("when = { spike = 3.0 }"))
    rang = [await house.hear(start + HOUR + n, f"War again {n}") for n in range(3)]
    assert rang == [0, 0, 1], "one in two hours is usual"
    assert "× the usual" in house.said()[-1]


async def test_silenced_matches_count_and_ring_nobody(house: House) -> None:
    await house.begin(COUNT)
    house.write(
        lambda conn: silences.add(
            conn, "topic", "war", until=at(100), reason="", who="Ann", now=NOW
        )
    )
    assert [await house.hear(n) for n in (0, 1, 2)] == [0, 0, 0]
    assert await house.hear(200) == 0, "nothing comes late"


async def test_each_source_counts_for_itself(house: House) -> None:
    await house.begin(TOPIC.format('when = { count = 2, within = "1h", by = "source" }'))
    assert [
        await house.hear(n, source=source)
        for n, source in enumerate((FEED, OTHER, FEED, OTHER, FEED))
    ] == [0, 0, 1, 1, 0]
    house.write(lambda conn: patterns.forget_void(conn, at(2 * HOUR)))
    assert house.store.read_now(patterns.count) == 1, "that of the topic as a whole stays"


async def test_each_entity_counts_for_itself(house: House) -> None:
    await house.begin(
        '[entities.ann]\nkind = "person"\nnames = { en = ["Ann Lee"] }\n'
        '[entities.bob]\nkind = "person"\ntitle = { en = "Bobby" }\nnames = { en = ["Bob Ray"] }\n'
        '[topics.war]\ntitle = { en = "War" }\nquery = "@ann OR @bob"\n'
        'when = { count = 2, within = "1h", by = "entity" }\n'
    )
    said = ["Ann Lee speaks", "Bob Ray speaks", "Bob Ray and Ann Lee", "Bob Ray"]
    assert [await house.hear(n, text) for n, text in enumerate(said)] == [0, 0, 1, 0]
    (text,) = house.said()
    assert "War: Ann Lee, Bobby" in text or "War: Bobby, Ann Lee" in text


async def test_a_silence_rings_by_the_clock_and_once(house: House) -> None:
    await house.begin(SILENCE)
    await house.hear(0, "War goes on")
    assert await house.wait(6 * HOUR - 1) == 0
    assert await house.wait(6 * HOUR) == 1
    assert await house.wait(7 * HOUR) == 0
    (text,) = house.said()
    assert "🔇 No report for 6 hours, since 12:00" in text
    assert "War goes on" in text
    await house.hear(7 * HOUR)
    assert await house.wait(14 * HOUR) == 1


async def test_what_never_came_is_a_silence_too(house: House) -> None:
    await house.begin(SILENCE)
    await house.hear(10, "Peace")
    assert await house.wait(6 * HOUR - 1) == 0
    assert await house.wait(9 * HOUR) == 1
    assert any("🔇 No report for 6 hours" in text for text in house.said())


async def test_while_nobody_listens_is_no_silence(house: House) -> None:
    await house.begin(SILENCE)
    await house.hear(0)
    assert await house.wait(HOUR) == 0
    house.now = at(10 * HOUR)
    await house.restart()
    assert await house.look(10 * HOUR) == 0
    assert await house.wait(14.9 * HOUR) == 0
    assert await house.wait(15.1 * HOUR) == 1


async def test_many_are_told_of_a_silence_page_by_page(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.service.patterning._PAGE", 3)
    await house.begin(SILENCE)

    def more(conn: Connection) -> None:
        for chat in range(2, 9):
            subscriber(conn, chat, "topic:war")
        subscriber(conn, 9, "topic:war")
        outbox.chat_refuses(conn, 9, "blocked", NOW)

    house.write(more)
    await house.hear(0)
    assert await house.wait(6 * HOUR) == 8
    assert sorted(house.owed()) == list(range(1, 9))


async def test_quiet_hours_and_cadences_hold_a_silence_back(house: House) -> None:
    await house.begin(SILENCE)

    def tune(conn: Connection) -> None:
        people.set_attention(conn, 1, quiet_start=17 * 60, quiet_end=20 * 60)  # it is noon
        subscriber(conn, 2, "topic:war")
        (mine,) = people.subscriptions(conn, 2)
        people.tune(conn, mine.id, 2, cadence=Cadence.DAILY, digest_at=21 * 60)

    house.write(tune)
    await house.hear(0)
    assert await house.wait(6 * HOUR) == 2
    assert house.said() == []
    await house.wait(8 * HOUR)
    assert len(house.said()) == 1
    await house.wait(9 * HOUR)
    assert len(house.said()) == 1


async def test_the_end_of_a_mute_rings_no_silence_outside_the_hours(house: House) -> None:
    await house.begin(SILENCE + 'schedule = "20:00-21:00"\n')  # it is noon, in UTC
    house.write(lambda conn: people.set_attention(conn, 1, muted_until=at(9 * HOUR)))
    await house.hear(0)
    assert await house.wait(6 * HOUR) == 1

    def resume(conn: Connection) -> None:
        people.set_attention(conn, 1, muted_until=None)
        holding.replan(conn, 1, at(7 * HOUR))

    house.write(resume)
    await house.wait(7 * HOUR)
    assert house.said() == []
    await house.wait(8 * HOUR)
    assert len(house.said()) == 1


async def test_a_topic_keeps_to_its_hours(house: House) -> None:
    await house.begin(TOPIC.format('schedule = "13:00-18:00"'))  # it is noon, in UTC
    house.write(lambda conn: subscriber(conn, 2, "topic:war"))
    assert await house.hear(0) == 2
    table = schema.deliveries
    rows = house.store.read_now(lambda conn: conn.execute(select(table)).mappings().all())
    assert {(row["state"], row["reason"], row["not_before"]) for row in rows} == {
        (DeliveryState.HELD, Held.SCHEDULE, at(HOUR))
    }
    assert house.said() == []
    house.now = at(HOUR)
    rendering = Rendering(house.matcher, Languages.read(), KnownSources(house.store))
    for chat in (1, 2):
        house.write(
            lambda conn, chat=chat: digests.fold(conn, (chat, 0), at(HOUR), rendering.digest, BURST)
        )
    assert len(house.said()) == 2, "one alert alone leaves as itself"
    assert await house.hear(HOUR + 1) == 2
    assert len(house.said()) == 2


async def test_a_pattern_in_a_digest_says_what_it_is(house: House) -> None:
    await house.begin(COUNT)

    def hourly(conn: Connection) -> None:
        (mine,) = people.subscriptions(conn, 1)
        people.tune(conn, mine.id, 1, cadence=Cadence.HOURLY)
        people.subscribe(conn, 1, 0, "query:war", NOW)

    house.write(hourly)
    house.matcher.watch("war")
    for n in range(3):
        await house.hear(n, f"War {n}")
    rendering = Rendering(house.matcher, Languages.read(), KnownSources(house.store))
    house.now = at(HOUR)
    house.write(lambda conn: digests.fold(conn, (1, 0), at(HOUR), rendering.digest, BURST))
    assert any("⏱ 3 reports within 1 hour: " in text for text in house.said())


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    when=st.sampled_from(
        [
            'count = 2, within = "10m"',
            'count = 3, within = "1h", by = "source"',
            "spike = 2.0",
            'first = "2h"',
        ]
    ),
    events=st.lists(
        st.tuples(st.integers(0, 5000), st.sampled_from(["news", "other", "restart"])), max_size=30
    ),
)
def test_the_service_rings_as_a_replay_does(
    when: str,
    events: list[tuple[int, str]],
    tmp_path_factory: pytest.TempPathFactory,
    new_store: Path,
) -> None:
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(new_store, folder / "tocsin.db")
    (folder / "rules.toml").write_text(TOPIC.format(f"when = {{ {when} }}"), "utf-8")
    rules = load_rules(folder)
    pattern = rules.topics["war"].when
    assert pattern is not None
    store = Store.open(f"sqlite:///{folder / 'tocsin.db'}")
    rang, heard, seconds = [], [], 0
    for number, (step, what) in enumerate(events):
        seconds += step
        if what == "restart":
            store.close()
            store = Store.open(f"sqlite:///{folder / 'tocsin.db'}")
            continue
        new = Arrival(item(f"{number}", what), ((match("topic:war"), Severity.NORMAL),), rings=True)
        weighed: list[Arrival] = []

        def work(conn: Connection, new: Arrival = new, moment: int = seconds) -> None:
            weighed.extend(weigh(conn, [new], rules=rules, now=at(moment)))  # noqa: B023 - run at once

        store.write_now(work)
        rang.append(weighed[0].weighed["topic:war"].occasion is not None)
        heard.append(Heard(at(seconds), matched=True, keys=(what,) if pattern.by else ("",)))
    store.close()
    expected = replay(pattern, heard, at(seconds)).each
    assert rang == [each is not None for each in expected]
