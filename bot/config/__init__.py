"""config.toml and the environment, as typed settings."""

from bot.config.schema import (
    FeedSettings,
    FetchSettings,
    LimitSettings,
    LogSettings,
    RuleSettings,
    SeedSettings,
    StoreSettings,
    TelegramSettings,
    WebhookSettings,
    WebSettings,
)
from bot.config.settings import SECTIONS, Settings, defaults, load, rules_folder

__all__ = [
    "SECTIONS",
    "FeedSettings",
    "FetchSettings",
    "LimitSettings",
    "LogSettings",
    "RuleSettings",
    "SeedSettings",
    "Settings",
    "StoreSettings",
    "TelegramSettings",
    "WebSettings",
    "WebhookSettings",
    "defaults",
    "load",
    "rules_folder",
]
