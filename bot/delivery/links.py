"""Addresses that a message may carry."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from bot.delivery.words import clean
from bot.sources.identity import clean_url

_LONGEST: Final = 2000  # what Telegram's clients and servers take in a link and a button
_LONGEST_SHARED: Final = 100  # code points of a title
_SAFE: Final = "!#$%&'()*+,/:;=?@[]~-._"
_HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,62})\.)+[^\W\d_][\w-]{1,62}\.?")


def presentable(url: str | None) -> str | None:
    """The address as a link or a button may have it, without trackers; None where it is unfit.

    Telegram refuses a whole message for a button with an address that it cannot read, so the
    host must be a name with a dot or an IPv4 address, the scheme http or https.
    """
    if not url or len(url) > _LONGEST:
        return None
    try:
        parts = urlsplit(clean_url(url.strip()))
        port = f":{parts.port}" if parts.port else ""
        host = _host(parts.hostname or "")
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or host is None or parts.username is not None:
        return None
    # A lone surrogate has no UTF-8; it becomes a question mark.
    path, query, fragment = (
        quote(part.encode(errors="replace"), safe=_SAFE)
        for part in (parts.path, parts.query, parts.fragment)
    )
    address = urlunsplit((parts.scheme, f"{host}{port}", path or "/", query, fragment))
    return address if len(address) <= _LONGEST else None


def share(url: str, title: str) -> str | None:
    """An address that opens Telegram's choice of chats to pass a link on to; None if too long."""
    text = clean(title)[:_LONGEST_SHARED]
    address = f"https://t.me/share/url?url={quote(url, safe='')}&text={quote(text, safe='')}"
    return address if len(address) <= _LONGEST else None


def site(url: str | None) -> str | None:
    """The name of the site, for people: ``example.org``."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _host(host: str) -> str | None:
    try:
        return str(ipaddress.IPv4Address(host))
    except ValueError:
        pass
    if not _HOST.fullmatch(host):
        return None
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return None
