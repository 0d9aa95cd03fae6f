"""A query read back in plain words."""

from __future__ import annotations

import pytest

from bot.chat.meaning.reading import reading
from bot.chat.words.languages import Languages
from bot.matching.query import parse_query, parse_weights
from bot.matching.query.tree import Not
from bot.matching.rules import load_rules
from tests.chat.room import RULES

LANGUAGES = Languages.read()
VOCABULARY = load_rules(RULES).vocabulary


class TestReading:
    @pytest.mark.parametrize(
        ("query", "english", "french"),
        [
            ("peace", "peace", "peace"),
            ("a OR b OR c", "a, b, or c", "a, b ou c"),
            ("(a OR b) c", "(a or b) and c", "(a ou b) et c"),
            ("a -b -c", "a, but not b or c", "a, mais sans b ou c"),
            ("a (NOT b)", "a, but not b", "a, mais sans b"),
            ('"a b"', "“a b”", "« a b »"),
            ('"a b"~3', "a b within 3 words of each other", "a b à 3 mots l’un de l’autre au plus"),
            ("negoc*", "words that begin with negoc", "les mots qui commencent par negoc"),
            ("=Peace", "Peace in exactly this spelling", "Peace, écrit exactement ainsi"),
            ("@putin", "Vladimir Putin", "Vladimir Poutine"),
            ("/dro[nx]e/", "text of the form /dro[nx]e/", "un texte de la forme /dro[nx]e/"),
            ("text:a", "a in the text", "a dans le texte"),
            ("tag:a", "a among the tags", "a parmi les mots-clés"),
            ("a source:aa", "a and from the source aa", "a et venant de la source aa"),
            ("a lang:fr", "a and in the language French", "a et en langue français"),
            ("agency:AA", "from the agency AA", "de l’agence AA"),
            ("author:Ann", "by Ann", "par Ann"),
            ("a since:24h", "a and since 24h", "a et depuis 24h"),
            ("a before:2h", "a and before 2h", "a et avant 2h"),
        ],
    )
    def test_in_plain_words(self, query: str, english: str, french: str) -> None:
        tree = parse_query(query, VOCABULARY).tree
        for code, expected in (("en", english), ("fr", french)):
            told = reading(tree, LANGUAGES.find(code), VOCABULARY)
            for tag in ("<b>", "</b>", "<code>", "</code>"):
                told = told.replace(tag, "")  # type: ignore[assignment] # only for comparing
            assert told.replace("\u00a0", " ") == expected

    def test_lists_and_weights(self) -> None:
        vocabulary = VOCABULARY.__class__(lists={"war": ("war", "guerre")})
        tree = parse_query("$war", vocabulary).tree
        assert reading(tree, LANGUAGES.find("en"), vocabulary) == "a word of the list <b>war</b>"
        weighed = parse_weights(2, {"a": 1, "b": 1}, vocabulary).tree
        assert reading(weighed, LANGUAGES.find("en"), vocabulary) == "enough of its words"
        excluded = Not(parse_query("a OR b", vocabulary).tree)
        told = reading(excluded, LANGUAGES.find("en"), vocabulary)
        assert told == "not (<b>a</b> or <b>b</b>)"
