"""The short form of ``tests/end_to_end/crash.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.crash import Plan, crash

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.crash
async def test_kills_lose_nothing_and_repeat_at_most_what_was_in_flight(tmp_path: Path) -> None:
    outcome = await crash(tmp_path, Plan(kills=6, readers=12, items=3, seed=20250518))
    assert outcome.kills == 6
    assert outcome.faults
    assert outcome.good, str(outcome)
