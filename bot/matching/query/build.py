"""What each word, phrase and name of a query means: from tokens to the leaves of the tree."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.errors import QueryError
from bot.matching.query.lexing import FIELDS, QUOTES
from bot.matching.query.times import read_time
from bot.matching.query.tree import (
    EntityName,
    Exact,
    Near,
    Phrase,
    Prefix,
    Regex,
    Time,
    Value,
    Word,
    WordList,
)
from bot.matching.regexes import compile_regex
from bot.matching.text import folded_words, surface, tokens
from bot.sources.languages import language_code
from bot.toml import nearest
from bot.values import check_language
from bot.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.matching.query.lexing import Token
    from bot.matching.query.tree import Leaf
    from bot.matching.vocabulary import Vocabulary

MIN_PREFIX = 3

_TRAILING = ".,;:!?…"
_STARRED = re.compile(r"\w\*(?=\s|$)")
_PLAIN_WORD = re.compile(r"(?!(?:OR|AND|NOT)$)#?[^\W_][\w.'’-]*")


class LeafReader:
    """Reads single words, phrases, names: the leaves, of queries, lists and weights alike."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def read(self, token: Token) -> Leaf:
        """The leaf that a token of the grammar stands for."""
        at, text = token.column, token.text
        match token.kind:
            case "WORD":
                return _word(text, at)
            case "PHRASE":
                return _phrase(text[1:-1], at)
            case "NEAR":
                return _near(text, at)
            case "PREFIX":
                return _prefix(text[:-1], at)
            case "EXACT":
                return _exact(text[1:].strip(QUOTES), at)
            case "ENTITY":
                return self._entity(text[1:].rstrip(_TRAILING), at)
            case "LIST":
                return self._list(text[1:].rstrip(_TRAILING), at)
            case _:
                return _regex(text[1:-1], at)

    def read_term(self, term: str, *, in_list: bool = False) -> Leaf:
        """A list's word or a weighted word: the same forms, and words need no quotes."""
        text = term.strip()
        if text.startswith("@"):
            return self._entity(text[1:], 1)
        if text.startswith("$") and not in_list:
            return self._list(text[1:], 1)
        if text.startswith("="):
            return _exact(text[1:].strip(QUOTES), 1)
        if text.endswith("*"):
            return _prefix(text[:-1], 1)
        written = _squash(text.strip(QUOTES))
        return Word(written, _words_of(written, 1))

    def _entity(self, key: str, at: int) -> EntityName:
        entities = self._vocabulary.entities
        found = key if key in entities else key.lower()
        if found in entities:
            return EntityName(found)
        if not key:
            raise QueryError("@ needs the name of an entity", at)
        close = self._vocabulary.nearest_entity(found)
        hint = f"@{close}" if close else None
        raise QueryError("there is no entity “{name}”", at, hint, name=key)

    def _list(self, name: str, at: int) -> WordList:
        lists = self._vocabulary.lists
        if name not in lists:
            hint = _nearest(name, lists, "${}")
            if not name:
                raise QueryError("$ needs the name of a list", at, hint)
            raise QueryError("there is no word list “{name}”", at, hint, name=name)
        try:
            found = _read_list(name, self._vocabulary)
        except QueryError as error:
            raise QueryError(
                "in the list “{name}”: {reason}",
                at,
                error.meant,
                name=name,
                reason=error.wording,
            ) from None
        if not found.words:
            raise QueryError("the word list “{name}” is empty", at, name=name)
        return found


@lru_cache(maxsize=256)  # many queries name the same few lists
def _read_list(name: str, vocabulary: Vocabulary) -> WordList:
    reader = LeafReader(vocabulary)
    words = vocabulary.lists[name]
    return WordList(name, tuple(reader.read_term(word, in_list=True) for word in words))


def read_leaf(term: str, vocabulary: Vocabulary) -> Leaf:
    """A weighted term; QueryError names it where it cannot be read."""
    try:
        return LeafReader(vocabulary).read_term(term)
    except QueryError as error:
        raise QueryError(
            "“{term}”: {reason}", error.column, error.meant, term=term, reason=error.wording
        ) from None


