from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.errors import TocsinError
from bot.model import FeedState, Source, SourceKind
from bot.web.server import Web
from bot.web.status import Status

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NOW = datetime(2025, 5, 18, 13, 24, tzinfo=UTC)
TOKEN = "opensesame"
EVIL = Source("evil", SourceKind.FEED, "https://e.example/", name="<script>alert(1)</script>")
STATUS = Status(
    now=NOW,
    started=NOW,
    version="1",
    unready=None,
    sources=((EVIL, FeedState(failures=2, last_error="<b>no</b>")),),
    health={"failing": 1, "good": 9},
    deliveries={"sent": 7},
    items=3,
)


@asynccontextmanager
async def serving(status: Status = STATUS) -> AsyncIterator[aiohttp.ClientSession]:
    async def tell() -> Status:
        return status

    web = Web(listen="127.0.0.1:0", token=TOKEN, status=tell)
    address = await web.start()
    async with aiohttp.ClientSession(address) as session:
        yield session
    await web.stop()


async def test_health_and_readiness() -> None:
    async with serving() as web:
        for path in ("/healthz", "/readyz"):
            async with web.get(path) as answer:
                assert answer.status == 200
    async with serving(replace(STATUS, unready="Telegram does not answer")) as web:
        async with web.get("/healthz") as answer:
            assert answer.status == 200
        async with web.get("/readyz") as answer:
            assert answer.status == 503
            assert "Telegram does not answer" in await answer.text()


async def test_metrics_are_prometheus() -> None:
    async with serving() as web, web.get("/metrics") as answer:
        families = {f.name: f for f in text_string_to_metric_families(await answer.text())}
    assert families["tocsin_items"].samples[0].value == 3
    sent = {s.labels["state"]: s.value for s in families["tocsin_deliveries"].samples}
    assert sent["sent"] == 7
    health = {s.labels["health"]: s.value for s in families["tocsin_sources"].samples}
    assert health["failing"] == 1


async def test_the_page_asks_for_the_token_and_escapes_what_sources_say() -> None:
    async with serving() as web:
        async with web.get("/") as answer:
            assert answer.status == 401
            assert "evil" not in await answer.text()
        async with web.get("/", params={"token": "wrong"}) as answer:
            assert answer.status == 401
        async with web.get("/", headers={"Authorization": f"Bearer {TOKEN}"}) as answer:
            page = await answer.text()
            assert "<script>" not in page
            assert "&lt;script&gt;" in page
            assert "<b>no</b>" not in page
            assert "And 9 more that do better" in page
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        async with web.post("/", data={"token": TOKEN}, allow_redirects=False) as answer:
            assert answer.status == 303
            cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert TOKEN not in cookie
        value = cookie.split(";")[0]
        async with web.get("/", headers={"Cookie": value}) as answer:
            assert answer.status == 200


async def test_a_port_that_is_taken_is_said() -> None:
    async with serving() as web:
        taken = Web(listen=f"127.0.0.1:{web._base_url.port}", token=TOKEN, status=None)  # type: ignore[arg-type,union-attr]
        with pytest.raises(TocsinError, match="another program has the port"):
            await taken.start()
