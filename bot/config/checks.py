"""What no single key can say: keys that contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.toml import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

_TELEGRAM = "https://api.telegram.org"


def find_contradictions(data: dict[str, Any]) -> list[Problem]:
    """What is wrong between keys. The data may be wrong in any other way: that is said elsewhere."""
    return [*_of_webhook(data), *_of_web(data), *_of_feeds(data), *_of_folders(data)]


def _of_webhook(data: dict[str, Any]) -> Iterator[Problem]:
    telegram = _table(data.get("telegram"))
    if telegram.get("mode") != "webhook":
        return
    webhook = _table(telegram.get("webhook"))
    for name in ("url", "secret"):
        if not webhook.get(name):
            message = f'"webhook" needs a {name} under [telegram.webhook]'
            yield Problem(("telegram", "mode"), "telegram.mode", message)
    if _table(data.get("web")).get("listen") == "":
        message = '"webhook" needs a web port: web.listen is ""'
        yield Problem(("telegram", "mode"), "telegram.mode", message)
    url = webhook.get("url")
    # A Bot API server of one's own may call without encryption; Telegram's does not.
    if (
        isinstance(url, str)
        and url.startswith("http://")
        and telegram.get("api", _TELEGRAM) == _TELEGRAM
    ):
        key = ("telegram", "webhook", "url")
        yield Problem(key, "telegram.webhook.url", "must begin with https://")


def _of_web(data: dict[str, Any]) -> Iterator[Problem]:
    web = _table(data.get("web"))
    if web.get("public_url") and web.get("listen") == "":
        message = 'needs a web port: web.listen is ""'
        yield Problem(("web", "public_url"), "web.public_url", message)


def _of_feeds(data: dict[str, Any]) -> Iterator[Problem]:
    feeds = data.get("feeds")
    seen: dict[tuple[str, str], int] = {}
    for number, feed in enumerate(feeds if isinstance(feeds, list) else []):
        for name in ("url", "key"):
            value = _table(feed).get(name)
            if not isinstance(value, str):
                continue
            same = _same_address(value) if name == "url" else value
            first = seen.setdefault((name, same), number)
            if first != number:
                message = f"is that of feed {first + 1} already"
                yield Problem(("feeds", number, name), f"feeds.{name}", message)


def _of_folders(data: dict[str, Any]) -> Iterator[Problem]:
    folders = _table(data.get("seeds")).get("folders")
    seen: set[str] = set()
    for number, folder in enumerate(folders if isinstance(folders, list) else []):
        if isinstance(folder, str):
            if folder in seen:
                key = ("seeds", "folders", number)
                yield Problem(key, "each of seeds.folders", "must be named once")
            seen.add(folder)


def _same_address(url: str) -> str:
    """Equal for addresses that only differ in the case of the host or a fragment."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return parts._replace(netloc=parts.netloc.lower(), fragment="").geturl()


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
