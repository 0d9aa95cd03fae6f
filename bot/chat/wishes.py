"""What a person means by a few words: a topic, an entity by one of its names, or a query."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.chat.languages import N_
from bot.errors import QueryError
from bot.matching.query import parse_query
from bot.matching.query.tree import EntityName
from bot.matching.text import fold, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.chat.languages import Language
    from bot.matching.query import Query
    from bot.matching.ruleset import RuleSet, Topic
    from bot.matching.vocabulary import Entity

# With one of these the words are a query in so many words, not a name.
_OPERATORS: Final = frozenset('"()|=/@$*:~#')
_OPERATOR_WORDS: Final = frozenset({"AND", "OR", "NOT"})
LONGEST: Final = 1000  # code points of a query from a chat

# For translators: phrases with which people begin a question about the news, in small letters,
# parted by |, the longer ones first. What follows them is what the person wants to know about.
OPENINGS: Final = N_(
    "what is the latest news about|what is the latest on|what's the latest on|what's new about"
    "|what's new with|what's new in|what happened in|any news about|any news from|any news of"
    "|latest news about|latest news on|the latest on|latest on|tell me about|news about|news from"
    "|news on|news of"
)
# For translators: small words that say nothing about what a question is after, parted by |.
SMALL_WORDS: Final = N_("the|a|an|and|any|some|of|in|on|at|about|is|are|was|me|my|please|there")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted. ``query`` is always what to look for; a ``topic`` has its own.

    ``word`` is the plain query of the words where they name the ``entity`` or the topic;
    ``others`` are entities that the words may also mean, where it is not clear.
    """

    query: Query
    topic: Topic | None = None
    entity: Entity | None = None
    word: Query | None = None
    others: tuple[Entity, ...] = ()

    @property
    def rule(self) -> str:
        """The rule to subscribe to."""
        return f"topic:{self.topic.key}" if self.topic is not None else f"query:{self.query}"


def understand(text: str, rules: RuleSet) -> Wish:
    """The wish in what was typed behind a command; QueryError where it is none."""
    text = text.strip()
    if len(text) > LONGEST:
        raise QueryError(f"a query has at most {LONGEST} characters", LONGEST + 1)
    topic = _topic(text, rules)
    if topic is not None:
        return Wish(topic.query, topic=topic, word=_plain(text, rules))
    if _is_query(text):
        return _wish(parse_query(text, rules.vocabulary))
    named = rules.vocabulary.entity_named(text)
    if len(named) == 1:
        query = parse_query(f"@{named[0].key}", rules.vocabulary)
        return replace(_wish(query), word=_plain(text, rules))
    return replace(Wish(parse_query(text, rules.vocabulary)), others=named)


def understand_freely(text: str, rules: RuleSet, languages: Iterable[Language]) -> Wish:
    """The wish in plain text: as :func:`understand`, but a question is heard, and never refused.

    QueryError only where the text has no word at all.
    """
    asked = _without_opening(text.strip()[:LONGEST], languages)
    try:
        wish = understand(asked, rules)
        if wish.topic is not None or wish.entity is not None or _is_query(asked):
            return wish
    except QueryError:
        pass
    words = tokens(asked)
    small = _small_words(languages)
    telling = [word for word in words if word.text not in small] or words
    written = (asked[word.start : word.end] for word in telling)
    plain = (word.lower() if word in _OPERATOR_WORDS else word for word in written)
    return understand(" ".join(plain), rules)


def wish_of(rule: str, rules: RuleSet) -> Wish | None:
    """The wish that a rule (``topic:KEY`` or ``query:TEXT``) stands for; None if there is none now."""
    kind, _, name = rule.partition(":")
    if kind == "topic":
        topic = rules.topics.get(name)
        return Wish(topic.query, topic=topic) if topic is not None and topic.enabled else None
    try:
        return _wish(parse_query(name, rules.vocabulary))
    except QueryError:
        return None


def _is_query(text: str) -> bool:
    """Whether the text uses the query language, and is not just words."""
    words = text.split()
    return bool(_OPERATORS & set(text)) or any(
        word.startswith("-") or word in _OPERATOR_WORDS for word in words
    )


def _topic(text: str, rules: RuleSet) -> Topic | None:
    wanted = fold(text)
    for topic in rules.topics.values():
        titles = {fold(title) for title in topic.title.values()}
        if topic.enabled and (text.lower() == topic.key or wanted in titles):
            return topic
    return None


def _wish(query: Query) -> Wish:
    tree = query.tree
    entity = query.vocabulary.entities[tree.key] if isinstance(tree, EntityName) else None
    return Wish(query, entity=entity)


def _plain(text: str, rules: RuleSet) -> Query | None:
    try:
        return parse_query(text, rules.vocabulary)
    except QueryError:
        return None


def _small_words(languages: Iterable[Language]) -> frozenset[str]:
    return frozenset(
        fold(word) for each in languages for word in each.gettext(SMALL_WORDS).split("|")
    )


def _without_opening(text: str, languages: Iterable[Language]) -> str:
    """“Quoi de neuf sur l’Ukraine ?” is “l’Ukraine”."""
    bare = text.strip(" \t\n?!.…¿¡؟").replace("’", "'")
    for language in languages:
        openings = language.gettext(OPENINGS).split("|")
        pattern = "|".join(map(re.escape, sorted(openings, key=len, reverse=True)))
        found = re.match(rf"(?:{pattern})\s+", bare, re.IGNORECASE)
        if found is not None and found.end() < len(bare):
            return bare[found.end() :]
    return bare if tokens(bare) else text
