from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from multidict import CIMultiDict


@dataclass(frozen=True)
class Recorded:
    path: str
    headers: CIMultiDict[str]


@dataclass
class FeedServer:
    """A real server on loopback that answers as a test says and remembers what it was asked."""

    url: str = ""
    requests: list[Recorded] = field(default_factory=list)
    answers: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] = field(
        default_factory=dict
    )

    def answer(self, path: str, status: int = 200, body: bytes = b"", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def handler(_: web.Request) -> web.StreamResponse:
            return web.Response(status=status, body=body, headers=named)

        self.answers[path] = handler

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(Recorded(request.path, request.headers.copy()))
        return await self.answers[request.path](request)


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    feed_server = FeedServer()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", feed_server.handle)
    runner = web.AppRunner(application, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    feed_server.url = f"http://{host}:{port}"
    try:
        yield feed_server
    finally:
        await runner.cleanup()


@dataclass
class Listener:
    """A bare socket that only counts: whoever connects to it has dialled."""

    host: str
    port: int
    connections: int = 0
    received: int = 0
    reply: bytes = b""


@contextlib.asynccontextmanager
async def listening(host: str = "127.0.0.1", reply: bytes = b"") -> AsyncIterator[Listener]:
    listener = Listener(host, 0, reply=reply)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        listener.connections += 1
        if listener.reply:
            listener.received += len(await reader.readuntil(b"\r\n\r\n"))
            writer.write(listener.reply)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(connected, host, 0)
    listener.port = server.sockets[0].getsockname()[1]
    async with server:
        yield listener
