"""Whose server an address is on: what a request to be left alone applies to."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

Scope = Literal["feed", "host", "domain"]

_PLAIN = re.compile(r"https?://([A-Za-z0-9.-]+)(?::[0-9]{1,5})?(?:[/?]|$)")
# Second labels under which countries register names: example.co.uk is a domain, co.uk is not.
_SHARED = frozenset({"ac", "co", "com", "edu", "go", "gob", "gov", "gouv", "net", "or", "org"})
_COUNTRY = 2  # letters


def host_of(url: str) -> str:
    """The host's name, lower case; "address" for a text that names none. Never raises."""
    if plain := _PLAIN.match(url):  # all but a few; a tenth of the time
        return plain[1].lower()
    try:
        return urlsplit(url).hostname or "address"
    except ValueError:
        return "address"


def domain_of(host: str) -> str:
    """The name that somebody registered, as far as it shows: ``feeds.bbc.co.uk`` is ``bbc.co.uk``.

    An IP address is its own domain.
    """
    try:
        ip_address(host)
    except ValueError:
        pass
    else:
        return host
    labels = host.rstrip(".").split(".")
    if len(labels) > 2 and labels[-2] in _SHARED and len(labels[-1]) == _COUNTRY:  # noqa: PLR2004
        return ".".join(labels[-3:])
    return ".".join(labels[-2:])


def left_alone(url: str, scope: Scope) -> str | None:
    """What rests when the server at ``url`` asks for it; None where only the feed itself does."""
    if scope == "feed":
        return None
    host = host_of(url)
    return host if scope == "host" else domain_of(host)
