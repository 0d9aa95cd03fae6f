"""Files, forwarded messages, anonymous admins and inline mode, as a stock client meets them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from telegram import Bot, InlineQueryResultArticle, InputTextMessageContent
from telegram.error import BadRequest

from bot.sandbox import Sandbox, people
from bot.sandbox.limits import Limits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

YOU, DESK, WIRE = 1001, -4001, -1001000000002


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(limits=Limits(0, 0, 0)) as sandbox:
        people.say(sandbox.world, YOU, YOU, "/start")
        yield sandbox


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    base = sandbox.url
    async with Bot(
        sandbox.token, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot"
    ) as stock:
        yield stock


async def newest(bot: Bot) -> Any:
    return (await bot.get_updates(offset=-1, timeout=0))[-1]


async def test_a_file_goes_to_the_bot_and_back(sandbox: Sandbox, bot: Bot) -> None:
    people.upload(sandbox.world, YOU, YOU, "règles.toml", b"[topics]", caption="mine")
    message = (await newest(bot)).message
    assert (message.document.file_name, message.caption) == ("règles.toml", "mine")
    file = await bot.get_file(message.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"[topics]"
    sent = await bot.send_document(YOU, b"{}", filename="yours.json", caption="<b>x</b>")
    assert sent.document is not None
    assert sent.document.file_name == "yours.json"
    assert sent.caption == "<b>x</b>"
    with pytest.raises(BadRequest, match="Wrong file_id"):
        await bot.get_file("nothing")
    with pytest.raises(BadRequest, match="(?i)no text in the message"):
        await bot.edit_message_text("x", YOU, sent.message_id)


async def test_a_post_of_a_channel_is_forwarded(sandbox: Sandbox, bot: Bot) -> None:
    post = people.say(sandbox.world, YOU, WIRE, "Look")
    people.forward(sandbox.world, YOU, WIRE, post.id)
    message = (await newest(bot)).message
    assert message.chat.id == YOU
    assert message.text == "Look"
    assert message.forward_origin.chat.id == WIRE


async def test_an_admin_without_a_name(sandbox: Sandbox, bot: Bot) -> None:
    people.say(sandbox.world, YOU, DESK, "/topics", anonymous=True)
    message = (await newest(bot)).message
    assert message.from_user.username == "GroupAnonymousBot"
    assert message.sender_chat.id == DESK


async def test_an_answer_in_inline_mode_becomes_a_message(sandbox: Sandbox, bot: Bot) -> None:
    query = people.inline(sandbox.world, YOU, "grain")
    asked = (await newest(bot)).inline_query
    good = InlineQueryResultArticle(
        "1", "Grain", InputTextMessageContent("<b>Grain</b>", parse_mode="HTML")
    )
    bad = InlineQueryResultArticle("2", "Bad", InputTextMessageContent("<b>", parse_mode="HTML"))
    with pytest.raises(BadRequest, match="(?i)can.t parse entities"):
        await bot.answer_inline_query(asked.id, [good, bad])
    await bot.answer_inline_query(asked.id, [good])
    message = people.choose(sandbox.world, YOU, YOU, query.id, "1")
    assert message.text == "Grain"
    assert (await newest(bot)).message.via_bot.username == "tocsin_bot"
