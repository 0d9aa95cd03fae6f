"""How the configuration wants feeds to be asked, and as whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import __version__
from bot.sources.fetch import FetchLimits

if TYPE_CHECKING:
    from bot.config import Settings


def fetch_limits(settings: Settings, *, bot_name: str | None = None) -> FetchLimits:
    """The limits; ``bot_name`` is the bot's name on Telegram, where its owner can be reached."""
    return FetchLimits(
        concurrency=settings.fetch.concurrency,
        per_host=settings.fetch.per_host,
        timeout=settings.fetch.timeout,
        max_bytes=settings.fetch.max_bytes,
        allow_private=settings.fetch.allow_private_addresses,
        user_agent=user_agent(settings.fetch.contact, bot_name),
        spacing=settings.fetch.spacing,
    )


def user_agent(contact: str, bot_name: str | None = None) -> str:
    """Who asks, and how to reach them: ``Tocsin/1.2.3 (+https://t.me/the_bot)``."""
    if "@" in contact and ":" not in contact:
        contact = f"mailto:{contact}"
    reach = contact or (f"https://t.me/{bot_name}" if bot_name else "")
    return f"Tocsin/{__version__} (+{reach})" if reach else f"Tocsin/{__version__}"
