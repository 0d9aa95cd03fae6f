"""The names of days and months are those that Babel has."""

from __future__ import annotations

from pathlib import Path

from bot.matching.text import fold_word
from bot.stories import day_names, make_day_names
from bot.stories.calendar import day_words


def test_the_names_are_those_of_the_generator() -> None:
    assert Path(day_names.__file__).read_text("utf-8") == make_day_names.render()


def test_days_are_known_in_many_languages() -> None:
    known = day_words(fold_word)
    named = "Sunday dimanche Pazar воскресенье неділя الأحد Sonntag février Şubat 日曜日 september"
    assert {fold_word(name) for name in named.split()} <= known
    assert not known & {"war", "talks", "peace"}
