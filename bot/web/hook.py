"""Where Telegram calls, if the configuration has it call: one address, one secret in a header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import orjson
from aiohttp import web

if TYPE_CHECKING:
    from http import HTTPStatus

    from aiohttp.typedefs import Handler, Middleware

_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name


class Updates(Protocol):
    """Who takes what Telegram sends."""

    async def take(self, secret: str, update: Any) -> HTTPStatus:
        """The status to answer with."""


def hook(path: str, updates: Updates) -> Middleware:
    """Answers what is posted to ``path`` with Telegram's header, whatever else is served there."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        secret = request.headers.get(_SECRET)
        if request.method != "POST" or request.path != path or secret is None:
            return await handler(request)
        try:
            update = orjson.loads(await request.read())
        except orjson.JSONDecodeError:
            return web.Response(status=400)
        return web.Response(status=await updates.take(secret, update))

    return middleware
