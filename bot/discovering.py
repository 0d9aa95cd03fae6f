"""From a site's address to the feeds that it has, each read once to see what it brings."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import FetchError, ParseError, SourceError
from bot.sources import sites
from bot.sources.discovery import Link, linked_feeds, links, usual_addresses

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.sources.fetch import Fetched, Fetcher
    from bot.sources.parsed import ParsedFeed
    from bot.sources.pool import ParsePool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A feed that was found and read. ``how`` says where its address came from."""

    url: str
    title: str
    how: str
    feed: ParsedFeed

    @property
    def newest(self) -> datetime | None:
        """The date of its newest item, None where it dates none."""
        return max((item.published for item in self.feed.items if item.published), default=None)


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found at an address: feeds, the likely one first. ``itself``: it is a feed."""

    address: str
    candidates: tuple[Candidate, ...]
    itself: bool = False


class Discovering:
    """Asks through the guarded fetcher and reads in the killable pool, like every poll."""

    def __init__(self, fetcher: Fetcher, pool: ParsePool) -> None:
        self._fetcher = fetcher
        self._pool = pool

    async def discover(self, text: str) -> Discovery:
        """The feeds at an address: of a feed, a page, a site, or a handle.

        Raises:
            FetchError: nothing at the address could be read; the message says why.
        """
        address = sites.web_address(text)
        site = sites.feeds_of_site(address)
        if site is not None:
            name, addresses = site
            found = await self._read_all([Link(url) for url in addresses], name)
            if found:
                return Discovery(address, found)
        fetched = await self._fetcher.fetch(address)
        try:
            feed = await self._parse(fetched)
        except ParseError:
            return Discovery(address, await self._below(fetched))
        where = fetched.moved_to or address
        itself = Candidate(where, feed.title, "the address itself", feed)
        return Discovery(address, (itself,), itself=True)

    async def _below(self, page: Fetched) -> tuple[Candidate, ...]:
        """The feeds that a page names; where it names none, those where feeds usually are."""
        header = links(page.link, page.url).get("alternate", [])
        body = page.body or b""
        named = [
            *(Link(url) for url in header),
            *await asyncio.to_thread(linked_feeds, body, page.url),
        ]
        if channel := sites.channel_feed(body):
            named.append(Link(channel))
        found = await self._read_all(named, "the page links to it")
        return found or await self._read_all(usual_addresses(page.url), "a usual address")

    async def _read_all(self, found: Iterable[Link], how: str) -> tuple[Candidate, ...]:
        """Those of the addresses that are feeds, each once."""
        read = await asyncio.gather(*(self._read(link, how) for link in dict.fromkeys(found)))
        candidates: dict[str, Candidate] = {}
        for candidate in read:
            if candidate is not None:
                candidates.setdefault(candidate.url, candidate)
        return tuple(candidates.values())

    async def _read(self, link: Link, how: str) -> Candidate | None:
        try:
            fetched = await self._fetcher.fetch(link.url)
            feed = await self._parse(fetched)
        except SourceError:
            return None
        return Candidate(fetched.moved_to or link.url, feed.title or link.title, how, feed)

    async def _parse(self, fetched: Fetched) -> ParsedFeed:
        return await self._pool.parse(
            fetched.body or b"",
            source="discovered",
            url=fetched.url,
            content_type=fetched.content_type,
        )


def may_come_back(error: FetchError) -> bool:
    """Whether an address that cannot be read now may be readable later: nobody refused it."""
    refused = error.status is not None and 400 <= error.status < 500  # noqa: PLR2004
    return not refused and not error.forbidden
