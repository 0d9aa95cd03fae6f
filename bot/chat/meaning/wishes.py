"""What a person means by a few words: a topic, an entity by one of its names, or a query."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.chat.meaning.questions import ask
from bot.errors import QueryError
from bot.matching.lookup import mentions
from bot.matching.query import Query, parse_query
from bot.matching.query.tree import And, EntityName
from bot.matching.text import tokens
from bot.matching.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.chat.meaning.questions import Asked, Sources
    from bot.chat.meaning.windows import Calendar
    from bot.matching.lookup import Mention
    from bot.matching.query.tree import Node
    from bot.matching.ruleset import RuleSet, Topic
    from bot.matching.vocabulary import Entity

# With one of these the words are a query in so many words, not a name.
_OPERATORS: Final = frozenset('"()|=/@$*:~#«»“”„')
_OPERATOR_WORDS: Final = frozenset({"AND", "OR", "NOT"})
LONGEST: Final = 1000  # code points of a query from a chat
_BOUNDS: Final = "\n"  # between a rule and the bounds of a question, in what a button keeps
EVERYTHING: Final = "all:"
"""The rule of a wish for whatever is new: nobody subscribes to it."""
_NOBODY: Final = Vocabulary()  # bounds name no entities


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted. ``query`` is what it is about: None for whatever is new; a ``topic`` has its own.

    ``times`` and ``narrow`` are pieces of a query that bound an answer. ``word`` is the plain query
    of the words where they name the ``entity`` or the topic; ``others`` are entities that the words
    may also mean, where it is not clear.
    """

    about: Query | None
    topic: Topic | None = None
    entity: Entity | None = None
    word: Query | None = None
    others: tuple[Entity, ...] = ()
    times: tuple[str, ...] = ()
    narrow: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        """The rule to subscribe to. Times do not bound what is to come."""
        if self.topic is not None:
            return f"topic:{self.topic.key}"
        if not self.narrow:
            return EVERYTHING if self.about is None else f"query:{self.about}"
        parts = [f"({self.about})"] if self.about is not None else []
        return f"query:{parse_query(' '.join([*parts, *self.narrow]), self._vocabulary)}"

    @property
    def query(self) -> Query | None:
        """What to look for in what is stored; None for everything."""
        pieces = (*self.narrow, *self.times)
        if not pieces:
            return self.about
        bounds = parse_query(" ".join(pieces), self._vocabulary)
        if self.about is None:
            return bounds
        children = (*_children(self.about.tree), *_children(bounds.tree))
        return Query(And(children), f"{self.about.text} {bounds.text}", self._vocabulary)

    @property
    def kept(self) -> str:
        """The text from which :func:`wish_of` makes it again."""
        base = replace(self, narrow=()).rule
        bounds = " ".join((*self.times, *self.narrow))
        return f"{base}{_BOUNDS}{bounds}" if bounds else base

    @property
    def _vocabulary(self) -> Vocabulary:
        return _NOBODY if self.about is None else self.about.vocabulary

    def at_any_time(self) -> Wish:
        """The same wish without its bounds of time."""
        return replace(self, times=())


def understand(text: str, rules: RuleSet) -> Wish:
    """The wish in what was typed behind a command; QueryError where it is none."""
    text = text.strip()
    if len(text) > LONGEST:
        raise QueryError("a query has at most {most} characters", LONGEST + 1, most=LONGEST)
    topic = rules.topic_named(text)
    if topic is not None:
        return Wish(topic.query, topic=topic, word=_plain(text, rules.vocabulary))
    if is_query(text):
        return _wish(parse_query(text, rules.vocabulary))
    named = rules.vocabulary.entity_named(text)
    if len(named) == 1:
        query = parse_query(f"@{named[0].key}", rules.vocabulary)
        return replace(_wish(query), word=_plain(text, rules.vocabulary))
    topic = None if named else rules.topic_in_other_forms(text)
    if topic is not None:
        return Wish(topic.query, topic=topic, word=_plain(text, rules.vocabulary))
    return replace(_wish(parse_query(text, rules.vocabulary)), others=named)


