"""Files in the sandbox: sent by people and fetched by the bot, and the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from telegram.error import InvalidToken

from bot.model import Message
from bot.sandbox import Sandbox, people
from bot.sandbox.cast import DESK, OWNER, WIRE
from bot.telegram import call, close_bot, enclosed, make_bot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram import Bot


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as started:
        yield started


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    made = make_bot(sandbox.token, sandbox.url)
    yield made
    await close_bot(made)


async def test_a_file_from_a_person_is_fetched(sandbox: Sandbox, bot: Bot) -> None:
    sandbox.upload(OWNER, "règles.toml", b"[lists]\n", caption="new rules")
    (update,) = await bot.get_updates()
    message = update.message
    assert message is not None
    assert message.document is not None
    assert (message.document.file_name, message.caption) == ("règles.toml", "new rules")
    assert message.document.file_size == len(b"[lists]\n")
    file = await bot.get_file(message.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"[lists]\n"


async def test_files_are_for_the_bot_alone(sandbox: Sandbox, bot: Bot) -> None:
    sandbox.upload(OWNER, "a.txt", b"mine")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.document is not None
    file = await bot.get_file(update.message.document.file_id)
    wrong = make_bot("1:wrong", sandbox.url)
    with pytest.raises(InvalidToken):
        await wrong.request.retrieve(str(file.file_path).replace(sandbox.token, "1:wrong"))
    await close_bot(wrong)


async def test_a_file_from_the_bot_arrives_with_its_caption(sandbox: Sandbox, bot: Bot) -> None:
    sandbox.say(OWNER, "/start")
    document = enclosed("data.json", b'{"a": 1}')
    arguments = {"chat_id": OWNER, "document": document, "caption": "<b>All</b>"}
    await call(bot, Message("sendDocument", arguments | {"parse_mode": "HTML"}))
    (message,) = sandbox.answers(OWNER)
    assert message.document is not None
    assert (message.document.name, message.document.body) == ("data.json", b'{"a": 1}')
    assert message.text == "All"


async def test_an_anonymous_admin_and_a_forwarded_post(sandbox: Sandbox, bot: Bot) -> None:
    sandbox.say(OWNER, "/topics", DESK, anonymous=True)
    post = sandbox.say(OWNER, "A post", WIRE)

    people.forward(sandbox.world, OWNER, OWNER, post)
    said, _, forwarded = await bot.get_updates()
    assert said.message is not None
    assert said.message.from_user is not None
    assert said.message.sender_chat is not None
    assert said.message.from_user.username == "GroupAnonymousBot"
    assert said.message.sender_chat.id == DESK
    assert forwarded.message is not None
    assert forwarded.message.forward_origin is not None
    assert forwarded.message.forward_origin.to_dict()["chat"]["id"] == WIRE
