"""Who may talk to the sandbox: programs on this machine, and its own page.

It listens on loopback only. Against pages of other sites that are open in a browser on the same
machine: the Host header must name loopback (so that no foreign name can be pointed here), the
control API takes no request that a browser marks as coming from elsewhere, and changes come as
JSON only, which a foreign form cannot send.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn foreign requests away, and put the safety headers on every answer of the page."""
    if not _names_loopback(request.host):
        raise web.HTTPMisdirectedRequest(text="The sandbox answers on loopback names only.\n")
    if request.path.startswith("/sandbox/"):
        _check_same_origin(request)
    return await handler(request)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """The signal handler that adds the safety headers, also to streams."""
    if not request.path.startswith("/bot"):
        response.headers.update(HEADERS)


def _names_loopback(host: str) -> bool:
    try:
        return (urlsplit(f"//{host}").hostname or "") in LOOPBACK_NAMES
    except ValueError:
        return False


def _check_same_origin(request: web.Request) -> None:
    site = request.headers.get("Sec-Fetch-Site", "none")
    origin = request.headers.get("Origin")
    if site not in {"same-origin", "none"} or origin not in {None, f"http://{request.host}"}:
        raise web.HTTPForbidden(text="Only the sandbox's own page may do this.\n")
    if request.method == "POST" and request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="The control API takes JSON.\n")