def understand_freely(
    text: str, rules: RuleSet, *, code: str, calendar: Calendar, sources: Sources
) -> Wish:
    """The wish in plain text: as :func:`understand`, but a question is heard, and never refused.

    ``code`` is the language of who asks. QueryError only where the text has no word at all.
    """
    text = text.strip()[:LONGEST]
    try:
        wish = understand(text, rules)
        if wish.topic is not None or wish.entity is not None or is_query(text):
            return wish
    except QueryError:
        pass
    asked = ask(text, code=code, calendar=calendar, sources=sources)
    narrow = _readable(asked.narrow, rules.vocabulary)
    if not asked.about:
        if not tokens(text):
            raise QueryError("there is no word in it")
        return Wish(None, times=asked.times, narrow=narrow)
    return replace(_about(asked, rules), times=asked.times, narrow=narrow)


def wish_of(rule: str, rules: RuleSet) -> Wish | None:
    """The wish of a rule (``topic:KEY``, ``query:TEXT``), perhaps with bounds; None if none now."""
    rule, _, bounds = rule.partition(_BOUNDS)
    kind, _, name = rule.partition(":")
    times = tuple(piece for piece in bounds.split(" ") if piece.startswith(("since:", "before:")))
    narrow = " ".join(piece for piece in bounds.split(" ") if piece not in times)
    try:
        if bounds:
            parse_query(bounds, rules.vocabulary)
        if kind == "topic":
            topic = rules.topic_with(name)
            if topic is None:
                return None
            wish = Wish(topic.query, topic=topic)
        elif rule == EVERYTHING:
            wish = Wish(None)
        else:
            wish = _wish(parse_query(name, rules.vocabulary))
    except QueryError:
        return None
    return replace(wish, times=times, narrow=(narrow,) if narrow else ())


def lasting(wish: Wish, rules: RuleSet) -> Wish:
    """The wish as a subscription has it: without times; what narrows a query is part of it."""
    timeless = wish.at_any_time()
    if wish.topic is not None or not wish.narrow:
        return timeless
    return wish_of(timeless.rule, rules) or timeless


def narrower(wish: Wish, rules: RuleSet) -> Wish | None:
    """The wish for the title alone; None where it is that already, or cannot be."""
    title = wish_of(f"query:title:({wish.about})", rules)
    return None if title is None or str(title.about) == str(wish.about) else title


def is_query(text: str) -> bool:
    """Whether the text uses the query language, and is not just words."""
    words = text.split()
    return bool(_OPERATORS & set(text)) or any(
        word.startswith("-") or word in _OPERATOR_WORDS for word in words
    )


def _about(asked: Asked, rules: RuleSet) -> Wish:
    """What is left of a question: a topic, an entity, several of them, or words."""
    try:
        wish = understand(asked.about, rules)
        if wish.topic is not None or wish.entity is not None:
            return wish
    except QueryError:
        pass
    vocabulary = rules.vocabulary
    named = mentions(asked.about, vocabulary)
    plain = understand(_telling(asked, ()), rules)
    if not named:
        return plain
    query = parse_query(_telling(asked, named), vocabulary)
    # Already in the plain words' own form where the words were a name as such.
    same = plain.about is not None and str(plain.about) == str(query)
    return replace(_wish(query), word=None if same else plain.about)


def _telling(asked: Asked, named: Iterable[Mention]) -> str:
    """The question as a query: its names as entities, its other words but for the small ones."""
    parts: list[str] = []
    at = 0
    for each in named:
        parts += [*_words(asked.about[at : each.start], asked.small), f"@{each.entity.key}"]
        at = each.end
    parts += _words(asked.about[at:], asked.small)
    return " ".join(dict.fromkeys(parts or _words(asked.about, frozenset())))


def _words(text: str, small: frozenset[str]) -> list[str]:
    """The words that say something, as words of a query."""
    found = [(text[word.start : word.end], word.text in small) for word in tokens(text)]
    # “WHO” and “US” in a sentence are no small words.
    shouted = text.isupper()
    telling = [
        word for word, is_small in found if not is_small or (_is_abbreviation(word) and not shouted)
    ]
    return [word.lower() if word in _OPERATOR_WORDS else word for word in telling]


def _is_abbreviation(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def _readable(pieces: Iterable[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """The pieces that a query can have: a name of a source may be no word."""
    return tuple(piece for piece in pieces if _plain(piece, vocabulary) is not None)


def _children(tree: Node) -> tuple[Node, ...]:
    return tree.children if isinstance(tree, And) else (tree,)


def _wish(query: Query) -> Wish:
    tree = query.tree
    entity = query.vocabulary.entities[tree.key] if isinstance(tree, EntityName) else None
    return Wish(query, entity=entity)


def _plain(text: str, vocabulary: Vocabulary) -> Query | None:
    try:
        return parse_query(text, vocabulary)
    except QueryError:
        return None
