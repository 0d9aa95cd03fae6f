"""Where names stand: what the scanner's words tell is what each word of the text tells."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.matching.document import Document
from bot.matching.index.names import named
from bot.matching.rules import load_rules
from bot.matching.vocabulary import Entity, Vocabulary
from bot.model import Item
from tests.matching.fuzz import GAPS, NOW, ROOT

KEY = 7


def entity(key: str, *names: str, **more: object) -> Entity:
    return replace(Entity(key, names={"en": names, "fr": names[:1]}), **more)  # type: ignore[arg-type]


MADE = Vocabulary(
    entities={
        each.key: each
        for each in (
            entity("xi", "Xi", "Xi Jinping", case=True),
            entity("who", "WHO", "World Health Organization", case=True),
            entity("dish", "poutine", unless=("putin", "vladimir putin")),
            entity("man", "Putin", "Vladimir Putin", "Poutine", case=True, unless=("cheese", "old cheese")),
            entity("iphone", "iPhone", case=True),
            entity("bank", "Bank", needs=("river", "money")),
            entity("world", "world bank", "World"),
            entity("cut", "Peace Talks Bank", case=True),
            entity("pujing", "普京", "普"),
            entity("erdogan", "Tayyip Erdoğan", "Erdoğan", case=True),
            replace(entity("hamas", "Hamas"), names={"en": ("Hamas",), "ar": ("حماس",)}),
        )
    }
)  # fmt: skip
PIECES = (
    "Xi xi XI Jinping JINPING WHO Who who World world WORLD Health Organization poutine Poutine Putin PUTIN "
    "Putin's putin Vladimir Pu\u200btin cheese old river money Bank bank BANK iPhone IPhone iphone IPHONE Peace Talks "
    "普京 普 France FRANCE Turkey turkey Georgia Paris Москва Москвы Jordan Michael Kyiv Київ New York NEW l'Ukraine "
    "Tayyip Tayyips Erdoğan Erdogans Putins Vladimirs حماس بحماس وبحماس BEIRUT LONDON PARIS (AFP) – (Reuters)"
).split()
HEADS = ("\nBEIRUT (AFP) – ", "\nLONDON, April 3 (Reuters) — ", "\nXI (AFP) – ")
TEXTS = st.lists(st.sampled_from((*PIECES, *PIECES, *GAPS, *HEADS)), max_size=40)


@cache
def with_places() -> Vocabulary:
    return load_rules(ROOT / "rules").vocabulary


def spots(document: Document, vocabulary: Vocabulary) -> list[list[object]]:
    return [
        [(spot.first, spot.end, [id(name) for name in spot.names]) for spot in found]
        for found in (document.spots_in(vocabulary, field) for field in document.fields)
    ]


@pytest.mark.parametrize("places", [False, True])
@example(([], ["بحماس"]), "ar", {"hamas"})
@example((["Hamas"], ["بحماس"]), "ar", {"hamas"})
@example(
    ([], ["Vladimir Putins", "Tayyip", "Erdogans", "Tayyip Erdogans"]), "de", {"erdogan", "man"}
)
@example(([], ["\nBEIRUT (AFP) – ", "BEIRUT", "XI"]), "en", {"beirut", "xi"})
@given(
    st.tuples(TEXTS, TEXTS),
    st.sampled_from((None, "en", "fr", "ru", "zh", "de", "ar")),
    st.sets(
        st.sampled_from(
            [*MADE.entities, "france", "turkey", "georgia", "moscow", "putin", "beirut", "london"]
        )
    ),
)
def test_names_stand_where_the_naive_look_finds_them(
    places: bool,
    pieces: tuple[list[str], list[str]],
    lang: str | None,
    wanted: set[str],
) -> None:
    vocabulary = with_places() if places else MADE
    title, text = (" ".join(each) for each in pieces)
    item = Item("1", "aa", None, title, text, lang=lang, tags=("Xi", "world bank"))
    plain, scanned = (Document.of(item, None, NOW) for _ in range(2))
    scanned.scanned(KEY)
    assert spots(scanned, vocabulary) == spots(plain, vocabulary)
    asked = {key: number for number, key in enumerate(sorted(wanted), 5)}
    found: dict[int, int] = {}
    for field, bit in zip(plain.fields, plain.written[1], strict=True):
        for each in plain.names(vocabulary, field):
            if each.entity in asked:
                found[asked[each.entity]] = found.get(asked[each.entity], 0) | bit
    assert named(scanned, vocabulary, asked) == found
