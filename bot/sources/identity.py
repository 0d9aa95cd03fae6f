"""When two addresses are one page, and two items one text.

The keys made here are compared, never shown and never dialled; :func:`clean_url` is what people see.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

if TYPE_CHECKING:
    from bot.model import Item

# Parameters that say how the reader came, not what is read.
_TRACKER = re.compile(
    r"(?:utm_|at_|mc_|mtm_|pk_|piwik_|matomo_|hsa_|vero_|oly_|_hs|ns_|wt_|itm_|stm_|sc_c|ga_)\w*"
    r"|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|ysclid|twclid|ttclid|li_fat_id|igshid"
    r"|igsh|mibextid|xtor|xtref|cmpid|cmp|ocid|ftag|smid|sr_share|ref_src|ref_url|__twitter_impression"
    r"|s_cid|ncid|cid_source|_openstat|rb_clickid|wickedid|srsltid|guccounter|spm|_ga|_gl|traffic_source",
    re.IGNORECASE,
)
_AMP_PARAMETER = re.compile(
    r"(?:amp|outputtype=amp|output=amp|view=amp)(?:=1?|=true)?", re.IGNORECASE
)
_DEFAULT_PORT = {"http": 80, "https": 443}
# “m.org” is a whole name: what is left must still have two parts.
_HOST_PREFIXES = re.compile(r"^(?:(?:www|m|mobile|amp)\.)+(?=[^.]+\.[^.])")
_UNRESERVED = "!$&'()*+,;=:@/~"


def clean_url(url: str) -> str:
    """The address without what tracks its reader; everything else stays as it was written."""
    parts = _split(url)
    if parts is None:
        return url
    query = "&".join(_untracked(parts.query))
    fragment = "" if _is_tracker(parts.fragment) else parts.fragment
    if query == parts.query and fragment == parts.fragment:
        return url
    return urlunsplit(parts._replace(query=query, fragment=fragment))


def canonical_url(url: str) -> str:
    """One key for all the spellings of a page's address; the same again when applied twice.

    Scheme, case of the host, ``www.``/``m.``/``amp.``, default port, fragment, trackers, order of
    the parameters and the closing slash do not count. What is no web address comes back stripped.
    """
    parts = _split(url)
    if parts is None:
        return url.strip()
    query = sorted(p for p in _untracked(parts.query) if not _AMP_PARAMETER.fullmatch(p))
    path = _canonical_path(parts.path)
    # “#!” is a page of its own on sites that draw themselves.
    fragment = parts.fragment if parts.fragment.startswith("!") else ""
    return urlunsplit(("https", _canonical_host(parts), path, "&".join(query), fragment))


def content_hash(item: Item) -> str:
    """A key that two items share when they say the same under the same title; dates do not count."""
    text = f"{_fold(item.title)}\n{_fold(item.text)}"
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _split(url: str) -> SplitResult | None:
    """The parts of a web address; None where it is not one."""
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in _DEFAULT_PORT and bool(parts.hostname)
        _ = parts.port  # raises where the port is not a number
    except ValueError:
        return None
    return parts if usable else None


def _untracked(query: str) -> list[str]:
    return [part for part in query.split("&") if part and not _is_tracker(part)]


def _is_tracker(parameter: str) -> bool:
    name, _, _ = parameter.partition("=")
    return bool(_TRACKER.fullmatch(name))


def _canonical_host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    host = _HOST_PREFIXES.sub("", host)
    with contextlib.suppress(UnicodeError):
        host = host.encode("idna").decode("ascii")
    if ":" in host:
        host = f"[{host}]"
    port = parts.port
    return host if port in {None, *_DEFAULT_PORT.values()} else f"{host}:{port}"


def _canonical_path(path: str) -> str:
    path = quote(
        unquote(path, errors="surrogateescape"), safe=_UNRESERVED, errors="surrogateescape"
    )
    path = re.sub(r"/{2,}", "/", path).rstrip("/")
    path = re.sub(r"(?<=[^/])/amp$", "", path)
    return re.sub(r"\.amp(?=\.html?$)", "", path)
