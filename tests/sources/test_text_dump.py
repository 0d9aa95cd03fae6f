"""The cases of tests/cases/seeds, and the article that comes with the program."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ParseError
from bot.model import Source, SourceKind
from bot.sources.records import to_record
from bot.sources.text_dump import parse_text
from bot.sources.text_split import parse_texts

ROOT = Path(__file__).parent.parent.parent
CASES = ROOT / "tests" / "cases" / "seeds"
DUMPS = sorted(path for path in CASES.iterdir() if path.suffix in {".txt", ".md"})


def source(**fields: Any) -> Source:
    return Source("seeds", SourceKind.FOLDER, str(CASES), **fields)


def read(text: str, **fields: Any) -> dict[str, Any]:
    return to_record(parse_text(text, source=source(**fields), name="a.txt"))


@pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.stem)
def test_case(dump: Path) -> None:
    case = json.loads(dump.with_suffix(".json").read_text("utf-8"))
    zone = case.pop("timezone", "UTC")
    items = parse_texts(dump.read_text("utf-8"), source=source(timezone=zone), name="a.txt")
    del case["why"]
    wanted = case.get("items", [case])
    assert len(items) == len(wanted)
    for item, want in zip(items, wanted, strict=True):
        record = to_record(item)
        assert {key: record[key] for key in want} == want


def test_the_article_that_comes_with_the_program() -> None:
    item = parse_text(
        (ROOT / "seeds" / "seed-article-fr.txt").read_text("utf-8"), source=source(), name="x.txt"
    )
    assert item.id == "x.txt"
    assert item.title == (
        "Le Kremlin confirme la préparation d'un appel téléphonique"
        " entre Poutine et Trump le 19 mai"
    )
    assert item.published == datetime(2025, 5, 18, 13, 24, tzinfo=UTC)
    assert item.updated == datetime(2025, 5, 18, tzinfo=UTC)
    assert (item.agency, item.lang, item.url, item.authors) == ("AA", "fr", None, ())
    caption, credit = item.captions
    assert caption.startswith("Le porte-parole du Kremlin, Dmitri Peskov, assiste")
    assert "10 mai 2025" in caption
    assert credit == "Crédit Photo : Anton Vaganov / POOL / AFP"
    assert item.tags == (
        "Russie",
        "Donald Trump",
        "Kremlin",
        "pourparlers de paix d’Istanbul",
        "Vladimir Poutine",
        "Dmitry Peskov",
    )
    paragraphs = item.text.split("\n\n")
    assert len(paragraphs) == 8
    assert paragraphs[0].startswith("Un appel téléphonique entre le président russe")
    assert paragraphs[1].startswith('"La conversation est en cours de préparation",\na indiqué')
    assert paragraphs[-1].endswith("\na-t-il affirmé.")
    assert "lire également" not in item.text
    assert "Peskov, assiste" not in item.text


def test_the_time_zone_and_the_language_are_the_sources_when_it_says() -> None:
    record = read(
        "Un titre\n13:2418/05/2025, Pazar\n\nTexte.", timezone="Europe/Istanbul", lang="de"
    )
    assert record["published"] == "2025-05-18T10:24:00Z"
    assert record["lang"] == "de"
    assert read("Un titre\n18/05/2025 13:24", timezone="No/Such")["published"].endswith("13:24:00Z")


def test_a_paragraph_without_a_title_stays_in_the_text() -> None:
    paragraph = "Des pourparlers de paix se tiennent à Istanbul. " * 10
    record = read(paragraph)
    assert record["title"].startswith("Des pourparlers de paix")
    assert record["title"].endswith(" …")
    assert len(record["title"]) <= 302
    assert record["text"] == paragraph.strip()


def test_a_title_repeated_above_the_text_is_not_text() -> None:
    assert read("Un titre\n\nUn titre\n\nTexte.")["text"] == "Texte."


def test_dates_far_below_the_title_are_text() -> None:
    body = "\n\n".join(f"Paragraphe {number}." for number in range(20))
    record = read(f"Titre\n\n{body}\n\n18/05/2025 13:24")
    assert record["published"] is None
    assert record["text"].endswith("18/05/2025 13:24")


def test_a_date_that_cannot_be_true_is_none() -> None:
    item = parse_text(
        "Titre\n18/05/2099 13:24",
        source=source(),
        name="a",
        now=datetime(2025, 5, 18, tzinfo=UTC),
    )
    assert item.published is None


@pytest.mark.parametrize("text", ["", "  \n\n\t", "\x00\x01", "\ufeff"])
def test_nothing_is_a_parse_error(text: str) -> None:
    with pytest.raises(ParseError, match="empty"):
        read(text)


@given(st.text())
def test_any_text_is_an_item_or_empty(text: str) -> None:
    try:
        record = read(text)
    except ParseError:
        return
    assert record["title"]
    assert "\n" not in record["title"]


LINES = st.sampled_from(
    [
        "Un titre",
        "",
        "18/05/2025 13:24",
        "AA",
        "Photo : X",
        "Texte long qui dit tout.",
        "#tag",
        "À lire également :",
        "Par Jean Roux",
    ]
)


@given(st.lists(LINES, min_size=1).map("\n".join))
def test_no_paragraph_is_lost(text: str) -> None:
    if not text.strip():
        return
    record = read(f"Titre\n{text}")
    everything = record["text"] + "\n".join(record["captions"])
    assert ("Texte long qui dit tout." in text) == ("Texte long qui dit tout." in everything)
