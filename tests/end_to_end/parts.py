"""What the end-to-end tests are made of: the service as a process, people, and a newsstand."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from aiohttp import web

from bot.sandbox import people

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox import Sandbox
    from bot.sandbox.records import Message

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
OWNER = 1001
_PAGE = re.compile(r"Status page: (\S+)")


T = TypeVar("T")


async def until(look: Callable[[], T], what: str, patience: float = PATIENCE) -> T:
    """Wait until ``look`` returns something true, and return it; AssertionError after a while."""
    deadline = asyncio.get_running_loop().time() + patience
    while not (seen := look()):
        assert asyncio.get_running_loop().time() < deadline, f"waited in vain for {what}"
        await asyncio.sleep(0.02)
    return seen


class Service:
    """``tocsin run`` in a folder, as a process that can be stopped and killed.

    With ``roles`` it takes a part of the work, or with "" all of it, beside others in the folder.
    """

    def __init__(self, folder: Path, config: str, roles: str | None = None) -> None:
        self.folder = folder
        self._roles = roles
        number = len(list(folder.glob("*.log")))
        self.log = folder / f"service{number or ''}.log"
        self.log.touch()
        self._config = config
        (folder / "config.toml").write_text(config, "utf-8")
        for name in ("seeds", "rules"):
            (folder / name).mkdir(exist_ok=True)
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it is ready."""
        start = len(self.written())
        with self.log.open("ab") as out:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "--config", str(self.folder / "config.toml"), "run"),
                *(["--roles", self._roles] if self._roles else []),
                cwd=self.folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
        # Several that start at the same time load for longer.
        patience = PATIENCE if self._roles is None else 4 * PATIENCE
        await until(
            lambda: self._is_ready(start), f"the service to be ready:\n{self.written()}", patience
        )

    def _is_ready(self, start: int) -> bool:
        assert self._process is not None
        said = self.written()[start:]
        assert self._process.returncode is None, f"the service ended:\n{said}"
        if self._roles is not None:
            return "Tocsin shares the work" in said
        page = "Status page" in said or "listen" not in self._config
        return page and "Tocsin is ready" in said

    @property
    def page(self) -> str:
        """The address of its status page, as it said it last; nothing where it did not yet."""
        said: list[str] = _PAGE.findall(self.written())
        return said[-1] if said else ""

    async def stop(self) -> int:
        """SIGTERM; the exit status."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self._process.wait(), PATIENCE)

    async def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def ended(self) -> int:
        """Wait for the process to end by itself; the exit status."""
        assert self._process is not None
        return await asyncio.wait_for(self._process.wait(), PATIENCE)

    def written(self) -> str:
        """All that it has said so far."""
        return self.log.read_text("utf-8") if self.log.exists() else ""

    def seed(self, name: str, text: str) -> None:
        """Put a seed file into its folder, whole at once."""
        draft = self.folder / f".{name}"
        draft.write_text(text, "utf-8")
        draft.rename(self.folder / "seeds" / name)


def config(telegram: Sandbox, *, more: str = "", access: str = "open", fast: bool = True) -> str:
    """A configuration that talks to ``telegram``; ``fast`` lifts the pace that it must keep."""
    pace = (
        "[limits]\nmessages_per_second = 1000\nper_chat_per_second = 1000\n"
        "per_group_per_minute = 60000\n"
        if fast
        else ""
    )
    return (
        f'[telegram]\ntoken = "{telegram.token}"\napi = "{telegram.url}"\naccess = "{access}"\n'
        f"admins = [{OWNER}]\n{pace}"
        '[web]\nlisten = "127.0.0.1:0"\ntoken = "a-token-for-tests"\n'
        f"[fetch]\nallow_private_addresses = true\n{more}"
    )


class Phone:
    """One person's private chat with the bot."""

    def __init__(self, telegram: Sandbox, person: int) -> None:
        self._telegram = telegram
        self.person = person

    def say(self, text: str) -> None:
        """Write to the bot."""
        people.say(self._telegram.world, self.person, self.person, text)

    def press(self, message: Message, button: str) -> None:
        """Press a button under a message, by its text or data."""
        people.press(self._telegram.world, self.person, self.person, message.id, button)

    @property
    def heard(self) -> list[Message]:
        """What the bot wrote here, oldest first."""
        chat = self._telegram.world.chat(self.person)
        return [m for m in chat.messages.values() if m.sender == self._telegram.world.bot.id]

    def hears(self, words: str) -> list[Message]:
        """Those messages of the bot that have ``words`` in them."""
        return [message for message in self.heard if words in message.text]


@dataclass
class Newsstand:
    """A web server with feeds; it keeps what was asked of it."""

    feeds: dict[str, str] = field(default_factory=dict)
    asked: list[web.BaseRequest] = field(default_factory=list)
    url: str = ""

    def publish(self, name: str, *titles: str) -> None:
        """Set the items of a feed, newest first."""
        items = "".join(
            f"<item><title>{title}</title><link>https://news.example/{name}/{title}</link>"
            f"<guid>{name}-{title}</guid><description>{title}. Full text.</description></item>"
            for title in titles
        )
        self.feeds[name] = (
            f'<?xml version="1.0"?><rss version="2.0"><channel><title>{name}</title>'
            f"<link>https://news.example/</link>{items}</channel></rss>"
        )

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """The feed, or 404."""
        self.asked.append(request)
        body = self.feeds.get(request.path.strip("/"))
        if body is None:
            return web.Response(status=404)
        return web.Response(text=body, content_type="application/rss+xml")
