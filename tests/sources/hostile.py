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


def _filled(part: str, size: int = 1 << 20) -> str:
    return part * (size // len(part))


def _page(body: str, head: str = "") -> str:
    paragraph = f"<p>{'words that go on and on, ' * 20}</p>"
    return f"<html><head><title>t</title>{head}</head><body>{body}{paragraph * 3}</body></html>"


def _linked_data(script: str) -> str:
    return _page("", f"<script type='application/ld+json'>{script}</script>")


def _bomb(root: str) -> str:
    levels = (f"<!ENTITY a{n} '{f'&a{n - 1};' * 10 if n else 'x' * 100}'>" for n in range(12))
    return f"<!DOCTYPE {root} [{''.join(levels)}]><{root}><body>&a11;</body></{root}>"


# By the name under which each is saved.
SEEDS: dict[str, Callable[[], str]] = {
    "deep.html": lambda: _page("<div>" * 200_000),
    "tables in tables.html": lambda: _page("<table><tr><td>" * 50_000),
    "inline tags.html": lambda: _page(_filled("<b>x</b> ", 8_000_000)),
    "line breaks.html": lambda: _page(_filled("x<br>", 4_000_000)),
    "lists.html": lambda: _page(_filled("<ul><li>word word</li></ul>", 4_000_000)),
    "attributes.html": lambda: _page(f"<p {' '.join(f'a{n}={n}' for n in range(200_000))}>x</p>"),
    "an attribute.html": lambda: _page(f"<p class='{_filled('x ', 7_000_000)}'>x</p>"),
    "comments.html": lambda: _page(_filled("<!--", 6_000_000)),
    "less than.html": lambda: _page(_filled("<", 4_000_000)),
    "open quotes.html": lambda: _page(_filled("<a '", 4_000_000)),
    "misnested.html": lambda: _page("<b><p>" * 50_000),
    "entity bomb.html": lambda: _bomb("html"),
    "metas.html": lambda: _page("", _filled("<meta name='author' content='A B'>", 6_000_000)),
    "date.html": lambda: _page("", f"<meta name='date' content='{_filled('12 mai ', 4_000_000)}'>"),
    "deep linked data.html": lambda: _linked_data("[" * 3_000_000),
    "date in linked data.html": lambda: _linked_data(
        '{"@type": "NewsArticle", "headline": "x", "datePublished": "%s"}' % ("1" * 3_000_000)
    ),
    "unfinished linked data.html": lambda: _linked_data(_filled('"name":"', 6_000_000)),
    "empty lines.txt": lambda: f"Title\n{_filled(chr(10), 4_000_000)}x",
    "one line.txt": lambda: _filled("x", 8_000_000),
    "titles.txt": lambda: _filled("TITLE\n\n", 4_000_000),
    "dates.txt": lambda: _filled("13:2418/05/2025, Pazar\n", 4_000_000),
    "tags.txt": lambda: f"Title\n\nText.\n\n{_filled('#Tag' + chr(10), 4_000_000)}",
    "signs.txt": lambda: f"Title\n{_filled('#', 8_000_000)}",
    "a field.csv": lambda: f'title,text\n"{_filled("x", 8_000_000)}',
    "columns.csv": lambda: f"{_filled('title,', 4_000_000)}\n{_filled('x,', 4_000_000)}",
    "quotes.csv": lambda: f"title,text\n{_filled(chr(34), 4_000_000)}",
    "rows.csv": lambda: f"title,text\n{_filled('a,b' + chr(10), 8_000_000)}",
    "deep.json": lambda: _filled('{"items":[', 8_000_000),
    "tags in tags.json": lambda: f'{{"title": "x", "tags": {"[" * 900}{"]" * 900}}}',
    "tags.json": lambda: f'{{"title": "x", "keywords": "{_filled("a,", 8_000_000)}"}}',
    "a number.json": lambda: f'{{"title": "x", "date": {"9" * 4_000_000}}}',
    "surrogates.json": lambda: r'{"title": "\ud800 x", "text": "\udc00"}',
    "a line.jsonl": lambda: f'{{"title": "{_filled("x", 8_000_000)}"}}',
    "deep.jsonl": lambda: _filled("[", 8_000_000),
    "parts in parts.eml": lambda: "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(5_000)
    ),
    "mails in mails.eml": lambda: "Content-Type: message/rfc822\n\n" * 100_000,
    "parts.eml": lambda: (
        "Content-Type: multipart/mixed; boundary=b\n\n" + _filled("--b\n\nx\n", 6_000_000)
    ),
    "brackets.eml": lambda: f"From: {'(' * 500_000}\n\nx",
    "addresses.eml": lambda: f"From: {_filled('a@b, ', 3_000_000)}\n\nx",
    "words.eml": lambda: f"Subject: {_filled('=?utf-8?q?a?= ', 2_000_000)}\n\nx",
    "parameters.eml": lambda: (
        "Content-Type: text/plain; " + "".join(f"a*{n}*=x;" for n in range(100_000)) + "\n\nx"
    ),
    "deep.nitf": lambda: "<nitf><body>" + "<block>" * 200_000,
    "paragraphs.nitf": lambda: (
        f"<nitf><body><body.content>{_filled('<p>x</p>', 7_000_000)}</body.content></body></nitf>"
    ),
    "entity bomb.nitf": lambda: _bomb("nitf"),
    "attributes.nitf": lambda: (
        f"<nitf {' '.join(f'a{n}={chr(39)}{n}{chr(39)}' for n in range(200_000))}><body/></nitf>"
    ),
    "entity bomb.newsml": lambda: _bomb("newsMessage"),
    "items in items.newsml": lambda: (
        "<newsMessage>" + "<newsItem guid='a'><headline>x</headline>" * 240
    ),
    "items.newsml": lambda: (
        f"<newsMessage>{_filled('<newsItem guid=' + chr(34) + 'a' + chr(34) + '><headline>x</headline></newsItem>', 8_000_000)}</newsMessage>"
    ),
    "sitemap.xml": lambda: (
        f"<urlset>{_filled('<url><loc>https://a.example/x</loc></url>', 8_000_000)}</urlset>"
    ),
    "markup.xml": lambda: (
        f"<rss><channel><item><description>{_filled('&lt;a ' + chr(39), 7_000_000)}</description></item></channel></rss>"
    ),
    "tags.xml": lambda: (
        f"<rss><channel><item>{''.join(f'<category>c{n}</category>' for n in range(200_000))}</item></channel></rss>"
    ),
    "an author.xml": lambda: (
        f"<rss><channel><item><author>{_filled('a@', 200_000)}</author></item></channel></rss>"
    ),
    "guids.xml": lambda: (
        f"<rss><channel>{_filled('<item><guid>x</guid></item>', 7_000_000)}</channel></rss>"
    ),
}
