"""A Bot API server as fast as one process makes it: sendMessage and its limits, nothing else.

It takes ``--seconds`` for each answer, counts messages in a sliding window of one second and, where
there are more than ``--per-second`` in it, refuses everything for ``--halt`` seconds. ``/figures``
tells what arrived.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import deque
from urllib.parse import parse_qsl

import orjson
from aiohttp import web


class BotApi:
    """What arrived, and when."""

    def __init__(self, per_second: int, seconds: float, halt: float) -> None:
        self._per_second = per_second
        self._seconds = seconds
        self._halt = halt
        self._window: deque[float] = deque()
        self._halted = 0.0
        self._chats: dict[str, float] = {}
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self.accepted: list[tuple[str, float]] = []
        self.refused = 0
        self.fullest = 0
        self._chats.clear()

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """One call."""
        if request.path == "/figures":
            body = {"accepted": self.accepted, "refused": self.refused, "fullest": self.fullest}
            return web.json_response(body)
        if request.path == "/forget":
            self.forget()
            return web.Response()
        now = time.time()
        arguments = dict(parse_qsl((await request.read()).decode()))
        if (wait := self._wait(now, arguments)) > 0:
            self.refused += 1
            pause = max(1, round(wait))
            return _answer({"ok": False, "error_code": 429, "description": f"Too Many Requests: retry after {pause}", "parameters": {"retry_after": pause}}, 429)  # fmt: skip
        await asyncio.sleep(self._seconds)
        chat = int(arguments.get("chat_id", "0"))
        message = {
            "message_id": len(self.accepted),
            "date": int(now),
            "chat": {"id": chat, "type": "private"},
            "text": arguments.get("text", ""),
        }
        return _answer({"ok": True, "result": message}, 200)

    def _wait(self, now: float, arguments: dict[str, str]) -> float:
        if "chat_id" not in arguments:
            return 0.0
        while self._window and self._window[0] <= now - 1.0:
            self._window.popleft()
        if self._halted > now:
            return self._halted - now
        chat = arguments["chat_id"]
        if len(self._window) >= self._per_second:
            self._halted = now + self._halt
            return self._halt
        if now - self._chats.get(chat, 0.0) < 1.0:
            return 1.0
        self._window.append(now)
        self.fullest = max(self.fullest, len(self._window))
        self._chats[chat] = now
        self.accepted.append((arguments.get("text", ""), now))
        return 0.0


def _answer(body: object, status: int) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")


async def _serve(options: argparse.Namespace) -> None:
    api = BotApi(options.per_second, options.seconds, options.halt)
    runner = web.ServerRunner(web.Server(api.handle))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    address = site._server.sockets[0].getsockname()  # type: ignore[union-attr]  # noqa: SLF001
    sys.stdout.write(f"http://127.0.0.1:{address[1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def main() -> None:
    """Serve until killed; the first line on standard output is the address."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-second", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=0.05)
    parser.add_argument("--halt", type=float, default=3.0)
    asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
