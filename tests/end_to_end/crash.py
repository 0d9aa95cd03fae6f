"""Kill the service at random moments while it delivers, and count what was lost and repeated.

The long form, from the project's folder: ``python -m tests.end_to_end.crash --kills 100``.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import platform
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bot.sandbox import Sandbox
from bot.sandbox.control import Body, Control
from bot.sandbox.faults import FaultKind
from bot.sandbox.limits import Limits
from tests.end_to_end.parts import Phone, Service, config, until

IN_FLIGHT = 4  # messages with Telegram at a time: what a kill may repeat


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run. ``owed`` are deliveries."""

    kills: int
    owed: int
    lost: int
    repeated: int
    unanswered: int

    def __str__(self) -> str:
        return (
            f"{self.kills} kills over {self.owed} deliveries and answers: {self.lost} lost, "
            f"{self.repeated} repeated ({self.repeated / max(self.kills, 1):.2f} a kill), "
            f"{self.unanswered} commands unanswered"
        )


async def crash(folder: Path, *, kills: int, readers: int, seed: int) -> Outcome:
    """Run the service, kill it ``kills`` times while items and commands come in, and count."""
    random = Random(seed)
    async with Sandbox(limits=Limits(0, 0, 0)) as telegram:
        control = Control(telegram.world, telegram.faults, telegram.journal)
        first = control.people(Body({"count": readers}))["first"]
        phones = [Phone(telegram, person) for person in range(first, first + readers)]
        # Telegram takes its time, so that some messages are always on their way.
        telegram.faults.add(FaultKind.LATENCY, method="sendMessage", times=None, seconds=0.03)
        service = Service(folder, config(telegram))
        await service.start()
        for phone in phones:
            phone.say("/subscribe zeppelin")
        await until(lambda: all(phone.heard for phone in phones), "the confirmations")
        titles: list[str] = []
        for number in range(kills):
            titles.append(f"Flight {number:04d}")
            service.seed(f"{number:04d}.txt", f"{titles[-1]}\n\nA zeppelin, number {number}.\n")
            phones[number % readers].say(f"/subscribe balloon{number:04d}")
            await asyncio.sleep(random.uniform(0.0, 2.5))
            await service.kill()
            with contextlib.suppress(AssertionError):
                await service.start()
        confirmed = {n: f"balloon{n:04d}" for n in range(kills)}
        with contextlib.suppress(AssertionError):  # what is missing then is lost, and counted
            await until(
                lambda: (
                    all(phone.hears(title) for phone in phones for title in titles)
                    and all(phones[n % readers].hears(word) for n, word in confirmed.items())
                ),
                "everything that is owed",
                patience=60,
            )
        await service.stop()
        repeated = _repeats(phones, titles)
        lost = sum(not phone.hears(title) for phone in phones for title in titles)
        unanswered = sum(not phones[n % readers].hears(word) for n, word in confirmed.items())
        return Outcome(kills, readers * len(titles) + kills, lost, repeated, unanswered)


def _repeats(phones: list[Phone], titles: list[str]) -> int:
    """How many messages came more often than once."""
    return sum(max(len(phone.hears(t)) - 1, 0) for phone in phones for t in titles)


def main() -> int:
    """The long form, with its figures on standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--readers", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(
            crash(Path(folder), kills=options.kills, readers=options.readers, seed=options.seed)
        )
    sys.stdout.write(f"{outcome}\nPython {platform.python_version()}, {platform.system()}\n")
    return 0 if outcome.lost == 0 and outcome.repeated <= IN_FLIGHT * options.kills else 1


if __name__ == "__main__":
    sys.exit(main())
