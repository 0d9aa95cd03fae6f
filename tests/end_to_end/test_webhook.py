"""Telegram calls the service: with the secret, and nobody else gets a word in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp

from tests.end_to_end.parts import OWNER, Phone, Service, config, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox import Sandbox

SECRET = "s3cret_-"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


def called(telegram: Sandbox, port: int, path: str) -> str:
    """A configuration that has Telegram call."""
    return (
        config(telegram)
        .replace(
            'access = "open"',
            f'access = "open"\nmode = "webhook"\nwebhook = {{ url = "http://127.0.0.1:{port}{path}", '
            f'secret = "{SECRET}" }}',
        )
        .replace("127.0.0.1:0", f"127.0.0.1:{port}")
    )


def update(number: Any, text: str) -> dict[str, Any]:
    person = {"id": OWNER, "is_bot": False, "first_name": "Somebody"}
    return {
        "update_id": number,
        "message": {
            "message_id": 1,
            "date": 1_750_000_000,
            "chat": {"id": OWNER, "type": "private", "first_name": "Somebody"},
            "from": person,
            "text": text,
        },
    }


async def test_what_people_write_comes_by_the_webhook_and_by_polling_after_it(
    telegram: Sandbox, serve: Callable[[str], Service], unused_tcp_port: int
) -> None:
    reader = Phone(telegram, OWNER)
    reader.say("/subscribe airship")  # before anybody listens
    service = serve(called(telegram, unused_tcp_port, "/telegram/hook"))
    await service.start()
    await until(lambda: reader.hears("airship"), "the confirmation")
    assert telegram.world.profile.webhook is not None
    reader.say("/subscribe zeppelin")
    await until(lambda: reader.hears("zeppelin"), "the second confirmation")
    assert await service.stop() == 0
    reader.say("/subscribe balloon")  # while it is down
    (service.folder / "config.toml").write_text(config(telegram), "utf-8")
    await service.start()
    await until(lambda: reader.hears("balloon"), "the third, by polling")
    assert telegram.world.profile.webhook is None
    assert len(reader.heard) == 3


async def test_only_telegram_is_listened_to(
    telegram: Sandbox, serve: Callable[[str], Service], unused_tcp_port: int
) -> None:
    # The address is that of the status page, too: the header tells them apart.
    service = serve(called(telegram, unused_tcp_port, "/"))
    await service.start()
    reader = Phone(telegram, OWNER)
    reader.say("/start")  # to a person who never wrote a bot may not write
    await until(lambda: reader.heard, "the welcome")
    good = {HEADER: SECRET}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{unused_tcp_port}") as web:

        async def post(headers: dict[str, str], **body: Any) -> int:
            async with web.post("/", headers=headers, **body) as answer:
                return answer.status

        assert await post({HEADER: "guessed"}, json=update(900_007, "/subscribe forged")) == 403
        assert await post({HEADER: "\udcff"}, json=update(900_007, "/subscribe forged")) == 403
        assert await post({}, json=update(900_007, "/subscribe forged")) == 401
        for broken in (b"", b"{", b"[" * 100_000, b"[]", b"{}", b'{"update_id": "7"}', b"\xff"):
            assert await post(good, data=broken) == 400
        assert await post(good, json=update(2**70, "/subscribe forged")) == 400
        assert await post(good, json={"update_id": 900_008, "nonsense": 3}) == 200
        assert await post(good, json=update(900_009, "/subscribe genuine")) == 200
        assert await post(good, json=update(900_009, "/subscribe genuine")) == 200
        async with web.get("/", headers=good) as answer:
            assert answer.status == 401
    await until(lambda: reader.hears("genuine"), "the confirmation")
    assert await service.stop() == 0
    assert len(reader.hears("genuine")) == 1
    assert not reader.hears("forged")
    assert SECRET not in service.written()
