from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Source, SourceKind
from bot.store import items, search, sources
from bot.store.engine import Store
from tests.store.things import NOW, arrival

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from bot.store.incoming import Arrival


def fold(text: str) -> str:
    """Stands for the matcher's: lower case, no accents, words parted by spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def record(store: Store, *arrivals: Arrival) -> None:
    store.write_now(lambda conn: items.record(conn, arrivals, NOW))


def index(store: Store, limit: int = 200) -> int:
    return store.write_now(lambda conn: search.index_pending(conn, fold, limit))


def find(
    store: Store, words: Sequence[Sequence[str]] | None, before: int | None = None, limit: int = 9
) -> list[str]:
    found = store.read_now(lambda conn: search.candidates(conn, words, before=before, limit=limit))
    return [each.item.id for each in found]


@pytest.fixture
def news(store: Store) -> Store:
    record(
        store,
        arrival("putin", title="Путин в Стамбуле", text="Переговоры", tags=("мир",)),
        arrival("talks", title="Négociations à Istanbul", text="covid-19 AND OR l'Ukraine"),
        arrival("both", title="Talks in Istanbul", text="Putin stays away", tags=("#peace",)),
    )
    return store


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (None, ["both", "talks", "putin"]),
        ([], ["both", "talks", "putin"]),
        ([["istanbul"]], ["both", "talks"]),
        ([["putin", "путин"]], ["both", "putin"]),
        ([["putin", "путин"], ["istanbul"]], ["both"]),
        ([["negoc*"]], ["talks"]),
        ([["istanbul"], ["nobody"]], []),
        ([["мир"]], ["putin"]),
        ([["#peace"]], ["both"]),
        ([["covid-19"]], ["talks"]),
        ([["and"]], ["talks"]),
        ([["l'ukraine"]], ["talks"]),
        ([["stays away"]], ["both"]),
        ([["stays aw*"]], ["both"]),
        ([['"']], []),
        ([["*"]], ["both", "talks", "putin"]),
        ([[""]], ["both", "talks", "putin"]),
        ([[], ["istanbul"]], ["both", "talks"]),
    ],
)
def test_candidates(
    news: Store, words: Sequence[Sequence[str]] | None, expected: list[str]
) -> None:
    assert index(news) == 3
    assert find(news, words) == expected


def test_what_is_not_indexed_is_a_candidate_for_everything(news: Store) -> None:
    assert find(news, [["nobody"]]) == ["both", "talks", "putin"]
    assert index(news, limit=1) == 1
    assert find(news, [["nobody"]]) == ["talks", "putin"]
    assert index(news) == 2
    assert index(news) == 0
    assert find(news, [["nobody"]]) == []


def test_an_edited_item_is_found_by_its_new_words_alone(news: Store) -> None:
    index(news)
    record(news, arrival("talks", title="Accord", text="covid-19"))
    assert find(news, [["istanbul"]]) == ["both", "talks"]
    assert index(news) == 1
    assert find(news, [["istanbul"]]) == ["both"]
    assert find(news, [["accord"]]) == ["talks"]


def test_an_item_that_changed_while_it_was_folded_stays_pending(news: Store) -> None:
    prepared = news.read_now(lambda conn: search.prepare(conn, fold))
    record(news, arrival("talks", title="Accord", text="covid-19"))
    assert news.write_now(lambda conn: search.index(conn, prepared)) == 2
    assert find(news, [["nobody"]]) == ["talks"]


@pytest.mark.parametrize("indexed", [True, False])
def test_paging(store: Store, *, indexed: bool) -> None:
    record(store, *[arrival(f"i{n}", title="war") for n in range(6)])
    if indexed:
        index(store)
    numbers = {
        each.item.id: each.number
        for each in store.read_now(lambda conn: items.newest(conn, limit=9))
    }
    assert find(store, [["war"]], limit=2) == ["i5", "i4"]
    assert find(store, [["war"]], before=numbers["i4"], limit=2) == ["i3", "i2"]
    assert find(store, None, before=numbers["i2"], limit=9) == ["i1", "i0"]


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path_factory.mktemp('odd') / 'tocsin.db'}") as opened:
        yield opened


@given(title=st.text(min_size=1), data=st.data())
def test_every_word_of_an_item_finds_it(odd: Store, title: str, data: st.DataObject) -> None:
    """Whatever the characters are: the tokenizer sees the same words here and there."""
    title = title.encode("utf-8", "ignore").decode()
    words = fold(title).split()
    word = data.draw(st.sampled_from(words)) if words else ""
    cut = data.draw(st.integers(1, max(1, len(word))))

    def found(conn: Connection) -> bool:
        record_one = arrival("x", title=title, text=f"unlike {title}")
        items.record(conn, [record_one], NOW)
        search.index_pending(conn, fold)
        exactly = search.candidates(conn, [[word]], limit=1)
        begun = search.candidates(conn, [[word[:cut] + "*"]], limit=1)
        return len(exactly) == len(begun) == 1

    assert odd.write_now(found)


def test_languages_and_sources_are_found_like_words(store: Store) -> None:
    record(
        store,
        replace(arrival("a", source="wire", title="war"), lang="fr"),
        replace(arrival("b", source="the wire", title="war"), lang="en"),
        replace(arrival("c", source="wire", title="peace"), lang="en"),
        arrival("d", source="wire", title="§lang_fr lang:fr source:wire"),
    )
    index(store)
    assert find(store, [["lang:fr"]]) == ["a"]
    assert find(store, [["lang:fr", "lang:"]]) == ["d", "a"]
    assert find(store, [["lang:en"], ["war"]]) == ["b"]
    assert find(store, [["source:wire"]]) == ["d", "c", "a"]
    assert find(store, [["source:the wire"]]) == ["b"]
    assert find(store, [["source:none", "source:wire"], ["war"]]) == ["a"]


def test_what_is_said_of_a_source_afterwards_is_indexed_again(store: Store) -> None:
    feed = Source("wire", SourceKind.FEED, "https://example.org/feed")
    store.write_now(lambda conn: sources.sync_sources(conn, [feed], NOW))
    record(store, replace(arrival("a", source="wire", title="war"), lang="en"))
    index(store)
    french = replace(feed, lang="fr")
    store.write_now(lambda conn: sources.sync_sources(conn, [french], NOW))
    assert index(store) == 1
    assert find(store, [["lang:fr"]]) == []
    assert find(store, [["lang:fr", "lang:"]]) == ["a"]
    renamed = replace(french, key="agency")
    store.write_now(lambda conn: sources.sync_sources(conn, [renamed], NOW))
    assert index(store) == 1
    assert find(store, [["source:agency"]]) == ["a"]
    assert find(store, [["source:wire"]]) == []


def test_times_are_sifted_a_bounded_number_at_a_time(store: Store) -> None:
    old, new = NOW - timedelta(days=9), NOW - timedelta(days=1)
    record(store, arrival("old", title="war", published=old))
    record(store, arrival("timeless", title="war"))
    record(store, *[arrival(f"n{n}", title="war", published=new) for n in range(50)])
    index(store)

    def sift(times: search.Times) -> list[list[str]]:
        def work(conn: Connection) -> list[list[str]]:
            pages, before = [], None
            while True:
                page, before = search.sifted(conn, [["war"]], times, before=before, limit=1)
                pages.append([each.item.id for each in page])
                if before is None:
                    return pages

        return store.read_now(work)

    before = sift(search.Times(None, NOW - timedelta(days=2)))
    assert before == [["old"], []]
    since = sift(search.Times(NOW - timedelta(hours=1), None))
    assert since == [[], [], ["timeless"], []]
