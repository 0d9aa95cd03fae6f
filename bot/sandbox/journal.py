"""Every Bot API call on record, with its times: what tests of pacing and retries read."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.sandbox.records import Json

KEPT_CALLS = 50_000


@dataclass(slots=True)
class Call:
    """One call.

    Times in the sandbox's seconds; ``code`` and ``answered`` are None until the answer leaves, and
    for ever where the connection was dropped. ``accepted`` says that it took effect.
    """

    number: int
    method: str
    chat_id: int | str | None
    arrived: float
    answered: float | None = None
    code: int | None = None
    description: str = ""
    fault: str = ""
    accepted: bool = False
    message_id: int | None = None

    def json(self) -> Json:
        """All of it by name."""
        return asdict(self)


class Journal:
    """The newest fifty thousand calls, and counts of all."""

    def __init__(self) -> None:
        self._number = 0
        self.calls: deque[Call] = deque(maxlen=KEPT_CALLS)
        self.methods: Counter[str] = Counter()
        self.codes: Counter[int] = Counter()
        self.in_flight = 0
        self.most_in_flight = 0

    def arrive(self, method: str, chat_id: int | str | None, now: float) -> Call:
        """A call came in."""
        self._number += 1
        call = Call(self._number, method, chat_id, now)
        self.calls.append(call)
        self.methods[method] += 1
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        return call

    def answer(self, call: Call, code: int, description: str, now: float) -> None:
        """Its answer leaves."""
        call.answered, call.code, call.description = now, code, description
        self.codes[code] += 1

    def leave(self) -> None:
        """A call is over, answered or not."""
        self.in_flight -= 1

    def since(self, number: int, limit: int = 1000) -> list[Call]:
        """The calls after ``number``, oldest first."""
        newer = (call for call in self.calls if call.number > number)
        return [call for call, _ in zip(newer, range(limit), strict=False)]

    def counts(self) -> Json:
        """How many calls by method and by answer."""
        return {
            "calls": self._number,
            "methods": dict(self.methods),
            "codes": {str(code): count for code, count in self.codes.items()},
            "most_in_flight": self.most_in_flight,
        }

    def clear(self) -> None:
        """Start anew; numbers go on."""
        self.calls.clear()
        self.methods.clear()
        self.codes.clear()
        self.most_in_flight = self.in_flight
