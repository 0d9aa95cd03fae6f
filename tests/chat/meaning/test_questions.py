"""What plain sentences in five languages ask: tables of sentences, see tests/cases/chat/questions."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.meaning.phrasing import FOLDER, all_phrases
from bot.chat.meaning.questions import ask
from bot.chat.meaning.windows import Calendar
from bot.chat.meaning.wishes import understand_freely, wish_of
from bot.matching.rules import load_rules
from tests.chat.catalogues import CODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.matching.ruleset import RuleSet

CASES = Path(__file__).parents[2] / "cases" / "chat" / "questions"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)  # a Friday
SENTENCES = [
    pytest.param(path.stem, asked, meant, id=f"{path.stem}: {asked}")
    for path in sorted(CASES.glob("*.toml"))
    for asked, meant in tomllib.loads(path.read_text("utf-8")).items()
]


class Sources:
    """The sources that the cases know."""

    _KEYS: ClassVar = {
        "le monde": "lemonde",
        "reuters": "reuters",
        "رويترز": "reuters",
        "aa": "aa",
        "anadolu ajansi": "aa",
        "тасс": "tass",
        "الجزيره": "aljazeera",
    }

    def named(self, words: Sequence[str]) -> str | None:
        return self._KEYS.get(" ".join(words))


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load_rules(CASES / "rules")


def meaning(rules: RuleSet, code: str, text: str, *, zone: str = "UTC", now: datetime = NOW) -> str:
    wish = understand_freely(
        text, rules, code=code, calendar=Calendar(zone, now), sources=Sources()
    )
    again = wish_of(wish.kept, rules)
    assert again is not None, "what a button keeps is understood again"
    assert again.kept == wish.kept
    return wish.kept.replace("\n", " | ")


def test_there_are_many_sentences() -> None:
    assert len(SENTENCES) >= 200


@pytest.mark.parametrize(("code", "asked", "meant"), SENTENCES)
def test_a_sentence_is_understood(rules: RuleSet, code: str, asked: str, meant: str) -> None:
    assert meaning(rules, code, asked) == meant


@pytest.mark.parametrize(("code", "asked", "meant"), SENTENCES)
def test_it_is_so_whatever_the_client_speaks(
    rules: RuleSet, code: str, asked: str, meant: str
) -> None:
    """Somebody whose client speaks English asks in any language, but for a single word of it."""
    if len(asked.split()) > 2:
        assert meaning(rules, "en", asked) == meant


def test_every_language_of_the_bot_has_its_phrases() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} >= {"en", *CODES}
    for phrases in all_phrases():
        assert len(phrases.language_names) > 40
        assert set(phrases.weekdays.values()) == set(range(7))
        assert set(phrases.months.values()) == set(range(12))


@pytest.mark.parametrize(
    ("zone", "asked", "meant"),
    [
        (
            "Europe/Istanbul",
            "Putin yesterday",
            "query:@putin | since:2026-11-26T00:00+03:00 before:2026-11-27T00:00+03:00",
        ),
        ("America/New_York", "Putin today", "query:@putin | since:2026-11-27T00:00-05:00"),
        ("Pacific/Apia", "Putin today", "query:@putin | since:2026-11-28T00:00+13:00"),
    ],
)
def test_a_day_is_that_of_the_time_zone(rules: RuleSet, zone: str, asked: str, meant: str) -> None:
    assert meaning(rules, "en", asked, zone=zone) == meant


@given(
    st.lists(
        st.sampled_from(
            "putin since last {n} days 3 monday from reuters in russian yesterday news about "
            'selon depuis göre son dün вчера за منذ أمس OR ( " - / @ , le monde ل'.split()
        ),
        max_size=12,
    ),
    st.timedeltas(timedelta(), timedelta(days=800)),
)
def test_any_heap_of_words_is_heard(words: list[str], later: timedelta) -> None:
    asked = ask(
        " ".join(words),
        code="en",
        calendar=Calendar("Europe/Paris", NOW + later),
        sources=Sources(),
    )
    assert len(asked.times) <= 2
