"""Posts updates to the bot's webhook, one after another, until it takes them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from bot.sandbox.records import Json
    from bot.sandbox.world import Webhook, World

PATIENCE = aiohttp.ClientTimeout(total=60)
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 30.0
_LONG = 3600.0


async def post_updates(world: World) -> None:
    """Run until cancelled. An update that is not taken comes again, later and later."""
    pause = FIRST_PAUSE
    async with aiohttp.ClientSession(timeout=PATIENCE) as session:
        while True:
            hook, update = world.profile.webhook, world.updates.oldest()
            if hook is None or update is None:
                await world.updates.changed(_LONG)
            elif await _post(session, world, hook, update):
                world.updates.confirm(update["update_id"])
                pause = FIRST_PAUSE
            else:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)


async def _post(session: aiohttp.ClientSession, world: World, hook: Webhook, update: Json) -> bool:
    headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
    try:
        async with session.post(
            hook.url, json=update, headers=headers, allow_redirects=False
        ) as response:
            if response.ok:
                return True
            failure = f"Wrong response from the webhook: {response.status} {response.reason}"
    except (aiohttp.ClientError, TimeoutError) as error:
        failure = f"Connection failed: {error}"
    hook.failed_at, hook.failure = world.now, failure
    return False
