"""What a feed document turns into, and the bounds and identities that all feed formats share."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from bot.sources.identity import content_hash
from bot.sources.plain import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from bot.model import Item

ITEMS_MAX = 10_000
LABELS_MAX = 100
_ID_MAX = 500
_URL_MAX = 4_000
_TTL_MAX = timedelta(days=7)
_TTL_DIGITS_MAX = 6
# Most links: what resolving would give back as it is.
_PLAIN_ADDRESS = re.compile(
    r"https?://[a-z0-9][a-z0-9.-]*(?:/[\w.~!$&'()*+,=:@%/-]*)?(?:\?[^\s#;]+)?(?:#\S+)?", re.ASCII
)
_CONTROLS = re.compile("[\x00-\x20\x7f-\x9f\ud800-\udfff]+")
_PICTURE = re.compile(r"\.(?:jpe?g|png|webp|gif)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed read: its items in document order.

    ``ttl`` is how long the feed itself says that it stays good; ``reader`` names what read it.
    ``marks`` are those of all its entries, where the reader makes any; ``skipped`` counts the
    entries that were left out because their marks were known.
    """

    title: str
    lang: str | None
    items: tuple[Item, ...]
    ttl: timedelta | None
    reader: str
    marks: tuple[int, ...] = ()
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class SeedFile:
    """A seed file read: its items in order, and the name of what read it."""

    items: tuple[Item, ...]
    reader: str


def identified(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items with ids that are unique among them.

    An item arrives with its guid, its link or nothing as ``id``. Feeds share a guid between
    entries more often than one would think: those are told apart by link, then by content, and
    what is the same in all of these by counting.
    """
    named = [_named(item) for item in items]
    named = _told_apart(named, lambda item: item.url or "")
    named = _told_apart(named, _hash)
    return tuple(_counted(named))


def absolute_url(link: object, base: str | None) -> str | None:
    """A link as an absolute web address, trackers intact; None where it is none."""
    if not isinstance(link, str) or not link.strip():
        return None
    link = "".join(link.split())
    if not link.isprintable():
        link = _CONTROLS.sub("", link)
    if _PLAIN_ADDRESS.fullmatch(link):
        return link if len(link) <= _URL_MAX else None
    try:
        url = urljoin(base or "", link)
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return None
    return url if usable and len(url) <= _URL_MAX else None


def is_plain_address(link: str) -> bool:
    """Whether a link is absolute and so written that nothing of it can be meant otherwise."""
    return _PLAIN_ADDRESS.fullmatch(link) is not None


def feed_ttl(value: object) -> timedelta | None:
    """RSS's ``<ttl>``: minutes, believed up to a week."""
    minutes = value.strip() if isinstance(value, str) else ""
    if not minutes.isascii() or not minutes.isdigit() or len(minutes) > _TTL_DIGITS_MAX:
        return None
    return min(timedelta(minutes=int(minutes)), _TTL_MAX)


def labels(names: Iterable[object]) -> tuple[str, ...]:
    """Tags or names: tidied, each once, in order, a bounded number of them."""
    # Many feeds encode them twice: “Arts &amp; Culture”.
    texts = (name for name in names if isinstance(name, str))
    tidy = (clean_line(unescape(name) if "&" in name else name) for name in texts)
    return tuple(dict.fromkeys(name for name in tidy if name))[:LABELS_MAX]


def picture_among(found: Iterable[tuple[object, object, object]], base: str | None) -> str | None:
    """The address of the picture to show, of addresses with a type and a width each.

    The widest that Telegram takes; of those without a width the first.
    """
    best: tuple[int, str] | None = None
    for address, kind, width in found:
        url = absolute_url(address, base)
        if url is None or not _is_picture(str(kind or "").lower(), url):
            continue
        known = isinstance(width, str) and re.fullmatch("[0-9]{1,4}", width) is not None
        wide = int(str(width)) if known else 0
        if best is None or wide > best[0]:
            best = (wide, url)
    return None if best is None else best[1]


def _is_picture(kind: str, url: str) -> bool:
    return kind.startswith("image") if kind else bool(_PICTURE.search(urlsplit(url).path))


def longest(texts: Sequence[str]) -> str:
    """The text that says most. A feed's summary may be a picture's caption, or its content may."""
    return max(texts, key=len, default="")


def _named(item: Item) -> Item:
    identifier = _bounded(item.id or item.url or _hash(item))
    return item if identifier == item.id else replace(item, id=identifier)


def _told_apart(items: list[Item], mark: Callable[[Item], str]) -> list[Item]:
    """Items that share an id get the mark behind it where their marks differ."""
    shared = {key for key, count in Counter(item.id for item in items).items() if count > 1}
    if not shared:
        return items
    marks: dict[str, set[str]] = {}
    for item in items:
        if item.id in shared:
            marks.setdefault(item.id, set()).add(mark(item))
    return [
        replace(item, id=_bounded(f"{item.id} {mark(item)}".rstrip()))
        if len(marks.get(item.id, ())) > 1
        else item
        for item in items
    ]


def _counted(items: list[Item]) -> Iterator[Item]:
    taken: Counter[str] = Counter()
    for item in items:
        taken[item.id] += 1
        copy = taken[item.id]
        yield item if copy == 1 else replace(item, id=_bounded(f"{item.id} ({copy})"))


def _hash(item: Item) -> str:
    return content_hash(item)[:32]


def _bounded(identifier: str) -> str:
    if len(identifier) <= _ID_MAX:
        return identifier
    return hashlib.sha256(identifier.encode("utf-8", "replace")).hexdigest()
