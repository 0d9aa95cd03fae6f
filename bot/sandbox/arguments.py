"""A call's arguments, from whichever body they came in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import BodyPartReader

from bot.sandbox.refusals import bad_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web

_TRUE = frozenset({"true", "yes", "1"})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file sent with a call."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Arguments:
    """Arguments by name: strings from forms and addresses, any JSON from a JSON body."""

    values: Mapping[str, Any] = field(default_factory=dict)
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """A string; numbers are taken for their digits."""
        value = self.values.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """An integer; what is none counts as ``default``, as with Telegram."""
        value = self.values.get(name)
        try:
            return default if value is None or value == "" else int(value)
        except (TypeError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        """A boolean."""
        return self.text(name).lower() in _TRUE

    def json(self, name: str) -> Any:
        """A nested value, itself or as a JSON string; None where it is missing. Raises Refusal."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def chat_id(self) -> int | str:
        """The chat that the call is about: an id, or an @name. Raises Refusal."""
        value = self.text("chat_id").strip()
        if not value:
            raise bad_request("chat_id is empty")
        return value if value.startswith("@") else self.integer("chat_id")


async def read_arguments(request: web.Request) -> Arguments:
    """Read form, multipart, JSON or nothing; the query string counts as well. Raises Refusal."""
    values: dict[str, Any] = dict(request.query)
    uploads: dict[str, Upload] = {}
    kind = request.content_type
    if not request.body_exists:
        pass
    elif kind == "application/json":
        values |= await _json_body(request)
    elif kind == "multipart/form-data":
        await _read_parts(request, values, uploads)
    elif kind == "application/x-www-form-urlencoded":
        values |= dict((await request.post()).items())
    return Arguments(values, uploads)


async def _json_body(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(body, dict):
        raise bad_request("can't parse JSON object: an Object was expected")
    return body


async def _read_parts(
    request: web.Request, values: dict[str, Any], uploads: dict[str, Upload]
) -> None:
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                continue
            body = bytes(await part.read(decode=True))
            if part.filename is None:
                values[part.name] = body.decode()
            else:
                uploads[part.name] = Upload(part.filename, body)
    except ValueError:
        raise bad_request("can't parse the multipart body") from None
