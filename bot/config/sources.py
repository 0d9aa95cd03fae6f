"""The sources that the config names, each under a key of its own."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.model import Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from bot.config.schema import FeedSettings

_NO_LETTERS = str.maketrans({"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "ß": "ss", "ı": "i"})


def name_sources(
    feeds: Sequence[FeedSettings], folders: Sequence[Path], *, others: Iterable[str] = ()
) -> tuple[Source, ...]:
    """The feeds and the seed folders as sources with unique keys, none of them among ``others``.

    A key that the config does not give comes from the name or the address, so that it stays the
    same when other feeds come and go, unless two would be called the same.
    """
    taken = {feed.key for feed in feeds if feed.key} | set(others)
    sources = []
    for feed in feeds:
        key = feed.key or _free_key(_wishes_of_feed(feed), feed.url, taken)
        taken.add(key)
        sources.append(
            Source(
                key=key,
                kind=SourceKind.FEED,
                address=feed.url,
                name=feed.name,
                lang=feed.lang,
                tags=feed.tags,
                every=feed.every,
            )
        )
    for folder in folders:
        address = str(folder)
        key = _free_key([slug(folder.name or folder.resolve().name)], address, taken)
        taken.add(key)
        sources.append(Source(key=key, kind=SourceKind.FOLDER, address=address, name=folder.name))
    return tuple(sources)


def slug(text: str) -> str:
    """The text in a-z, 0-9 and hyphens: ``"Le Monde – À la une"`` is ``le-monde-a-la-une``."""
    plain = unicodedata.normalize("NFKD", text.translate(_NO_LETTERS))
    kept = "".join(char for char in plain if not unicodedata.combining(char)).lower()
    return re.sub(r"[^a-z0-9]+", "-", kept).strip("-")


def _wishes_of_feed(feed: FeedSettings) -> list[str]:
    parts = urlsplit(feed.url)
    host = (parts.hostname or "").removeprefix("www.")
    return [slug(feed.name), slug(host), slug(host + parts.path)]


def _free_key(wishes: Sequence[str], address: str, taken: set[str]) -> str:
    """The first wish that nobody has; else the first one with a mark made from the address."""
    for wish in wishes:
        if wish and wish not in taken:
            return wish
    stem = next((wish for wish in wishes if wish), "source")
    digest = sha256(address.encode()).hexdigest()
    length = 6
    while (key := f"{stem}-{digest[:length]}") in taken:
        length += 1
    return key
