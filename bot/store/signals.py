"""Words between the services that share a PostgreSQL: LISTEN and NOTIFY.

They wake who waits and carry no truth: what they announce is in the tables. A word that is lost,
since nobody listened or the connection broke, is made up for by looking: whoever listens is told
that it may have missed something each time that it begins to.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import psycopg
import structlog
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sqlalchemy import URL

log = structlog.get_logger(__name__)

_PREFIX: Final = "tocsin_"
_LONGEST: Final = 7000  # bytes; PostgreSQL takes somewhat less than 8000
_PAUSE: Final = 1.0  # seconds, where the server does not answer


class Signals:
    """Sends and hears words on channels. ``heard`` is called with both, ``missed`` at each beginning.

    What is to be sent is gathered: the same word on a channel goes once. A word that is too long
    goes as none.
    """

    def __init__(
        self, url: URL, heard: Callable[[str, str], None], missed: Callable[[], None]
    ) -> None:
        # As libpq reads it, whatever driver the address names.
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._heard = heard
        self._missed = missed
        self._to_send: dict[tuple[str, str], None] = {}
        self._some = asyncio.Event()

    def send(self, channel: str, word: str = "") -> None:
        """Have everybody who listens hear it, soon. To be called in the loop's thread."""
        short = word if len(word.encode()) <= _LONGEST else ""
        self._to_send[channel, short] = None
        self._some.set()

    async def run(self, channels: Collection[str]) -> None:
        """Send and hear until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._again(lambda conn: self._listen(conn, channels)))
            group.create_task(self._again(self._speak))

    async def _again(self, work: _Work) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._address, autocommit=True, application_name="tocsin"
                ) as connection:
                    await work(connection)
            except psycopg.Error as error:
                reason = (str(error).splitlines() or [""])[0]
                log.warning("other processes are not heard for now", reason=reason)
                await asyncio.sleep(_PAUSE)

    async def _listen(self, connection: _Connection, channels: Collection[str]) -> None:
        for channel in channels:
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(_PREFIX + channel)))
        self._missed()
        async for notice in connection.notifies():
            self._heard(notice.channel.removeprefix(_PREFIX), notice.payload)

    async def _speak(self, connection: _Connection) -> None:
        while True:
            await self._some.wait()
            self._some.clear()
            words, self._to_send = self._to_send, {}
            try:
                for channel, word in words:
                    await connection.execute("SELECT pg_notify(%s, %s)", (_PREFIX + channel, word))
            except BaseException:
                self._to_send = words | self._to_send
                self._some.set()
                raise


if TYPE_CHECKING:
    from collections.abc import Awaitable
    from typing import Any

    _Connection = psycopg.AsyncConnection[Any]
    _Work = Callable[[_Connection], Awaitable[None]]
