"""Names as they stand, looked up without their forms."""

from __future__ import annotations

import pytest

from bot.matching.lookup import likely
from bot.matching.places import gazetteer
from bot.matching.places.merging import BuiltIn
from bot.matching.spelling import is_spelt, spellings
from bot.matching.text import tokens
from bot.matching.vocabulary import Entity, Vocabulary

PLACES = Vocabulary(
    BuiltIn({"paris": Entity("paris", names={"en": ("Paris Hilton",)})}, {}),
)


def words(spelling: str) -> tuple[str, ...]:
    return tuple(token.text for token in tokens(spelling))


def test_every_name_of_a_place_is_found_by_its_words() -> None:
    """The quick no is never a wrong one: each seventh place of the file, in all its languages."""
    known = spellings(Vocabulary(BuiltIn({}, {})))
    places = list(gazetteer().places.values())[::7]
    asked = [(each, name) for each in places for name in (*each.names, *each.others) if words(name)]
    assert len(asked) > 5000

    missed = [
        name
        for place, name in asked
        if not is_spelt(name, words(name)) or (place, name) not in known.places(words(name))
    ]

    assert missed == []


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("Istanbul", ["istanbul"]),
        ("İstanbul", ["istanbul"]),
        ("стамбул", ["istanbul"]),
        ("Стамбуле", []),  # another form of it
        ("new york", ["new-york"]),
        ("New", []),
        ("Paris Hilton", ["paris"]),
        ("Paris", []),  # hidden by somebody else of that key
        ("Georgia", ["georgia"]),  # the country before the state
        ("nice", []),  # a word, unless it is written as the name is
        ("Nice", ["nice"]),
    ],
)
def test_who_a_phrase_is(name: str, keys: list[str]) -> None:
    assert [each.key for each in likely(name, PLACES)] == keys
