"""What an admin can have done that needs the network, the rule files or much reading.

The chat knows what it asks for, the service knows how: ``bot/service/office.py`` does it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from bot.errors import Finding
    from bot.model import Source
    from bot.store.rule_uploads import Upload


@dataclass(frozen=True, slots=True)
class Found:
    """A feed at an address."""

    url: str
    title: str
    items: int
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class WouldRing:
    """A topic with how many items it would have rung for, and some of their titles."""

    topic: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """A feed that may be added as ``source``; ``rings`` is for its items of the last week."""

    source: Source
    items: int
    newest: datetime | None
    rings: tuple[WouldRing, ...]


@dataclass(frozen=True, slots=True)
class Discovered:
    """The feeds at an address, or one as it would be added; ``problem`` says why there is none."""

    address: str
    feeds: tuple[Found, ...] = ()
    preview: Preview | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A topic that would ring otherwise: for how many items of the last week more and fewer.

    ``kind`` is "new", "gone" or "changed".
    """

    topic: str
    kind: str
    more: int
    fewer: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """What a rule file would do under ``path``, where ``before`` stands now.

    ``problem`` says why it has no place there: "name", "same", "size", "encoding"; with
    ``findings``, each with its line and a caret, it does not pass.
    """

    path: str = ""
    before: str | None = None
    text: str = ""
    problem: str = ""
    findings: tuple[tuple[Finding, str], ...] = ()
    differences: tuple[Difference, ...] = ()


class Office(Protocol):
    """The service, as far as admins in chat have it do something.

    None of it raises what is expected to go wrong: that is part of the answers.
    """

    def reload(self) -> None:
        """Have the rule files read again; what comes of it is told to the admins."""

    def broadcast(self) -> None:
        """There is a broadcast to be sent."""

    async def discover(self, address: str) -> Discovered:
        """The feeds at an address; of a feed itself, what adding it would mean."""

    async def try_rules(self, name: str, content: bytes) -> Tried:
        """What a rule file of that name would do."""

    async def put_rules(self, upload: Upload) -> bool:
        """Put a file in force; False where the folder has another than when it was tried."""

    async def take_back(self, upload: Upload) -> bool:
        """Put back what stood there before; False where somebody has changed it since."""

    async def rule_file_of(self, topic: str) -> tuple[str, str] | None:
        """Name and text of the rule file that has a topic; None where none has it."""
