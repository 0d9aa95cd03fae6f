"""Topics that say nothing of their own: every item that rings one of them rings another one too.

What is found here is true, but not all that is true is found: whether one query covers another is
read off their trees, part by part, without asking any text.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bot.matching.query.tree import (
    And,
    EntityName,
    Exact,
    Field,
    Near,
    Not,
    Or,
    Phrase,
    Prefix,
    Regex,
    Value,
    Weighted,
    Word,
    WordList,
)
from bot.matching.text import is_unspaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.matching.query.tree import Node
    from bot.matching.ruleset import Topic

# The fields that a word without a field is looked for in.
_SEARCHED = frozenset({"title", "text", "tag"})


def covers(wide: Node, narrow: Node) -> bool:
    """Whether everything that ``narrow`` matches is matched by ``wide`` too; False where unsure."""
    if wide == narrow:
        return True
    if isinstance(narrow, Or):
        return all(covers(wide, child) for child in narrow.children)
    if isinstance(wide, And):
        return all(covers(child, narrow) for child in wide.children)
    if isinstance(wide, Or) and any(covers(child, narrow) for child in wide.children):
        return True
    if isinstance(narrow, And):
        return any(covers(wide, part) for part in narrow.children)
    return _covers_single(wide, narrow)


def _covers_single(wide: Node, narrow: Node) -> bool:
    """The same where neither is an AND or an OR."""
    match wide, narrow:
        case (Not(inner), Not(other)):
            return covers(other, inner)
        case (Not(), _) | (_, Not()):
            return False
        case (Field(name, inner), Field(other_name, other)):
            return name == other_name and covers(inner, other)
        case (Field(), _):
            return False
        case (_, Field(name, inner)):
            return name in _SEARCHED and _is_plain(inner) and covers(wide, inner)
        case (_, WordList(_, words)):
            return all(covers(wide, word) for word in words)
        case (WordList(_, words), _):
            return any(covers(word, narrow) for word in words)
        case _:
            return _covers_leaf(wide, narrow)


def _covers_leaf(wide: Node, narrow: Node) -> bool:
    match wide, narrow:
        case (Word(_, words), Word(_, others)):
            return words == others
        case (Word(_, (word,)), Phrase(_, others) | Near(_, others) | Exact(_, others)):
            # A word of a script without spaces is not found inside a longer name, a phrase may be.
            return word in others and not is_unspaced(word)
        case (Phrase(_, words), Phrase(_, others) | Exact(_, others)):
            return _is_within(words, others)
        case (Prefix(_, (start,)), Prefix(_, (*_, other))):
            return other.startswith(start)
        case (Prefix(_, (start,)), Phrase(_, others) | Near(_, others) | Exact(_, others)):
            return any(word.startswith(start) for word in others)
        case _:
            return False


def covered_topics(topics: Iterable[Topic]) -> Iterator[tuple[Topic, Topic]]:
    """Each topic that another covers, with that one; of two that say the same, the later.

    A topic with a pattern in time rings for something else than its query alone, and one that
    rests covers nothing.
    """
    compared = [topic for topic in topics if topic.enabled and topic.when is None]
    order = {topic.key: number for number, topic in enumerate(compared)}
    branches = {topic.key: [*map(_asked, _alternatives(topic.query.tree))] for topic in compared}
    named = {key: frozenset().union(*each) for key, each in branches.items()}
    common = Counter(word for words in named.values() for word in words)
    needed = {topic.key: _needed(topic.query.tree, common) for topic in compared}
    by_anchor: dict[str, list[Topic]] = {}
    for topic in compared:
        for anchor in _rarest(needed[topic.key], common):
            by_anchor.setdefault(anchor, []).append(topic)
    for topic in compared:
        near = {other.key: other for word in named[topic.key] for other in by_anchor.get(word, ())}
        for other in sorted(near.values(), key=lambda it: order[it.key]):
            if other is topic or any(
                any(map(words.isdisjoint, needed[other.key])) for words in branches[topic.key]
            ):
                continue
            if _covers_topic(other, topic):
                if order[other.key] > order[topic.key] and _covers_topic(topic, other):
                    continue
                yield topic, other
                break


def idle_alternatives(node: Node) -> Iterator[tuple[Node, Node]]:
    """Each alternative of an OR that another one of them covers, with that one."""
    match node:
        case Or(children):
            for number, child in enumerate(children):
                for other_number, other in enumerate(children):
                    if (
                        number != other_number
                        and covers(other, child)
                        and not (other_number > number and covers(child, other))
                    ):
                        yield child, other
                        break
                yield from idle_alternatives(child)
        case And(children):
            for child in children:
                yield from idle_alternatives(child)
        case Not(child) | Field(_, child):
            yield from idle_alternatives(child)
        case _:
            return


def _covers_topic(wide: Topic, narrow: Topic) -> bool:
    return (
        _is_wider(wide.lang, narrow.lang)
        and _is_wider(wide.sources, narrow.sources)
        and covers(wide.query.tree, narrow.query.tree)
    )


def _is_wider(wide: Sequence[str], narrow: Sequence[str]) -> bool:
    """Empty means any."""
    return not wide or (bool(narrow) and set(narrow) <= set(wide))


def _is_plain(node: Node) -> bool:
    """Whether no part of it is excluded: what holds in one field then holds in all together."""
    match node:
        case Not():
            return False
        case And(children) | Or(children):
            return all(map(_is_plain, children))
        case _:
            return True


def _is_within(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    if any(map(is_unspaced, words)):  # as with a single word
        return False
    length = len(words)
    return any(others[start : start + length] == words for start in range(len(others) - length + 1))


def _alternatives(node: Node) -> tuple[Node, ...]:
    """The queries each of which has to be covered for this one to be."""
    return node.children if isinstance(node, Or) else (node,)


def _asked(node: Node) -> frozenset[str]:
    """What a query that covers this one has to name one of, be it by the beginning alone."""
    words = _words(node)
    return words.union([f"{word[:3]}*" for word in words])


def _words(node: Node) -> frozenset[str]:
    """The words of a query, each by what makes it the same as another one's."""
    found: set[str] = set()
    _gather(node, found)
    return frozenset(found)


def _gather(node: Node, found: set[str]) -> None:
    match node:
        case And(children) | Or(children):
            for child in children:
                _gather(child, found)
        case Not(child) | Field(_, child):
            _gather(child, found)
        case Word(_, words) | Phrase(_, words) | Near(_, words) | Exact(_, words):
            found.update(words)
        case Prefix(_, words):
            found.add(f"{words[-1][:3]}*")
        case WordList(name, words):
            found.add(f"${name}")
            for word in words:
                _gather(word, found)
        case EntityName() | Regex() | Value():
            found.add(f":{node.term}")
        case Weighted(_, terms):
            _gather(terms[0][1], found)


def _needed(node: Node, common: Counter[str]) -> list[frozenset[str]]:
    """Of each part that has to be met some words, of which a query that this one covers has one.

    For an OR these are the rarest of each alternative.
    """
    match node:
        case And(children):
            return [words for child in children for words in _needed(child, common)]
        case Not():
            return []
        case Field(_, child):
            return _needed(child, common)
        case Or(children):
            each = [_rarest(_needed(child, common), common) for child in children]
            return [frozenset().union(*each)]
        case _:
            words = _words(node)
            return [words] if words else []


def _rarest(some: list[frozenset[str]], common: Counter[str]) -> frozenset[str]:
    if len(some) == 1:
        return some[0]
    return min(some, key=lambda words: sum(common[word] for word in words), default=frozenset())
