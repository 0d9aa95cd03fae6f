"""What is allowed in rule files but is perhaps not meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import Finding
from bot.matching.lookup import likely_by_words
from bot.matching.query.printing import print_tree
from bot.matching.query.tree import And, Field, Not, Or, Phrase, Word
from bot.matching.rule_covering import covered_topics, covers, idle_alternatives
from bot.toml import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from bot.matching.query import Query
    from bot.matching.query.tree import Node
    from bot.matching.rule_entries import Entries, Entry
    from bot.matching.ruleset import RuleSet
    from bot.matching.vocabulary import Entity, Vocabulary


@dataclass(frozen=True, slots=True)
class Rang:
    """What is stored as a witness: of ``items``, how large a share rang which topic (0 to 1).

    Only the topics that rang for none, or for remarkably many, are in ``shares``.
    """

    items: int
    shares: Mapping[str, float]


_LIST = re.compile(r"\$([A-Za-z0-9][A-Za-z0-9_-]*)")


def find_warnings(
    entries: Entries,
    context: Entries,
    rules: RuleSet,
    langs: Collection[str],
    rang: Rang | None = None,
) -> Iterator[Finding]:
    """The warnings for rules that are sound.

    ``context`` has what stands beside the files that are checked, ``langs`` the languages that the
    sources use, ``rang`` what the topics did with the stored items.
    """
    seen: dict[str, tuple[Entity, ...]] = {}  # whose name a word is, looked up once
    for key, topic in rules.topics.items():
        if "query" in entries.topics[key].raw:
            yield from _names_of_entities(entries.topics[key], topic.query, rules.vocabulary, seen)
    for key, filter_ in rules.filters.items():
        entry = entries.filters[key]
        yield from _names_of_entities(entry, filter_.query, rules.vocabulary, seen)
        for number, exception in enumerate(filter_.exceptions):
            # A beginning with * may wait for topics to come.
            if not exception.endswith("*") and exception not in {
                **entries.topics,
                **context.topics,
            }:
                message = f"there is no topic “{exception}”"
                hint = nearest(exception, entries.topics)
                yield _at(entry, "unknown-exception", message, "except", number, hint=hint)
    yield from _unused_lists(entries, context)
    yield from _unnamed(entries, rules.vocabulary, langs)
    if rang is not None:
        yield from _silent_or_noisy(entries, rang)


def _at(
    entry: Entry,
    code: str,
    message: str,
    *keys: str | int,
    offset: int = 0,
    hint: str | None = None,
) -> Finding:
    """A warning at a value of the entry."""
    place = entry.document.value_place(*entry.path, *keys, offset=offset)
    return Finding(entry.document.path, *place, message, hint, "warning", code)


def find_covered(entries: Entries, rules: RuleSet) -> Iterator[Finding]:
    """Warnings for queries, and parts of them, that say nothing beside others.

    For rules whose lists and entities are all sound.
    """
    for key, topic in rules.topics.items():
        if "query" in entries.topics[key].raw:
            yield from _idle_alternatives(entries.topics[key], topic.query)
    for key, filter_ in rules.filters.items():
        yield from _idle_alternatives(entries.filters[key], filter_.query)
    for topic, other in covered_topics(rules.topics.values()):
        same = covers(topic.query.tree, other.query.tree)
        message = (
            f"the topic “{other.key}” rings for exactly the same"
            if same and set(topic.lang) == set(other.lang)
            else f"whatever rings this rings the topic “{other.key}” too, whose query is wider"
        )
        entry = entries.topics[topic.key]
        yield _at(entry, "covered", message, "query" if "query" in entry.raw else "score")


def _idle_alternatives(entry: Entry, query: Query) -> Iterator[Finding]:
    for idle, wider in idle_alternatives(query.tree):
        written, other = print_tree(idle), print_tree(wider)
        message = f"{written} adds nothing to this OR: {other} finds all that it finds"
        offset = max(query.text.find(written), 0)
        yield _at(entry, "covered", message, "query", offset=offset)


def _unused_lists(entries: Entries, context: Entries) -> Iterator[Finding]:
    """Lists that no query names, a broken one included."""
    named = {name for each in (entries, context) for name in _named_lists(each)}
    for key, entry in entries.lists.items():
        if key not in named:
            place = entry.document.place(*entry.path)
            message = f"no query names the list “{key}”"
            yield Finding(entry.document.path, *place, message, None, "warning", "unused-list")


def _named_lists(entries: Entries) -> Iterator[str]:
    for entry in (*entries.topics.values(), *entries.filters.values()):
        raw = entry.raw if isinstance(entry.raw, dict) else {}
        score = raw.get("score")
        words = score.get("words") if isinstance(score, dict) else None
        for text in (raw.get("query"), *(words if isinstance(words, dict) else ())):
            if isinstance(text, str):
                yield from _LIST.findall(text)


def _silent_or_noisy(entries: Entries, rang: Rang) -> Iterator[Finding]:
    for key, share in rang.shares.items():
        if key not in entries.topics:
            continue
        entry = entries.topics[key]
        if share:
            code = "noisy-topic"
            message = f"the topic “{key}” rings for {share:.0%} of the stored items"
        else:
            code = "silent-topic"
            message = f"the topic “{key}” rings for none of the {rang.items:,} stored items"
        place = entry.document.place(*entry.path)
        yield Finding(entry.document.path, *place, message, None, "warning", code)


def _unnamed(entries: Entries, vocabulary: Vocabulary, langs: Collection[str]) -> Iterator[Finding]:
    for key, entry in entries.entities.items():
        missing = sorted(set(langs) - set(vocabulary.entities[key].names))
        if missing and isinstance(entry.raw, dict) and "names" in entry.raw:
            message = f"@{key} has no name in {', '.join(missing)}, which the sources use"
            place = entry.document.place(*entry.path, "names")
            yield Finding(entry.document.path, *place, message, None, "warning", "unnamed-language")


def _names_of_entities(
    entry: Entry, query: Query, vocabulary: Vocabulary, seen: dict[str, tuple[Entity, ...]]
) -> Iterator[Finding]:
    """Words and phrases that an entity goes by: as a word they match fewer of its names."""
    for written, words in dict.fromkeys(_plain_words(query.tree)):
        if written not in seen:
            seen[written] = likely_by_words(words, written, vocabulary)
        named = seen[written]
        if len(named) == 1:
            key = named[0].key
            offset = max(query.text.find(written), 0)
            message = (
                f"“{written}” is a name of the entity @{key}; @{key} finds its other names too"
            )
            yield _at(entry, "entity-name", message, "query", offset=offset)


def _plain_words(node: Node) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The bare words and phrases of a query, as written and folded, those in lists aside."""
    match node:
        case Word(written, words) | Phrase(written, words):
            yield written, words
        case And(children) | Or(children):
            for child in children:
                yield from _plain_words(child)
        case Not(child) | Field("title" | "text", child):
            yield from _plain_words(child)
        case _:
            return
