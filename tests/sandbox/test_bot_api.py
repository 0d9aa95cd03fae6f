"""What the sandbox enforces, asked over HTTP as any bot would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from telegram import Bot

from bot.sandbox import Sandbox, people
from bot.sandbox.faults import FaultKind
from bot.sandbox.limits import Limits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PERSON = 1001
STRANGER = 1006
GROUP = -4001


class Api:
    """Calls the Bot API and keeps nothing to itself."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self._session = session

    async def __call__(self, method: str, **arguments: Any) -> dict[str, Any]:
        url = f"{self.sandbox.url}/bot{self.sandbox.token}/{method}"
        async with self._session.post(url, json=arguments) as answer:
            result: dict[str, Any] = await answer.json()
            assert result["ok"] == (answer.status == 200)
            return result


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    async with Sandbox(limits=Limits(0, 0, 0)) as sandbox, aiohttp.ClientSession() as session:
        people.say(sandbox.world, PERSON, PERSON, "/start")
        yield Api(sandbox, session)


async def test_updates_are_confirmed_by_the_offset(api: Api) -> None:
    first = await api("getUpdates")
    (update,) = first["result"]
    assert update["message"]["text"] == "/start"
    assert update["message"]["entities"][0]["type"] == "bot_command"
    assert (await api("getUpdates"))["result"] == first["result"]
    assert (await api("getUpdates", offset=update["update_id"] + 1))["result"] == []


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("<x>a</x>", 'Unsupported start tag "x" at byte offset 0'),
        ("<b>a", "Can't find end tag corresponding to start tag"),
        ("<b>a</i></b>", "Unmatched end tag"),
        ("", "message text is empty"),
        ("a" * 4097, "message is too long"),
    ],
)
async def test_bad_text_is_refused_in_telegrams_words(
    api: Api, text: str, description: str
) -> None:
    answer = await api("sendMessage", chat_id=PERSON, text=text, parse_mode="HTML")
    assert answer["error_code"] == 400
    assert description in answer["description"]


async def test_length_counts_after_parsing_and_offsets_count_utf16(api: Api) -> None:
    text = "🔔<b>" + "a" * 4095 + "</b>"
    answer = await api("sendMessage", chat_id=PERSON, text=text, parse_mode="HTML")
    (entity,) = answer["result"]["entities"]
    assert (entity["type"], entity["offset"], entity["length"]) == ("bold", 2, 4095)


@pytest.mark.parametrize(
    ("chat", "code", "description"),
    [(STRANGER, 403, "can't initiate conversation"), (424242, 400, "chat not found")],
)
async def test_chats_that_cannot_be_written_to(
    api: Api, chat: int, code: int, description: str
) -> None:
    answer = await api("sendMessage", chat_id=chat, text="hello")
    assert answer["error_code"] == code
    assert description in answer["description"]


async def test_a_person_who_blocks_the_bot_is_out_of_reach_until_they_come_back(api: Api) -> None:
    people.block(api.sandbox.world, PERSON)
    answer = await api("sendMessage", chat_id=PERSON, text="hello")
    assert "blocked by the user" in answer["description"]
    people.unblock(api.sandbox.world, PERSON)
    assert (await api("sendMessage", chat_id=PERSON, text="hello"))["ok"]


async def test_the_limits_of_token_and_group() -> None:
    async with Sandbox() as sandbox, aiohttp.ClientSession() as session:
        api = Api(sandbox, session)
        answers = [await api("sendMessage", chat_id=GROUP, text="hello") for _ in range(21)]
        refused = [answer for answer in answers if not answer["ok"]]
        assert refused
        assert refused[0]["error_code"] == 429
        assert refused[0]["parameters"]["retry_after"] >= 1


async def test_edits_and_buttons(api: Api) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Press", "callback_data": "x"}]]}
    sent = await api("sendMessage", chat_id=PERSON, text="one", reply_markup=keyboard)
    number = sent["result"]["message_id"]
    same = {"chat_id": PERSON, "message_id": number, "text": "one", "reply_markup": keyboard}
    assert "message is not modified" in (await api("editMessageText", **same))["description"]
    assert (await api("editMessageText", **(same | {"text": "two"})))["ok"]
    people.press(api.sandbox.world, PERSON, PERSON, number, "x")
    query = (await api("getUpdates", offset=-1))["result"][-1]["callback_query"]
    assert query["data"] == "x"
    assert (await api("answerCallbackQuery", callback_query_id=query["id"], text="ok"))["ok"]
    too_long = {"inline_keyboard": [[{"text": "Press", "callback_data": "x" * 65}]]}
    answer = await api("sendMessage", chat_id=PERSON, text="one", reply_markup=too_long)
    assert answer["error_code"] == 400


async def test_faults_on_demand(api: Api) -> None:
    api.sandbox.faults.add(FaultKind.TOO_MANY_REQUESTS, method="sendMessage", retry_after=7)
    answer = await api("sendMessage", chat_id=PERSON, text="hello")
    assert answer["parameters"]["retry_after"] == 7
    api.sandbox.faults.add(FaultKind.ACCEPT_THEN_DROP, method="sendMessage")
    with pytest.raises(aiohttp.ClientError):
        await api("sendMessage", chat_id=PERSON, text="taken all the same")
    assert "taken all the same" in [
        message.text for message in api.sandbox.world.chat(PERSON).messages.values()
    ]


async def test_strangers_on_the_web_are_turned_away(api: Api) -> None:
    async with aiohttp.ClientSession(api.sandbox.url) as web:
        async with web.get("/", headers={"Host": "evil.example"}) as answer:
            assert answer.status == 421
        headers = {"Sec-Fetch-Site": "cross-site"}
        async with web.post("/sandbox/reset", json={}, headers=headers) as answer:
            assert answer.status == 403
        async with web.post("/bot1:wrong/getMe") as answer:
            assert answer.status in {401, 404}
        for asset in ("", "app.js", "text.js", "style.css", "icon.svg"):
            async with web.get(f"/{asset}") as answer:
                assert answer.status == 200
                assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


async def test_python_telegram_bot_works_with_it_unmodified(api: Api) -> None:
    async with Bot(api.sandbox.token, base_url=f"{api.sandbox.url}/bot") as bot:
        assert (await bot.get_me()).username == "tocsin_bot"
        message = await bot.send_message(PERSON, "<b>Hi</b>", parse_mode="HTML")
        assert message.text == "Hi"
        updates = await bot.get_updates(timeout=0)
        assert updates[0].message is not None
