"""Between the nouns of ``model.py`` and the rows that they are kept in."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.model import (
    Cadence,
    Chat,
    Item,
    Match,
    Occasion,
    PatternKind,
    Quiet,
    Report,
    Severity,
    Silence,
    Span,
    Subscription,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import RowMapping


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An item with its place in the store. ``number`` grows with every item that arrives.

    ``kinship`` is how it came into its story, None for the first item of one.
    """

    number: int
    item: Item
    story_id: int
    first_seen: datetime
    waiting: bool
    kinship: str | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """A match that is owed to a chat, with the severity that its topic had."""

    match: Match
    severity: Severity


_ITEM_LISTS = ("tags", "authors", "captions")
_ITEM_COLUMNS = (
    *("id", "source", "url", "title", "text", "published", "updated", "lang", "agency"),
    "picture",
    *_ITEM_LISTS,
)


def item_values(item: Item) -> dict[str, Any]:
    """The columns of an item, its content's hash among them."""
    values = {name: getattr(item, name) for name in _ITEM_COLUMNS}
    return (
        values
        | {name: list(values[name]) for name in _ITEM_LISTS}
        | {"content_hash": content_hash(item)}
    )


def content_hash(item: Item) -> str:
    """Changes when what a reader sees of the item changes; its times are not part of it."""
    content = [item.title, item.text, item.url, item.tags, item.authors, item.captions]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]


def item_of(row: Mapping[Any, Any]) -> Item:
    """The item in a row of its table."""
    values = {name: row[name] for name in _ITEM_COLUMNS}
    return Item(**values | {name: tuple(values[name]) for name in _ITEM_LISTS})


_ITEM_TIMES = ("published", "updated")


def item_to_json(item: Item) -> dict[str, Any]:
    """An item as JSON, for a while: what is None is left out."""
    values = {name: getattr(item, name) for name in _ITEM_COLUMNS}
    values |= {name: values[name] and values[name].isoformat() for name in _ITEM_TIMES}
    return {name: value for name, value in values.items() if value is not None}


def item_of_json(kept: Mapping[str, Any]) -> Item:
    """Back from :func:`item_to_json`."""
    times = {name: datetime.fromisoformat(kept[name]) for name in _ITEM_TIMES if name in kept}
    lists = {name: tuple(kept[name]) for name in _ITEM_LISTS if name in kept}
    return Item(**{"url": None} | dict(kept) | times | lists)


def stored_item(row: Mapping[Any, Any]) -> StoredItem:
    """The item in a row of its table, with its place."""
    return StoredItem(
        row["number"],
        item_of(row),
        row["story_id"],
        row["first_seen"],
        row["waiting"],
        row["kinship"],
    )


def span_values(spans: Sequence[Span]) -> list[dict[str, Any]]:
    """Spans as JSON; what is None is left out."""
    return [
        {key: value for key, value in asdict(span).items() if value is not None} for span in spans
    ]


def match_of(row: Mapping[Any, Any]) -> Match:
    """The match in a row of its table."""
    topic, query = split_rule(row["rule"])
    return Match(topic, query, row["score"], tuple(Span(**span) for span in row["spans"]))


def occasion_values(occasion: Occasion | None) -> dict[str, Any] | None:
    """A pattern in time that rang, as JSON."""
    if occasion is None:
        return None
    return asdict(occasion) | {
        "span": occasion.span.total_seconds(),
        "last": occasion.last and occasion.last.isoformat(),
    }


def occasion_of(kept: Mapping[str, Any] | None) -> Occasion | None:
    """Back from :func:`occasion_values`."""
    if kept is None:
        return None
    return Occasion(
        kind=PatternKind(kept["kind"]),
        span=timedelta(seconds=kept["span"]),
        number=kept["number"],
        ratio=kept["ratio"],
        last=datetime.fromisoformat(kept["last"]) if kept["last"] else None,
        since_ever=kept["since_ever"],
        keys=tuple(kept["keys"]),
        reports=tuple(Report(**each) for each in kept["reports"]),
    )


def chat_of(row: Mapping[Any, Any]) -> Chat:
    """The chat in a row of its table."""
    return Chat(
        id=row["id"],
        kind=row["kind"],
        title=row["title"],
        language=row["language"],
        timezone=row["timezone"],
        refuses=row["refuses"],
        quiet=(None if row["quiet_start"] is None else Quiet(row["quiet_start"], row["quiet_end"])),
        urgent_rings=row["urgent_rings"],
        muted_until=row["muted_until"],
    )


def subscription_of(row: Mapping[Any, Any]) -> Subscription:
    """The subscription in a row of its table."""
    topic, query = split_rule(row["rule"])
    return Subscription(
        id=row["id"],
        chat_id=row["chat_id"],
        thread_id=row["thread_id"],
        topic=topic,
        query=query,
        created=row["created"],
        cadence=Cadence(row["cadence"]),
        digest_at=row["digest_at"],
        digest_day=row["digest_day"],
        threshold=Severity(row["threshold"]),
        silent=row["silent"],
        muted_until=row["muted_until"],
        pictures=row["pictures"],
        every_report=row["every_report"],
        sieve=row["sieve"],
        paused=row["paused"],
        chart=row["chart"],
    )


def silence_of(row: RowMapping) -> Silence:
    """The silence in a row of its table."""
    return Silence(**row)


def split_rule(rule: str) -> tuple[str | None, str | None]:
    """A rule's topic and query, of which exactly one is given."""
    kind, _, name = rule.partition(":")
    if kind not in {"topic", "query"} or not name:
        raise ValueError(f"not a rule: {rule!r}")
    return (name, None) if kind == "topic" else (None, name)
