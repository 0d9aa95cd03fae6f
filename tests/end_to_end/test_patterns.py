"""Patterns in time, as people see them: a count that fills up over a restart, and a silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.end_to_end.parts import OWNER, Phone, Service, config, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.sandbox import Sandbox

RULES = """
[topics.airships]
title = { en = "Airships" }
query = "zeppelin"
when = { count = 3, within = "1h" }

[topics.still]
title = { en = "No airships" }
query = "zeppelin"
when = { silence = "2s" }
"""


async def test_a_pattern_in_time_rings_once_over_a_restart_and_a_silence_by_the_clock(
    telegram: Sandbox, serve: Callable[[str], Service], tmp_path: Path
) -> None:
    service = serve(config(telegram))
    (tmp_path / "rules" / "rules.toml").write_text(RULES, "utf-8")
    await service.start()
    reader = Phone(telegram, OWNER)
    for topic in ("airships", "still"):
        reader.say(f"/subscribe {topic}")
    await until(lambda: len(reader.heard) >= 2, "both confirmations")
    await until(lambda: reader.hears("🔇 No report for 2 seconds"), "the silence")
    for number in range(2):
        service.seed(f"{number}.txt", f"A zeppelin over the lake {number}\n\nIt came at noon.\n")
    await until(lambda: service.written().count("items stored") >= 2, "both to be stored")
    assert not reader.hears("⏱")
    assert await service.stop() == 0
    await service.start()
    for number in range(2, 4):
        service.seed(f"{number}.txt", f"A zeppelin over the sea {number}\n\nIt came at noon.\n")
    (alert,) = await until(lambda: reader.hears("⏱ 3 reports within 1 hour"), "the alert")
    assert "Before that:" in alert.text
    await until(lambda: len(reader.hears("No report for 2 seconds, since")) >= 1, "silence again")
    assert len(reader.hears("⏱")) == 1
    reader.press(alert, "Why?")
    await until(lambda: len(reader.hears("⏱ 3 reports within 1 hour")) == 2, "the answer")
