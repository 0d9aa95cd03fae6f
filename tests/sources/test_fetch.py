from __future__ import annotations

import asyncio
import tracemalloc
import zlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from bot.errors import FetchError
from bot.sources.fetch import Fetched, Fetcher, FetchLimits
from tests.sources.conftest import listening

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.sources.conftest import FeedServer

FEED = b"<rss version='2.0'><channel><title>t</title></channel></rss>"
NOW = datetime(2025, 5, 18, 12, tzinfo=UTC)
LIMITS = FetchLimits(
    allow_private=True,
    timeout=timedelta(seconds=5),
    max_bytes=100_000,
    user_agent="Tocsin/1.2.3 (+https://bot.example)",
)


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(LIMITS, clock=lambda: NOW) as opened:
        yield opened


async def test_a_plain_answer(server: FeedServer, fetcher: Fetcher) -> None:
    server.answer(
        "/feed",
        body=FEED,
        Content_Type="application/rss+xml; charset=utf-8",
        ETag='W/"a b\\"',
        Last_Modified="yesterday, about noon",
        Cache_Control="public, max-age=1800",
    )
    fetched = await fetcher.fetch(f"{server.url}/feed")
    assert fetched == Fetched(
        status=200,
        body=FEED,
        content_type="application/rss+xml; charset=utf-8",
        url=f"{server.url}/feed",
        etag='W/"a b\\"',
        last_modified="yesterday, about noon",
        wait=timedelta(minutes=30),
    )


async def test_it_says_who_asks_and_keeps_to_itself_what_it_need_not_say(
    server: FeedServer, fetcher: Fetcher
) -> None:
    server.answer("/feed", body=FEED, Set_Cookie="id=1; Path=/")
    await fetcher.fetch(f"{server.url}/feed#part")
    await fetcher.fetch(f"{server.url}/feed")
    for request in server.requests:
        assert request.headers["User-Agent"] == "Tocsin/1.2.3 (+https://bot.example)"
        assert "Cookie" not in request.headers
        assert "Referer" not in request.headers
        assert "If-None-Match" not in request.headers
        assert "If-Modified-Since" not in request.headers


@pytest.mark.parametrize("etag", ['"x"', "W/'strange", "unquoted", '"é😀"', '"a,b"'])
async def test_validators_return_byte_for_byte(
    server: FeedServer, fetcher: Fetcher, etag: str
) -> None:
    server.answer("/feed", body=FEED, ETag=etag, Last_Modified="Sun, 18 May 2025 9:0:0 GMT")
    first = await fetcher.fetch(f"{server.url}/feed")
    server.answer("/feed", status=304)
    again = await fetcher.fetch(
        f"{server.url}/feed", etag=first.etag, last_modified=first.last_modified
    )
    sent = server.requests[-1].headers
    assert sent["If-None-Match"] == etag
    assert sent["If-Modified-Since"] == "Sun, 18 May 2025 9:0:0 GMT"
    assert (again.status, again.body) == (304, None)
    assert (again.etag, again.last_modified) == (first.etag, first.last_modified)


async def test_a_304_may_renew_a_validator(server: FeedServer, fetcher: Fetcher) -> None:
    server.answer("/feed", status=304, ETag='"new"')
    again = await fetcher.fetch(f"{server.url}/feed", etag='"old"', last_modified="then")
    assert (again.etag, again.last_modified) == ('"new"', "then")


async def test_a_validator_that_cannot_be_echoed_is_not_kept() -> None:
    reply = b'HTTP/1.1 200 OK\r\nETag: "\xe9"\r\nContent-Length: 2\r\n\r\nhi'
    async with listening(reply=reply) as listener, Fetcher(LIMITS) as fetcher:
        fetched = await fetcher.fetch(f"http://127.0.0.1:{listener.port}/")
    assert fetched.etag is None


async def test_a_304_out_of_the_blue_is_an_error(server: FeedServer, fetcher: Fetcher) -> None:
    server.answer("/feed", status=304)
    with pytest.raises(FetchError, match="304"):
        await fetcher.fetch(f"{server.url}/feed")


def chain(server: FeedServer, *statuses: int) -> str:
    for place, status in enumerate(statuses):
        server.answer(f"/{place}", status=status, Location=f"/{place + 1}")
    server.answer(f"/{len(statuses)}", body=FEED)
    return f"{server.url}/{len(statuses)}"


