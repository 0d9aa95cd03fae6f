"""``web``: the status page, and where hubs and Telegram call. Any number of processes may."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.model import ROLES
from bot.service.reporting import Reporting
from bot.service.roster import UPKEEP
from bot.store import meta
from bot.web.hook import hook as hook_route
from bot.web.server import Web

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from bot.roles.parts import Parts
    from bot.store.engine import Store

_TOKEN = "web.token"  # noqa: S105 - the key under which the store has it


async def web(parts: Parts) -> None:
    """Serve the page, where it is to be served."""
    settings = parts.settings
    if not settings.web.listen:
        return
    needed = {*ROLES, UPKEEP} - {"web"} if parts.store.shared else ()
    reporting = Reporting(parts.store, lambda: parts.roster.unready, needed)
    hook = parts.hook()
    path = urlsplit(settings.telegram.webhook.url).path or "/"
    server = Web(
        listen=settings.web.listen,
        token=settings.web.token.get_secret_value() or await _own_token(parts.store, parts.say),
        status=reporting.status,
        pushes=parts.pushing(parts.store),
        max_bytes=settings.fetch.max_bytes,
        hook=hook_route(path, hook) if hook else None,
    )
    # Who tries Tocsin in the sandbox has not thought about ports.
    parts.say(f"Status page: {await server.start(elsewhere=settings.sandboxed)}")
    try:
        await asyncio.Future()
    finally:
        await server.stop()


async def _own_token(store: Store, say: Callable[[str], None]) -> str:
    """The token that was made at the first start, or a new one; only a new one is printed."""
    fresh = secrets.token_urlsafe(18)

    def work(conn: Connection) -> str:
        kept: str | None = meta.get(conn, _TOKEN)
        if kept is None:
            meta.put(conn, _TOKEN, fresh)
        return kept or fresh

    token = await store.write(work)
    if token == fresh:
        say(f"The status page's token, shown this once: {token}")
    return token
