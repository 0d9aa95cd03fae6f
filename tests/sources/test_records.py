from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ParseError
from bot.model import Item
from bot.sources.records import from_record, to_record

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)
MOMENTS = st.none() | st.datetimes(
    datetime(1995, 1, 1),  # noqa: DTZ001 (Hypothesis wants it naive)
    timezones=st.just(UTC),
)
LISTS = st.lists(TEXTS, max_size=3).map(tuple)
ITEMS = st.builds(
    Item,
    id=TEXTS,
    source=TEXTS.filter(bool),
    url=st.none() | TEXTS,
    title=TEXTS,
    text=TEXTS,
    published=MOMENTS,
    updated=MOMENTS,
    lang=st.none() | TEXTS,
    tags=LISTS,
    authors=LISTS,
    agency=st.none() | TEXTS,
    captions=LISTS,
)


@given(ITEMS)
def test_there_and_back(item: Item) -> None:
    assert from_record(json.loads(json.dumps(to_record(item)))) == item


def test_the_form_that_the_contract_names() -> None:
    item = Item("1", "s", None, "t", "x", published=datetime(2025, 5, 18, 13, 24, tzinfo=UTC))
    assert to_record(item) == {
        "id": "1",
        "source": "s",
        "url": None,
        "title": "t",
        "text": "x",
        "published": "2025-05-18T13:24:00Z",
        "updated": None,
        "lang": None,
        "tags": [],
        "authors": [],
        "agency": None,
        "captions": [],
    }


def test_what_is_missing_is_empty() -> None:
    item = from_record(
        {"title": "t", "unknown": 1, "published": "2025-05-18T15:24:00+02:00"}, source="s"
    )
    assert (item.id, item.source, item.text, item.tags) == ("", "s", "", ())
    assert item.published == datetime(2025, 5, 18, 13, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    "record",
    [{"id": 1}, {"title": []}, {"tags": [1]}, {"tags": "a"}, {"published": "noon"}, {"updated": 5}],
)
def test_wrong_types_are_named(record: dict[str, object]) -> None:
    (key,) = record
    with pytest.raises(ParseError, match=repr(key)):
        from_record(record)
