"""What a backtest is tried on: the stored items, or those of files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

from bot.backtesting.trial import Ring, Trial
from bot.cli.progress import progress, progress_bar
from bot.cli.reading import read_item_lines, read_sources
from bot.cli.upkeep import open_existing
from bot.matching.document import Document
from bot.store import items as store_items
from bot.store import scan
from bot.store.sources import all_sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.config import Settings
    from bot.matching.question import Question
    from bot.model import Item, Source


class Trying(Protocol):
    """Items that can be asked questions; ``total`` is how many there are."""

    now: datetime
    since: datetime | None
    total: int

    @property
    def sources(self) -> Mapping[str, Source]:
        """The sources that the items may name, by key."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def ask(self, questions: Sequence[Question]) -> list[Ring]:
        """What rings, the oldest item first."""

    def items(self, numbers: Iterable[int]) -> list[Item]:
        """The items that rings name, in their order."""


class StoreTrying:
    """The stored items."""

    def __init__(self, configured: Settings, now: datetime, since: datetime | None) -> None:
        self._url = configured.store.url
        self._store = open_existing(configured)
        self.now = now
        self.since = since
        self.total = self._store.read_now(lambda conn: scan.count(conn, since))
        self.sources: dict[str, Source] = {
            **self._store.read_now(all_sources),
            **{source.key: source for source in configured.sources()},
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._store.close()

    def ask(self, questions: Sequence[Question]) -> list[Ring]:
        """What rings, the oldest item first."""
        trial = Trial(self._url, tuple(questions), self.sources, self.now, self.since)
        tasks = self._store.read_now(trial.tasks)
        with progress_bar("asking the stored items", len(tasks)) as advance:
            return trial.run(self._store, tasks, advance)

    def items(self, numbers: Iterable[int]) -> list[Item]:
        """The items that rings name."""
        wanted = list(numbers)
        found = self._store.read_now(
            lambda conn: [store_items.get_item(conn, number) for number in wanted]
        )
        return [stored.item for stored in found if stored is not None]


@dataclass(frozen=True, slots=True)
class _Read:
    item: Item
    source: Source | None
    moment: datetime


class FileTrying:
    """The items of feed files, seed files and folders; ``-`` is item lines on standard input."""

    def __init__(
        self,
        addresses: Sequence[str],
        configured: Settings,
        now: datetime,
        since: datetime | None,
    ) -> None:
        self.now = now
        self.since = since
        self._read: list[_Read] = []
        self.sources: dict[str, Source] = {source.key: source for source in configured.sources()}
        for address in addresses:
            lines = (
                read_item_lines()
                if address == "-"
                else progress(read_sources([address], configured), address)
            )
            for source, item in lines:
                moment = item.published or item.updated or now
                if since is None or moment >= since:
                    self._read.append(_Read(item, source, moment))
                    if source is not None:
                        self.sources.setdefault(source.key, source)
        self._read.sort(key=lambda read: read.moment)
        self.total = len(self._read)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._read.clear()

    def ask(self, questions: Sequence[Question]) -> list[Ring]:
        """What rings, the oldest item first."""
        rings = []
        for number, read in enumerate(self._read):
            document = Document.of(read.item, read.source, self.now)
            rings += [
                Ring(at, number, read.moment)
                for at, question in enumerate(questions)
                if question.rings(document)
            ]
        return rings

    def items(self, numbers: Iterable[int]) -> list[Item]:
        """The items that rings name."""
        return [self._read[number].item for number in numbers]
