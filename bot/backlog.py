"""What a feed would have rung for lately: shown when it is added, because its backlog is silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.matching.document import Document

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.matching.matcher import Matcher
    from bot.model import Item, Source

WEEK = timedelta(days=7)
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class WouldHaveRung:
    """A topic with how many of a feed's items match it, and the titles of the newest few."""

    topic: str
    count: int
    examples: tuple[str, ...]


def would_have_rung(
    matcher: Matcher, source: Source, items: Iterable[Item], now: datetime
) -> list[WouldHaveRung]:
    """The topics that the items of the last week match, the most frequent first.

    An item without a date counts: a feed that dates nothing shows what is current.
    """
    recent = [item for item in items if item.published is None or item.published > now - WEEK]
    recent.sort(key=lambda item: item.published or now, reverse=True)
    titles: dict[str, list[str]] = {}
    for document, matches in matcher.match_each(Document.of(each, source, now) for each in recent):
        for match in matches:
            if match.topic is not None:
                item = document.item
                titles.setdefault(match.topic, []).append(item.title or item.text[:80])
    rung = [WouldHaveRung(key, len(of), tuple(of[:_EXAMPLES])) for key, of in titles.items()]
    return sorted(rung, key=lambda each: (-each.count, each.topic))
