"""A server of feeds, aiohttp's own: a process of its own.

``/304/N`` has not changed for whoever names a validator; ``/same/N`` never changes and has no
validators; ``/new/N`` has two new items whenever ``/version/V`` grows. A feed is about 28 KB, and
every other one is Atom. Prints its port.
"""

from __future__ import annotations

import asyncio
import sys
from functools import lru_cache
from xml.sax.saxutils import escape

from aiohttp import web

ITEMS = 20
NEW = 2  # items a version
# A paragraph as newspapers' systems write it: links, emphasis, a picture with its caption.
PARAGRAPH = (
    '<p class="article__paragraph"><strong>Le Kremlin</strong> confirme la préparation d’un '
    '<a href="/article/%d?utm_source=rss&amp;utm_medium=feed" rel="nofollow">appel téléphonique</a>'
    " entre les deux présidents&nbsp;; les <em>délégations</em> se retrouveront à Istanbul avant "
    'la fin de la semaine.</p><figure><img src="/media/%d.jpg" alt="" width="640" height="360" '
    'loading="lazy"/><figcaption>Crédit&nbsp;: AA</figcaption></figure>'
)


def item(feed: int, number: int, *, atom: bool) -> bytes:
    title = f"Report {number} of source {feed}: talks, drones and a ceasefire".encode()
    link = f"https://news{feed}.example/{number}.html".encode()
    text = escape("".join(PARAGRAPH % (number, part) for part in range(2))).encode()
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


class Feeds:
    """Answers; ``version`` is how often the changing feeds have changed."""

    version = 0

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        _, kind, number = request.path.split("/", 2)
        feed = int(number.partition(".")[0])
        if kind == "version":
            self.version = feed
            return web.Response()
        tag = {"ETag": '"e"'} if kind == "304" else {}
        if tag and "If-None-Match" in request.headers:
            return web.Response(status=304, headers=tag)
        body = document(feed, self.version if kind == "new" else 0)
        return web.Response(body=body, headers=tag, content_type="application/xml")


async def main() -> None:
    runner = web.ServerRunner(web.Server(Feeds().answer))
    await runner.setup()
    site = web.TCPSite(runner, "0.0.0.0", 0)  # noqa: S104 - 127.0.0.1, 127.0.0.2 …
    await site.start()
    print(runner.addresses[0][1], flush=True)
    # Until whoever started it is gone.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
