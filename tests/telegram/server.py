"""A web server that answers whatever a test wants, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Asked:
    path: str
    content_type: str
    fields: dict[str, Any] = field(default_factory=dict)


async def fields_of(request: web.Request) -> dict[str, Any]:
    return {
        name: value.file.read() if isinstance(value, web.FileField) else value
        for name, value in (await request.post()).items()
    }


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[tuple[str, list[Asked]]]:
    """The server's address, and the list that it fills."""
    asked: list[Asked] = []

    async def record(request: web.Request) -> web.StreamResponse:
        asked.append(Asked(request.path, request.content_type, await fields_of(request)))
        return await handler(request)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", record)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", asked
    finally:
        await runner.cleanup()


def answer(result: Any) -> Handler:
    async def handler(request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": result})

    return handler


def page(text: str, status: int = 200) -> Handler:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(text=text, status=status, content_type="text/html")

    return handler


def refusal(status: int, description: str, **parameters: Any) -> Handler:
    async def handler(request: web.Request) -> web.Response:
        body = {"ok": False, "error_code": status, "description": description}
        return web.json_response(
            body | ({"parameters": parameters} if parameters else {}), status=status
        )

    return handler


async def eventually(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Waits until the condition holds; TimeoutError if it does not."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.002)
