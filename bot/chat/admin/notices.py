"""What the admins are told without asking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.delivery.words import cut
from bot.matching.vocabulary import title_in
from bot.model import Message
from bot.store import outbox, people

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.chat.words.languages import Html, Language, Languages
    from bot.errors import Finding
    from bot.matching.ruleset import RuleSet, Topic
    from bot.model import Source
    from bot.store.engine import Store
    from bot.store.topics import Address, Removed

_MOST_FINDINGS: Final = 10
_LONGEST_FINDING: Final = 300
_LONGEST_TITLE: Final = 100


class Notices:
    """Writes to the private chats of the admins; ``owed`` is called when something is to be sent."""

    def __init__(
        self,
        store: Store,
        languages: Languages,
        admins: Iterable[int],
        now: Callable[[], datetime],
        owed: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._languages = languages
        self._admins = frozenset(admins)
        self._now = now
        self.owed = owed

    async def rules_refused(self, findings: Sequence[Finding]) -> None:
        """The rule files do not pass; the last good ones stay in force."""
        await self._tell(lambda language: refused(language, findings))

    async def rules_accepted(self, rules: RuleSet) -> None:
        """The rule files pass again."""
        count = len(rules.topics)
        await self._tell(
            lambda language: language.nhtml(
                "✅ The rule files pass again and are in force: {n} topic.",
                "✅ The rule files pass again and are in force: {n} topics.",
                count,
            )
        )

    async def feed_given_up(self, source: Source, reason: str) -> None:
        """A feed is not asked any more."""
        name = cut(source.name or source.key, _LONGEST_FINDING)
        reason = cut(reason, _LONGEST_FINDING)
        await self._tell(
            lambda language: language.html(
                "⚠️ The feed {name} is not asked any more: {reason}\n\n"
                "Correct its address, or take it out. <code>tocsin feeds doctor {key}</code> says "
                "more.",
                name=name,
                reason=reason,
                key=source.key,
            )
        )

    def topic_renamed(
        self, conn: Connection, old: Removed, topic: Topic, to: Sequence[Address]
    ) -> None:
        """A topic has another key; the subscriptions went along."""
        self._tell_subscribers(
            conn,
            to,
            lambda language: language.html(
                "The topic <b>{old}</b> is now <b>{new}</b>. You stay subscribed to it.",
                old=_title(old, language),
                new=cut(topic.title_in(language.code), _LONGEST_TITLE),
            ),
        )

    def topic_removed(self, conn: Connection, old: Removed, to: Sequence[Address]) -> None:
        """A topic is no more; the subscriptions wait for it."""
        self._tell_subscribers(
            conn,
            to,
            lambda language: language.html(
                "The topic <b>{old}</b> is no longer watched, so I do not ring for it. Your "
                "subscription is kept: should the topic come back, I ring again.",
                old=_title(old, language),
            ),
        )

    def topic_returned(self, conn: Connection, topic: Topic, to: Sequence[Address]) -> None:
        """A topic that was removed is there again."""
        self._tell_subscribers(
            conn,
            to,
            lambda language: language.html(
                "The topic <b>{new}</b> is back, and I ring you for it again.",
                new=cut(topic.title_in(language.code), _LONGEST_TITLE),
            ),
        )

    def told(self) -> None:
        """What was told within a transaction is committed."""
        self.owed()

    def _tell_subscribers(
        self, conn: Connection, to: Sequence[Address], word: Callable[[Language], Html]
    ) -> None:
        now = self._now()
        for chat_id, thread_id in to:
            chat = people.chat(conn, chat_id)
            if chat is None or chat.refuses is not None:
                continue
            text = word(self._languages.find(chat.language))
            message = Message("sendMessage", {"text": str(text), "parse_mode": "HTML"})
            outbox.enqueue(conn, chat_id, message, thread_id=thread_id, now=now)

    async def _tell(self, word: Callable[[Language], Html]) -> None:
        now = self._now()

        def work(conn: Connection) -> None:
            for admin in sorted(self._admins | people.admins(conn)):
                chat = people.chat(conn, admin)
                text = word(self._languages.find(chat.language if chat else None))
                message = Message("sendMessage", {"text": str(text), "parse_mode": "HTML"})
                outbox.enqueue(conn, admin, message, now=now)

        await self._store.write(work)
        self.owed()


def _title(old: Removed, language: Language) -> str:
    return cut(title_in(old.titles, language.code, old.key), _LONGEST_TITLE)


def refused(language: Language, findings: Sequence[Finding]) -> Html:
    """The findings, as many as a message bears."""
    lines = [cut(str(finding), _LONGEST_FINDING) for finding in findings[:_MOST_FINDINGS]]
    if len(findings) > _MOST_FINDINGS:
        lines.append("…")
    return language.html(
        "⚠️ The rule files were changed and do not pass. The last good rules stay in force.\n\n"
        "<pre>{findings}</pre>",
        findings="\n".join(lines),
    )
