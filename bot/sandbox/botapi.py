"""The Bot API over HTTP: ``/bot{token}/{method}``, its answers, and the faults put in its way."""

from __future__ import annotations

import asyncio
import inspect
import re
import secrets
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from bot.sandbox.arguments import read_arguments
from bot.sandbox.faults import FaultKind
from bot.sandbox.methods import METHODS
from bot.sandbox.refusals import Refusal, bad_request, too_fast

if TYPE_CHECKING:
    from bot.sandbox.arguments import Arguments
    from bot.sandbox.faults import Fault, Faults
    from bot.sandbox.journal import Call, Journal
    from bot.sandbox.world import World

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)


class BotApi:
    """Answers calls for one bot. ``stop`` ends the waits of faults at once."""

    def __init__(self, world: World, token: str, faults: Faults, journal: Journal) -> None:
        self._world = world
        self._token = token
        self._faults = faults
        self._journal = journal
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End what waits."""
        self._stopping.set()
        self._world.updates.close()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call. Never raises: what is wrong becomes an answer."""
        token, name = request.match_info["token"], request.match_info["method"]
        try:
            self._check_token(token)
            arguments = await read_arguments(request)
        except Refusal as refusal:
            return _refused(refusal)
        call = self._journal.arrive(name, _chat_of(arguments), self._world.clock.now())
        try:
            return await self._answer(request, call, arguments)
        finally:
            self._journal.leave()

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A file that somebody sent to the bot."""
        try:
            self._check_token(request.match_info["token"])
        except Refusal as refusal:
            return _refused(refusal)
        document = self._world.documents.get(request.match_info["document"])
        if document is None:
            return _refused(Refusal(404, "Not Found"))
        return web.Response(body=document.body, content_type=document.content_type)

    async def _answer(
        self, request: web.Request, call: Call, arguments: Arguments
    ) -> web.StreamResponse:
        fault = self._faults.take(call.method.lower(), call.chat_id)
        call.fault = fault.kind.value if fault else ""
        spoilt = await self._spoil_before(request, fault)
        if spoilt is None:
            try:
                response = _accepted(await self._execute(call, arguments, fault))
                code, description = 200, ""
            except Refusal as refusal:
                response = _refused(refusal)
                code, description = refusal.code, refusal.description
            spoilt = await self._spoil_after(request, fault)
            if spoilt is None:
                self._journal.answer(call, code, description, self._world.clock.now())
                return response
        if spoilt.status:
            self._journal.answer(call, spoilt.status, spoilt.reason or "", self._world.clock.now())
        return spoilt

    async def _execute(self, call: Call, arguments: Arguments, fault: Fault | None) -> Any:
        if fault and fault.kind is FaultKind.TOO_MANY_REQUESTS:
            raise too_fast(fault.retry_after)
        if fault and fault.kind is FaultKind.PICTURE_UNREACHABLE and call.method == "sendPhoto":
            raise bad_request("failed to get HTTP URL content")
        method = METHODS.get(call.method.lower())
        if method is None:
            raise Refusal(404, "Not Found: method not found")
        result = method(self._world, arguments)
        if inspect.isawaitable(result):
            result = await result
        call.accepted = True
        if isinstance(result, dict):
            call.message_id = result.get("message_id")
        return result

    async def _spoil_before(
        self, request: web.Request, fault: Fault | None
    ) -> web.StreamResponse | None:
        match fault.kind if fault else None:
            case FaultKind.LATENCY if fault:
                await self._pause(fault.seconds)
            case FaultKind.BAD_GATEWAY:
                return _bad_gateway()
            case FaultKind.INTERNAL_ERROR:
                return _refused(Refusal(500, "Internal Server Error"))
            case FaultKind.DROP:
                return _dropped(request)
        return None

    async def _spoil_after(
        self, request: web.Request, fault: Fault | None
    ) -> web.StreamResponse | None:
        match fault.kind if fault else None:
            case FaultKind.ACCEPT_THEN_DELAY if fault:
                await self._pause(fault.seconds)
            case FaultKind.ACCEPT_THEN_BAD_GATEWAY:
                return _bad_gateway()
            case FaultKind.ACCEPT_THEN_DROP:
                return _dropped(request)
        return None

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    def _check_token(self, token: str) -> None:
        if not _TOKEN.fullmatch(token):
            raise Refusal(404, "Not Found")
        if not secrets.compare_digest(token.encode(), self._token.encode()):
            raise Refusal(401, "Unauthorized")


def _chat_of(arguments: Arguments) -> int | str | None:
    try:
        return arguments.chat_id()
    except Refusal:
        return None


def _json(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")


def _accepted(result: Any) -> web.Response:
    return _json({"ok": True, "result": result})


def _refused(refusal: Refusal) -> web.Response:
    body = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.parameters is not None:
        body["parameters"] = refusal.parameters
    return _json(body, refusal.code)


def _bad_gateway() -> web.Response:
    return web.Response(text=_GATEWAY, status=502, content_type="text/html")


class _NoResponse(web.Response):
    """What stands for an answer once the connection is cut: nothing of it is written."""

    async def prepare(self, request: web.BaseRequest) -> None:
        del request

    async def write_eof(self, data: bytes = b"") -> None:
        del data


def _dropped(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return _NoResponse(status=444)
