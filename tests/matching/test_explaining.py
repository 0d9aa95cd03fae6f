"""An explanation has every part of a query, with what was found where, and agrees with matching."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.matching.document import Document
from bot.matching.explaining import explain
from bot.matching.matcher import Matcher
from bot.matching.query import parse_query
from bot.matching.query.parse import parse_weights
from bot.matching.rules import load_rules
from bot.matching.topic_explaining import explain_topic
from bot.matching.vocabulary import Entity, Vocabulary
from bot.model import Item

if TYPE_CHECKING:
    from pathlib import Path

    from bot.matching.explaining import Explanation

NOW = datetime(2025, 5, 20, tzinfo=UTC)
VOCABULARY = Vocabulary(
    {"putin": Entity("putin", names={"fr": ("Poutine",)})}, {"truce": ("trêve", "cessez-le-feu")}
)
ITEM = Item(
    "1",
    "wire",
    None,
    "Le Kremlin parle de Poutine",
    "Des drones. Cessez-le-feu le 18 mai.",
    published=datetime(2025, 5, 18, 10, tzinfo=UTC),
    lang="fr",
    tags=("Europe", "Donald Trump"),
    authors=("Jane Doe",),
    agency="AFP",
)
DOCUMENT = Document.of(ITEM, None, NOW)

# Each kind of part: the query, whether it is true, the words found, the note.
PARTS = [
    ("drone", True, ["drones"], ""),
    ("covid-19", False, [], ""),
    ('"le kremlin"', True, ["Le Kremlin"], ""),
    ('"kremlin poutine"~4', True, ["Kremlin", "Poutine"], ""),
    ("krem*", True, ["Kremlin"], ""),
    ("=Kremlin", True, ["Kremlin"], ""),
    ("@putin", True, ["Poutine"], ""),
    ("$truce", True, ["Cessez-le-feu"], ""),
    (r"/\d+ mai/", True, ["18 mai"], ""),
    ("title:drone", False, [], ""),
    ("tag:trump", True, ["Trump"], "the item's tags: Europe, Donald Trump"),
    ("lang:tr", False, [], "the item's language: fr"),
    ("source:wire", True, [], "the item's source: wire"),
    ("agency:afp", True, [], "the item's agency: AFP"),
    ("author:doe", True, [], "the item's authors: Jane Doe"),
    ("since:2025-05-19", False, [], "the item's time: 2025-05-18 10:00 UTC"),
]


def found(explanation: Explanation) -> list[str]:
    values = {"title": ITEM.title, "text": ITEM.text}
    return [
        values.get(span.field, ITEM.tags[span.index or 0])[span.start : span.end]
        for span in explanation.spans
    ]


@pytest.mark.parametrize(("query", "matched", "words", "note"), PARTS, ids=str)
def test_a_part_says_what_it_found(query: str, matched: bool, words: list[str], note: str) -> None:
    part = explain(parse_query(query, VOCABULARY), DOCUMENT)
    assert (part.label, part.matched, found(part), part.note) == (query, matched, words, note)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("Nobody", ""),
        ("une poutine", "“poutine” is not written with its capitals"),
        ("Poutine aux frites", "“Poutine” stands near “frites”"),
        ("Mercury rises", "“Mercury” stands near nothing that it needs"),
        ("Poutine Street", "“Poutine” is taken for something else here"),
    ],
)
def test_a_name_that_is_not_believed_says_why(text: str, note: str) -> None:
    putin = Entity("putin", names={"fr": ("Poutine",)}, case=True, unless=("frites",), needs=())
    mercury = Entity("mercury", names={"en": ("Mercury",)}, case=True, needs=("planet",))
    street = Entity("street", names={"en": ("Poutine Street",)}, case=True)
    vocabulary = Vocabulary({"putin": putin, "mercury": mercury, "street": street})
    document = Document.of(Item("1", "wire", None, "", text), None, NOW)
    key = "mercury" if "Mercury" in text else "putin"
    part = explain(parse_query(f"@{key}", vocabulary), document)
    assert (part.matched, part.note) == (False, note)


def test_branches_have_their_parts_in_the_order_of_the_query() -> None:
    text = "title:(peskov OR @putin) NOT (football rugby) (drone OR truce)"
    whole = explain(parse_query(text, VOCABULARY), DOCUMENT)
    assert whole.matched
    assert [part.label for part in whole.children] == ["title: any of", "not", "any of"]
    title, excluded, either = whole.children
    assert [(part.label, part.matched) for part in title.children] == [
        ("peskov", False),
        ("@putin", True),
    ]
    assert [part.label for part in excluded.children[0].children] == ["football", "rugby"]
    assert [part.matched for part in either.children] == [True, False]


def test_weights_say_what_they_add_up_to() -> None:
    query = parse_weights(30, {"drone": 20, "@putin": 15, "plague": 40}, VOCABULARY)
    whole = explain(query, DOCUMENT)
    assert (whole.label, whole.matched, whole.note) == ("sum of weights", True, "35, threshold 30")
    assert [(part.label, part.matched, part.note) for part in whole.children] == [
        ("drone", True, "weight 20"),
        ("@putin", True, "weight 15"),
        ("plague", False, "weight 40"),
    ]
    assert not explain(parse_weights(60, {"drone": 20, "plague": 40}, VOCABULARY), DOCUMENT).matched


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("", None),
        ('lang = ["fr", "tr"]', None),
        ('lang = ["tr"]', "lang is tr"),
        ('sources = ["wire"]', None),
        ('sources = ["aa", "bbc"]', "source is aa or bbc"),
        ("enabled = false", "enabled"),
        ('[filters.drones]\nquery = "drone"', "not filter drones"),
        ('[filters.drones]\nquery = "drone"\nexcept = ["krem*"]', None),
        ('[filters.sport]\nquery = "football"', None),
    ],
)
def test_a_topic_says_what_narrows_it(more: str, reason: str | None, tmp_path: Path) -> None:
    topic = '[topics.kremlin]\ntitle = { en = "Kremlin" }\nquery = "kremlin"\n'
    (tmp_path / "rules.toml").write_text(topic + more, "utf-8")
    rules = load_rules(tmp_path)
    whole = explain_topic(rules.topics["kremlin"], rules, DOCUMENT)
    assert whole.matched == (reason is None)
    assert [part.label for part in whole.children if not part.matched] == (
        [reason] if reason else []
    )
    assert whole.matched == bool(Matcher(rules).match(ITEM, None, NOW))
