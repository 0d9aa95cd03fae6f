"""Which addresses Telegram takes for links and buttons."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

SCHEMES = frozenset({"http", "https", "ftp", "tg", "ton", "tonsite"})
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):(?://)?", re.ASCII)
_HOST = re.compile(
    r"(?:[^\s./?#@:\[\]]+\.)+[^\s./?#@:\[\]]{2,}|[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
    r"|localhost|\[[0-9a-fA-F:.]+\]"
)


def mentioned_user(address: str) -> int | None:
    """The id in ``tg://user?id=…``."""
    parts = urlsplit(address) if address.startswith("tg:") else None
    if parts is None or (parts.netloc or parts.path) != "user":
        return None
    number = parse_qs(parts.query).get("id", [""])[0]
    return int(number) if number.isascii() and number.isdecimal() else None


def link_fault(address: str) -> str | None:
    """Why Telegram would not take ``address``, in its words; None when it would."""
    address = address.strip()
    if not address:
        return "URL must be non-empty"
    scheme = _SCHEME.match(address)
    # "example.com:80" has no scheme: what precedes a colon with digits behind it is a host.
    if scheme is None or re.match(r"[^/?#]+:\d", address):
        address, name = f"http://{address}", "http"
    else:
        name = scheme[1].lower()
    if name not in SCHEMES:
        return "Unsupported URL protocol"
    if name in {"tg", "ton", "tonsite"}:
        return None
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return "Wrong port number specified in the URL"
    if not host:
        return "URL host is empty"
    bracketed = f"[{host}]" if ":" in host else host
    return None if _HOST.fullmatch(bracketed) else "Wrong HTTP URL"


def checked_link(address: str) -> str | None:
    """The address as Telegram keeps it, with a scheme; None where it takes it for no link."""
    address = address.strip()
    if link_fault(address) is not None:
        return None
    return address if _SCHEME.match(address) and "://" in address else f"http://{address}"
