"""From the syntax tree to the query's tree: what each word, field and name means."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING, cast

from bot.errors import QueryError
from bot.matching.query.checks import asks_for_something, check_possible
from bot.matching.query.diagnosis import column
from bot.matching.query.times import read_time
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
    Time,
    Value,
    Word,
    WordList,
)
from bot.matching.regexes import compile_regex
from bot.matching.text import surface, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lark import Token, Tree

    from bot.matching.query.tree import Leaf, Node
    from bot.matching.vocabulary import Vocabulary

FIELDS = ("title", "text", "tag", "source", "lang", "agency", "author", "since", "before")
MIN_PREFIX = 3

_QUOTES = '"“”„‟«»'
_TRAILING = ".,;:!?…"
_PLAIN_WORD = re.compile(r"(?!(?:OR|AND|NOT)$)#?[^\W_][\w.'’-]*")
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_][a-z0-9]+)*", re.IGNORECASE)


class Builder:
    """Builds one query's tree against a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._leaves = LeafReader(vocabulary)

    def build(self, tree: Tree[Token]) -> Node:
        """The query's tree; QueryError where a part of it cannot be."""
        return self._node(tree.children[0], None)

    def _node(self, tree: Tree[Token] | Token, field: str | None) -> Node:
        """The node for a subtree, inside ``field:`` where one is given."""
        subtree = cast("Tree[Token]", tree)
        first = cast("Token", subtree.children[0])
        match subtree.data:
            case "leaf" if field in {"lang", "source"}:
                return _value(first, field)
            case "leaf":
                return self._leaves.read(first)
            case "excluded":
                child = self._node(subtree.children[1], field)
                return child.child if isinstance(child, Not) else Not(child)
            case "field":
                return self._field(subtree, field)
            case branch:
                at = (subtree.meta.start_pos or 0) + 1
                children = [self._node(child, field) for child in subtree.children]
                return _all_of(children, at) if branch == "both" else _any_of(children, at)

    def _field(self, tree: Tree[Token], outer: str | None) -> Node:
        token, inner = cast("tuple[Token, Tree[Token]]", tuple(tree.children))
        at = column(token)
        name = token.rstrip().removesuffix(":").lower()
        if name not in FIELDS:
            raise QueryError(
                f"there is no field “{name}” (put the words in quotes if none is meant)",
                at,
                _nearest(name, FIELDS, "{}:"),
            )
        if outer is not None:
            raise QueryError(f"{name}: cannot stand within {outer}:", at)
        if name in {"since", "before"}:
            return _time(name, inner, at)
        if inner.data == "excluded":
            raise QueryError(f"the minus goes before the field: -{name}:…", at)
        child = self._node(inner, name)
        if not asks_for_something(child):
            raise QueryError(f"this only excludes; write -{name}:… instead", at)
        return Field(name, child)


class LeafReader:
    """Reads single words, phrases, names: the leaves, of queries, lists and weights alike."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def read(self, token: Token) -> Leaf:
        """The leaf that a token of the grammar stands for."""
        at = column(token)
        match token.type:
            case "WORD":
                return _word(token, at)
            case "PHRASE":
                return _phrase(token[1:-1], at)
            case "NEAR":
                return _near(token, at)
            case "PREFIX":
                return _prefix(token[:-1], at)
            case "EXACT":
                return _exact(token[1:].strip(_QUOTES), at)
            case "ENTITY":
                return self._entity(token[1:].rstrip(_TRAILING), at)
            case "LIST":
                return self._list(token[1:].rstrip(_TRAILING), at)
            case _:
                return _regex(token[1:-1], at)

    def read_term(self, term: str, *, in_list: bool = False) -> Leaf:
        """A list's word or a weighted word: the same forms, and words need no quotes."""
        text = term.strip()
        if text.startswith("@"):
            return self._entity(text[1:], 1)
        if text.startswith("$") and not in_list:
            return self._list(text[1:], 1)
        if text.startswith("="):
            return _exact(text[1:].strip(_QUOTES), 1)
        if text.endswith("*"):
            return _prefix(text[:-1], 1)
        written = _squash(text.strip(_QUOTES))
        return Word(written, _words_of(written, 1))

    def _entity(self, key: str, at: int) -> EntityName:
        entities = self._vocabulary.entities
        found = key if key in entities else key.lower()
        if found in entities:
            return EntityName(found)
        if not key:
            raise QueryError("@ needs the name of an entity", at)
        named = self._vocabulary.entity_named(key.replace("-", " ").replace("_", " "))
        close = named[0].key if named else self._vocabulary.nearest_entity(found)
        hint = f"@{close}" if close else None
        raise QueryError(f"there is no entity “{key}”", at, hint)

    def _list(self, name: str, at: int) -> WordList:
        lists = self._vocabulary.lists
        if name not in lists:
            message = f"there is no word list “{name}”" if name else "$ needs the name of a list"
            raise QueryError(message, at, _nearest(name, lists, "${}"))
        try:
            words = tuple(self.read_term(word, in_list=True) for word in lists[name])
        except QueryError as error:
            raise QueryError(f"in the list “{name}”: {error.message}", at, error.hint) from None
        if not words:
            raise QueryError(f"the word list “{name}” is empty", at)
        return WordList(name, words)


