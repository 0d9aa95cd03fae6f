"""Our HTTP under the library's bot, over real HTTP: to the sandbox, and to servers that misbehave."""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from telegram import InputFile

from bot.errors import ChatGone, DeliveryError, MessageRefused, RetryLater, TokenRefused
from bot.model import Message
from bot.sandbox import Sandbox
from bot.telegram import AiohttpRequest, call, close_bot, introduce, make_bot
from tests.telegram.server import answer, eventually, page, refusal, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram import Bot

TOKEN = "7000000001:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SECRET = TOKEN.partition(":")[2]


@asynccontextmanager
async def bot_at(api: str, read_timeout: float = 20.0) -> AsyncIterator[Bot]:
    request = AiohttpRequest(read_timeout=read_timeout)
    updates = AiohttpRequest(connections=2, read_timeout=read_timeout)
    try:
        yield make_bot(TOKEN, api, request=request, updates_request=updates)
    finally:
        await request.shutdown()
        await updates.shutdown()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(token=TOKEN) as running:
        yield running


async def test_the_bot_learns_its_name(sandbox: Sandbox) -> None:
    async with bot_at(sandbox.url) as bot:
        assert (await introduce(bot)).username == "tocsin_bot"
        assert bot.username == "tocsin_bot"


async def test_a_message_with_nested_arguments_arrives_whole(sandbox: Sandbox) -> None:
    sandbox.say(1001, "hello")
    keyboard = {"inline_keyboard": [[{"text": "Düğme", "callback_data": "a:m:1"}]]}
    text = "Поутин & <b>пу́тин</b> 🇫🇷"
    async with bot_at(sandbox.url) as bot:
        result = await call(
            bot,
            Message(
                "sendMessage",
                {"chat_id": 1001, "text": text, "parse_mode": "HTML", "reply_markup": keyboard},
            ),
        )

    assert result["text"] == "Поутин & пу́тин 🇫🇷"
    assert result["reply_markup"] == keyboard


async def test_a_long_poll_does_not_hold_up_a_message(sandbox: Sandbox) -> None:
    sandbox.say(1001, "hello")
    async with bot_at(sandbox.url) as bot:
        await introduce(bot)
        [first] = await bot.get_updates(timeout=0)
        poll = asyncio.create_task(bot.get_updates(offset=first.update_id + 1, timeout=30))
        await eventually(lambda: sandbox.journal.in_flight == 1)
        await call(bot, Message("sendMessage", {"chat_id": 1001, "text": "hi"}))
        assert not poll.done()
        sandbox.say(1001, "again")
        [update] = await poll
        assert update.message is not None
        assert update.message.text == "again"


async def test_none_is_not_sent() -> None:
    async with serving(answer(True)) as (api, asked), bot_at(api) as bot:
        await call(bot, Message("sendMessage", {"chat_id": 1, "text": "x", "parse_mode": None}))

    assert asked[0].path == f"/bot{TOKEN}/sendMessage"
    assert asked[0].fields == {"chat_id": "1", "text": "x"}
    assert asked[0].content_type == "application/x-www-form-urlencoded"


async def test_half_a_surrogate_pair_does_not_stop_a_message() -> None:
    async with serving(answer(True)) as (api, asked), bot_at(api) as bot:
        await call(bot, Message("sendMessage", {"chat_id": 1, "text": "a\ud83d b"}))

    assert asked[0].fields["text"] == "a? b"


async def test_a_file_goes_as_multipart() -> None:
    photo = InputFile(b"\x89PNG", filename="a.png", attach=False)
    async with serving(answer({"message_id": 5})) as (api, asked), bot_at(api) as bot:
        await call(bot, Message("sendPhoto", {"chat_id": 1, "caption": "c", "photo": photo}))

    assert asked[0].content_type == "multipart/form-data"
    assert asked[0].fields == {"chat_id": "1", "caption": "c", "photo": b"\x89PNG"}


async def test_a_file_comes_back_byte_for_byte() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(body=b"\x00[lists]\n")

    async with serving(handler) as (api, _), bot_at(api) as bot:
        body = await bot.request.retrieve(f"{api}/file/bot{TOKEN}/rules.toml")

    assert body == b"\x00[lists]\n"


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 429, 502])
async def test_a_page_is_not_telegrams_word(status: int) -> None:
    """A gateway's "403 Forbidden" must not make a chat look gone, nor its 404 the token wrong."""
    handler = page(f"<html>{TOKEN} not found</html>", status)
    async with serving(handler) as (api, _), bot_at(api) as bot:
        with pytest.raises(RetryLater) as failure:
            await call(bot, Message("sendMessage", {"chat_id": 1, "text": "x"}))

    assert str(status) in str(failure.value)
    assert failure.value.after is None


