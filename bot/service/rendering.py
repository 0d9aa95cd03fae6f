"""From a delivery that is owed to the message that leaves: in the chat's language, at its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.delivery import occasions, retold
from bot.delivery.digest import digest
from bot.delivery.render import MARKS, alert, marked_as_sample
from bot.delivery.words import is_rtl_language
from bot.errors import MessageRefused
from bot.model import Severity
from bot.store.rows import split_rule

EVERYTHING = "default"
"""The template of all alerts whose topic names none."""

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.chat.words.languages import Languages
    from bot.matching.matcher import Matcher
    from bot.model import Chat, Item, Match, Message, Occasion, Source
    from bot.store.digests import Digest, Part
    from bot.store.outbox import OwedDelivery
    from bot.store.owed import Report
    from bot.templating import AlertTemplate


class Rendering:
    """Makes alerts and digests: the one when a delivery leaves, the other when it is owed.

    ``template`` words all alerts, in place of what the rules have.
    """

    def __init__(
        self,
        matcher: Matcher,
        languages: Languages,
        sources: Mapping[str, Source],
        *,
        template: AlertTemplate | None = None,
    ) -> None:
        self._only = template
        self._matcher = matcher
        self._languages = languages
        self._sources = sources

    def __call__(self, owed: OwedDelivery, *, pictures: bool = False) -> Message:
        """The alert. Raises MessageRefused where there is nothing left to tell of."""
        if owed.item is None or owed.match is None or owed.match_id is None:
            raise MessageRefused("the item is gone")
        item, occasion = owed.item.item, owed.occasion
        picture = item.picture if owed.pictures or pictures else None
        language = self._languages.find(owed.chat.language)
        rtl = is_rtl_language(owed.chat.language)
        message = alert(
            item,
            owed.match,
            owed.chat,
            number=owed.match_id,
            heading=self._heading(owed.match.rule, owed.chat.language, occasion),
            severity=owed.severity or Severity.NORMAL,
            source=self._source(item.source),
            template=self._template(owed.match),
            picture=picture,
            pattern=occasions.told(occasion, language) if occasion else "",
            before=occasions.earlier(occasion.reports, language, self._source, rtl=rtl)
            if occasion
            else "",
            _=language.gettext,
        )
        also = retold.also([self._name(each) for each in owed.reports], self._own(item), language)
        mark = retold.mark(language) if owed.update else ""
        message = retold.told(message, mark=mark, also=also, reply_to=owed.reply_to)
        if owed.edits:
            return retold.as_edit(message, owed.edits)
        return marked_as_sample(message, language.gettext) if owed.sample else message

    def clock_ring(
        self, rule: str, occasion: Occasion, severity: Severity, chat: Chat, now: datetime
    ) -> Message:
        """The message for a pattern in time that the clock fulfilled."""
        return occasions.clock_ring(
            occasion,
            chat,
            mark=MARKS[severity],
            heading=self._heading(rule, chat.language, occasion),
            source=self._source,
            language=self._languages.find(chat.language),
            now=now,
        )

    def digest(self, told: Digest, now: datetime) -> list[Part]:
        """The messages that tell of what was held back."""
        language = self._languages.find(told.chat.language)
        return digest(
            told,
            heading=lambda entry: self._heading(entry.rule, language.code, entry.occasion),
            source=lambda entry: self._source(entry.source),
            language=language,
            now=now,
        )

    def _template(self, match: Match) -> AlertTemplate | None:
        """The topic's own, else the one for everything, if the rules have it."""
        if self._only is not None:
            return self._only
        rules = self._matcher.rules
        topic = rules.topics.get(match.topic or "")
        own = rules.templates.get(topic.template or "") if topic else None
        return own or rules.templates.get(EVERYTHING)

    def _name(self, report: Report) -> str:
        return report.agency or self._source(report.source)

    def _own(self, item: Item) -> tuple[str, ...]:
        return tuple(filter(None, (item.agency, self._source(item.source))))

    def _source(self, key: str) -> str:
        source = self._sources.get(key)
        return (source.name or source.key) if source else key

    def _heading(self, rule: str, language: str, occasion: Occasion | None = None) -> str:
        """What rang, with the entities or sources whose pattern in time it was."""
        names = [self._named(key, language) for key in (occasion.keys if occasion else ())]
        return occasions.headed(self.title(rule, language), names)

    def _named(self, key: str, language: str) -> str:
        """The name of an entity or a source."""
        entity = self._matcher.rules.vocabulary.entities.get(key)
        return entity.title_in(language) if entity else self._source(key)

    def title(self, rule: str, language: str) -> str:
        """The topic's title; an entity's own name for a query that is just that entity."""
        rules = self._matcher.rules
        key, query = split_rule(rule)
        if key is not None:
            topic = rules.topics.get(key)
            return topic.title_in(language) if topic else key
        query = query or ""
        entity = rules.vocabulary.entities.get(query.removeprefix("@"))
        return entity.title_in(language) if entity and query.startswith("@") else query