@pytest.mark.parametrize(
    ("statuses", "moves"),
    [
        ((301,), True),
        ((308, 301), True),
        ((302,), False),
        ((307,), False),
        ((303,), False),
        ((301, 302), False),
        ((302, 301), False),
        ((301, 301, 301, 301, 301), True),
        ((), False),
    ],
)
async def test_a_feed_has_moved_when_every_redirect_is_permanent(
    server: FeedServer, fetcher: Fetcher, statuses: tuple[int, ...], *, moves: bool
) -> None:
    last = chain(server, *statuses)
    fetched = await fetcher.fetch(f"{server.url}/0")
    assert fetched.body == FEED
    assert fetched.url == last
    assert fetched.moved_to == (last if moves else None)


async def test_redirects_end(server: FeedServer, fetcher: Fetcher) -> None:
    chain(server, 301, 301, 301, 301, 301, 301)
    with pytest.raises(FetchError, match="more than 5 redirects"):
        await fetcher.fetch(f"{server.url}/0")
    assert len(server.requests) == 6


@pytest.mark.parametrize("location", ["http://[bad/", "http://x:y/", "mailto:a@b", "http:///x"])
async def test_a_redirect_to_nowhere(server: FeedServer, fetcher: Fetcher, location: str) -> None:
    server.answer("/feed", status=301, Location=location)
    with pytest.raises(FetchError):
        await fetcher.fetch(f"{server.url}/feed")


@pytest.mark.parametrize("status", [301, 204, 206, 400, 401, 403, 404, 418, 500, 502])
async def test_other_answers_are_errors_that_say_so(
    server: FeedServer, fetcher: Fetcher, status: int
) -> None:
    server.answer("/feed", status=status)
    with pytest.raises(FetchError, match=str(status)) as caught:
        await fetcher.fetch(f"{server.url}/feed")
    assert caught.value.status == status
    assert not caught.value.gone
    assert caught.value.retry_after is None


async def test_gone_is_gone(server: FeedServer, fetcher: Fetcher) -> None:
    server.answer("/feed", status=410)
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(f"{server.url}/feed")
    assert caught.value.gone


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("Sun, 18 May 2025 13:00:00 GMT", timedelta(hours=1)),
        ("Sat, 17 May 2025 13:00:00 GMT", timedelta(0)),
        ("soon", None),
    ],
)
async def test_a_busy_server_says_when(
    server: FeedServer, fetcher: Fetcher, status: int, asked: str, wait: timedelta | None
) -> None:
    date = "Sun, 18 May 2025 12:00:00 GMT"
    server.answer("/feed", status=status, Retry_After=asked, Date=date)
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(f"{server.url}/feed")
    assert caught.value.retry_after == wait


async def test_a_document_of_just_the_size_is_read(server: FeedServer, fetcher: Fetcher) -> None:
    server.answer("/feed", body=b"x" * LIMITS.max_bytes)
    assert len((await fetcher.fetch(f"{server.url}/feed")).body or b"") == LIMITS.max_bytes


@pytest.mark.parametrize("chunked", [True, False])
async def test_one_byte_more_is_not(server: FeedServer, fetcher: Fetcher, *, chunked: bool) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.Response(body=b"x" * (LIMITS.max_bytes + 1))
        if chunked:
            response.enable_chunked_encoding()
        return response

    server.answers["/feed"] = handler
    with pytest.raises(FetchError, match="fetch.max_bytes"):
        await fetcher.fetch(f"{server.url}/feed")


def packed(size: int, encoding: str) -> bytes:
    """So many zeros, compressed piece by piece."""
    piece = bytes(1 << 20)
    pieces = [piece[: min(len(piece), size - at)] for at in range(0, size, len(piece))]
    if encoding == "br":
        brotli = pytest.importorskip("brotli")
        compressor = brotli.Compressor(quality=3)
        return b"".join([*map(compressor.process, pieces), compressor.finish()])
    zipper = zlib.compressobj(9, wbits=zlib.MAX_WBITS + (16 if encoding == "gzip" else 0))
    return b"".join([*map(zipper.compress, pieces), zipper.flush()])


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
async def test_compressed_answers_are_read(
    server: FeedServer, fetcher: Fetcher, encoding: str
) -> None:
    server.answer("/feed", body=packed(90_000, encoding), Content_Encoding=encoding)
    assert (await fetcher.fetch(f"{server.url}/feed")).body == bytes(90_000)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
