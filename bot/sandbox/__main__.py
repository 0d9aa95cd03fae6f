"""``python -m bot.sandbox``: the sandbox alone. Its first line of output is its address."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from typing import TYPE_CHECKING

from bot.errors import TocsinError
from bot.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Sequence


async def serve(sandbox: Sandbox) -> None:
    """Run until SIGINT or SIGTERM; print the address, then the token."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with sandbox:
        sys.stdout.write(f"{sandbox.url}\n{sandbox.token}\n")
        sys.stdout.flush()
        await stop.wait()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit status is 2 when the sandbox cannot start."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description="A local Telegram.")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=8081, help="0 takes any free one")
    parser.add_argument("--token", help="the bot's token; a fresh one is made without it")
    options = parser.parse_args(arguments)
    try:
        asyncio.run(serve(Sandbox(options.host, options.port, options.token)))
    except TocsinError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