@pytest.mark.parametrize("body", ["[]", "1", '"ok"', "{}", '{"ok": true}', '{"result": 1}', "null"])
async def test_json_that_is_no_answer(body: str) -> None:
    async with serving(page(body)) as (api, _), bot_at(api) as bot:
        with pytest.raises(RetryLater):
            await call(bot, Message("getMe"))


@pytest.mark.parametrize(
    ("status", "description", "parameters", "expected"),
    [
        (429, "Too Many Requests: retry after 4", {"retry_after": 4}, RetryLater),
        (400, "Bad Request: chat not found", {}, ChatGone),
        (400, "Bad Request: upgraded", {"migrate_to_chat_id": -1005}, ChatGone),
        (400, "Bad Request: message is too long", {}, MessageRefused),
        (403, "Forbidden: bot was blocked by the user", {}, ChatGone),
        (401, "Unauthorized", {}, TokenRefused),
        (404, "Not Found", {}, TokenRefused),
        (409, "Conflict: terminated by other getUpdates request", {}, RetryLater),
        (500, "Internal Server Error", {}, RetryLater),
    ],
)
async def test_telegrams_refusals(
    status: int, description: str, parameters: dict[str, int], expected: type[DeliveryError]
) -> None:
    handler = refusal(status, description, **parameters)
    async with serving(handler) as (api, _), bot_at(api) as bot:
        with pytest.raises(expected):
            await call(bot, Message("sendMessage", {"chat_id": 1, "text": "x"}))


async def test_a_method_that_telegram_has_not_stays_here() -> None:
    async with serving(answer(True)) as (api, asked), bot_at(api) as bot:
        with pytest.raises(MessageRefused, match="sendMesage"):
            await call(bot, Message("sendMesage", {"chat_id": 1}))

    assert asked == []


async def silent(request: web.Request) -> web.Response:
    await asyncio.Event().wait()
    raise AssertionError


async def dropped(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    raise asyncio.CancelledError


async def test_no_answer_in_time_is_uncertain() -> None:
    async with serving(silent) as (api, asked), bot_at(api, read_timeout=0.05) as bot:
        with pytest.raises(RetryLater) as failure:
            await call(bot, Message("sendMessage", {"chat_id": 1, "text": "x"}))

    assert failure.value.uncertain
    assert len(asked) == 1


async def test_a_dropped_connection() -> None:
    async with serving(dropped) as (api, _), bot_at(api) as bot:
        with pytest.raises(RetryLater):
            await call(bot, Message("sendMessage", {"chat_id": 1, "text": "x"}))


async def test_nobody_listens() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, never listening: a port that refuses
        async with bot_at(f"http://127.0.0.1:{held.getsockname()[1]}") as bot:
            with pytest.raises(RetryLater) as failure:
                await introduce(bot)

    assert not failure.value.uncertain


async def test_a_redirect_is_not_followed() -> None:
    async def away(request: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect("/elsewhere")

    async with serving(away) as (api, asked), bot_at(api) as bot:
        with pytest.raises(RetryLater):
            await call(bot, Message("getMe"))

    assert len(asked) == 1


async def test_the_environments_proxy_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    me = {"id": 1, "is_bot": True, "first_name": "Tocsin"}
    async with serving(answer(me)) as (api, _), bot_at(api) as bot:
        await introduce(bot)


async def test_it_opens_again_after_a_shutdown() -> None:
    async with serving(answer(True)) as (api, asked), bot_at(api) as bot:
        await call(bot, Message("getMe"))
        await bot.request.shutdown()
        await bot.request.shutdown()
        await call(bot, Message("getMe"))

    assert len(asked) == 2


@pytest.mark.parametrize("handler", [refusal(401, "Unauthorized"), dropped, page("no", 502)])
async def test_the_token_is_in_no_error_and_no_log(
    handler: object, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving(handler) as (api, _), bot_at(api) as bot:  # type: ignore[arg-type] # a Handler
        with pytest.raises(DeliveryError) as introduced:
            await introduce(bot)
        with pytest.raises(DeliveryError) as called:
            await call(bot, Message("sendMessage", {"chat_id": 1, "text": "x"}))

    for failure in (introduced, called):
        assert SECRET not in str(failure.getrepr(chain=True, showlocals=False))
    ours = [record for record in caplog.records if not record.name.startswith("aiohttp")]
    assert not [record for record in ours if SECRET in record.getMessage()]


async def test_a_bot_that_was_never_answered_is_closed_all_the_same() -> None:
    bot = make_bot("1:" + "a" * 35, "http://127.0.0.1:9")
    with pytest.raises(RetryLater):
        await introduce(bot)
    sessions = [request._session for request in bot._request]  # type: ignore[attr-defined]
    await close_bot(bot)
    assert all(session is None or session.closed for session in sessions)
    await close_bot(bot)
