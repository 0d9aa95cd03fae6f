"""The chat page, its event stream, and the HTTP side of the control API."""

from __future__ import annotations

import asyncio
from importlib import resources
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from bot.sandbox.control import Body, Control, find_query, page_state
from bot.sandbox.methods.profile import command_state
from bot.sandbox.refusals import Refusal, bad_request

if TYPE_CHECKING:
    from bot.sandbox.events import Listener
    from bot.sandbox.faults import Faults
    from bot.sandbox.journal import Journal
    from bot.sandbox.world import World

ASSETS = {
    "": ("index.html", "text/html"),
    "style.css": ("style.css", "text/css"),
    "app.js": ("app.js", "text/javascript"),
    "text.js": ("text.js", "text/javascript"),
    "icon.svg": ("icon.svg", "image/svg+xml"),
}
HEARTBEAT = 15.0
LONGEST_WAIT = 60.0


class Site:
    """Serves everything but the Bot API."""

    def __init__(self, world: World, faults: Faults, journal: Journal, owner: int) -> None:
        self._world = world
        self._faults = faults
        self._journal = journal
        self._owner = owner
        self._control = Control(world, faults, journal)

    def add_routes(self, app: web.Application) -> None:
        """Hang the routes into ``app``."""
        app.router.add_get("/{asset:|[a-z]+\\.[a-z]+}", self.asset)
        app.router.add_get("/sandbox/events", self.events)
        app.router.add_get("/sandbox/state", self.state)
        app.router.add_get("/sandbox/calls", self.calls)
        app.router.add_get("/sandbox/counters", self.counters)
        app.router.add_get("/sandbox/query/{query}", self.query)
        app.router.add_get("/sandbox/photos/{photo}", self.photo)
        app.router.add_get("/sandbox/documents/{document}", self.document)
        app.router.add_post("/sandbox/{action:[a-z/]+}", self.act)

    async def asset(self, request: web.Request) -> web.Response:
        """The page and its parts."""
        name, kind = ASSETS.get(request.match_info["asset"], ("", ""))
        if not name:
            raise web.HTTPNotFound(text="There is no such page.\n")
        if name == "index.html":
            self._learn_language(request)
        body = resources.files("bot.sandbox").joinpath("page", name).read_bytes()
        return web.Response(body=body, content_type=kind, charset="utf-8")

    async def state(self, request: web.Request) -> web.Response:
        """All there is to see; with ``?after=NUMBER&wait=SECONDS`` once more than that happened."""
        after = _whole(request, "after", -1)
        seconds = min(float(_whole(request, "wait", 0)), LONGEST_WAIT)
        if seconds and self._world.hub.number <= after:
            await self._something(seconds)
        return _json(self._state())

    async def events(self, request: web.Request) -> web.StreamResponse:
        """The state, then what happens, as server-sent events."""
        response = web.StreamResponse()
        response.content_type = "text/event-stream"
        with self._world.hub.listen() as listener:
            await response.prepare(request)
            await _send(response, "state", self._state())
            while True:
                event = await _next(listener)
                if event is None:
                    return response
                if event == "":
                    await response.write(b": still here\n\n")
                elif event.kind == "reset":
                    await _send(response, "state", self._state())
                else:
                    await _send(response, event.kind, event.data)

    async def calls(self, request: web.Request) -> web.Response:
        """The Bot API calls after ``?after=NUMBER``, at most ``limit``."""
        calls = self._journal.since(_whole(request, "after", 0), _whole(request, "limit", 1000))
        return _json([call.json() for call in calls])

    async def counters(self, _request: web.Request) -> web.Response:
        """How many calls, by method and by answer."""
        return _json(self._journal.counts())

    async def query(self, request: web.Request) -> web.Response:
        """What became of a press or an inline query."""
        try:
            return _json(find_query(self._world, request.match_info["query"]))
        except Refusal as refusal:
            return _json({"error": refusal.description}, refusal.code)

    async def photo(self, request: web.Request) -> web.Response:
        """An uploaded picture."""
        photo = self._world.photos.get(request.match_info["photo"])
        if photo is None or not photo.body:
            raise web.HTTPNotFound(text="There is no such picture.\n")
        return web.Response(body=photo.body, content_type=photo.content_type)

    async def document(self, request: web.Request) -> web.Response:
        """A file that somebody sent; never shown as a page of the sandbox's own."""
        document = self._world.documents.get(request.match_info["document"])
        if document is None:
            raise web.HTTPNotFound(text="There is no such file.\n")
        return web.Response(
            body=document.body,
            content_type="application/octet-stream",
            headers={"Content-Disposition": "attachment"},
        )

    async def act(self, request: web.Request) -> web.Response:
        """One action of the control API."""
        act = self._control.actions.get(request.match_info["action"])
        if act is None:
            return _json({"error": f"actions: {', '.join(self._control.actions)}"}, 404)
        try:
            result = act(Body(_parsed(await request.read())))
        except Refusal as refusal:
            error = refusal.description.removeprefix("Bad Request: ")
            return _json({"error": error}, 400)
        self._world.hub.publish("done", {"action": request.match_info["action"]})
        return _json({} if result is None else result)

    def _state(self) -> dict[str, Any]:
        return page_state(self._world, self._faults) | {
            "owner": self._owner,
            "commands": command_state(self._world),
        }

    async def _something(self, seconds: float) -> None:
        with self._world.hub.listen() as listener:
            try:
                async with asyncio.timeout(seconds):
                    await listener.next()
            except TimeoutError:
                return

    def _learn_language(self, request: web.Request) -> None:
        """Whoever sits before the screen speaks what their browser does, unless they chose."""
        owner = self._world.people.get(self._owner)
        if owner is not None and not owner.language:
            wished = request.headers.get("Accept-Language", "en")
            owner.language = wished.split(",")[0].split(";")[0].strip()[:12] or "en"


async def _next(listener: Listener) -> Any:
    """The next event, None at the end, "" when it is time for a sign of life."""
    try:
        async with asyncio.timeout(HEARTBEAT):
            return await listener.next()
    except TimeoutError:
        return ""


async def _send(response: web.StreamResponse, kind: str, data: Any) -> None:
    await response.write(b"event: %b\ndata: %b\n\n" % (kind.encode(), orjson.dumps(data)))


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as error:
        raise bad_request(f"not JSON: {error}") from None


def _whole(request: web.Request, name: str, default: int) -> int:
    try:
        return int(request.query.get(name, default))
    except ValueError:
        return default


def _json(body: Any, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")
