"""Kill the service at random moments while it delivers, and count what was lost and repeated.

Telegram misbehaves meanwhile: too many requests, server errors, connections that drop before and
after a message was accepted, answers that come too late.

The long form, from the project's folder: ``python -m tests.end_to_end.crash``; with ``--processes`` the
work is parted over three processes on a PostgreSQL, one of which stands by for all of it, and each time
one of them is killed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import platform
import re
import sys
import tempfile
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from bot.sandbox import Sandbox
from bot.sandbox.control import Body, Control
from bot.sandbox.faults import FaultKind
from bot.sandbox.limits import Limits
from tests.end_to_end.parts import Phone, Service, config, until
from tests.postgres import running

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

IN_FLIGHT = 4  # messages with Telegram at a time: what a kill may repeat


_TITLE = re.compile(r"Flight \d{5}")
# What goes wrong, and for what share of the messages; the last ones were accepted all the same.
_FAULTS = {
    FaultKind.TOO_MANY_REQUESTS: 0.02,
    FaultKind.BAD_GATEWAY: 0.02,
    FaultKind.INTERNAL_ERROR: 0.02,
    FaultKind.DROP: 0.02,
    FaultKind.ACCEPT_THEN_DROP: 0.01,
    FaultKind.ACCEPT_THEN_BAD_GATEWAY: 0.01,
    FaultKind.ACCEPT_THEN_DELAY: 0.001,
}
_LONGEST_LIFE = 6.0  # seconds
_TOO_LATE = 30.0  # seconds; the service waits for twenty
_LATENCY = 0.02  # seconds that Telegram takes, so that some messages are always on their way


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is to happen: at each kill ``items`` are news for ``readers``."""

    kills: int = 100
    readers: int = 50
    items: int = 2
    seed: int = 1
    processes: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run. ``owed`` are alerts and answers.

    ``unheard`` are messages whose answer was lost after they were accepted: they repeat, whatever
    the program does, and are not among the ``repeated`` that the kills account for.
    """

    kills: int
    owed: int
    lost: int
    repeated: int
    disordered: int
    unanswered: int
    unheard: int
    faults: dict[str, int]

    @property
    def good(self) -> bool:
        """Nothing lost or out of order, and no more repeated than was in flight."""
        wrong = self.lost + self.disordered + self.unanswered
        return wrong == 0 and self.repeated <= IN_FLIGHT * self.kills

    def __str__(self) -> str:
        faults = ", ".join(f"{name} {count}" for name, count in sorted(self.faults.items()))
        return (
            f"{self.kills} kills over {self.owed} deliveries and answers: {self.lost} lost, "
            f"{self.repeated} repeated ({self.repeated / max(self.kills, 1):.2f} a kill), "
            f"{self.disordered} out of order within their chat, "
            f"{self.unanswered} commands unanswered\n"
            f"in Telegram's way: {faults}\n"
            f"{self.unheard} more repeated because Telegram's answer was lost"
        )


async def crash(folder: Path, plan: Plan) -> Outcome:
    """Run the service, kill it again and again while items and commands come in, and count."""
    random = Random(plan.seed)
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(Sandbox(limits=Limits(0, 0, 0, 0)))
        control = Control(telegram.world, telegram.faults, telegram.journal)
        first = control.people(Body({"count": plan.readers}))["first"]
        phones = [Phone(telegram, person) for person in range(first, first + plan.readers)]
        services = stack.enter_context(_services(folder, telegram, shared=plan.processes))
        await asyncio.gather(*(service.start() for service in services))
        for phone in phones:
            phone.say("/subscribe zeppelin")
        await until(lambda: all(phone.heard for phone in phones), "the confirmations")
        _misbehave(telegram)
        titles: list[str] = []
        for number in range(plan.kills):
            for _ in range(plan.items):
                titles.append(f"Flight {len(titles):05d}")
                text = f"{titles[-1]}\n\nA zeppelin, number {len(titles)}.\n"
                services[0].seed(f"{len(titles):05d}.txt", text)
            phones[number % plan.readers].say(f"/subscribe balloon{number:04d}")
            await _live(phones, random.randrange(2 * plan.readers * plan.items))
            await asyncio.sleep(random.uniform(0.0, 2 * _LATENCY))
            service = random.choice(services)
            await service.kill()
            with contextlib.suppress(AssertionError):
                await service.start()
        commands = [(phones[n % plan.readers], f"balloon{n:04d}") for n in range(plan.kills)]
        await _arrive(phones, set(titles), commands)
        faults = _faults(telegram)
        await asyncio.gather(*(service.stop() for service in services))
        heard = [_flights(phone) for phone in phones]
        unheard = sum(count for name, count in faults.items() if name.startswith("accept_then"))
        repeated = sum(len(flights) - len(set(flights)) for flights in heard)
        return Outcome(
            kills=plan.kills,
            owed=plan.readers * len(titles) + plan.kills,
            lost=sum(len(set(titles) - set(flights)) for flights in heard),
            repeated=max(repeated - unheard, 0),
            disordered=sum(_disordered(flights) for flights in heard),
            unanswered=sum(not phone.hears(word) for phone, word in commands),
            unheard=min(unheard, repeated),
            faults=faults,
        )


@contextlib.contextmanager
def _services(folder: Path, telegram: Sandbox, *, shared: bool) -> Iterator[list[Service]]:
    """The service, or the processes that share its work."""
    # Each alert by itself, so that it can be counted.
    more = "[delivery]\nburst = 0\n"
    if not shared:
        yield [Service(folder, config(telegram, more=more))]
        return
    with running() as server:
        text = config(telegram, more=f'{more}[store]\nurl = "{server.make()}"\n')
        yield [Service(folder, text, roles) for roles in ("poll,match", "deliver,chat,web", "")]


async def _live(phones: Sequence[Phone], messages: int) -> None:
    """Until so many messages have come, or no more come: kills are spread over the deliveries."""

    def count() -> int:
        return sum(len(phone.heard) for phone in phones)

    enough = count() + messages
    with contextlib.suppress(AssertionError):
        await until(lambda: count() >= enough, "messages", patience=_LONGEST_LIFE)


def _misbehave(telegram: Sandbox) -> None:
    for kind, share in _FAULTS.items():
        telegram.faults.add(
            kind, method="sendMessage", times=None, share=share, seconds=_TOO_LATE, retry_after=1
        )
    telegram.faults.add(FaultKind.LATENCY, method="sendMessage", times=None, seconds=_LATENCY)


def _faults(telegram: Sandbox) -> dict[str, int]:
    """How often each fault hit; of the accepted ones, those alone that told somebody something."""
    calls = (call for call in telegram.journal.calls if call.method == "sendMessage")
    hit = Counter(call.fault for call in calls if call.fault)
    del hit[FaultKind.LATENCY.value]
    return dict(hit)


async def _arrive(
    phones: Sequence[Phone], titles: set[str], commands: Sequence[tuple[Phone, str]]
) -> None:
    """Until everything has come, or nothing comes any more: what is missing then is lost."""
    before, quiet = -1, 0
    while quiet < 60:
        heard = sum(len(phone.heard) for phone in phones)
        if all(titles <= set(_flights(phone)) for phone in phones) and all(
            phone.hears(word) for phone, word in commands
        ):
            return
        quiet = quiet + 1 if heard == before else 0
        before = heard
        await asyncio.sleep(0.5)


def _flights(phone: Phone) -> list[str]:
    """The titles that came, in their order, repeated ones too."""
    return [found[0] for each in phone.heard if (found := _TITLE.search(each.text))]


def _disordered(flights: Sequence[str]) -> int:
    """How many came first after one that was owed later."""
    newest, late = "", 0
    for flight in dict.fromkeys(flights):
        late += flight < newest
        newest = max(newest, flight)
    return late


def main() -> int:
    """The long form, with its figures on standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("kills", "readers", "items", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Plan(), name))
    parser.add_argument("--processes", action="store_true", help="several, on a PostgreSQL")
    plan = Plan(**vars(parser.parse_args()))
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(crash(Path(folder), plan))
    sys.stdout.write(f"{outcome}\nPython {platform.python_version()}, {platform.system()}\n")
    return 0 if outcome.good else 1


if __name__ == "__main__":
    sys.exit(main())