def read_leaf(term: str, vocabulary: Vocabulary) -> Leaf:
    """A weighted term; QueryError names it where it cannot be read."""
    try:
        return LeafReader(vocabulary).read_term(term)
    except QueryError as error:
        raise QueryError(f"“{term}”: {error.message}", error.column, error.hint) from None


def _all_of(children: Iterable[Node], at: int) -> Node:
    flat = _flatten(children, And)
    check_possible(flat, at)
    return flat[0] if len(flat) == 1 else And(flat)


def _any_of(children: Iterable[Node], at: int) -> Node:
    flat = _flatten(children, Or)
    if any(map(asks_for_something, flat)) and not all(map(asks_for_something, flat)):
        raise QueryError(
            "one side of this OR only excludes, so it would match nearly everything", at
        )
    return flat[0] if len(flat) == 1 else Or(flat)


def _flatten(children: Iterable[Node], kind: type[And | Or]) -> tuple[Node, ...]:
    """The children, those of the same kind opened up, each once."""
    flat: dict[Node, None] = {}
    for child in children:
        inner = child.children if isinstance(child, kind) else (child,)
        flat.update(dict.fromkeys(inner))
    return tuple(flat)


def _word(token: Token, at: int) -> Leaf:
    text = str(token)
    if text.startswith("/"):
        raise QueryError("a regular expression ends with a slash", at, f"{text}/")
    if text.startswith("-"):
        raise QueryError("one minus is enough", at, text.lstrip("-−"))
    if re.fullmatch(r"~\d*", text):
        raise QueryError("~ and its number follow quoted words directly", at, f'"… …"{text}')
    if "*" in text:
        raise QueryError("* stands only at the end of a word", at + text.index("*"))
    if text.endswith(":") and text[:-1].lower() in FIELDS:
        raise QueryError(f"{text} needs a word, a phrase, an entity or a group", at)
    words = _words_of(text, at)
    plain = text.strip(_TRAILING)
    if _PLAIN_WORD.fullmatch(plain) and _folded(plain) == words:
        text = plain
    return Word(text, words)


def _phrase(text: str, at: int) -> Phrase:
    written = _squash(text)
    return Phrase(written, _words_of(written, at))


def _near(token: Token, at: int) -> Near:
    quoted, _, number = token.rpartition("~")
    written = _squash(quoted[1:-1])
    words = _words_of(written, at)
    if not number:
        raise QueryError("~ needs a number of words", at, f'"{written}"~10')
    if len(words) == 1:
        raise QueryError("~ needs two words or more between the quotes", at)
    distance = int(number[:6])
    if distance < len(words) - 1:
        raise QueryError(
            f"nothing can match: {len(words)} words do not fit within {distance}",
            at,
            f'"{written}"~{len(words) - 1}',
        )
    return Near(written, words, distance)


def _prefix(text: str, at: int) -> Prefix:
    words = _words_of(text, at)
    letters = sum(char.isalnum() for word in words for char in word)
    if letters < MIN_PREFIX:
        raise QueryError(f"{text}* is too short: * needs {MIN_PREFIX} letters before it", at)
    return Prefix(text, words)


def _exact(text: str, at: int) -> Exact:
    written = _squash(text)
    if not written:
        raise QueryError("= needs a word directly after it", at)
    if "*" in written:
        raise QueryError("= asks for one spelling, so it cannot end with *", at)
    found = tokens(written)
    words = _words_of(written, at)
    return Exact(written, words, tuple(surface(written[word.start : word.end]) for word in found))


def _regex(pattern: str, at: int) -> Regex:
    try:
        compile_regex(pattern)
    except ValueError as error:
        raise QueryError(f"the regular expression cannot be used: {error}", at) from None
    return Regex(pattern)


def _value(token: Token, field: str) -> Value:
    """What ``lang:`` or ``source:`` is to be."""
    at = column(token)
    if token.type not in {"WORD", "PHRASE"}:
        raise QueryError(f"{field}: takes a word", at)
    written = _squash(token.strip(_QUOTES))
    if not written:
        raise QueryError(f"{field}: needs a word", at)
    if field == "source":
        return Value(written)
    language = _LANGUAGE.fullmatch(written)
    if language is None:
        raise QueryError(f"“{written}” is not a language code; two letters are, as in lang:fr", at)
    return Value(language[1].lower())


def _time(name: str, tree: Tree[Token], at: int) -> Time:
    token = cast("Token", tree.children[0])
    if tree.data == "leaf" and token.type in {"WORD", "PHRASE"}:
        time = read_time(token.strip(_QUOTES), start=name == "since")
        if time is not None:
            return time
    raise QueryError(
        f"{name}: takes an age or a date", at, f"{name}:24h, {name}:30d or {name}:2025-05-18"
    )


def _words_of(text: str, at: int) -> tuple[str, ...]:
    words = _folded(text)
    if words:
        return words
    shown = text.strip()
    if not shown:
        raise QueryError("there are no words between these quotes", at)
    if "." in shown and any(map(str.isalnum, shown)):
        raise QueryError(f"“{shown}” is an address, and addresses are never words", at)
    raise QueryError(f"“{shown}” has no letter or figure to look for", at)


def _folded(text: str) -> tuple[str, ...]:
    return tuple(token.text for token in tokens(text))


def _squash(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _nearest(word: str, known: Iterable[str], form: str) -> str | None:
    close = get_close_matches(word, list(known), n=1)
    return form.format(close[0]) if close else None
