"""Seed files: whatever a person drops into a folder, read by its suffix and its content."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import ParseError
from bot.sources import plain, sniff
from bot.sources.feed import parse_feed
from bot.sources.json_feed import is_json_feed, load_json, parse_json_feed
from bot.sources.parsed import identified
from bot.sources.records import from_record
from bot.sources.text_dump import parse_text

if TYPE_CHECKING:
    import os
    from datetime import datetime

    from bot.model import Item, Source

SIZE_MAX = 8 << 20
_TEXT = frozenset({"", ".txt", ".text", ".md"})
_FEED = frozenset({".xml", ".rss", ".atom", ".rdf"})
# Of a file with any name; behind a declaration or not.
_FEED_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?<(?:rss|feed|rdf:RDF)[\s>]")
_HTML = frozenset({".html", ".htm", ".xhtml"})


def is_seed(path: Path) -> bool:
    """Whether a file's name says that it is meant to be read: no hidden, backup or partial files."""
    return not path.name.startswith((".", "~", "#")) and not path.name.endswith(
        ("~", ".tmp", ".part", ".swp", ".crdownload")
    )


def settled(now: os.stat_result, before: os.stat_result | None) -> bool:
    """Whether a file is the same at two looks some time apart: nobody is writing it any more."""
    return before is not None and (now.st_size, now.st_mtime_ns, now.st_ino) == (
        before.st_size,
        before.st_mtime_ns,
        before.st_ino,
    )


def read_seed(path: Path, source: Source, *, now: datetime | None = None) -> tuple[Item, ...]:
    """The items of a file.

    The suffix says what it is: text (also without a suffix), a feed, a page, JSON (a JSON Feed, an
    item or a list of items), or JSON lines. Where the content is plainly a feed, it is read as one
    whatever its name.

    Raises:
        ParseError: it cannot be read, or is empty, binary, too large, or of an unknown kind.
    """
    body = _read(path)
    suffix = path.suffix.lower()
    if not body.strip(b"\xef\xbb\xbf \t\r\n"):
        raise ParseError("the file is empty")
    if suffix in _FEED or _FEED_ROOT.match(body):
        return parse_feed(body, source=source.key, lang=source.lang, now=now).items
    if sniff.is_binary(body):
        raise ParseError(f"this is not text: it is {sniff.describe(body)}")
    if suffix == ".json":
        return _json(body, source, now)
    if suffix in {".jsonl", ".ndjson"}:
        return _json_lines(body, source)
    if suffix in _HTML or (suffix in _TEXT and sniff.is_html(body)):
        return (_page(sniff.decode(body)[0], source, _name(path, source), now),)
    if suffix in _TEXT:
        text, _ = sniff.decode(body)
        return (parse_text(text, source=source, name=_name(path, source), now=now),)
    return _of_unknown_kind(body, suffix, source, now)


def _of_unknown_kind(
    body: bytes, suffix: str, source: Source, now: datetime | None
) -> tuple[Item, ...]:
    """A feed by any other name, or nothing that is read."""
    try:
        return parse_feed(body, source=source.key, lang=source.lang, now=now).items
    except ParseError:
        raise ParseError(
            f"files that end in {suffix} are not read, unless they are feeds"
        ) from None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            body = file.read(SIZE_MAX + 1)
    except OSError as error:
        raise ParseError(f"the file cannot be read: {error.strerror or error}") from None
    if len(body) > SIZE_MAX:
        raise ParseError(f"the file is larger than {SIZE_MAX >> 20} MiB")
    return body


def _name(path: Path, source: Source) -> str:
    """The file's name below its source's folder: the same wherever the folder is moved to."""
    try:
        relative = path.absolute().relative_to(Path(source.address).absolute())
    except ValueError:
        relative = Path(path.name)
    return unicodedata.normalize("NFC", relative.as_posix())


def _json(body: bytes, source: Source, now: datetime | None) -> tuple[Item, ...]:
    document = load_json(body)
    if is_json_feed(document):
        return parse_json_feed(
            document, source=source.key, url=None, lang=source.lang, now=now
        ).items
    records = document if isinstance(document, list) else [document]
    return _records(records, source)


def _json_lines(body: bytes, source: Source) -> tuple[Item, ...]:
    records = []
    for number, line in enumerate(body.splitlines(), 1):
        if line.strip():
            try:
                records.append(load_json(line))
            except ParseError as error:
                raise ParseError(f"line {number}: {error}") from None
    return _records(records, source)


def _records(records: list[Any], source: Source) -> tuple[Item, ...]:
    """Items of JSON records, which belong to this source now wherever they came from."""
    items: list[Item] = []
    for number, record in enumerate(records, 1):
        if not isinstance(record, dict) or not ({"title", "text"} & record.keys()):
            raise ParseError(f"record {number} is not an item: it has neither a title nor a text")
        try:
            items.append(replace(from_record(record), source=source.key))
        except ParseError as error:
            raise ParseError(f"record {number}: {error}") from None
    return identified(items)


def _page(markup: str, source: Source, name: str, now: datetime | None) -> Item:
    """A saved page, lightly read: its text as if it had been copied from the browser."""
    text = plain.html_to_text(markup)
    if not text:
        raise ParseError("the page has no text")
    return parse_text(text, source=source, name=name, now=now)
