"""Seed files: whatever a person drops into a folder, read by its suffix and its content."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import ParseError
from bot.sources import sniff
from bot.sources.feed import parse_feed
from bot.sources.front_matter import read_front_matter
from bot.sources.json_feed import is_json_feed, load_json, parse_json_feed
from bot.sources.parsed import SeedFile
from bot.sources.seed_mail import read_mail
from bot.sources.seed_page import read_page
from bot.sources.seed_records import read_csv, read_fields, read_json, read_json_lines
from bot.sources.text_split import parse_texts

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from datetime import datetime

    from bot.model import Item, Source

SIZE_MAX = 8 << 20
_OF_AGENCIES = frozenset({"nitf", "newsml-g2"})  # a file a story, numbered through
_LONG_ID = 32  # a hash, a UUID: no two are alike
_TEXT = frozenset({"", ".txt", ".text", ".md"})
_FEED = frozenset({".xml", ".rss", ".atom", ".rdf", ".nitf", ".newsml"})
# Of a file with any name; behind a declaration or not.
_FEED_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?<(?:rss|feed|rdf:RDF|urlset|nitf|newsMessage|newsItem)[\s>]"
)
_HTML = frozenset({".html", ".htm", ".xhtml"})
_JSON_LINES = frozenset({".jsonl", ".ndjson", ".jsonlines"})
_TABLE = frozenset({".csv", ".tsv"})
_MAIL = frozenset({".eml"})


def is_seed(path: Path) -> bool:
    """Whether a file's name says that it is meant to be read: no hidden, backup or partial files."""
    return not path.name.startswith((".", "~", "#")) and not path.name.endswith(
        ("~", ".tmp", ".part", ".swp", ".crdownload")
    )


def seed_files(folder: Path) -> Iterator[Path]:
    """The files under a folder that are meant to be read, by name.

    Links are followed, each place once, so that a link to a folder above it ends nothing; what
    cannot be listed is stepped over.
    """
    seen: set[tuple[int, int]] = set()
    todo = [folder]
    while todo:
        here = todo.pop()
        try:
            place = here.stat()
            entries = sorted(here.iterdir(), reverse=True)
        except OSError:
            continue
        if (place.st_dev, place.st_ino) in seen:
            continue
        seen.add((place.st_dev, place.st_ino))
        folders = [entry for entry in entries if _is_folder(entry)]
        yield from (entry for entry in reversed(entries) if _is_file(entry) and is_seed(entry))
        todo.extend(entry for entry in folders if is_seed(entry))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def settled(now: os.stat_result, before: os.stat_result | None) -> bool:
    """Whether a file is the same at two looks some time apart: nobody is writing it any more."""
    return before is not None and (now.st_size, now.st_mtime_ns, now.st_ino) == (
        before.st_size,
        before.st_mtime_ns,
        before.st_ino,
    )


def read_seed(path: Path, source: Source, *, now: datetime | None = None) -> tuple[Item, ...]:
    """The items of a file, as :func:`open_seed` reads them. Raises ParseError."""
    return open_seed(path, source, now=now).items


def open_seed(path: Path, source: Source, *, now: datetime | None = None) -> SeedFile:
    """The items of a file, and what read it.

    The suffix says what it is: text (also without a suffix), a feed, a page, a mail, a table, JSON
    (a JSON Feed, an item or a list of items), or JSON lines. Where the content is plainly a feed or
    an agency's XML, it is read as that whatever its name.

    Raises:
        ParseError: it cannot be read, or is empty, binary, too large, or of an unknown kind.
    """
    try:
        return _open(path, source, now)
    except (ParseError, MemoryError):
        raise
    # As for feeds: what the readers of so many formats raise, the file caused.
    except Exception as error:
        raise ParseError(f"the file is too broken to read ({type(error).__name__})") from error


def _open(path: Path, source: Source, now: datetime | None) -> SeedFile:
    body = _read(path)
    suffix = path.suffix.lower()
    if not body.strip(b"\xef\xbb\xbf \t\r\n"):
        raise ParseError("the file is empty")
    if suffix in _FEED or _FEED_ROOT.match(body):
        return _feed(body, source, path, now)
    if sniff.is_binary(body):
        raise ParseError(f"this is not text: it is {sniff.describe(body)}")
    if suffix == ".json":
        return _json(body, source, path, now)
    if suffix in _JSON_LINES:
        return SeedFile(read_json_lines(_utf8(body), source), "json lines")
    if suffix in _MAIL:
        return SeedFile(read_mail(body, source=source, name=_name(path, source), now=now), "mail")
    if suffix in _TABLE:
        return SeedFile(read_csv(sniff.decode(body)[0], source), "csv")
    if suffix in _HTML or (suffix in _TEXT and sniff.is_html(body)):
        page = read_page(sniff.decode(body)[0], source=source, name=_name(path, source), now=now)
        return SeedFile((page,), "page")
    if suffix in _TEXT:
        return _text(sniff.decode(body)[0], source, path, now)
    return _of_unknown_kind(body, source, path, now)


def _text(text: str, source: Source, path: Path, now: datetime | None) -> SeedFile:
    name = _name(path, source)
    if (front := read_front_matter(text)) is not None:
        return SeedFile((read_fields(*front, source, name=name),), "front matter")
    return SeedFile(parse_texts(text, source=source, name=name, now=now), "text")


def _feed(body: bytes, source: Source, path: Path, now: datetime | None) -> SeedFile:
    feed = parse_feed(body, source=source.key, lang=source.lang, now=now)
    if feed.reader in _OF_AGENCIES:
        return SeedFile(feed.items, feed.reader)
    return SeedFile(_named_apart(feed.items, path, source), feed.reader)


def _named_apart(items: tuple[Item, ...], path: Path, source: Source) -> tuple[Item, ...]:
    """The items of a feed on disk: the other files of its folder may have an item 1, too.

    An id that says whose it is (an address, a tag) is the same item's wherever it stands.
    """
    name = _name(path, source)
    return tuple(
        item
        if ":" in item.id or len(item.id) >= _LONG_ID
        else replace(item, id=f"{name}#{item.id}")
        for item in items
    )


def _of_unknown_kind(body: bytes, source: Source, path: Path, now: datetime | None) -> SeedFile:
    """A feed by any other name, or nothing that is read."""
    try:
        return _feed(body, source, path, now)
    except ParseError:
        raise ParseError(
            f"files that end in {path.suffix.lower()} are not read, unless they are feeds"
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


def _json(body: bytes, source: Source, path: Path, now: datetime | None) -> SeedFile:
    body = _utf8(body)
    try:
        document = load_json(body)
    except ParseError:
        if b"\n" not in body.strip():
            raise
        with contextlib.suppress(ParseError):  # JSON lines are often saved under this name
            return SeedFile(read_json_lines(body, source), "json lines")
        raise
    if is_json_feed(document):
        feed = parse_json_feed(document, source=source.key, url=None, lang=source.lang, now=now)
        return SeedFile(_named_apart(feed.items, path, source), feed.reader)
    return SeedFile(read_json(document, source), "json")


def _utf8(body: bytes) -> bytes:
    """JSON is UTF-8; what some programs save is not."""
    return sniff.decode(body)[0].encode()
