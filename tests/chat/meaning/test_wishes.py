"""Whatever is typed means something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.meaning.windows import Calendar
from bot.chat.meaning.wishes import understand_freely
from bot.errors import QueryError
from bot.matching.rules import load_rules
from bot.matching.text import fold
from tests.chat.room import RULES, now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.matching.ruleset import RuleSet

_RULES: list[RuleSet] = []
CALENDAR = Calendar("Europe/Istanbul", now())


class NoSources:
    def named(self, words: Sequence[str]) -> str | None:
        return None


@pytest.fixture(scope="module")
def read_rules() -> None:
    """Once, with the names compiled: no example's deadline pays for it."""
    _RULES[:] = [load_rules(RULES)]
    _RULES[0].vocabulary.entity_named("Istanbul")


@pytest.mark.usefixtures("read_rules")
@given(st.text(max_size=80))
def test_any_text_with_a_word_is_a_wish(text: str) -> None:
    try:
        understand_freely(text, _RULES[0], code="en", calendar=CALENDAR, sources=NoSources())
    except QueryError:
        assert not any(fold(word) for word in text.split())
