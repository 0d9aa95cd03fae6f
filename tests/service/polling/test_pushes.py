"""WebSub against a hub that does what the standard says, over real HTTP on both sides."""

from __future__ import annotations

import hashlib
import hmac
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiohttp import web

from bot.model import Pace
from bot.service.polling import Poller, Pushing
from bot.sources.websub import Hub, find_hub, is_signed
from bot.store import pushes
from bot.store.schema import deliveries, items
from bot.web.server import Web
from tests.service.polling.conftest import EVERY, rss
from tests.service.polling.test_etiquette import count
from tests.store.things import subscriber

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.service.polling.conftest import Round

DAY = timedelta(days=1)


@dataclass
class TheHub:
    """A hub: it remembers who subscribed, confirms as told, and pushes."""

    session: aiohttp.ClientSession
    url: str = ""
    lease: int = 864000
    status: int = 202
    asked: list[dict[str, Any]] = field(default_factory=list)

    async def subscribe(self, request: web.Request) -> web.Response:
        self.asked.append(dict(await request.post()))
        return web.Response(status=self.status, text="as you like")

    async def confirm(self, **other: str) -> tuple[int, str]:
        """Section 5.3: the question to the callback, and its answer."""
        form = self.asked[-1]
        query = {
            "hub.mode": "subscribe",
            "hub.topic": form["hub.topic"],
            "hub.challenge": "<b>challenge</b>",
            "hub.lease_seconds": str(self.lease),
        }
        async with self.session.get(form["hub.callback"], params=query | other) as answer:
            return answer.status, await answer.text()

    async def push(self, body: bytes, secret: str | None = None, method: str = "sha256") -> int:
        form = self.asked[-1]
        key = (secret or form["hub.secret"]).encode()
        signature = f"{method}={hmac.new(key, body, method).hexdigest()}"
        headers = {"X-Hub-Signature": signature, "Content-Type": "application/rss+xml"}
        async with self.session.post(form["hub.callback"], data=body, headers=headers) as answer:
            return answer.status


@dataclass
class Scene:
    rounds: Round
    hub: TheHub
    pushing: Pushing

    def publish(self, *names: str) -> None:
        links = (
            f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="{self.hub.url}"/>'
            f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="{self.topic}"/>'
        )
        self.rounds.server.answer("/a", body=rss(*names, more=links))

    @property
    def topic(self) -> str:
        return f"{self.rounds.server.url}/a?self"

    def rang(self) -> int:
        return count(self.rounds, deliveries)


@asynccontextmanager
async def hub_and_web(rounds: Round) -> AsyncIterator[Scene]:
    async with aiohttp.ClientSession() as session:
        hub = TheHub(session)
        rounds.server.answers["/hub"] = hub.subscribe
        hub.url = f"{rounds.server.url}/hub"
        pushing = Pushing(
            store=rounds.store,
            fetcher=rounds.fetcher,
            pool=rounds.pool,
            intake=rounds.intake,
            public_url="",
            clock=lambda: rounds.now,
        )
        page = Web(
            listen="127.0.0.1:0",
            token="x",
            status=None,  # type: ignore[arg-type]
            pushes=pushing,
            max_bytes=20_000,
        )
        pushing._public_url = (await page.start()).rstrip("/")
        rounds.polling._poller = Poller(
            store=rounds.store,
            fetcher=rounds.fetcher,
            pool=rounds.pool,
            intake=rounds.intake,
            records=rounds.polling._records,
            every=EVERY,
            clock=lambda: rounds.now,
            offer=pushing.offer,
            pushed=pushing.active,
        )
        rounds.store.write_now(lambda conn: subscriber(conn, 1, "topic:air"))
        yield Scene(rounds, hub, pushing)
        await page.stop()


@pytest.fixture
async def scene(rounds: Round) -> AsyncIterator[Scene]:
    """A feed that names a hub, read once; the hub has been asked."""
    async with hub_and_web(rounds) as made:
        made.publish("zeppelin one")
        rounds.feed("a")
        await rounds.poll()
        await made.pushing.tick()
        yield made


async def test_a_hub_is_asked_and_confirmed_and_what_it_pushes_rings(scene: Scene) -> None:
    (form,) = scene.hub.asked
    assert (form["hub.mode"], form["hub.topic"]) == ("subscribe", scene.topic)
    assert len(form["hub.callback"].rsplit("/", 1)[1]) == 43
    assert len(form["hub.secret"]) < 200
    assert scene.pushing.active == set()
    assert await scene.hub.confirm() == (200, "<b>challenge</b>")
    assert scene.pushing.active == {"a"}
    assert await scene.hub.push(rss("zeppelin two")) == 200
    assert scene.rang() == 1
    assert await scene.hub.push(rss("zeppelin two")) == 200  # hubs repeat themselves
    assert scene.rang() == 1
    # The next poll finds it too, and is a safety net from now on.
    scene.publish("zeppelin two", "zeppelin one")
    await scene.rounds.until_due("a")
    state = scene.rounds.state("a")
    assert (state.interval, state.pace) == (6 * EVERY, Pace.PUSH)
    assert scene.rang() == 1


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
async def test_a_signature_is_checked_whatever_its_method(scene: Scene, method: str) -> None:
    await scene.hub.confirm()
    assert await scene.hub.push(rss("zeppelin two"), secret="guessed", method=method) == 202
    assert (scene.rang(), count(scene.rounds, items)) == (0, 1)
    assert await scene.hub.push(rss("zeppelin two"), method=method) == 200
    assert scene.rang() == 1


