"""What the parsing pool and its processes say to each other.

A frame is a length (four bytes, big-endian) and as many bytes. A request is a frame of JSON and a
frame with the document (empty for a seed file, which the process reads itself). A reply is one
frame of JSON: items as records, or ``{"error": …}``. Replies are data and no more: a process that
a document has taken over can lie about the news, and do nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import orjson

from bot.errors import ParseError
from bot.model import Source, SourceKind
from bot.sources.parsed import ParsedFeed, SeedFile
from bot.sources.records import from_record, to_record

if TYPE_CHECKING:
    from bot.model import Item

LENGTH_BYTES = 4
# A document of 8 MiB gives less than this in items; entities that multiply could give more.
REPLY_MAX = 64 << 20


@dataclass(frozen=True, slots=True)
class FeedRequest:
    """Parse the body that comes with it, as :func:`~bot.sources.feed.parse_feed` would."""

    source: str
    url: str | None
    content_type: str | None
    lang: str | None
    seen: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SeedRequest:
    """Read that file, as :func:`~bot.sources.seeds.read_seed` would."""

    path: str
    source: Source


def frame(body: bytes) -> bytes:
    """The bytes of one frame."""
    return len(body).to_bytes(LENGTH_BYTES) + body


def dump_request(request: FeedRequest | SeedRequest) -> bytes:
    """The JSON of a request."""
    kind = "feed" if isinstance(request, FeedRequest) else "seed"
    return orjson.dumps({"kind": kind, "request": request}, default=_timedelta)


def load_request(body: bytes) -> FeedRequest | SeedRequest:
    """The request of its JSON; trusted, it comes from the parent."""
    document = orjson.loads(body)
    fields = document["request"]
    if document["kind"] == "feed":
        return FeedRequest(**fields | {"seen": tuple(fields["seen"])})
    source = fields["source"]
    plain = {"kind": SourceKind(source["kind"]), "tags": tuple(source["tags"]), "every": None}
    return SeedRequest(path=fields["path"], source=Source(**source | plain))


def dump_error(message: str) -> bytes:
    """The reply that says why there are no items."""
    return orjson.dumps({"error": message})


def dump_seed(seed: SeedFile) -> bytes:
    """The reply to a seed request."""
    return orjson.dumps({"reader": seed.reader, "items": [to_record(item) for item in seed.items]})


def dump_feed(feed: ParsedFeed) -> bytes:
    """The reply to a feed request."""
    return orjson.dumps(
        {
            "title": feed.title,
            "lang": feed.lang,
            "ttl": feed.ttl.total_seconds() if feed.ttl is not None else None,
            "reader": feed.reader,
            "items": [to_record(item) for item in feed.items],
            "marks": feed.marks,
            "skipped": feed.skipped,
        }
    )


def load_seed(reply: bytes) -> SeedFile:
    """The seed file of a reply.

    Raises:
        ParseError: the process says that there is none, or the reply is not one.
    """
    document = _document(reply)
    return SeedFile(_items(document), str(document.get("reader") or ""))


def load_feed(reply: bytes) -> ParsedFeed:
    """The feed of a reply.

    Raises:
        ParseError: the process says that there is none, or the reply is not one.
    """
    document = _document(reply)
    ttl = document.get("ttl")
    lang = document.get("lang")
    return ParsedFeed(
        title=str(document.get("title") or ""),
        lang=lang if isinstance(lang, str) else None,
        items=_items(document),
        ttl=timedelta(seconds=ttl) if isinstance(ttl, int | float) else None,
        reader=str(document.get("reader") or ""),
        marks=_marks(document.get("marks")),
        skipped=skipped if isinstance(skipped := document.get("skipped"), int) else 0,
    )


def _document(reply: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(reply)
    except orjson.JSONDecodeError:
        document = None
    if not isinstance(document, dict):
        raise ParseError("the parsing process gave no sensible reply")
    if "error" in document:
        raise ParseError(str(document["error"]))
    return document


def _items(document: dict[str, Any]) -> tuple[Item, ...]:
    records = document.get("items")
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise ParseError("the parsing process gave no sensible reply")
    return tuple(map(from_record, records))


def _marks(given: object) -> tuple[int, ...]:
    marks = given if isinstance(given, list) else []
    return tuple(mark for mark in marks if isinstance(mark, int) and 0 <= mark < 1 << 64)


def _timedelta(value: object) -> float:
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise TypeError(type(value).__name__)
