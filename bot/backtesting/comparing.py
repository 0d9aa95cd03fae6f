"""Two versions of the rules: which topics could ring otherwise, and what they ring for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.matching.query.tree import EntityName, Value, leaves
from bot.matching.question import Question
from bot.matching.text import is_unspaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.backtesting.trial import Ring
    from bot.matching.query.tree import Node
    from bot.matching.ruleset import RuleSet, Topic


@dataclass(frozen=True, slots=True)
class Change:
    """A topic that the two versions do not have alike. None: one of them does not have it.

    ``old`` and ``new`` are numbers of questions.
    """

    key: str
    old: int | None
    new: int | None


def changes(
    old: RuleSet, new: RuleSet, keys: Iterable[str]
) -> tuple[list[Change], tuple[Question, ...]]:
    """The topics among ``keys`` that could ring otherwise, and the questions that tell."""
    found: list[Change] = []
    questions: list[Question] = []

    def ask(topic: Topic | None, rules: RuleSet) -> int | None:
        if topic is None:
            return None
        questions.append(Question.of_topic(topic, rules))
        return len(questions) - 1

    same_names = _same_names(old, new)
    for key in keys:
        before, after = _enabled(old, key), _enabled(new, key)
        if before is None and after is None:
            continue
        if before and after and _is_alike(before, old, after, new, same_names=same_names):
            continue
        found.append(Change(key, ask(before, old), ask(after, new)))
    return found, tuple(questions)


def rings_by_question(rings: Iterable[Ring]) -> Mapping[int, Sequence[Ring]]:
    """The rings of each question, in their order."""
    grouped: dict[int, list[Ring]] = {}
    for ring in rings:
        grouped.setdefault(ring.question, []).append(ring)
    return grouped


def _enabled(rules: RuleSet, key: str) -> Topic | None:
    topic = rules.topics.get(key)
    return topic if topic is not None and topic.enabled else None


def _is_alike(before: Topic, old: RuleSet, after: Topic, new: RuleSet, *, same_names: bool) -> bool:
    """Whether both ring for the same, for certain."""
    one, other = Question.of_topic(before, old), Question.of_topic(after, new)
    trees = [one.query.tree, *(each.query.tree for each in one.filters)]
    others = [other.query.tree, *(each.query.tree for each in other.filters)]
    return (
        trees == others
        and before.when == after.when
        and (one.langs, one.sources) == (other.langs, other.sources)
        and (same_names or not any(map(_asks_for_names, trees)))
    )


def _same_names(old: RuleSet, new: RuleSet) -> bool:
    # The places that come with the program are the same for both.
    return dict(old.vocabulary.own_entities) == dict(new.vocabulary.own_entities)


def _asks_for_names(tree: Node) -> bool:
    """Whether what it finds depends on entities: on its own, or on longer ones around a word."""
    return any(
        isinstance(leaf, EntityName)
        or (not isinstance(leaf, Value) and any(map(is_unspaced, getattr(leaf, "words", ()))))
        for leaf in leaves(tree)
        if not hasattr(leaf, "name")
    )
