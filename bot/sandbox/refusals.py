"""The ways in which a Bot API server says no, with Telegram's own wording."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A call is answered with ``ok: false``. ``parameters`` is the Bot API's ResponseParameters."""

    def __init__(
        self, code: int, description: str, parameters: dict[str, Any] | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(what: str) -> Refusal:
    """400: the call itself is wrong."""
    return Refusal(400, f"Bad Request: {what}")


def forbidden(what: str) -> Refusal:
    """403: the chat does not want the bot."""
    return Refusal(403, f"Forbidden: {what}")


def conflict(what: str) -> Refusal:
    """409: two ways of receiving updates at once."""
    return Refusal(409, f"Conflict: {what}")


def too_fast(seconds: int) -> Refusal:
    """429: come back in so many whole seconds."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def moved(chat_id: int) -> Refusal:
    """400: the group lives on as the supergroup ``chat_id``."""
    return Refusal(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        {"migrate_to_chat_id": chat_id},
    )
