"""Documents made to break a reader; made here, because files of this size are no fixtures."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.model import Item

_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff]")


def printable(item: Item) -> bool:
    """Whether everything in the item can be stored and sent."""
    texts = (item.id, item.title, item.text, item.url or "", *item.tags, *item.authors)
    return not any(_UNPRINTABLE.search(text) for text in texts)


def rss(inside: str) -> bytes:
    head = '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>'
    return f"{head}{inside}</channel></rss>".encode("utf-8", "surrogatepass")


def many_attributes(count: int) -> bytes:
    attributes = " ".join(f'a{number}="{number}"' for number in range(count))
    return rss(f"<item {attributes}><title>x</title></item>")


def busy() -> bytes:
    """Keeps feedparser at work for several seconds: many tags, each within the limit.

    The document type keeps the fast parser from it.
    """
    attributes = " ".join(f'a{number}=""' for number in range(6_000))
    return b"<!DOCTYPE rss>" + rss(f"<item {attributes}><title>x</title></item>" * 60)[21:]


def billion_laughs() -> bytes:
    entities = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "lol">' for n in range(10)
    )
    return f"<!DOCTYPE rss [{entities}]>".encode() + rss("<item><title>&l9;</title></item>")


DOCUMENTS: dict[str, Callable[[], bytes]] = {
    "200,000 attributes": lambda: many_attributes(200_000),
    "200,000 attributes, brackets in quotes": lambda: many_attributes(200_000).replace(
        b'="', b'=">'
    ),
    "billion laughs": billion_laughs,
    "a compressed body": lambda: gzip.compress(bytes(10_000_000)),
    "surrogates": lambda: rss("<item><title>a\udc80b&#xD800;c&#55296;</title></item>"),
    "references beyond Unicode": lambda: rss(f"<item><title>&#{'9' * 9000};</title></item>"),
    "NULs": lambda: rss("<item><title>a\0b</title></item>"),
    "only NULs": lambda: bytes(1000),
    "a file's name": __file__.encode,
    "an address": lambda: b"http://127.0.0.1/feed",
    "deep": lambda: rss("<a>" * 20_000),
    "deep markup": lambda: rss(f"<item><description>{'&lt;div&gt;' * 20_000}</description></item>"),
    "deep JSON": lambda: b"[" * 100_000,
    "open sections": lambda: rss("<![CDATA[" * 20_000),
    "open comments": lambda: b"<!--" * 20_000,
    "closed comments": lambda: b"<!---->" * 20_000,
    "open tags": lambda: rss("<a" * 20_000),
    "open quotes": lambda: rss("<a '" * 20_000),
    "ampersands": lambda: rss("&" * 20_000),
    "half a tag": lambda: rss("<item><title>x</title></item>")[:-30],
    "namespaces": lambda: rss("".join(f'<x{n}:a xmlns:x{n}="u{n}"/>' for n in range(2_000))),
    "a strange encoding": lambda: b'<?xml version="1.0" encoding="rot13"?>' + rss("")[21:],
    "an encoding that is none": lambda: b'<?xml version="1.0" encoding="x\xff"?>' + rss("")[21:],
    "UTF-16 cut in the middle": lambda: rss("<item/>").decode().encode("utf-16")[:-1],
    "UTF-7": lambda: b'<?xml version="1.0" encoding="utf-7"?>' + rss("")[21:],
    "a date that is a number": lambda: rss(f"<item><pubDate>{'9' * 400}</pubDate></item>"),
    "a link that is no address": lambda: rss("<item><link>http://[::</link></item>"),
    "JSON of the wrong types": lambda: (
        b'{"version": "https://jsonfeed.org/version/1", "title": 1, "items": [1, null, [],'
        b' {"id": {}, "url": 5, "tags": {"a": 1}, "authors": [[]], "date_published": 7}]}'
    ),
}
