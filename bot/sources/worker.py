"""What runs in a parsing process: ``python -m bot.sources.worker SECONDS BYTES``.

It answers the requests of :mod:`~bot.sources.protocol` on its standard input, one at a time, after
an empty frame that says that it is ready. It ends when the input does, so that it never outlives
its parent, and an alarm ends it where a document would keep it busy for ever.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from bot.errors import ParseError
from bot.sources.feed import parse_feed
from bot.sources.protocol import (
    LENGTH_BYTES,
    FeedRequest,
    dump_error,
    dump_feed,
    dump_seed,
    frame,
    load_request,
)
from bot.sources.seeds import open_seed


def main(arguments: list[str]) -> None:
    """Answers requests until the input ends; ``arguments``: seconds a request, bytes of memory."""
    seconds, memory = map(int, arguments)
    with contextlib.suppress(ValueError, OSError):  # macOS knows the limit and refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Replies get the real standard output: a stray print must not be taken for one.
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _write(replies, b"")
    requests = sys.stdin.buffer
    while (header := _read(requests)) is not None and (body := _read(requests)) is not None:
        signal.alarm(seconds)
        reply = _answer(header, body)
        signal.alarm(0)
        _write(replies, reply)


def _answer(header: bytes, body: bytes) -> bytes:
    request, now = load_request(header), datetime.now(UTC)
    try:
        if not isinstance(request, FeedRequest):
            return dump_seed(open_seed(Path(request.path), request.source, now=now))
        feed = parse_feed(
            body,
            source=request.source,
            url=request.url,
            content_type=request.content_type,
            lang=request.lang,
            now=now,
            seen=frozenset(request.seen),
        )
        return dump_feed(feed)
    except ParseError as error:
        return dump_error(str(error))
    except MemoryError:
        return dump_error("reading it takes more memory than it may have")


def _read(stream: BinaryIO) -> bytes | None:
    """The next frame; None at the end of the input."""
    length = stream.read(LENGTH_BYTES)
    if len(length) < LENGTH_BYTES:
        return None
    size = int.from_bytes(length)
    body = stream.read(size)
    return body if len(body) == size else None


def _write(stream: BinaryIO, body: bytes) -> None:
    stream.write(frame(body))
    stream.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