async def test_what_nobody_asked_for_is_refused(scene: Scene) -> None:
    assert (await scene.hub.confirm(**{"hub.topic": "https://other.example/"}))[0] == 404
    assert (await scene.hub.confirm(**{"hub.mode": "unsubscribe"}))[0] == 404
    callback = scene.hub.asked[-1]["hub.callback"]
    for wrong in (callback[:-1] + "-", callback[:-1], f"{callback}x"):
        async with scene.hub.session.get(wrong, params={"hub.challenge": "x"}) as answer:
            assert answer.status == 404
        async with scene.hub.session.post(wrong, data=b"x") as answer:
            assert answer.status == 404
    assert scene.pushing.active == set()


async def test_a_push_may_not_be_larger_than_a_document(scene: Scene) -> None:
    await scene.hub.confirm()
    assert await scene.hub.push(b"x" * 20_001) == 413


async def test_a_ping_without_news_is_looked_up(scene: Scene) -> None:
    await scene.hub.confirm()
    scene.publish("zeppelin two", "zeppelin one")
    assert await scene.rounds.poll() == []
    assert await scene.hub.push(b"") == 200
    assert await scene.rounds.poll() == ["/a"]
    assert scene.rang() == 1


async def test_a_lease_is_renewed_before_it_ends(scene: Scene) -> None:
    await scene.hub.confirm()
    scene.rounds.now += 7.9 * DAY
    await scene.pushing.tick()
    assert len(scene.hub.asked) == 1
    scene.rounds.now += 0.2 * DAY
    await scene.pushing.tick()
    assert len(scene.hub.asked) == 2
    assert scene.hub.asked[0] == scene.hub.asked[1]
    assert scene.pushing.active == {"a"}
    scene.rounds.now += 3 * DAY  # never confirmed: polling goes back to its own pace
    await scene.pushing.tick()
    assert scene.pushing.active == set()


async def test_a_hub_that_refuses_is_asked_a_day_later_and_polling_goes_on(rounds: Round) -> None:
    async with hub_and_web(rounds) as scene:
        scene.hub.status = 403
        scene.publish("zeppelin one")
        rounds.feed("a")
        await rounds.poll()
        await scene.pushing.tick()
        (push,) = rounds.store.write_now(pushes.listed)
        assert push.reason == "403 as you like"
        rounds.now += 0.9 * DAY
        await scene.pushing.tick()
        assert len(scene.hub.asked) == 1
        rounds.now += 0.2 * DAY
        await scene.pushing.tick()
        assert len(scene.hub.asked) == 2
        assert await scene.hub.confirm(**{"hub.mode": "denied", "hub.reason": "no"}) == (200, "")
        scene.publish("zeppelin two", "zeppelin one")
        assert "/a" in await rounds.poll()
        assert scene.rang() == 1


async def test_a_feed_that_is_taken_out_is_forgotten(scene: Scene) -> None:
    await scene.hub.confirm()
    scene.rounds.feed()
    await scene.pushing.tick()
    assert scene.rounds.store.write_now(pushes.listed) == []
    assert await scene.hub.push(rss("zeppelin two")) == 404


BASE = "https://site.example/feed"
ATOM = b"<feed xmlns='http://www.w3.org/2005/Atom'><link rel='hub' href='https://h.example/'/>"


@pytest.mark.parametrize(
    ("body", "link", "hub"),
    [
        (ATOM, None, Hub("https://h.example/", BASE)),
        (ATOM + b"<link href='/self?a=1&amp;b=2' rel='self'/>", None, Hub("https://h.example/", "https://site.example/self?a=1&b=2")),
        (ATOM, "<https://other.example/>; rel=hub", Hub("https://other.example/", BASE)),
        (b"<rss><item><link rel='hub' href='https://h.example/'/></item>", None, None),
        (b"<rss><link rel='hub' href='file:///etc/passwd'/>", None, None),
        (b'{"hubs": [{"type": "WebSub", "url": "https://h.example/"}], "feed_url": "/f"}', None, Hub("https://h.example/", "https://site.example/f")),
        (b'{"hubs": [3]}', None, None),
        (b'{"hubs"', None, None),
        (b"", None, None),
    ],
)  # fmt: skip
def test_where_a_hub_is_named(body: bytes, link: str | None, hub: Hub | None) -> None:
    assert find_hub(body, link, BASE) == hub


@pytest.mark.parametrize("signature", ["", "sha256", "sha256=", "md5=x", "sha256=é", "=x"])
def test_what_is_no_signature(signature: str) -> None:
    assert not is_signed(b"x", signature, "secret")
    good = hmac.new(b"secret", b"x", hashlib.sha256).hexdigest()
    assert is_signed(b"x", f"sha256={good}", "secret")
