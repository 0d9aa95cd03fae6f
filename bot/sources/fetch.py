"""Asking a web address for its document, politely and within bounds.

Conditional requests, no cookies, no proxies from the environment, redirects followed by hand so
that each hop is checked, a cap on the decoded size, a limit on the whole time. Only
:class:`~bot.errors.FetchError` leaves :meth:`Fetcher.fetch`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple, Self

import aiohttp
from aiohttp import hdrs
from yarl import URL

from bot.errors import FetchError
from bot.sources import failures, guard, headers
from bot.sources.deadlines import Deadlines
from bot.sources.hosts import host_of
from bot.sources.slots import Slots

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiohttp.abc import AbstractResolver

REDIRECTS_MAX = 5
_PERMANENT = frozenset({301, 308})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({429, 503})
_CHUNK = 1 << 16
_SAID_MAX = 1024
# aiohttp's 8 KiB is less than some sites' Content-Security-Policy.
_HEADER_MAX = 1 << 15
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json,"
    " application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How to ask. ``max_bytes`` counts decoded bytes; ``timeout`` is for the whole of one fetch.

    ``concurrency``, ``per_host`` and ``spacing`` are explained at :class:`~bot.sources.slots.Slots`.
    """

    concurrency: int = 64
    per_host: int = 2
    timeout: timedelta = timedelta(seconds=20)
    max_bytes: int = 8 << 20
    allow_private: bool = False
    user_agent: str = "Tocsin"
    spacing: timedelta = timedelta(0)


class Fetched(NamedTuple):
    """An answer. ``body`` is None where the document has not changed (304).

    ``url`` is where it came from in the end; ``moved_to`` is that address when every redirect on
    the way was permanent. ``wait`` is how long the server says that the answer stays good;
    ``link`` its Link headers as they stand.
    """

    status: int
    body: bytes | None
    content_type: str | None
    url: str
    moved_to: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    wait: timedelta | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class _Redirect:
    target: str
    permanent: bool


