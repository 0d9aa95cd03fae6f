"""What the commands read: sources of every kind, item lines, and the rules to match with."""

from __future__ import annotations

import codecs
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import orjson

from bot.cli.output import complaints
from bot.errors import SourceError, TocsinError
from bot.model import Item, Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.config import Settings
    from bot.matching.ruleset import RuleSet
    from bot.sources.parsed import ParsedFeed


class Unreadable(TocsinError):
    """At least one of the sources could not be read; each has been named on standard error."""


def rules_in_force(configured: Settings, folder: Path | None) -> RuleSet:
    """The rules of ``folder``, or the configured ones. Raises RuleError."""
    from bot.matching.rules import load_rules  # noqa: PLC0415

    if folder is not None and not folder.exists():
        raise TocsinError(f"no such folder of rule files: {folder}")
    return load_rules(folder or configured.rules.folder)


def read_sources(
    sources: Sequence[str], configured: Settings, *, told: bool = False
) -> Iterator[tuple[Source, Item]]:
    """The items of feed files, feed addresses, seed files and folders, in that order.

    With ``told``, standard error names what read each of them.
    What cannot be read is named on standard error and the rest goes on; at the end that raises
    :class:`Unreadable`.
    """
    for address in sources:
        if not _is_web(address) and not Path(address).exists():
            raise TocsinError(f"{address}: no such file or folder, and not an http(s) address")
    unreadable = 0
    with _Reader(configured) as reader:
        for address in sources:
            for source, path in _parts(address, configured):
                try:
                    items, name = (
                        reader.fetch(source) if path is None else reader.read(path, source)
                    )
                except SourceError as error:
                    complaints().print(f"{path or address}: error: {error}", style="red")
                    unreadable += 1
                    continue
                if told:
                    complaints().print(f"{path or address}: {len(items)} by {name}", style="dim")
                for item in items:
                    yield source, item
    if unreadable:
        raise Unreadable(f"{unreadable} of the sources could not be read")


def _parts(address: str, configured: Settings) -> Iterator[tuple[Source, Path | None]]:
    """The source behind ``address`` with each file to read, None for one that is fetched."""
    if _is_web(address):
        yield _feed(address, configured), None
        return
    path = Path(address)
    source = _folder_of(path, configured)
    if path.is_file():
        yield source, path
        return
    from bot.sources.seeds import seed_files  # noqa: PLC0415

    for file in seed_files(path):
        yield source, file


def _is_web(address: str) -> bool:
    return address.startswith(("http://", "https://"))


def _feed(address: str, configured: Settings) -> Source:
    for source in configured.sources():
        if source.address == address:
            return source
    key = (urlsplit(address).hostname or "feed").replace(".", "-")
    return Source(key=key, kind=SourceKind.FEED, address=address)


def _folder_of(path: Path, configured: Settings) -> Source:
    """The configured folder that ``path`` lies in, or its own folder."""
    absolute = path.resolve()
    for source in configured.sources():
        if source.kind is SourceKind.FOLDER and absolute.is_relative_to(
            Path(source.address).resolve()
        ):
            return source
    folder = absolute if absolute.is_dir() else absolute.parent
    return Source(key=folder.name or "files", kind=SourceKind.FOLDER, address=str(folder))


class _Reader:
    """Reads in a process of its own: a document made to keep a parser busy can be killed."""

    def __init__(self, configured: Settings) -> None:
        import asyncio  # noqa: PLC0415

        from bot.sources.pool import ParsePool  # noqa: PLC0415

        self._configured = configured
        self._runner = asyncio.Runner()
        self._pool = ParsePool()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._runner.run(self._pool.__aexit__())
        finally:
            self._runner.close()

    def read(self, path: Path, source: Source) -> tuple[tuple[Item, ...], str]:
        """The items of a file, and what read it. Raises SourceError."""
        seed = self._runner.run(self._pool.open_seed(path, source))
        return seed.items, seed.reader

    def fetch(self, source: Source) -> tuple[tuple[Item, ...], str]:
        """The items at a feed's address, and what read them. Raises SourceError."""
        feed = self._runner.run(self._fetched(source))
        return feed.items, feed.reader

    async def _fetched(self, source: Source) -> ParsedFeed:
        from bot.fetching import fetch_limits  # noqa: PLC0415
        from bot.sources.fetch import Fetcher  # noqa: PLC0415

        async with Fetcher(fetch_limits(self._configured)) as fetcher:
            fetched = await fetcher.fetch(source.address)
        return await self._pool.parse(
            fetched.body or b"",
            source=source.key,
            url=fetched.url,
            content_type=fetched.content_type,
            lang=source.lang,
        )


def read_item_lines() -> Iterator[tuple[Source | None, Item]]:
    """Items from standard input, one JSON object a line, as ``parse`` writes them.

    A line that is none is named on standard error and the rest goes on; at the end that raises
    TocsinError: whoever wrote the lines did not write items.
    """
    unreadable = 0
    for number, line in enumerate(sys.stdin.buffer, start=1):
        written = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        if not written.strip():
            continue
        try:
            item = item_from_json(orjson.loads(written))
        except (orjson.JSONDecodeError, TypeError, ValueError) as error:
            complaints().print(f"standard input, line {number}: not an item: {error}", style="red")
            unreadable += 1
            continue
        yield None, item
    if unreadable:
        raise TocsinError(f"{unreadable} of the lines on standard input are no items")


def item_from_json(value: Any) -> Item:
    """The item that :func:`bot.cli.output.item_json` wrote; what is missing is empty.

    Raises ValueError or TypeError.
    """
    if not isinstance(value, dict):
        raise TypeError("an object was expected")
    number = value.get("id")
    return Item(
        id=str(number) if isinstance(number, int) else _string(value, "id") or "",
        source=_string(value, "source") or "",
        url=_string(value, "url"),
        title=_string(value, "title") or "",
        text=_string(value, "text") or "",
        published=_moment(value, "published"),
        updated=_moment(value, "updated"),
        lang=_string(value, "lang"),
        tags=_strings(value, "tags"),
        authors=_strings(value, "authors"),
        agency=_string(value, "agency"),
        captions=_strings(value, "captions"),
    )


def _string(value: dict[str, Any], key: str) -> str | None:
    found = value.get(key)
    if found is None or isinstance(found, str):
        return found
    raise TypeError(f"{key} must be a string")


def _strings(value: dict[str, Any], key: str) -> tuple[str, ...]:
    found = value.get(key)
    if found is None:
        return ()
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise TypeError(f"{key} must be a list of strings")
    return tuple(found)


def _moment(value: dict[str, Any], key: str) -> datetime | None:
    written = _string(value, key)
    if written is None:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise ValueError(f"{key}: {written}: a time is written 2025-05-18T13:24:00Z") from None
    if moment.tzinfo is None:
        raise ValueError(f"{key}: {written}: a time needs its zone, such as 2025-05-18T13:24:00Z")
    return moment
