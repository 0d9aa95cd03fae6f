from __future__ import annotations

import shutil
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from bot.sandbox import Sandbox
from bot.sandbox.limits import Limits
from tests.end_to_end.parts import ROOT, Newsstand, Service
from tests.postgres import Postgres, running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path


@pytest.fixture
async def telegram() -> AsyncIterator[Sandbox]:
    """A Telegram that sets no pace: what is tested here is not how fast, but what arrives."""
    sandbox = Sandbox(limits=Limits(0, 0, 0))
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


@pytest.fixture
async def newsstand() -> AsyncIterator[Newsstand]:
    stand = Newsstand()
    server = web.ServerRunner(web.Server(stand.answer))
    await server.setup()
    site = web.TCPSite(server, "127.0.0.1", 0)
    await site.start()
    host, port = server.addresses[0][:2]
    stand.url = f"http://{host}:{port}"
    yield stand
    await server.cleanup()


@pytest.fixture
async def serve(tmp_path: Path) -> AsyncIterator[Callable[[str], Service]]:
    """Makes the service with a configuration; whatever still runs at the end is killed."""
    async with AsyncExitStack() as stack:

        def make(config: str) -> Service:
            service = Service(tmp_path, config)
            stack.push_async_callback(service.kill)
            return service

        yield make


@pytest.fixture
def article(tmp_path: Path) -> Path:
    """The real article, in the service's folder of seeds."""
    (tmp_path / "seeds").mkdir()
    copied = tmp_path / "seeds" / "seed-article-fr.txt"
    shutil.copy(ROOT / "seeds" / "seed-article-fr.txt", copied)
    return copied


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    with running() as postgres:
        yield postgres