class Fetcher:
    """The one client; ``async with`` it for the life of the program."""

    def __init__(
        self,
        limits: FetchLimits,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._limits = limits
        self._resolver = resolver
        self._clock = clock
        self._seconds = limits.timeout.total_seconds()
        self._deadlines = Deadlines(self._seconds)
        self.slots = Slots(limits.concurrency, limits.per_host, limits.spacing)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        # The limits are kept here and not in the connector, whose queue would eat the timeout.
        connector = aiohttp.TCPConnector(
            limit=0,
            resolver=self._resolver,
            socket_factory=guard.socket_factory(allow_private=self._limits.allow_private),
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self._limits.user_agent, "Accept": _ACCEPT},
            trust_env=False,
            timeout=aiohttp.ClientTimeout(total=None),  # the deadlines are ours
            max_line_size=_HEADER_MAX,
            max_field_size=_HEADER_MAX,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Fetched:
        """The document at that address, or the news that it has not changed.

        Raises:
            FetchError: no usable answer came; the message says why, in plain words.
        """
        conditions: dict[str, str] = {}
        if etag:
            conditions[hdrs.IF_NONE_MATCH] = etag
        if last_modified:
            conditions[hdrs.IF_MODIFIED_SINCE] = last_modified
        left = self._seconds
        permanent = True
        current = url
        for _ in range(REDIRECTS_MAX + 1):
            host = host_of(current)
            slot = await self.slots.take(host)
            try:
                with self._deadlines.within(left):
                    answer = await self._ask(current, conditions)
            except failures.FOREIGN as error:
                raise failures.translate(error, host) from error
            finally:
                slot.release()
            if isinstance(answer, Fetched):
                if current == url or not permanent:
                    return answer
                return answer._replace(moved_to=_moved(url, current))
            left -= time.monotonic() - slot.began
            permanent = permanent and answer.permanent
            current = answer.target
        raise FetchError(f"{host_of(url)}: more than {REDIRECTS_MAX} redirects")

    async def post(self, url: str, form: Mapping[str, str]) -> tuple[int, str]:
        """Send a form; the status, and the beginning of what the server says to it.

        Guarded like every request, and never redirected.

        Raises:
            FetchError: no answer came.
        """
        host = host_of(url)
        slot = await self.slots.take(host)
        try:
            guard.check_url(url)
            with self._deadlines.within(self._seconds):
                async with self._opened().post(
                    URL(url), data=dict(form), allow_redirects=False
                ) as response:
                    said = await response.content.read(_SAID_MAX)
        except failures.FOREIGN as error:
            raise failures.translate(error, host) from error
        finally:
            slot.release()
        return response.status, " ".join(said.decode("utf-8", "replace").split())

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("the fetcher is not open")
        return self._session

    async def _ask(self, url: str, conditions: dict[str, str]) -> Fetched | _Redirect:
        """One request: an answer to use, or where to look instead."""
        plain = guard.check_url(url)
        response = await self._opened().get(
            URL(url, encoded=plain), headers=conditions, allow_redirects=False
        )
        try:
            if response.status == HTTPStatus.NOT_MODIFIED and conditions:
                return self._unchanged(response, url, conditions)
            return await self._read(response, url)
        finally:
            response.release()

    def _unchanged(
        self, response: aiohttp.ClientResponse, url: str, conditions: dict[str, str]
    ) -> Fetched:
        """A 304 may renew the validators, and keeps those that it does not name."""
        said = response.headers
        return Fetched(
            status=response.status,
            body=None,
            content_type=None,
            url=url,
            etag=headers.validator(said, hdrs.ETAG) or conditions.get(hdrs.IF_NONE_MATCH),
            last_modified=headers.validator(said, hdrs.LAST_MODIFIED)
            or conditions.get(hdrs.IF_MODIFIED_SINCE),
            wait=headers.fresh_for(said, self._clock()),
        )

    async def _read(self, response: aiohttp.ClientResponse, url: str) -> Fetched | _Redirect:
        status, said = response.status, response.headers
        if status in _REDIRECTS and (location := said.get(hdrs.LOCATION)):
            target = response.url.join(URL(location)).with_fragment(None)
            return _Redirect(str(target), status in _PERMANENT)
        if status not in {HTTPStatus.OK, HTTPStatus.NON_AUTHORITATIVE_INFORMATION}:
            raise _refused(response, self._clock())
        return Fetched(
            status=status,
            body=await self._body(response),
            content_type=said.get(hdrs.CONTENT_TYPE),
            url=url,
            etag=headers.validator(said, hdrs.ETAG),
            last_modified=headers.validator(said, hdrs.LAST_MODIFIED),
            wait=headers.fresh_for(said, self._clock()),
            link=", ".join(said.getall(hdrs.LINK, ())) or None,
        )

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        """The decoded body. aiohttp decompresses a bounded piece at a time, so stopping is enough."""
        limit = self._limits.max_bytes
        body = bytearray()
        too_large = (response.content_length or 0) > limit
        while not too_large and (chunk := await response.content.read(_CHUNK)):
            body += chunk
            too_large = len(body) > limit
        if too_large:
            response.close()
            raise FetchError(
                f"{response.url.host}: the document is larger than fetch.max_bytes"
                f" ({limit:,} bytes)",
                status=response.status,
            )
        return bytes(body)


def _refused(response: aiohttp.ClientResponse, now: datetime) -> FetchError:
    status = response.status
    wait = headers.retry_after(response.headers, now) if status in _BUSY else None
    words = f"the server answered {status} {response.reason or ''}".rstrip()
    if status == HTTPStatus.GONE:
        words = "the server says that the feed is gone for good (410)"
    elif status == HTTPStatus.NOT_MODIFIED:
        words = "the server answered 304 to a request that named no earlier state"
    elif status in _REDIRECTS:
        words += " without saying where to"
    return FetchError(
        f"{response.url.host}: {words}",
        status=status,
        retry_after=wait,
        gone=status == HTTPStatus.GONE,
    )


def _moved(asked: str, final: str) -> str | None:
    """Where to ask from now on. A move from https down to http is followed, never kept."""
    if asked == final or (asked.startswith("https:") and final.startswith("http:")):
        return None
    return final
