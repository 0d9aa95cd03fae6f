"""Languages and sources to keep or to leave out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sieve import Sieve, read

_CHOICES = st.dictionaries(st.text(min_size=1, max_size=3), st.booleans(), max_size=4)


@pytest.mark.parametrize(
    ("langs", "heard"),
    [
        ({}, {"fr", "en", None}),
        ({"fr": True}, {"fr"}),
        ({"fr": False}, {"en", None}),
        ({"fr": True, "en": True}, {"fr", "en"}),
        ({"fr": True, "en": False}, {"fr"}),
    ],
)
def test_what_is_heard(langs: dict[str, bool], heard: set[str | None]) -> None:
    assert {each for each in ("fr", "en", None) if Sieve(langs).lets(each, "x")} == heard


def test_both_must_let_it_through() -> None:
    sieve = Sieve({"fr": True}, {"aa": False})
    assert sieve.lets("fr", "afp")
    assert not sieve.lets("fr", "aa")
    assert not sieve.lets("en", "afp")


def test_three_presses_are_none() -> None:
    once = Sieve().turned("sources", "aa")
    assert (once.lets("fr", "aa"), once.lets("fr", "afp")) == (True, False)
    twice = once.turned("sources", "aa")
    assert (twice.lets("fr", "aa"), twice.lets("fr", "afp")) == (False, True)
    assert twice.turned("sources", "aa").written() is None


@given(_CHOICES, _CHOICES)
def test_what_was_written_reads_the_same(langs: dict[str, bool], sources: dict[str, bool]) -> None:
    again = read(Sieve(langs, sources).written())
    assert (again.langs, again.sources) == (langs, sources)
