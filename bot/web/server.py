"""The web port: ``/healthz``, ``/readyz`` and ``/metrics`` for machines, ``/`` for the admin.

``/healthz`` answers while the process does; ``/readyz`` says whether it can do its work. These two
and ``/metrics`` hold figures only and are open; the page names sources and asks for the token.
"""

from __future__ import annotations

import hmac
from errno import EADDRINUSE
from hashlib import sha256
from typing import TYPE_CHECKING

from aiohttp import web

from bot.errors import StoreError, TocsinError
from bot.web.metrics import metrics
from bot.web.page import sign_in_page, status_page
from bot.web.push import add_push_routes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp.typedefs import Middleware

    from bot.web.push import Pushes
    from bot.web.status import Status

_COOKIE = "tocsin"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Web:
    """Serves on ``listen`` ("host:port"); ``status`` makes the figures at each request.

    ``pushes`` takes what hubs send, up to ``max_bytes`` at a time; ``hook`` what Telegram does.
    """

    def __init__(
        self,
        *,
        listen: str,
        token: str,
        status: Callable[[], Awaitable[Status]],
        pushes: Pushes | None = None,
        max_bytes: int = 1 << 20,
        hook: Middleware | None = None,
    ) -> None:
        host, _, port = listen.rpartition(":")
        self._host, self._port = host.strip("[]"), int(port)
        self._token = token
        self._status = status
        self.app = web.Application(
            client_max_size=1024 * 1024, middlewares=[hook] if hook is not None else []
        )
        self.app.router.add_get("/healthz", self._healthz)
        self.app.router.add_get("/readyz", self._readyz)
        self.app.router.add_get("/metrics", self._metrics)
        self.app.router.add_get("/", self._page)
        self.app.router.add_post("/", self._sign_in)
        if pushes is not None:
            add_push_routes(self.app, pushes, max_bytes)
        self.app.on_response_prepare.append(_harden)
        self._runner: web.AppRunner | None = None

    async def start(self, *, elsewhere: bool = False) -> str:
        """Listen; the address, as a person opens it.

        Raises TocsinError where the port is taken, unless the page may be ``elsewhere``.
        """
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            if elsewhere and error.errno == EADDRINUSE:
                self._port = 0
                return await self.start()
            raise TocsinError(
                f"the web page cannot listen on {self._host}:{self._port} ({error.strerror}): "
                "another program has the port, or this Tocsin already runs; "
                'set [web] listen in the configuration, "" for no web page'
            ) from error
        host, port = self._runner.addresses[0][:2]
        return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _healthz(self, _: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _readyz(self, _: web.Request) -> web.Response:
        try:
            unready = (await self._status()).unready
        except StoreError as error:
            unready = str(error)
        if unready is None:
            return web.Response(text="ready\n")
        return web.Response(text=f"not ready: {unready}\n", status=503)

    async def _metrics(self, _: web.Request) -> web.Response:
        body = metrics(await self._status())
        return web.Response(
            body=body, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )

    async def _page(self, request: web.Request) -> web.StreamResponse:
        if given := request.query.get("token"):
            return self._with_cookie(given)
        if not self._is_signed_in(request):
            return _html(sign_in_page(wrong=False), status=401)
        return _html(status_page(await self._status()))

    async def _sign_in(self, request: web.Request) -> web.StreamResponse:
        return self._with_cookie(str((await request.post()).get("token", "")))

    def _with_cookie(self, given: str) -> web.StreamResponse:
        if not self._is_token(given):
            return _html(sign_in_page(wrong=True), status=401)
        # To a bare address: the address bar and the history keep no token.
        answer = web.Response(status=303, headers={"Location": "/"})
        answer.set_cookie(_COOKIE, self._seal(), httponly=True, samesite="Strict")
        return answer

    def _is_signed_in(self, request: web.Request) -> bool:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._is_token(given.strip()):
            return True
        return hmac.compare_digest(request.cookies.get(_COOKIE, "").encode(), self._seal().encode())

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._token.encode())

    def _seal(self) -> str:
        """What the cookie holds: it proves the token and does not give it away."""
        return hmac.new(self._token.encode(), b"tocsin status page", sha256).hexdigest()


async def _harden(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, content_type="text/html", status=status)
