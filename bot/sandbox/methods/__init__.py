"""The Bot API's methods, by name in lower case: Telegram does not mind the case."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox.arguments import Arguments
from bot.sandbox.methods import answers, chats, messages, profile, receiving
from bot.sandbox.world import World

Method = Callable[[World, Arguments], Any | Awaitable[Any]]

METHODS: dict[str, Method] = {
    name.lower(): method
    for module in (answers, chats, messages, profile, receiving)
    for name, method in module.METHODS.items()
}
