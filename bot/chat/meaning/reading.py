"""A query read back in plain words, in the person's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.words.languages import N_, Html
from bot.delivery.html import bold, escape
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
    Weighted,
    Word,
    WordList,
)

if TYPE_CHECKING:
    from bot.chat.words.languages import Language
    from bot.matching.query.tree import Leaf, Node
    from bot.matching.vocabulary import Vocabulary

_FIELDS: Final = {
    "title": N_("{what} in the title"),
    "text": N_("{what} in the text"),
    "tag": N_("{what} among the tags"),
    "source": N_("from the source {what}"),
    "lang": N_("in the language {what}"),
    "agency": N_("from the agency {what}"),
    "author": N_("by {what}"),
}


def reading(node: Node, language: Language, vocabulary: Vocabulary) -> Html:
    """What the query looks for: “<b>peace</b> and <b>Vladimir Putin</b>, but not …”."""
    match node:
        case And(children):
            text = _all(children, language, vocabulary)
        case Or(children):
            parts = [_inner(child, language, vocabulary) for child in children]
            text = language.listed(parts, "or")
        case Not(child):
            text = language.html("not {what}", what=_inner(child, language, vocabulary))
        case Field("lang" as name, Value(code)):
            text = language.html(_FIELDS[name], what=_bold(language.language_name(code)))
        case Field(name, child):
            what = _inner(child, language, vocabulary)
            text = language.html(_FIELDS[name], what=what) if name in _FIELDS else what
        case Time(start=True, written=written):
            text = language.html("since {when}", when=written)
        case Time(written=written):
            text = language.html("before {when}", when=written)
        case Value(written):
            text = _bold(written)
        case Weighted():
            text = language.html("enough of its words")
        case _:
            text = _leaf(node, language, vocabulary)
    return text


def _leaf(leaf: Leaf, language: Language, vocabulary: Vocabulary) -> Html:
    match leaf:
        case EntityName(key):
            entity = vocabulary.entities.get(key)
            text = _bold(entity.title_in(language.code) if entity else leaf.term)
        case Word(written):
            text = _bold(written)
        case Phrase(written):
            text = language.html("“{words}”", words=_bold(written))
        case Near(written, _, distance):
            text = language.nhtml(
                "{words} within {n} word of each other",
                "{words} within {n} words of each other",
                distance,
                words=_bold(written),
            )
        case Prefix(written):
            text = language.html("words that begin with {prefix}", prefix=_bold(written))
        case Exact(written):
            text = language.html("{word} in exactly this spelling", word=_bold(written))
        case WordList(name):
            text = language.html("a word of the list {name}", name=_bold(name))
        case Regex():
            text = language.html("text of the form <code>{pattern}</code>", pattern=leaf.term)
    return text


def _all(children: tuple[Node, ...], language: Language, vocabulary: Vocabulary) -> Html:
    wanted = [child for child in children if not isinstance(child, Not)]
    unwanted = [child.child for child in children if isinstance(child, Not)]
    what = language.listed([_inner(child, language, vocabulary) for child in wanted])
    if not unwanted:
        return what
    without = language.listed([_inner(child, language, vocabulary) for child in unwanted], "or")
    return language.html("{what}, but not {without}", what=what, without=without)


def _inner(node: Node, language: Language, vocabulary: Vocabulary) -> Html:
    """A part of a longer reading, in brackets where it is itself put together."""
    text = reading(node, language, vocabulary)
    return Html(f"({text})") if isinstance(node, (And, Or)) else text


def _bold(text: str) -> Html:
    return Html(bold(escape(text)))
