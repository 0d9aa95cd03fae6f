"""HTTP for python-telegram-bot on aiohttp, in place of its httpx.

Past some twenty requests in flight httpx slows to a tenth of aiohttp's rate, and it logs the
address of each request, which holds the bot's token. Here no address enters a log or an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import orjson
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest
from typing_extensions import override

if TYPE_CHECKING:
    from telegram._utils.types import ODVInput
    from telegram.request import RequestData


_UPLOAD = 60.0  # seconds for sending the body and for reading the answer to its end


class AiohttpRequest(BaseRequest):
    """The requests of one bot over one aiohttp session, made in the loop that first needs it.

    ``connections`` is the most that are open at once. Timeouts are seconds: ``connect_timeout``
    until the connection stands, ``read_timeout`` between two reads of the answer. A body goes out
    form-encoded, as every Bot API server reads it, or as multipart where there are files.
    """

    def __init__(
        self,
        *,
        connections: int = 64,
        connect_timeout: float = 10.0,
        read_timeout: float = 20.0,
    ) -> None:
        self._connections = connections
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    @override
    def read_timeout(self) -> float:
        """Seconds that a request waits for its answer unless told otherwise."""
        return self._read_timeout

    @override
    async def initialize(self) -> None:
        """Makes the session; safe to repeat."""
        self._open()

    @override
    async def shutdown(self) -> None:
        """Closes the session; a later request opens a new one."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    @override
    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body of one request.

        Raises:
            TimedOut: no answer in time; the server may have acted all the same.
            NetworkError: no connection, a broken one, or an answer that is no Bot API's.
        """
        timeout = self._timeout(connect_timeout, read_timeout)
        headers = {"User-Agent": self.USER_AGENT}
        body = _body(request_data)
        if isinstance(body, bytes):
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        failure: NetworkError
        try:
            async with self._open().request(
                method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                payload = await response.read()
        except TimeoutError:
            failure = TimedOut("No answer in time")
        except (aiohttp.ClientError, OSError) as error:
            failure = NetworkError(f"No answer: {_what(error)}")
        else:
            # A proxy's or a gateway's page is not Telegram's word, whatever its status says.
            if method == "POST" and not _is_answer(payload):
                raise NetworkError(f"HTTP {response.status} without an answer of the Bot API")
            return response.status, payload
        # Raised here, outside the handler: aiohttp's own error, which holds the address, is not
        # chained to it.
        raise failure

    @staticmethod
    @override
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer's object."""
        answer = _answer(payload)
        if answer is None:
            raise NetworkError("An answer that is not the Bot API's")
        return answer

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=50),
                cookie_jar=aiohttp.DummyCookieJar(),
                # The environment's proxies and .netrc are not for a URL that holds a secret.
                trust_env=False,
            )
        return self._session

    def _timeout(self, connect: ODVInput[float], read: ODVInput[float]) -> aiohttp.ClientTimeout:
        to_connect = _seconds(connect, self._connect_timeout)
        to_read = _seconds(read, self._read_timeout)
        # A server that sends a byte now and then must come to an end too, and so must an upload.
        total = None if to_read is None else _UPLOAD + (to_connect or 0) + to_read
        return aiohttp.ClientTimeout(total=total, connect=to_connect, sock_read=to_read)


def _seconds(given: ODVInput[float], default: float) -> float | None:
    return given if given is None or isinstance(given, int | float) else default


def _body(data: RequestData | None) -> aiohttp.FormData | bytes | None:
    """The body as python-telegram-bot's data asks for it: files make it multipart."""
    if data is None:
        return None
    if not data.contains_files:
        # A lone surrogate cannot be encoded; one must not make a message unsendable.
        return data.url_encoded_parameters({"errors": "replace"}).encode("ascii")
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, file in data.multipart_data.items():
        filename, content, mimetype = file
        form.add_field(name, content, filename=filename, content_type=mimetype)
    return form


def _answer(payload: bytes) -> dict[str, Any] | None:
    try:
        answer = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(answer, dict) or not isinstance(answer.get("ok"), bool):
        return None
    return answer if "result" in answer or not answer["ok"] else None


def _is_answer(payload: bytes) -> bool:
    return _answer(payload) is not None


def _what(error: Exception) -> str:
    """What went wrong, in words that cannot hold the address."""
    if isinstance(error, OSError) and error.strerror:
        return f"{type(error).__name__}, {error.strerror}"
    return type(error).__name__