def _word(text: str, at: int) -> Leaf:
    if text.isascii() and text.isalnum():
        return Word(text, (text.lower(),))
    if text.startswith("/"):
        if "/" in text[1:]:
            raise QueryError(
                r"a slash within a regular expression is written \/, and a blank follows its last",
                at,
            )
        raise QueryError("a regular expression ends with a slash", at, f"{text}/")
    if text.startswith("-"):
        raise QueryError("one minus is enough", at, text.lstrip("-−"))
    if re.fullmatch(r"~\d*", text):
        raise QueryError("~ and its number follow quoted words directly", at, f'"… …"{text}')
    if "*" in text:
        raise QueryError("* stands only at the end of a word", at + text.index("*"))
    if text.endswith(":") and text[:-1].lower() in FIELDS:
        raise QueryError("{field} needs a word, a phrase, an entity or a group", at, field=text)
    words = _words_of(text, at)
    plain = text.strip(_TRAILING)
    if _PLAIN_WORD.fullmatch(plain) and folded_words(plain) == words:
        text = plain
    return Word(text, words)


def _phrase(text: str, at: int) -> Phrase:
    written = _squash(text)
    if _STARRED.search(written):
        raise QueryError("* works behind a bare word, not between quotes", at, _unquoted(written))
    return Phrase(written, _words_of(written, at))


def _unquoted(written: str) -> str | None:
    return written if " " not in written else None


def _near(text: str, at: int) -> Near:
    quoted, _, number = text.rpartition("~")
    written = _squash(quoted[1:-1])
    words = _words_of(written, at)
    if not number:
        raise QueryError("~ needs a number of words", at, f'"{written}"~10')
    if len(words) == 1:
        raise QueryError("~ needs two words or more between the quotes", at)
    distance = int(number[:6])
    if distance < len(words) - 1:
        raise QueryError(
            "nothing can match: {count} words do not fit within {distance}",
            at,
            f'"{written}"~{len(words) - 1}',
            count=len(words),
            distance=str(distance),
        )
    return Near(written, tuple(sorted(words)), distance)


def _prefix(text: str, at: int) -> Prefix:
    words = _words_of(text, at)
    letters = sum(char.isalnum() for word in words for char in word)
    if letters < MIN_PREFIX:
        raise QueryError(
            "{prefix} is too short: * needs {least} letters before it",
            at,
            prefix=f"{text}*",
            least=MIN_PREFIX,
        )
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
    except QueryError as error:
        raise QueryError(error.wording, at) from None
    return Regex(pattern)


def read_value(token: Token, field: str) -> Value:
    """What ``lang:`` or ``source:`` is to be."""
    if token.kind not in {"WORD", "PHRASE"}:
        raise QueryError("{field} takes a word", token.column, field=f"{field}:")
    written = _squash(token.text.strip(QUOTES))
    if not written:
        raise QueryError("{field} needs a word", token.column, field=f"{field}:")
    if field == "source":
        return Value(written)
    language = language_code(written)
    if language is None:
        raise QueryError(
            "“{name}” is not a language code; two letters are, as in {example}",
            token.column,
            _language_meant(written),
            name=written,
            example="lang:fr",
        )
    return Value(language)


def _language_meant(written: str) -> str | None:
    try:
        check_language(written)
    except ValueError as error:
        return error.args[1] if len(error.args) > 1 else None
    return None


def read_time_bound(name: str, token: Token, at: int) -> Time:
    """What ``since:`` or ``before:`` is to be."""
    if token.kind in {"WORD", "PHRASE"}:
        time = read_time(token.text.strip(QUOTES), start=name == "since")
        if time is not None:
            return time
    raise QueryError(
        "{field} takes an age or a date",
        at,
        Wording(
            "{age}, {days} or {date}",
            age=f"{name}:24h",
            days=f"{name}:30d",
            date=f"{name}:2025-05-18",
        ),
        field=f"{name}:",
    )


def _words_of(text: str, at: int) -> tuple[str, ...]:
    words = folded_words(text)
    if words:
        return words
    shown = text.strip()
    if not shown:
        raise QueryError("there are no words between these quotes", at)
    if "." in shown and any(map(str.isalnum, shown)):
        raise QueryError("“{word}” is an address, and addresses are never words", at, word=shown)
    raise QueryError("“{word}” has no letter or figure to look for", at, word=shown)


def _squash(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _nearest(word: str, known: Iterable[str], form: str) -> str | None:
    close = nearest(word, known)
    return form.format(close) if close else None
