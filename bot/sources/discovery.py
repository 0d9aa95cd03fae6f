"""Where a page's feeds may be: what it links to, what its headers say, where feeds usually are."""

from __future__ import annotations

import html
import re
from typing import NamedTuple
from urllib.parse import urlsplit

from bot.sources import sniff
from bot.sources.parsed import absolute_url

LINKS_MAX = 20
_PAGE_MAX = 1 << 20
# Between < and > there is no other <: what is scanned twice is bounded by the tag's own length.
_TAG = re.compile(r"<(link|a|base)\s([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""([a-z-]{1,20})\s{0,9}=\s{0,9}("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE
)
_TYPES = re.compile(
    r"(?:application|text)/(?:rss\+xml|atom\+xml|rdf\+xml|feed\+json|xml)\b", re.IGNORECASE
)
_HEADER_LINK = re.compile(r"<([^<>]{1,2000})>((?:\s{0,9};[^,<]{0,500})*)")
_LOOKS_LIKE_A_FEED = re.compile(
    r"(?:\.(?:rss|atom|rdf)|/(?:rss|feed|atom)(?:\.xml)?/?|/(?:rss|feed|atom|index)\.(?:xml|json)"
    r"|[?&](?:feed|format|type)=(?:rss2?|atom))$",
    re.IGNORECASE,
)
# The order is that of how often each is there.
_USUAL = (
    *("feed", "rss", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json"),
    *("feeds/posts/default", "?feed=rss2"),
)


class Link(NamedTuple):
    """An address that may be a feed's; ``title`` is what the page calls it."""

    url: str
    title: str = ""


def linked_feeds(page: bytes, base: str) -> list[Link]:
    """The feeds that a page declares; where it declares none, the links that look like feeds."""
    text, _ = sniff.decode(page[:_PAGE_MAX])
    declared: list[Link] = []
    shown: list[Link] = []
    for tag, inside in _TAG.findall(text):
        attributes = {
            name.lower(): html.unescape(value.strip("\"'"))
            for name, value in _ATTRIBUTE.findall(inside)
        }
        href = attributes.get("href", "")
        if tag.lower() == "base":
            base = absolute_url(href, base) or base
        elif (url := absolute_url(href, base)) is None:
            continue
        elif tag.lower() == "link":
            rel = attributes.get("rel", "").lower().split()
            of_a_feed = _TYPES.match(attributes.get("type", "")) and "stylesheet" not in rel
            if ("alternate" in rel and of_a_feed) or "feed" in rel:
                declared.append(Link(url, attributes.get("title", "")))
        elif _LOOKS_LIKE_A_FEED.search(href.partition("#")[0]):
            shown.append(Link(url))
    return _each_once(declared or shown)


def links(header: str | None, base: str) -> dict[str, list[str]]:
    """The addresses in ``Link`` headers by their relation (``hub``, ``self``, ``alternate`` …).

    Only alternates that are feeds count (RFC 8288).
    """
    found: dict[str, list[str]] = {}
    for target, parameters in _HEADER_LINK.findall((header or "")[:_PAGE_MAX]):
        named = {
            name.lower(): value.strip("\"';") for name, value in _ATTRIBUTE.findall(parameters)
        }
        url = absolute_url(target, base)
        for relation in named.get("rel", "").lower().split():
            if url and (relation != "alternate" or _TYPES.match(named.get("type", ""))):
                found.setdefault(relation, []).append(url)
    return found


def usual_addresses(url: str) -> list[Link]:
    """Where feeds usually are: below the page, and below the site."""
    parts = urlsplit(url)
    site = f"{parts.scheme}://{parts.netloc}/"
    folder = site + parts.path.strip("/").partition("/")[0]
    places = [site] if folder.rstrip("/") == site.rstrip("/") else [f"{folder}/", site]
    return _each_once([Link(place + path) for place in places for path in _USUAL])


def _each_once(found: list[Link]) -> list[Link]:
    first = {link.url: link for link in reversed(found)}
    # What readers say about articles is seldom what is looked for.
    ordered = sorted(
        (link for link in found if first[link.url] is link),
        key=lambda link: "comment" in f"{link.url} {link.title}".lower(),
    )
    return ordered[:LINKS_MAX]
