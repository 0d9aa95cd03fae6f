from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from bot.errors import FetchError, ParseError
from bot.sources.fetch import Fetcher, FetchLimits
from bot.sources.wikidata import LIFETIME, Wikidata, read_answer

if TYPE_CHECKING:
    from tests.sources.conftest import FeedServer

ANSWER = (
    Path(__file__).parents[1] / "cases" / "wikidata" / "wbgetentities-Q7747-Q406.json"
).read_bytes()
MAXLAG = (
    b'{"error":{"code":"maxlag","info":"Waiting for wdqs1006: 7.1 seconds lagged.","lag":7.1},'
    b'"servedby":"mw1"}'
)
PRIVATE = FetchLimits(allow_private=True, user_agent="Tocsin/1 (test)")


def wikidata(fetcher: Fetcher, server: FeedServer, **more: object) -> Wikidata:
    return Wikidata(
        fetcher,
        address=f"{server.url}/w/api.php",
        clock=lambda: datetime.now(UTC),
        **more,  # type: ignore[arg-type]
    )


async def test_names_by_language_and_the_kinds(server: FeedServer) -> None:
    server.answer("/w/api.php", body=ANSWER, Content_Type="application/json")
    async with Fetcher(PRIVATE) as fetcher:
        found = await wikidata(fetcher, server).named(["Q7747", "Q406"], ["fr", "en", "tr"])
    putin, istanbul = found
    assert (putin.kind, istanbul.kind) == ("person", "place")
    assert putin.labels == {
        "en": "Vladimir Putin",
        "fr": "Vladimir Poutine",
        "tr": "Vladimir Putin",
    }
    assert putin.aliases["fr"] == ("Poutine",)
    assert "ru" not in putin.labels
    (request,) = server.requests
    assert request.headers["User-Agent"] == "Tocsin/1 (test)"
    assert "gzip" in request.headers["Accept-Encoding"]


async def test_the_question_is_one_and_polite(server: FeedServer) -> None:
    asked: list[dict[str, str]] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(dict(request.query))
        return web.Response(body=ANSWER)

    server.answers["/w/api.php"] = answer
    async with Fetcher(PRIVATE) as fetcher:
        await wikidata(fetcher, server).named(["Q7747", "Q406"], ["fr", "no"])
    assert asked == [
        {
            "action": "wbgetentities",
            "ids": "Q7747|Q406",
            "props": "labels|aliases|claims",
            "languages": "fr|nb",
            "format": "json",
            "formatversion": "2",
            "maxlag": "5",
        }
    ]


async def test_answers_are_kept_for_a_week(server: FeedServer, tmp_path: Path) -> None:
    server.answer("/w/api.php", body=ANSWER)
    async with Fetcher(PRIVATE) as fetcher:
        asking = wikidata(fetcher, server, cache=tmp_path / "cache")
        first = await asking.named(["Q7747", "Q406"], ["fr"])
        assert await asking.named(["Q7747", "Q406"], ["fr"]) == first
        assert len(server.requests) == 1
        await asking.named(["Q7747", "Q406"], ["fr", "en"])
        assert len(server.requests) == 2
        old = (datetime.now(UTC) - LIFETIME - timedelta(minutes=1)).timestamp()
        for kept in (tmp_path / "cache").iterdir():
            os.utime(kept, (old, old))
        await asking.named(["Q7747", "Q406"], ["fr"])
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("status", "body", "headers", "wait"),
    [
        (200, MAXLAG, {"Retry_After": "5"}, 5),
        (429, b"", {"Retry_After": "7"}, 7),
        (503, b"", {"Retry_After": "9"}, 9),
    ],
)
async def test_a_busy_server_is_left_alone_as_long_as_it_asks(
    status: int,
    body: bytes,
    headers: dict[str, str],
    wait: int,
    server: FeedServer,
    tmp_path: Path,
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        server.answer("/w/api.php", body=ANSWER)

    server.answer("/w/api.php", status, body, **headers)
    async with Fetcher(PRIVATE) as fetcher:
        asking = wikidata(fetcher, server, sleep=sleep, cache=tmp_path)
        assert await asking.named(["Q7747", "Q406"], ["fr"])
    assert slept == [wait]


async def test_it_gives_up_in_the_end(server: FeedServer) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    server.answer("/w/api.php", body=MAXLAG)
    async with Fetcher(PRIVATE) as fetcher:
        with pytest.raises(FetchError, match="too busy"):
            await wikidata(fetcher, server, sleep=sleep).named(["Q7747"], ["fr"])
        assert slept == [5, 5, 5]
        server.answer("/w/api.php", 429, Retry_After="86400")
        with pytest.raises(FetchError, match="429"):
            await wikidata(fetcher, server, sleep=sleep).named(["Q7747"], ["fr"])
        assert slept == [5, 5, 5]


async def test_an_address_inside_the_network_is_not_asked(server: FeedServer) -> None:
    async with Fetcher(FetchLimits()) as fetcher:
        with pytest.raises(FetchError, match="not a public address"):
            await wikidata(fetcher, server).named(["Q7747"], ["fr"])
    assert server.requests == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<html>", "no answer"),
        (b"[]", "no answer"),
        (b'{"entities": {}}', "no answer"),
        (b'{"entities": {"Q1": {"id": "Q1", "missing": ""}}}', "no item Q1"),
        (b'{"error": {"code": "no-such-entity", "info": "Could not find it"}}', "Could not find"),
    ],
)
def test_another_answer_is_an_error(body: bytes, message: str) -> None:
    with pytest.raises(ParseError, match=message):
        read_answer(body, ["Q1"], ["en"])


def test_a_merged_item_answers_under_its_new_id() -> None:
    body = (
        b'{"entities": {"Q2": {"id": "Q2", "redirects": {"from": "Q1", "to": "Q2"},'
        b'"labels": {"en": {"language": "en", "value": "Two"}}}}}'
    )
    (found,) = read_answer(body, ["Q1"], ["en"])
    assert (found.id, found.labels, found.kind) == ("Q2", {"en": "Two"}, "organisation")
