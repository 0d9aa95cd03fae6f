"""How the bot receives updates: getUpdates and the webhook."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.sandbox.refusals import bad_request
from bot.sandbox.world import Webhook

if TYPE_CHECKING:
    from bot.sandbox.arguments import Arguments
    from bot.sandbox.records import Json
    from bot.sandbox.world import World

MOST_UPDATES = 100
LONGEST_POLL = 50
_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")


async def get_updates(world: World, arguments: Arguments) -> list[Json]:
    """Wait for updates; an offset confirms all before it, a negative one keeps the newest."""
    world.updates.allow(_kinds(arguments))
    limit = arguments.integer("limit", MOST_UPDATES)
    timeout = min(max(arguments.integer("timeout"), 0), LONGEST_POLL)
    if not 0 < limit <= MOST_UPDATES:
        limit = MOST_UPDATES
    return await world.updates.poll(arguments.integer("offset"), limit, timeout)


def set_webhook(world: World, arguments: Arguments) -> bool:
    """Have updates posted; only to this machine, so that the sandbox reaches nobody else."""
    url = arguments.text("url")
    if not url:
        return delete_webhook(world, arguments)
    if not _is_loopback(url):
        raise bad_request("bad webhook: the sandbox posts to loopback addresses only")
    secret = arguments.text("secret_token")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    world.updates.allow(_kinds(arguments))
    if arguments.flag("drop_pending_updates"):
        world.updates.drop()
    most = min(max(arguments.integer("max_connections", 40), 1), 100)
    world.profile.webhook = Webhook(url, secret, most)
    world.updates.webhook = True
    world.updates.wake()
    return True


def delete_webhook(world: World, arguments: Arguments) -> bool:
    """Back to getUpdates."""
    if arguments.flag("drop_pending_updates"):
        world.updates.drop()
    world.profile.webhook = None
    world.updates.webhook = False
    world.updates.wake()
    return True


def get_webhook_info(world: World, _arguments: Arguments) -> Json:
    """A WebhookInfo."""
    hook = world.profile.webhook
    info: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }
    if hook:
        info["max_connections"] = hook.most_connections
        if hook.failed_at is not None:
            info |= {"last_error_date": hook.failed_at, "last_error_message": hook.failure}
    if world.updates.allowed:
        info["allowed_updates"] = world.updates.allowed
    return info


def _kinds(arguments: Arguments) -> list[str] | None:
    kinds = arguments.json("allowed_updates")
    if kinds is not None and not isinstance(kinds, list):
        raise bad_request("can't parse allowed updates: an Array was expected")
    return None if kinds is None else [str(kind) for kind in kinds]


def _is_loopback(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return parts.scheme in {"http", "https"} and (
            host == "localhost" or ipaddress.ip_address(host).is_loopback
        )
    except ValueError:
        return False


METHODS: dict[str, Any] = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
