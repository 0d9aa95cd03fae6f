from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import QueryError
from bot.matching.document import Document
from bot.matching.engine import NaiveEngine
from bot.matching.index.alphabet import alphabet
from bot.matching.index.compiled import CompiledEngine
from bot.matching.index.literals import needs
from bot.matching.index.plan import ALL, LEAF, SIZE, WHAT, WIDTH, Plan, Test, presence
from bot.matching.query import parse_query
from bot.matching.vocabulary import Vocabulary
from bot.model import Item
from tests.matching.fuzz import NOW

VOCABULARY = Vocabulary()


def written(plan: Plan, runs: list[str]) -> str:
    if plan[WHAT] >= 0:
        return runs[plan[LEAF]]
    parts, at = [], WIDTH
    while at < len(plan):
        end = at + plan[at + SIZE] * WIDTH
        parts.append(written(plan[at:end], runs))
        at = end
    return f"({(' & ' if plan[WHAT] == ALL else ' | ').join(parts)})"


def needed(pattern: str) -> str:
    runs: list[str] = []

    def letters(found: tuple[int, ...]) -> Test:
        runs.append("".join(map(chr, found)))
        return presence(len(runs) - 1)

    plan = needs(pattern, alphabet(), letters)
    return "nothing" if plan is None else written(plan, runs)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        (r"drones?\s+strike", "(drone & strike)"),
        (r"\bпут\w+", "пут"),
        (r"istanbul|ateşkes", "(istanbul | ateskes)"),
        (r"(?:kyi|kie)v", "(kyi | kie)"),
        (r"(?P<who>trump|biden) said", "((trump | biden) &  said)"),
        (r"(?-i)ONU and (?i)nato", "(onu and  & nato)"),
        (r"peace(ful)?", "peace"),
        (r"(peace|war)* talks", " talks"),
        (r"(peace){0,2}talks", "talks"),
        (r"abc{2}def", "def"),
        (r"abcd{e|foo", "(abc | foo)"),
        (r"(foo(bar|baz)+)+?", "(foo & (bar | baz))"),
        (r"(foo|ba)r", "nothing"),
        (r"a|bcd", "nothing"),
        (r"x.z\d+", "nothing"),
        (r"\p{L}abc", "nothing"),
        ("(" * 60 + "abc" + ")" * 60, "nothing"),
        ("abcdefghijklmnopqrstuvwxyz", "cdefghijklmnopqrstuvwxyz"),
    ],
)
def test_letters_that_must_be_there(pattern: str, found: str) -> None:
    assert needed(pattern) == found


# Groups and repetitions in which something may be missed, of letters that fold in every way.
PARTS = st.sampled_from(
    "a b é ß K abc abcd abcdef ﬁne (abc)? (abc|bcd) (?:abc)* (abc)+ (?P<who>abc|x) abc? abc* abc{0,1} {2} [ab] . - |"
    " \\w+ \\s (a|bcd)e (abc(def)?){0,2}".split(" ")
)


@given(st.lists(PARTS, min_size=1, max_size=5), st.data())
def test_no_text_is_missed_for_its_letters(parts: list[str], data: st.DataObject) -> None:
    pattern = "".join(parts)
    try:
        query = parse_query(f"/{pattern}/", VOCABULARY)
        same = re.compile(pattern)
    except (QueryError, re.error):
        return
    naive, held = NaiveEngine(), {"1": query}
    compiled = CompiledEngine(held.__getitem__, VOCABULARY)
    for engine in (naive, compiled):
        engine.add("1", query)
    found = data.draw(st.from_regex(same, fullmatch=True))
    for text in (found, found.upper(), f"x{found}x", f"e\u0301 {found}"):
        item = Item("1", "aa", None, "", text, lang="en")
        (wanted,) = naive.match([Document.of(item, None, NOW)])
        assert compiled.match([Document.of(item, None, NOW)]) == [wanted]
        assert compiled.keys([Document.of(item, None, NOW)]) == [[hit.key for hit in wanted]]
