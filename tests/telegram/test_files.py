"""A file that is kept with a message in the outbox arrives as a file."""

from __future__ import annotations

from bot.model import Message
from bot.sandbox import Sandbox
from bot.sandbox.cast import OWNER
from bot.telegram import call, close_bot, enclosed, make_bot


async def test_a_file_arrives_with_its_caption() -> None:
    async with Sandbox() as sandbox:
        sandbox.say(OWNER, "/start")
        bot = make_bot(sandbox.token, sandbox.url)
        document = enclosed("data.json", b'{"a": 1}')
        arguments = {"chat_id": OWNER, "document": document, "caption": "<b>All</b>"}
        await call(bot, Message("sendDocument", arguments | {"parse_mode": "HTML"}))
        await close_bot(bot)
        (message,) = sandbox.answers(OWNER)
        assert message.document is not None
        assert (message.document.name, message.document.body) == ("data.json", b'{"a": 1}')
        assert message.text == "All"
