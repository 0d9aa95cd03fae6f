"""A server of feeds that costs as little as one in Python can: a process of its own.

``/304/N`` has not changed for whoever names a validator; ``/same/N`` never changes and has no
validators; ``/new/N`` has two new items whenever ``/version/V`` grows. A feed is about 28 KB, and
every other one is Atom. Prints its port.
"""

from __future__ import annotations

import asyncio
import sys
from functools import lru_cache

ITEMS = 20
NEW = 2  # items a version
WORDS = (
    "Le Kremlin confirme la préparation d’un appel téléphonique entre les deux présidents, "
    "qui se disent prêts à négocier un cessez-le-feu ; les délégations se retrouveront à Istanbul "
    "avant la fin de la semaine, selon des sources diplomatiques &amp; des témoins. "
).encode()


def item(feed: int, number: int, *, atom: bool) -> bytes:
    title = f"Report {number} of source {feed}: talks, drones and a ceasefire".encode()
    link = f"https://news{feed}.example/{number}.html".encode()
    text = b"".join(b"&lt;p&gt;%d. %s&lt;/p&gt;" % (part + number, WORDS) for part in range(4))
    if atom:
        return (
            b"<entry><id>tag:%s</id><title>%s</title><link href='%s'/>"
            b"<updated>2026-05-18T12:00:00Z</updated><content type='html'>%s</content></entry>\n"
        ) % (link, title, link, text)
    return (
        b"<item><guid>%s</guid><title>%s</title><link>%s</link>"
        b"<pubDate>Mon, 18 May 2026 12:00:00 GMT</pubDate><category>world</category>"
        b"<description>%s</description></item>\n"
    ) % (link, title, link, text)


@lru_cache(maxsize=4096)
def document(feed: int, version: int) -> bytes:
    atom = feed % 2 == 1
    first = version * NEW
    inside = b"".join(item(feed, number, atom=atom) for number in range(first + ITEMS, first, -1))
    if atom:
        head = (
            b"<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom'>"
            b"<id>f%d</id><title>Source %d</title><updated>2026-05-18T12:00:00Z</updated>"
        ) % (feed, feed)
        return head + inside + b"</feed>"
    head = (
        b"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>"
        b"<title>Source %d</title><link>https://news%d.example/</link><description>x</description>"
    ) % (feed, feed)
    return head + inside + b"</channel></rss>"


class Feeds(asyncio.Protocol):
    version = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.kept = b""

    def data_received(self, data: bytes) -> None:
        self.kept += data
        while b"\r\n\r\n" in self.kept:
            request, _, self.kept = self.kept.partition(b"\r\n\r\n")
            self.transport.write(self.answer(request))  # type: ignore[attr-defined]

    def answer(self, request: bytes) -> bytes:
        _, kind, number = request.split(b" ", 2)[1].split(b"/", 2)
        feed = int(number.partition(b".")[0])
        if kind == b"version":
            Feeds.version = feed
            return b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        if kind == b"304" and b"\r\nif-none-match:" in request.lower():
            return b'HTTP/1.1 304 Not Modified\r\nETag: "e"\r\n\r\n'
        body = document(feed, Feeds.version if kind == b"new" else 0)
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n"
        tag = b'ETag: "e"\r\n' if kind == b"304" else b""
        return head % len(body) + tag + b"\r\n" + body


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Feeds, "0.0.0.0", 0)  # noqa: S104 - 127.0.0.1, 127.0.0.2 …
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)  # until whoever started it is gone
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
