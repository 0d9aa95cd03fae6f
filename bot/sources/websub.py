"""WebSub (https://www.w3.org/TR/websub/), the parts that are pure: discovery, forms, signatures."""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING, NamedTuple

import orjson

from bot.sources.discovery import links
from bot.sources.parsed import absolute_url

if TYPE_CHECKING:
    from datetime import timedelta

# A feed says it before its first item; what comes later is the items' business.
_HEAD = 1 << 16
_FIRST_ITEM = re.compile(rb"<(?:item|entry)[\s>]", re.IGNORECASE)
_LINK = re.compile(rb"<(?:[\w-]{1,20}:)?link\s([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""([a-z]{1,20})\s{0,9}=\s{0,9}("[^"]*"|'[^']*')""", re.IGNORECASE)
_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})


class Hub(NamedTuple):
    """Who pushes a feed, and the address under which the hub knows it."""

    url: str
    topic: str


def find_hub(body: bytes, link: str | None, base: str) -> Hub | None:
    """The hub that an answer names: in its Link headers, or in the document's head.

    ``base`` is where the answer came from; it is the topic where no ``self`` is named.
    """
    said = links(link, base)
    if not said.get("hub"):
        said = _in_json(body, base) if body.lstrip()[:1] == b"{" else _in_xml(body, base)
    hubs = said.get("hub", [])
    return Hub(hubs[0], said.get("self", [base])[0]) if hubs else None


def subscription(hub: Hub, callback: str, secret: str, lease: timedelta) -> dict[str, str]:
    """The form that asks a hub to push (section 5.1)."""
    return {
        "hub.mode": "subscribe",
        "hub.topic": hub.topic,
        "hub.callback": callback,
        "hub.secret": secret,
        "hub.lease_seconds": str(int(lease.total_seconds())),
    }


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether an ``X-Hub-Signature`` is that of this body under our secret (section 7.1)."""
    method, _, given = signature.strip().partition("=")
    if method.lower() not in _METHODS:
        return False
    ours = hmac.new(secret.encode(), body, method.lower()).hexdigest()
    return hmac.compare_digest(ours.encode(), given.strip().lower().encode("utf-8", "replace"))


def _in_xml(body: bytes, base: str) -> dict[str, list[str]]:
    head = body[:_HEAD]
    if first := _FIRST_ITEM.search(head):
        head = head[: first.start()]
    found: dict[str, list[str]] = {}
    for inside in _LINK.findall(head):
        named = {
            name.lower().decode(): value[1:-1].decode("utf-8", "replace").replace("&amp;", "&")
            for name, value in _ATTRIBUTE.findall(inside)
        }
        if url := absolute_url(named.get("href"), base):
            found.setdefault(named.get("rel", "").lower(), []).append(url)
    return found


def _in_json(body: bytes, base: str) -> dict[str, list[str]]:
    if b'"hubs"' not in body:
        return {}
    try:
        document = orjson.loads(body)
        hubs = [absolute_url(hub["url"], base) for hub in document["hubs"]]
        itself = absolute_url(document.get("feed_url"), base)
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}
    found = {"hub": [hub for hub in hubs if hub]}
    return found | {"self": [itself]} if itself else found
