"""The same service with its store on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.end_to_end.parts import OWNER, Phone, Service, config, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.sandbox import Sandbox
    from tests.postgres import Postgres

TITLE = "Le Kremlin confirme la préparation d'un appel téléphonique"


async def test_the_seed_rings_and_is_found(
    telegram: Sandbox, server: Postgres, serve: Callable[[str], Service], article: Path
) -> None:
    service = serve(config(telegram, more=f'[store]\nurl = "{server.make()}"\n'))
    await service.start()
    reader = Phone(telegram, OWNER)
    reader.say("/subscribe Poutine")
    await until(lambda: reader.hears(TITLE), "the alert")
    reader.say("/latest Kremlin")
    answered = len(reader.hears(TITLE))
    await until(lambda: len(reader.hears(TITLE)) > answered, "the answer")
    await service.kill()
    await service.start()
    service.seed("airship.txt", "A zeppelin and Poutine over the lake\n\nIt came at noon.\n")
    await until(lambda: reader.hears("A zeppelin and Poutine"), "the alert after a kill")
    assert await service.stop() == 0
    assert "ERROR" not in service.written()
    assert not (service.folder / "tocsin.db").exists()
