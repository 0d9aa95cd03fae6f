"""From a delivery that is owed to the message that leaves: in the chat's language, at its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.delivery.render import alert
from bot.errors import MessageRefused
from bot.model import Severity

EVERYTHING = "default"
"""The template of all alerts whose topic names none."""

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.chat.languages import Languages
    from bot.matching.matcher import Matcher
    from bot.model import Match, Message, Source
    from bot.store.outbox import OwedDelivery
    from bot.templating import AlertTemplate


class Rendering:
    """Makes alerts; the sender calls it when a delivery leaves.

    ``template`` words all of them, in place of what the rules have.
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
        item = owed.item.item
        source = self._sources.get(item.source)
        picture = item.picture if owed.pictures or pictures else None
        return alert(
            item,
            owed.match,
            owed.chat,
            number=owed.match_id,
            heading=self._heading(owed.match, owed.chat.language),
            severity=owed.severity or Severity.NORMAL,
            source=(source.name or source.key) if source else item.source,
            template=self._template(owed.match),
            picture=picture,
            _=self._languages.find(owed.chat.language).gettext,
        )

    def _template(self, match: Match) -> AlertTemplate | None:
        """The topic's own, else the one for everything, if the rules have it."""
        if self._only is not None:
            return self._only
        rules = self._matcher.rules
        topic = rules.topics.get(match.topic or "")
        own = rules.templates.get(topic.template or "") if topic else None
        return own or rules.templates.get(EVERYTHING)

    def _heading(self, match: Match, language: str) -> str:
        """The topic's title; an entity's own name for a query that is just that entity."""
        rules = self._matcher.rules
        if match.topic is not None:
            topic = rules.topics.get(match.topic)
            return topic.title_in(language) if topic else match.topic
        query = match.query or ""
        entity = rules.vocabulary.entities.get(query.removeprefix("@"))
        return entity.title_in(language) if entity and query.startswith("@") else query
