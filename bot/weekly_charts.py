"""Draws the charts that weekly digests come with: of what a chat wants drawn, the last weeks."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog

from bot.charting.counting import beginning, count
from bot.charting.drawing import picture
from bot.chat.asking.charts import MOST, figures
from bot.chat.words.languages import as_html
from bot.errors import QueryError, TocsinError
from bot.matching.query import parse_query
from bot.model import Message
from bot.store import charted
from bot.store.rows import split_rule
from bot.telegram import enclosed

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.charting.counting import Counts
    from bot.chat.words.languages import Languages
    from bot.matching.matcher import Matcher
    from bot.matching.query import Query
    from bot.service.rendering import Rendering
    from bot.store.charted import Charted
    from bot.store.digests import Place
    from bot.store.engine import Store

log = structlog.get_logger(__name__)

_SECONDS: Final = 2.0  # that counting takes at most: beyond, the chart begins later


class WeeklyCharts:
    """What a digest is followed by: a picture and its figures, in the chat's language."""

    def __init__(
        self, store: Store, matcher: Matcher, languages: Languages, rendering: Rendering
    ) -> None:
        self._store = store
        self._matcher = matcher
        self._languages = languages
        self._rendering = rendering

    async def draw(self, place: Place, now: datetime) -> Message | None:
        """The chart for what is due now; None where none is wanted, or can be drawn.

        Takes about a second where one is.
        """
        wanted = await self._store.read(lambda conn: charted.charted(conn, place, now))
        asked = self._queries(wanted) if wanted is not None else {}
        if wanted is None or not asked:
            return None
        counts = await self._store.read(
            lambda conn: self._count(conn, list(asked.values()), wanted, now)
        )
        if not counts.total:
            return None
        language = self._languages.find(wanted.chat.language)
        names = [self._rendering.title(rule, language.code) for rule in asked]
        draw = partial(
            picture, counts, title=" · ".join(names), names=names, language=language.code
        )
        try:
            png = await asyncio.to_thread(draw)
        except TocsinError as error:
            log.warning("a digest goes without its chart", reason=str(error))
            return None
        caption = figures(language, counts, [as_html(name) for name in names])
        return Message(
            "sendPhoto",
            {
                "photo": enclosed("chart.png", png),
                "caption": str(language.directed(caption)),
                "parse_mode": "HTML",
                "disable_notification": True,  # the digest rang
            },
        )

    def _queries(self, wanted: Charted) -> dict[str, Query]:
        """By rule; without those that the rule files do not have any more."""
        rules = self._matcher.rules
        found: dict[str, Query] = {}
        for rule in wanted.rules[:MOST]:
            key, query = split_rule(rule)
            topic = rules.topics.get(key or "")
            try:
                if topic is not None:
                    found[rule] = topic.query
                elif query is not None:
                    found[rule] = parse_query(query, rules.vocabulary)
            except QueryError:
                continue
        return found

    def _count(
        self, conn: Connection, queries: list[Query], wanted: Charted, now: datetime
    ) -> Counts:
        return count(
            conn,
            queries,
            since=beginning(queries, now),
            now=now,
            timezone=wanted.chat.timezone,
            seconds=_SECONDS,
        )
