"""The rules of polite asking, each against a real server that keeps what it was asked."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from sqlalchemy import func, select

from bot.model import FeedState, Pace, Source, SourceKind
from bot.service.polling.seen import Seen
from bot.sources import schedule
from bot.store import items as store_items
from bot.store import sources as store_sources
from bot.store.schema import deliveries, items, matches
from tests.service.polling.conftest import AGENT, EVERY, START, rss
from tests.sources.conftest import listening
from tests.store.things import subscriber

if TYPE_CHECKING:
    from sqlalchemy import Table

    from bot.sources.parsed import ParsedFeed
    from tests.service.polling.conftest import Round

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MINUTE = timedelta(minutes=1)


def keep(rounds: Round, key: str, state: FeedState) -> None:
    rounds.store.write_now(lambda conn: store_sources.set_feed_state(conn, key, state, None))


async def test_validators_are_echoed_byte_for_byte_over_a_restart(rounds: Round) -> None:
    etag, modified = 'W/"strange, \\"é', "Sun, 18 May 2025 9:0:0 GMT"
    rounds.server.answer("/a", body=rss("one"), ETag=etag, Last_Modified=modified)
    rounds.feed("a")
    assert await rounds.poll() == ["/a"]
    first = rounds.server.requests[-1].headers
    assert "If-None-Match" not in first
    assert "If-Modified-Since" not in first
    rounds.server.answer("/a", status=304)
    rounds.restart()
    await rounds.until_due("a")
    sent = rounds.server.requests[-1].headers
    assert (sent["If-None-Match"], sent["If-Modified-Since"]) == (etag, modified)
    await rounds.until_due("a")  # a 304 that names none keeps them
    assert rounds.server.requests[-1].headers["If-None-Match"] == etag
    assert rounds.state("a").answers == (200, 304, 304)


async def test_an_unchanged_body_is_not_read_again(rounds: Round) -> None:
    rounds.server.answer("/a", body=rss("one"))
    rounds.feed("a")
    await rounds.poll()
    await rounds.pool.__aexit__()  # from here on nothing could be parsed
    await rounds.until_due("a")
    state = rounds.state("a")
    assert (state.failures, state.pace) == (0, Pace.QUIET)
    assert state.interval == EVERY * 1.25


async def test_only_what_changed_in_a_document_is_read_again(rounds: Round) -> None:
    def texts() -> dict[str, str]:
        kept = rounds.store.read_now(lambda conn: store_items.newest(conn, limit=9))
        return {stored.item.title: stored.item.text for stored in kept}

    read: list[tuple[str, ...]] = []
    parse = rounds.pool.parse

    async def watched(*given: Any, **named: Any) -> ParsedFeed:
        feed = await parse(*given, **named)
        read.append(tuple(item.title for item in feed.items))
        return feed

    rounds.pool.parse = watched  # type: ignore[method-assign] # it looks on, and changes nothing
    rounds.feed("a")
    first, edited = rss("two", "one"), rss("two", "one").replace(b"of one", b"of one, corrected")
    for body in (first, edited, rss("three", "two", "one")):
        rounds.server.answer("/a", body=body)
        await rounds.until_due("a")
    assert read == [("two", "one"), ("one",), ("three", "one")]
    assert texts() == {name: f"Text of {name}." for name in ("one", "two", "three")}
    assert rounds.state("a").interval == EVERY  # there was something new
    rounds.restart()
    rounds.server.answer("/a", body=rss("two", "one"))
    await rounds.until_due("a")
    assert read[-1] == ("two", "one")


def test_the_memory_of_what_was_read_has_an_end() -> None:
    seen = Seen(room=5)
    seen.put("a", (1, 2))
    seen.put("b", (3, 4))
    seen.put("a", (5, 2**64 - 1))
    assert (seen.of("a"), seen.of("b"), seen.of("c")) == ((5, 2**64 - 1), (3, 4), ())
    seen.put("c", (6, 7))  # the one that was read longest ago goes
    assert (seen.of("a"), seen.of("b"), seen.of("c")) == ((5, 2**64 - 1), (), (6, 7))
    seen.put("a", ())
    seen.put("d", (8, 9, 10))
    assert (seen.of("c"), seen.of("d")) == ((6, 7), (8, 9, 10))


async def test_who_asks_is_named_and_nothing_else_is_given_away(rounds: Round) -> None:
    rounds.server.answer("/a", body=rss("one"), Set_Cookie="id=1; Path=/")
    rounds.feed("a")
    await rounds.poll()
    await rounds.until_due("a")
    for request in rounds.server.requests:
        assert request.headers["User-Agent"] == AGENT
        assert not {"Cookie", "Referer", "From"} & set(request.headers)
        assert request.path == "/a"


async def test_due_times_outlive_a_restart_and_nothing_is_asked_early(rounds: Round) -> None:
    rounds.server.answer("/a", body=rss("one"))
    rounds.feed("a")
    await rounds.poll()
    rounds.restart()
    rounds.feed("a")  # the config is read again at a start
    assert await rounds.poll() == []
    assert await rounds.poll(EVERY - MINUTE) == []
    assert await rounds.poll(2 * MINUTE) == ["/a"]


async def test_an_every_of_its_own_is_kept_to_as_it_stands(rounds: Round) -> None:
    rounds.server.answer("/a", body=rss("one"))
    rounds.feed("a", every=MINUTE)
    await rounds.poll()
    for _ in range(5):
        assert await rounds.poll(MINUTE) == ["/a"]
        assert rounds.state("a").pace is Pace.OWN


@pytest.mark.parametrize("wish", ["max-age=7200", "public, max-age=7200, must-revalidate"])
async def test_a_servers_wish_is_granted(rounds: Round, wish: str) -> None:
    rounds.server.answer("/a", body=rss("one"), Cache_Control=wish)
    rounds.feed("a", every=MINUTE)
    await rounds.poll()
    assert await rounds.poll(2 * HOUR - MINUTE) == []
    assert await rounds.poll(MINUTE) == ["/a"]


async def test_the_feeds_own_ttl_is_granted(rounds: Round) -> None:
    rounds.server.answer("/a", body=rss("one", more="<ttl>90</ttl>"))
    rounds.feed("a")
    await rounds.poll()
    assert (rounds.state("a").interval, rounds.state("a").pace) == (1.5 * HOUR, Pace.FEED)


async def test_a_changed_document_without_a_new_item_is_no_news(rounds: Round) -> None:
    rounds.feed("a")
    for minute in range(3):
        date = f"<lastBuildDate>Mon, 18 May 2026 12:0{minute}:00 GMT</lastBuildDate>"
        rounds.server.answer("/a", body=rss("one", more=date))
        await rounds.until_due("a")
    assert rounds.state("a").interval == EVERY * 1.25**2
    rounds.server.answer("/a", body=rss("two", "one"))
    await rounds.until_due("a")
    assert (rounds.state("a").interval, rounds.state("a").pace) == (EVERY, Pace.EVERY)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("asked", ["7200", "Mon, 18 May 2026 14:00:00 GMT"])
async def test_retry_after_in_both_forms(rounds: Round, status: int, asked: str) -> None:
    date = "Mon, 18 May 2026 12:00:00 GMT"
    rounds.server.answer("/a", status=status, Retry_After=asked, Date=date)
    rounds.server.answer("/b", body=rss("one"))
    rounds.feed("a", "b")
    assert sorted(await rounds.poll()) == ["/a", "/b"]
    assert rounds.state("a").pace is Pace.BUSY
    seen = []
    while rounds.now < START + 2 * HOUR - EVERY:
        seen += await rounds.poll(EVERY)
    assert set(seen) == {"/b"}  # of the feed alone, by default
    assert "/a" in await rounds.poll(EVERY * 3)


async def test_429_without_a_word_rests_for_four_hours(rounds: Round) -> None:
    rounds.server.answer("/a", status=429)
    rounds.feed("a", every=MINUTE)
    await rounds.poll()
    assert await rounds.poll(4 * HOUR - MINUTE) == []
    assert await rounds.poll(HOUR) == ["/a"]


async def test_retry_after_of_a_host_holds_for_all_its_feeds_over_a_restart(rounds: Round) -> None:
    rounds.scope = "host"
    rounds.restart()
    rounds.server.answer("/a", body=rss("one"))
    rounds.server.answer("/b", body=rss("two"))
    rounds.feed("a", "b")
    await rounds.poll()
    rounds.server.answer("/a", status=503, Retry_After="3600")
    keep(rounds, "b", replace(rounds.state("b"), next_poll=START + 2 * EVERY))
    assert await rounds.poll(EVERY * 1.2) == ["/a"]
    asked = rounds.now
    rounds.restart()
    assert await rounds.poll(EVERY) == []
    due = rounds.state("b").next_poll
    assert due is not None
    assert asked + HOUR <= due <= asked + 1.2 * HOUR
    rounds.server.answer("/a", body=rss("one"))
    assert sorted(await rounds.poll(1.2 * HOUR)) == ["/a", "/b"]


async def test_a_whole_domain_can_be_left_alone(rounds: Round) -> None:
    rounds.scope = "domain"
    rounds.restart()
    rounds.server.answer("/a", status=429, Retry_After="3600")
    rounds.server.answer("/b", body=rss("two"))
    rounds.feed("a", "b")
    keep(rounds, "b", FeedState(next_poll=START + EVERY))
    assert await rounds.poll() == ["/a"]
    assert await rounds.poll(EVERY) == []


async def test_failures_back_off_and_a_hundred_end_with_a_notice(rounds: Round) -> None:
    rounds.server.answer("/a", status=500)
    rounds.feed("a")
    await rounds.poll()
    keep(rounds, "a", replace(rounds.state("a"), failures=9))
    await rounds.until_due("a")
    due = rounds.state("a").next_poll
    assert due is not None
    assert 2 * EVERY <= due - rounds.now <= 2.2 * EVERY
    keep(rounds, "a", replace(rounds.state("a"), failures=98))
    await rounds.until_due("a")
    assert rounds.told == []
    await rounds.until_due("a")
    ((key, reason),) = rounds.told
    assert key == "a"
    assert "500" in reason
    assert rounds.state("a").pace is Pace.GIVEN_UP
    assert await rounds.poll(30 * DAY) == []


async def test_gone_is_not_asked_again_and_the_admins_hear_why(rounds: Round) -> None:
    rounds.server.answer("/a", body=rss("one"))
    rounds.feed("a")
    await rounds.poll()
    rounds.server.answer("/a", status=410)
    await rounds.until_due("a")
    assert [key for key, _ in rounds.told] == ["a"]
    assert "gone for good (410)" in rounds.told[0][1]
    assert rounds.state("a").disabled
    assert await rounds.poll(30 * DAY) == []


async def test_a_permanent_move_is_kept_once_it_is_stable(rounds: Round) -> None:
    rounds.server.answer("/a", status=301, Location="/new")
    rounds.server.answer("/new", body=rss("one"), ETag='"n"')
    rounds.feed("a")
    for _ in range(schedule.MOVES_MIN):
        assert await rounds.until_due("a") == ["/a", "/new"]
    assert await rounds.until_due("a") == ["/new"]
    assert rounds.state("a").location == f"{rounds.server.url}/new"
    rounds.feed("a")  # the config still has the old address
    assert await rounds.until_due("a") == ["/new"]


async def test_a_move_that_is_not_permanent_throughout_is_followed_and_not_kept(
    rounds: Round,
) -> None:
    rounds.server.answer("/a", status=301, Location="/between")
    rounds.server.answer("/between", status=302, Location="/new")
    rounds.server.answer("/new", body=rss("one"))
    rounds.feed("a")
    for _ in range(schedule.MOVES_MIN + 2):
        assert await rounds.until_due("a") == ["/a", "/between", "/new"]
    assert rounds.state("a").location is None


async def test_a_feed_never_moves_onto_another_one(rounds: Round) -> None:
    rounds.server.answer("/a", status=308, Location="/b")
    rounds.server.answer("/b", body=rss("one"))
    rounds.feed("a", "b")
    for _ in range(schedule.MOVES_MIN + 2):
        await rounds.until_due("a")
    assert rounds.state("a").location is None
    assert "/a" in await rounds.until_due("a")


async def test_a_move_whose_items_are_all_unknown_is_backlog(rounds: Round) -> None:
    rounds.server.answer("/a", body=rss("zeppelin one"))
    rounds.feed("a")
    await rounds.poll()
    rounds.server.answer("/a", status=301, Location="/new")
    rounds.server.answer("/new", body=rss("zeppelin two", "zeppelin three"))
    assert await rings(rounds) == 0
    rounds.server.answer("/new", body=rss("zeppelin four", "zeppelin two"))
    assert await rings(rounds) == 1


async def test_a_mass_of_unknown_old_items_is_backlog_and_of_new_ones_is_news(
    rounds: Round,
) -> None:
    many = [f"zeppelin {number}" for number in range(100)]
    rounds.server.answer("/a", body=rss("zeppelin"))
    rounds.feed("a")
    await rounds.poll()
    rounds.server.answer("/a", body=rss(*many))
    assert await rings(rounds) == 0
    more = [f"later {name}" for name in many]
    dated = {more[0]: "Mon, 18 May 2026 12:15:00 GMT"}
    rounds.server.answer("/a", body=rss(*more, dates=dated))
    assert await rings(rounds) == 100
    rounds.server.answer("/a", body=rss(*(f"new {name}" for name in many), more[-1]))
    assert await rings(rounds) == 100


async def rings(rounds: Round) -> int:
    """How many alerts the next poll owes to somebody who subscribes to the topic."""
    rounds.store.write_now(lambda conn: subscriber(conn, 1, "topic:air"))
    before = count(rounds, deliveries)
    await rounds.until_due("a")
    return count(rounds, deliveries) - before


def count(rounds: Round, table: Table) -> int:
    return rounds.store.read_now(
        lambda conn: conn.scalar(select(func.count()).select_from(table)) or 0
    )


async def test_a_host_is_never_asked_by_more_than_two_and_others_need_not_wait(
    rounds: Round,
) -> None:
    busy = most = 0
    quick = asyncio.Event()

    async def slow(_: web.Request) -> web.StreamResponse:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.wait_for(quick.wait(), 5)  # until the other host has been asked
        busy -= 1
        return web.Response(body=rss("one"))

    keys = [f"k{number}" for number in range(30)]
    for key in keys:
        rounds.server.answers[f"/{key}"] = slow
    reply = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nConnection: close\r\n\r\n"
    async with listening("127.0.0.2", reply=reply) as other:
        rounds.feed(*keys)
        address = f"http://127.0.0.2:{other.port}/"
        source = Source("z", SourceKind.FEED, address)
        rounds.store.write_now(lambda conn: store_sources.add_source(conn, source, rounds.now))
        task = asyncio.create_task(rounds.poll())
        while not other.connections:
            await asyncio.sleep(0.01)
        quick.set()
        await task
    assert most == 2
    # What the host could not bear at once was put off, and comes.
    while len({request.path for request in rounds.server.requests}) < len(keys):
        await rounds.poll(timedelta(seconds=5))


async def test_a_new_feeds_backlog_is_stored_and_matched_and_not_rung(rounds: Round) -> None:
    rounds.server.answer("/a", body=rss("zeppelin one", "zeppelin two"))
    rounds.feed("a")
    await rounds.poll()

    assert (count(rounds, items), count(rounds, matches), count(rounds, deliveries)) == (2, 2, 0)


async def test_a_stop_gives_back_what_was_claimed(rounds: Round) -> None:
    asked = asyncio.Event()

    async def never(_: web.Request) -> web.StreamResponse:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    rounds.server.answers["/a"] = never
    rounds.feed("a")
    running = asyncio.create_task(rounds.polling.run())
    await asyncio.wait_for(asked.wait(), 5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    rounds.server.answer("/a", body=rss("one"))
    rounds.restart()
    assert await rounds.poll() == ["/a"]


async def test_a_stop_keeps_what_was_polled(rounds: Round) -> None:
    rounds.server.answer("/a", body=rss("one"), ETag='"e"')
    rounds.feed("a")
    await rounds.poll()
    rounds.server.answer("/a", status=304)
    rounds.now += 2 * EVERY
    running = asyncio.create_task(rounds.polling.run())
    while len(rounds.server.requests) < 2 or rounds.polling._held:
        await asyncio.sleep(0)
    running.cancel()  # with the outcome still on its way to the store
    await asyncio.gather(running, return_exceptions=True)
    rounds.restart()
    assert await rounds.poll() == []
    assert rounds.state("a").answers == (200, 304)


async def test_a_defect_in_one_poll_is_that_feeds_failure(rounds: Round) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    rounds.server.answer("/a", body=rss("one"))
    rounds.feed("a")
    rounds.pool.parse = broken  # type: ignore[method-assign,assignment]
    await rounds.poll()
    assert "ZeroDivisionError" in (rounds.state("a").last_error or "")
