"""``/push/TOKEN``: where hubs confirm subscriptions and send what is new (WebSub)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Mapping
    from http import HTTPStatus

_CHALLENGE_MAX = 1000
_CHUNK = 1 << 16


class Pushes(Protocol):
    """Who knows the subscriptions."""

    async def verify(self, token: str, said: Mapping[str, str]) -> str | None:
        """The challenge to echo, None for a subscription that nobody wants."""

    async def receive(
        self, token: str, body: bytes, *, signature: str, content_type: str | None
    ) -> HTTPStatus:
        """The status for what was sent."""


def add_push_routes(app: web.Application, pushes: Pushes, max_bytes: int) -> None:
    """Answer hubs at ``/push/TOKEN``; a body may have up to ``max_bytes``."""

    async def verify(request: web.Request) -> web.Response:
        challenge = await pushes.verify(request.match_info["token"], request.query)
        if challenge is None or len(challenge) > _CHALLENGE_MAX:
            return web.Response(status=404)
        # Plain text that no browser takes for anything else: the words are a stranger's.
        return web.Response(text=challenge, content_type="text/plain")

    async def receive(request: web.Request) -> web.Response:
        body = bytearray()
        too_large = (request.content_length or 0) > max_bytes
        while not too_large and (chunk := await request.content.read(_CHUNK)):
            body += chunk
            too_large = len(body) > max_bytes
        if too_large:
            return web.Response(status=413)
        status = await pushes.receive(
            request.match_info["token"],
            bytes(body),
            signature=request.headers.get("X-Hub-Signature", ""),
            content_type=request.headers.get("Content-Type"),
        )
        return web.Response(status=status)

    app.router.add_get("/push/{token:[A-Za-z0-9_-]{43}}", verify)
    app.router.add_post("/push/{token:[A-Za-z0-9_-]{43}}", receive)
