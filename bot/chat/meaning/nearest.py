"""The names that words look most like, for whoever misspelt one: entities and topics."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz, process

from bot.matching.places.merging import BuiltIn
from bot.matching.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.matching.places import Place
    from bot.matching.ruleset import RuleSet, Topic
    from bot.matching.vocabulary import Vocabulary

_LIKE: Final = 74.0  # of 100; “zelenksy” and “zelensky” are 88, “makron” and “macron” 83
_LEAST: Final = 4  # letters: shorter words are like too many names
_MOST_WORDS: Final = 6


@dataclass(frozen=True, slots=True)
class Near:
    """A name that was perhaps meant: what it is called, and the rule that it stands for."""

    title: str
    rule: str


def nearest_names(text: str, rules: RuleSet, code: str, most: int = 3) -> list[Near]:
    """The topics and entities whose names look like the text, or like one of its words; best first."""
    whole = fold(text)
    words = [word for word in whole.split()[:_MOST_WORDS] if len(word) >= _LEAST]
    known = _names(rules.vocabulary, code)
    scores: dict[str, float] = {}
    for wanted in dict.fromkeys([whole, *words]):
        if len(wanted) < _LEAST:
            continue
        for names in (known, rules.titles):
            prefix = "query:@" if names is known else "topic:"
            found = process.extract(
                wanted, names.keys(), scorer=fuzz.ratio, score_cutoff=_LIKE, limit=2 * most
            )
            for name, score, _ in found:
                rule = f"{prefix}{names[name]}"
                if name not in {whole, *words}:
                    scores[rule] = max(score, scores.get(rule, 0.0))
    best = sorted(scores, key=lambda rule: (-scores[rule], rule))[:most]
    return [Near(_title(rule, rules, code), rule) for rule in best]


def nearest_topic(text: str, rules: RuleSet) -> Topic | None:
    """The topic that the text names or nearly names: by its key, its title, or either misspelt."""
    topic = rules.topic_named(text) or rules.topic_in_other_forms(text)
    if topic is not None:
        return topic
    known = {**rules.titles, **{fold(key): key for key in rules.topics}}
    found = process.extractOne(fold(text), known.keys(), scorer=fuzz.ratio, score_cutoff=_LIKE)
    return None if found is None else rules.topic_with(known[found[0]])


def _title(rule: str, rules: RuleSet, code: str) -> str:
    kind, _, name = rule.partition(":")
    if kind == "topic":
        return rules.topics[name].title_in(code)
    return rules.vocabulary.entities[name.removeprefix("@")].title_in(code)


@lru_cache(maxsize=16)
def _names(vocabulary: Vocabulary, code: str) -> Mapping[str, str]:
    """Keys by folded name: those of files in every language, those of places in two."""
    found: dict[str, str] = {}
    entities = vocabulary.entities
    for entity in vocabulary.own_entities.values():
        for names in entity.names.values():
            for name in names:
                found.setdefault(fold(name), entity.key)
    for place in _places(entities) if isinstance(entities, BuiltIn) else ():
        for lang in dict.fromkeys((code, "en")):
            name = next((name for name, langs in place.names.items() if lang in langs.split()), "")
            if name:
                found.setdefault(fold(name), place.key)
    return found


def _places(entities: BuiltIn) -> Iterator[Place]:
    return (place for key in entities if (place := entities.place(key)) is not None)
