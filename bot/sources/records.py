"""Items as JSON records, the form that the command line, the parsing processes and JSON seeds share.

The keys are those of :class:`~bot.model.Item`; times are RFC 3339 in UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.errors import ParseError
from bot.model import Item

if TYPE_CHECKING:
    from collections.abc import Mapping


def to_record(item: Item) -> dict[str, Any]:
    """The record of an item, as ``parse`` writes it."""
    record: dict[str, Any] = {
        "id": item.id,
        "source": item.source,
        "url": item.url,
        "title": item.title,
        "text": item.text,
        "published": _rfc3339(item.published),
        "updated": _rfc3339(item.updated),
        "lang": item.lang,
        "tags": list(item.tags),
        "authors": list(item.authors),
        "agency": item.agency,
        "captions": list(item.captions),
    }
    if item.picture is not None:  # no part of what the contract names
        record["picture"] = item.picture
    return record


def from_record(record: Mapping[str, Any], *, source: str = "") -> Item:
    """The item of a record; unknown keys are ignored, ``source`` stands in for a missing one.

    An ``id`` that is missing is empty: :func:`~bot.sources.parsed.identified` makes one.

    Raises:
        ParseError: a field is of the wrong type; the message names it.
    """
    return Item(
        id=_text(record, "id") or "",
        source=_text(record, "source") or source,
        url=_text(record, "url"),
        title=_text(record, "title") or "",
        text=_text(record, "text") or "",
        published=_moment(record, "published"),
        updated=_moment(record, "updated"),
        lang=_text(record, "lang"),
        tags=_texts(record, "tags"),
        authors=_texts(record, "authors"),
        agency=_text(record, "agency"),
        captions=_texts(record, "captions"),
        picture=_text(record, "picture"),
    )


def _rfc3339(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _text(record: Mapping[str, Any], key: str) -> str | None:
    value = record.get(key)
    if value is not None and not isinstance(value, str):
        raise ParseError(f"the item's {key!r} is not a text")
    return value


def _texts(record: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = record.get(key) or []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ParseError(f"the item's {key!r} is not a list of texts")
    return tuple(value)


def _moment(record: Mapping[str, Any], key: str) -> datetime | None:
    value = _text(record, key)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ParseError(f"the item's {key!r} is not a time like 2025-05-18T13:24:00Z") from None
