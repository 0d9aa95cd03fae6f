"""Every key of config.toml, with its type, its default and what it may be.

The defaults are those of ``config.example.toml``; a test compares the two.
"""

from __future__ import annotations

import re
from os.path import expanduser
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from bot.values import Duration, Language, Size, Slug, parse_duration

_BLANK_OR_DELIMITER = re.compile(r"[\s/?#%\\]")
# It goes into a header, inside parentheses.
_CONTACT = re.compile(r"(?:[!-'*-~]{3,200})?")
# A password may have any sign but @, as SQLAlchemy reads it.
_POSTGRESQL = re.compile(
    r"postgresql(?:\+\w+)?://(?:[^:/@]*(?::[^@]*)?@)?(?:\[[^\]]*\]|[^:/@?]*)(?::[0-9]*)?(?:[/?].*)?"
)
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def _check_token(token: SecretStr) -> SecretStr:
    if _BLANK_OR_DELIMITER.search(token.get_secret_value()):
        raise ValueError("must be the bot's token as BotFather gave it, without blanks or slashes")
    return token


def _check_webhook_secret(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if text and not _WEBHOOK_SECRET.fullmatch(text):
        raise ValueError("must be 1 to 256 characters of A-Z, a-z, 0-9, _ and -")
    return secret


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and (parts.port is None or parts.port > 0)
            and not re.search(r"\s", address)
        )
    except ValueError:  # an unclosed [ of an IPv6 address, or a port that is none
        return False


def _check_web_address(address: str) -> str:
    if not _is_web_address(address):
        raise ValueError("must be an address that begins with https:// or http://")
    return address


def _check_optional_web_address(address: str) -> str:
    return _check_web_address(address) if address else address


def _check_api(address: str) -> str:
    return _check_web_address(address).rstrip("/")


def _check_contact(contact: str) -> str:
    if not _CONTACT.fullmatch(contact):
        raise ValueError("must be a web or mail address, such as news@example.org")
    return contact


def _check_public_url(address: str) -> str:
    if address and urlsplit(_check_web_address(address)).query:
        raise ValueError("must be an address without a question mark")
    return address.rstrip("/")


def _check_store(url: str) -> str:
    if url.startswith("sqlite:///"):
        name = url.removeprefix("sqlite:///").partition("?")[0]
        if not name or name == ":memory:":
            raise ValueError('must name a file, such as "sqlite:///tocsin.db"')
    elif not url.startswith(("postgresql://", "postgresql+")):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    elif not _POSTGRESQL.fullmatch(url):
        raise ValueError("must be postgresql://user:password@host:port/database, port a number")
    return url


def _check_listen(listen: str) -> str:
    if listen:
        split_listen(listen)
    return listen


def split_listen(listen: str) -> tuple[str, int]:
    """``"127.0.0.1:8080"`` as host and port; IPv6 stands in brackets. Port 0 is any free one."""
    host, colon, port = listen.rpartition(":")
    host = host.removeprefix("[").removesuffix("]") if host.startswith("[") else host
    good = colon and host and port.isascii() and port.isdecimal() and int(port) <= 65535  # noqa: PLR2004 - the last port
    if not good or re.search(r"[\s/@]", host) or (":" in host and not listen.startswith("[")):
        raise ValueError('must be "host:port", such as "127.0.0.1:8080", or "" for none')
    return host, int(port)


def _folder(value: Any) -> Path:
    if isinstance(value, Path):  # given by code
        return value
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ValueError("must be the path of a folder, in quotes")
    return Path(expanduser(value))  # noqa: PTH111 - unlike Path.expanduser it never fails


class _Section(BaseModel):
    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", validate_default=False, hide_input_in_errors=True
    )


Folder = Annotated[Path, BeforeValidator(_folder)]
Count = Annotated[int, Field(ge=1)]
Token = Annotated[SecretStr, AfterValidator(_check_token)]
# TOML's lists arrive as lists; strict pydantic would want tuples.
Words = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(strict=False)]


class WebhookSettings(_Section):
    """``[telegram.webhook]``: where Telegram calls, and what it says to be let in."""

    url: Annotated[str, AfterValidator(_check_optional_web_address)] = ""
    secret: Annotated[SecretStr, AfterValidator(_check_webhook_secret)] = SecretStr("")


class TelegramSettings(_Section):
    """``[telegram]``: the bot, and who may talk with it."""

    token: Token = SecretStr("")
    api: Annotated[str, AfterValidator(_check_api)] = "https://api.telegram.org"
    mode: Literal["polling", "webhook"] = "polling"
    access: Literal["open", "invite", "admins"] = "invite"
    admins: Annotated[tuple[Count, ...], Field(strict=False)] = ()
    webhook: WebhookSettings = WebhookSettings()


class LimitSettings(_Section):
    """``[limits]``: how fast Telegram lets a bot send."""

    messages_per_second: Count = 30
    per_chat_per_second: Count = 1
    per_group_per_minute: Count = 20
    paid_broadcasts: bool = False


class DeliverySettings(_Section):
    """``[delivery]``: when alerts are told of together."""

    burst: Annotated[int, Field(ge=0)] = 10
    burst_window: Duration = parse_duration("10m")


class StoreSettings(_Section):
    """``[store]``: where everything is kept, and how long items are."""

    url: Annotated[str, AfterValidator(_check_store), Field(repr=False)] = "sqlite:///tocsin.db"
    retention: Duration = parse_duration("90d")


class FetchSettings(_Section):
    """``[fetch]``: how feeds are asked."""

    every: Duration = parse_duration("10m")
    concurrency: Count = 64
    per_host: Count = 2
    timeout: Duration = parse_duration("20s")
    max_bytes: Size = 8 * 1024 * 1024
    allow_private_addresses: bool = False
    spacing: Duration = parse_duration("250ms")
    retry_after: Literal["feed", "host", "domain"] = "feed"
    contact: Annotated[str, AfterValidator(_check_contact)] = ""


class FeedSettings(_Section):
    """One of ``[[feeds]]``."""

    url: Annotated[str, AfterValidator(_check_web_address)]
    name: str = ""
    lang: Language | None = None
    every: Duration | None = None
    tags: Words = ()
    key: Slug | None = None


class SeedSettings(_Section):
    """``[seeds]``: folders of files that are read as items."""

    folders: Annotated[tuple[Folder, ...], Field(strict=False)] = (Path("seeds"),)
    backlog: bool = True


class RuleSettings(_Section):
    """``[rules]``: where topics, filters, lists and entities are written."""

    folder: Folder = Path("rules")


class WebSettings(_Section):
    """``[web]``: the admin's page, health and metrics."""

    listen: Annotated[str, AfterValidator(_check_listen)] = "127.0.0.1:8080"
    token: Token = SecretStr("")
    public_url: Annotated[str, AfterValidator(_check_public_url)] = ""

    @property
    def address(self) -> tuple[str, int] | None:
        """Host and port to listen on, or None for no web page."""
        return split_listen(self.listen) if self.listen else None


class LogSettings(_Section):
    """``[log]``: how much is said, and in which form."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["console", "json"] = "console"


class ConfigFile(_Section):
    """The whole of config.toml."""

    telegram: TelegramSettings = TelegramSettings()
    limits: LimitSettings = LimitSettings()
    delivery: DeliverySettings = DeliverySettings()
    store: StoreSettings = StoreSettings()
    fetch: FetchSettings = FetchSettings()
    feeds: Annotated[tuple[FeedSettings, ...], Field(strict=False)] = ()
    seeds: SeedSettings = SeedSettings()
    rules: RuleSettings = RuleSettings()
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()
