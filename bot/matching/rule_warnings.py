"""What is allowed in rule files but is perhaps not meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import Finding
from bot.matching.query.tree import And, Field, Not, Or, Phrase, Word
from bot.toml import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.matching.query import Query
    from bot.matching.query.tree import Node
    from bot.matching.rule_entries import Entries, Entry
    from bot.matching.ruleset import RuleSet
    from bot.matching.vocabulary import Vocabulary


def find_warnings(entries: Entries, rules: RuleSet) -> Iterator[Finding]:
    """The warnings for rules that are sound."""
    for key, topic in rules.topics.items():
        if "query" in entries.topics[key].raw:
            yield from _names_of_entities(entries.topics[key], topic.query, rules.vocabulary)
    for key, filter_ in rules.filters.items():
        entry = entries.filters[key]
        yield from _names_of_entities(entry, filter_.query, rules.vocabulary)
        for number, exception in enumerate(filter_.exceptions):
            # A beginning with * may wait for topics to come.
            if not exception.endswith("*") and exception not in entries.topics:
                place = entry.document.value_place(*entry.path, "except", number)
                message = f"there is no topic “{exception}”"
                hint = nearest(exception, entries.topics)
                yield Finding(entry.document.path, *place, message, hint, "warning")


def _names_of_entities(entry: Entry, query: Query, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Words and phrases that an entity goes by: as a word they match fewer of its names."""
    for written in dict.fromkeys(_plain_words(query.tree)):
        named = vocabulary.entity_named(written)
        if len(named) == 1:
            key = named[0].key
            offset = max(query.text.find(written), 0)
            place = entry.document.value_place(*entry.path, "query", offset=offset)
            message = (
                f"“{written}” is a name of the entity @{key}; @{key} finds its other names too"
            )
            yield Finding(entry.document.path, *place, message, severity="warning")


def _plain_words(node: Node) -> Iterator[str]:
    """The bare words and phrases of a query, those in lists aside."""
    match node:
        case Word() | Phrase():
            yield node.written
        case And(children) | Or(children):
            for child in children:
                yield from _plain_words(child)
        case Not(child) | Field("title" | "text", child):
            yield from _plain_words(child)
        case _:
            return