async def test_a_decompression_bomb_is_stopped_at_the_limit(
    server: FeedServer, fetcher: Fetcher, encoding: str
) -> None:
    server.answer("/feed", body=packed(400 << 20, encoding), Content_Encoding=encoding)
    tracemalloc.start()
    try:
        with pytest.raises(FetchError, match="fetch.max_bytes"):
            await fetcher.fetch(f"{server.url}/feed")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 4 << 20


async def test_wrong_compression_is_a_clear_error(server: FeedServer, fetcher: Fetcher) -> None:
    server.answer("/feed", body=b"not gzip at all", Content_Encoding="gzip")
    with pytest.raises(FetchError, match="wrongly compressed"):
        await fetcher.fetch(f"{server.url}/feed")


async def test_a_slow_drip_ends_with_the_timeout() -> None:
    dripped = asyncio.Event()

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        try:
            while True:  # never silent for long enough to be a read timeout
                writer.write(b".")
                await writer.drain()
                await asyncio.sleep(0.01)
        except ConnectionError:
            dripped.set()
        writer.close()

    slow = await asyncio.start_server(drip, "127.0.0.1", 0)
    port = slow.sockets[0].getsockname()[1]
    limits = FetchLimits(allow_private=True, timeout=timedelta(seconds=0.3))
    async with slow, Fetcher(limits) as fetcher:
        with pytest.raises(FetchError, match="no complete answer in time"):
            await fetcher.fetch(f"http://127.0.0.1:{port}/")
        await asyncio.wait_for(dripped.wait(), 5)


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 banana\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
        b"\x16\x03\x01\x00",
    ],
)
async def test_broken_http_is_a_fetch_error(reply: bytes) -> None:
    limits = FetchLimits(allow_private=True, timeout=timedelta(seconds=3))
    async with listening(reply=reply) as listener, Fetcher(limits) as fetcher:
        with pytest.raises(FetchError):
            await fetcher.fetch(f"http://127.0.0.1:{listener.port}/")


async def test_a_closed_port_and_a_server_without_tls(server: FeedServer, fetcher: Fetcher) -> None:
    async with listening() as listener:
        pass
    with pytest.raises(FetchError, match="cannot connect"):
        await fetcher.fetch(f"http://127.0.0.1:{listener.port}/")
    with pytest.raises(FetchError, match="no secure connection"):
        await fetcher.fetch(server.url.replace("http:", "https:") + "/feed")


@pytest.mark.parametrize(
    "url",
    ["", "x", "http://", "http://\udc80/", "http://" + "a" * 300 + ".example/", "http://a b/"],
)
async def test_no_address_raises_anything_else(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(FetchError):
        await fetcher.fetch(url)


async def test_a_host_is_asked_by_two_at_once_and_waiting_costs_no_time(
    server: FeedServer,
) -> None:
    busy = most = 0

    async def handler(_: web.Request) -> web.StreamResponse:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0.1)
        busy -= 1
        return web.Response(body=FEED)

    server.answers["/feed"] = handler
    # Eight in pairs take 0.4 s: more than the timeout, which counts from the request's own start.
    limits = FetchLimits(allow_private=True, per_host=2, timeout=timedelta(seconds=0.35))
    async with Fetcher(limits) as fetcher:
        await asyncio.gather(*(fetcher.fetch(f"{server.url}/feed") for _ in range(8)))
    assert most == 2


async def test_all_together_keep_to_the_limit(server: FeedServer) -> None:
    busy = most = 0

    async def handler(_: web.Request) -> web.StreamResponse:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0.02)
        busy -= 1
        return web.Response(body=FEED)

    server.answers["/feed"] = handler
    port = server.url.rsplit(":", 1)[1]
    hosts = ["127.0.0.1", "localhost"]
    limits = FetchLimits(allow_private=True, concurrency=3, per_host=2)
    async with Fetcher(limits) as fetcher:
        urls = [f"http://{host}:{port}/feed" for host in hosts for _ in range(4)]
        await asyncio.gather(*(fetcher.fetch(url) for url in urls))
        assert not fetcher.slots
    assert most == 3


async def test_a_cancelled_fetch_gives_its_place_back(server: FeedServer) -> None:
    asked = asyncio.Event()

    async def handler(_: web.Request) -> web.StreamResponse:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    server.answers["/slow"] = handler
    server.answer("/feed", body=FEED)
    limits = FetchLimits(allow_private=True, concurrency=1, per_host=1)
    async with Fetcher(limits) as fetcher:
        task = asyncio.create_task(fetcher.fetch(f"{server.url}/slow"))
        await asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await fetcher.fetch(f"{server.url}/feed")).body == FEED
