"""Processes that parse, and can be killed.

A document may keep a parser busy for ever, or make it eat all memory; neither can be stopped from
inside. So parsing has processes of its own, with a limit of memory and a timer: the one that a
document ruins is killed and replaced, and the document is a :class:`~bot.errors.ParseError`. The
event loop never waits for a parser either.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import sys
from asyncio.subprocess import PIPE, Process
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from bot.errors import ParseError
from bot.sources.protocol import (
    LENGTH_BYTES,
    REPLY_MAX,
    FeedRequest,
    SeedRequest,
    dump_request,
    frame,
    load_feed,
    load_seed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.model import Item, Source
    from bot.sources.parsed import ParsedFeed, SeedFile

T = TypeVar("T")

# A fresh interpreter imports the parsers in well under a second; a busy machine may take longer.
_START_SECONDS = 30.0
_PROJECT = Path(__file__).resolve().parents[2]
_KEPT = ("PATH", "LANG", "LC_", "LD_LIBRARY_PATH", "PYTHON", "TMPDIR", "TZ", "VIRTUAL_ENV")
# Decoding a reply larger than this would be felt in the event loop.
_INLINE_MAX = 1 << 16


class ParsePool:
    """At most ``workers`` processes, each started when first needed. ``async with`` it.

    ``timeout`` is for one document: with the start of a process and its end, less than ten seconds.
    ``memory`` is a process's address space in bytes.
    """

    def __init__(
        self,
        workers: int = 1,
        timeout: timedelta = timedelta(seconds=8),
        memory: int = 512 << 20,
    ) -> None:
        self._seconds = timeout.total_seconds()
        self._memory = memory
        # A slot holds an idle process, or None where one has still to be started. The last one
        # used is the first taken, so that a quiet program has one process and not all of them.
        self._slots: asyncio.LifoQueue[_Worker | None] = asyncio.LifoQueue()
        for _ in range(workers):
            self._slots.put_nowait(None)
        self._alive: set[_Worker] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for worker in tuple(self._alive):
            await self._end(worker)

    async def parse(
        self,
        body: bytes,
        *,
        source: str,
        url: str | None = None,
        content_type: str | None = None,
        lang: str | None = None,
        seen: tuple[int, ...] = (),
    ) -> ParsedFeed:
        """What :func:`~bot.sources.feed.parse_feed` gives, from a process.

        Raises:
            ParseError: the document's fault, whatever became of the process.
        """
        request = FeedRequest(source, url, content_type, lang, seen)
        reply = await self._ask(request, body)
        return await _decoded(load_feed, reply)

    async def read_seed(self, path: Path, source: Source) -> tuple[Item, ...]:
        """What :func:`~bot.sources.seeds.read_seed` gives, from a process. Raises ParseError."""
        return (await self.open_seed(path, source)).items

    async def open_seed(self, path: Path, source: Source) -> SeedFile:
        """What :func:`~bot.sources.seeds.open_seed` gives, from a process.

        Raises:
            ParseError: the file's fault, whatever became of the process.
        """
        reply = await self._ask(SeedRequest(str(path.absolute()), source), b"")
        return await _decoded(load_seed, reply)

    async def _ask(self, request: FeedRequest | SeedRequest, body: bytes) -> bytes:
        worker = await self._slots.get()
        healthy = False
        try:
            if worker is None:
                worker = await self._start()
            async with asyncio.timeout(self._seconds):
                reply = await worker.ask(dump_request(request), body)
            healthy = True
        except TimeoutError:
            raise ParseError(f"reading it took longer than {self._seconds:g} s") from None
        except (EOFError, ConnectionError):
            raise ParseError("the process that read it died of it") from None
        finally:
            # Whatever else happened (a cancelled caller, say), the process is in mid-sentence.
            if worker is not None and not healthy:
                await self._end(worker)
                worker = None
            self._slots.put_nowait(worker)
        return reply

    async def _start(self) -> _Worker:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.sources.worker",
            # Its own alarm is the second line, for when nobody is left to kill it.
            str(math.ceil(self._seconds) + 1),
            str(self._memory),
            stdin=PIPE,
            stdout=PIPE,
            env=_environment(),
            start_new_session=True,  # Ctrl-C on the terminal is the parent's to handle
        )
        worker = _Worker(process)
        self._alive.add(worker)
        try:
            async with asyncio.timeout(_START_SECONDS):
                await worker.ready()
        except BaseException:
            await self._end(worker)
            raise
        return worker

    async def _end(self, worker: _Worker) -> None:
        self._alive.discard(worker)
        await asyncio.shield(worker.kill())


class _Worker:
    """One process and the frames to and from it."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def ready(self) -> None:
        """Returns when the process has imported what it needs."""
        await self._reply()

    async def ask(self, header: bytes, body: bytes) -> bytes:
        """Sends a request, returns the reply; EOFError or ConnectionError when the process dies."""
        requests = self._process.stdin
        if requests is None:
            raise EOFError
        requests.write(frame(header) + frame(body))
        await requests.drain()
        return await self._reply()

    async def kill(self) -> None:
        """Ends the process at once and waits until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        # communicate() also closes the pipes, whose transports would complain at exit.
        with contextlib.suppress(ConnectionError):
            await self._process.communicate()

    async def _reply(self) -> bytes:
        replies = self._process.stdout
        if replies is None:
            raise EOFError
        size = int.from_bytes(await replies.readexactly(LENGTH_BYTES))
        if size > REPLY_MAX:
            raise EOFError
        return await replies.readexactly(size)


async def _decoded(load: Callable[[bytes], T], reply: bytes) -> T:
    return load(reply) if len(reply) < _INLINE_MAX else await asyncio.to_thread(load, reply)


def _environment() -> dict[str, str]:
    """What a process needs of the parent's environment; the rest may be secrets."""
    kept = {key: value for key, value in os.environ.items() if key.startswith(_KEPT)}
    path = os.pathsep.join(filter(None, (str(_PROJECT), kept.get("PYTHONPATH"))))
    return kept | {"PYTHONPATH": path}
