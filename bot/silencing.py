"""Which rules the admins' silences keep from ringing for an item, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.errors import QueryError
from bot.matching.document import Document
from bot.matching.engine import evaluate
from bot.matching.query import parse_query

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.matching.vocabulary import Vocabulary
    from bot.model import Item, Silence, Source

log = structlog.get_logger(__name__)


def silenced(
    silences: Sequence[Silence],
    rules: Iterable[str],
    item: Item,
    source: Source | None,
    *,
    vocabulary: Vocabulary,
    now: datetime,
) -> dict[str, str]:
    """Of the rules that an item matches those that are to ring nobody, each with why."""
    of_item = [each for each in silences if _meets(each, item, source, vocabulary, now)]
    quiet: dict[str, str] = {}
    for rule in rules:
        for silence in silences:
            by_topic = silence.kind == "topic" and rule == f"topic:{silence.target}"
            if by_topic or silence in of_item:
                quiet[rule] = why(silence)
                break
    return quiet


def why(silence: Silence) -> str:
    """The words for the record: which silence, by whom, and the reason they gave."""
    reason = f": {silence.reason}" if silence.reason else ""
    return f"silence {silence.id} by {silence.who}{reason}"


def _meets(
    silence: Silence, item: Item, source: Source | None, vocabulary: Vocabulary, now: datetime
) -> bool:
    """Whether a silence is for this item, whatever it matches."""
    if silence.kind == "query":
        try:
            query = parse_query(silence.target, vocabulary)
        except QueryError as error:
            # An entity or a list is gone: better one alert too many than none at all.
            log.warning("a silence's query no longer reads", silence=silence.id, why=error.message)
            return False
        return evaluate(query, Document.of(item, source, now)) is not None
    return silence.kind == "all" or (silence.kind == "source" and silence.target == item.source)
