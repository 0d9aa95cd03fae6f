from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.store import conftest

if TYPE_CHECKING:
    from bot.store.engine import Store

new_database, database, sqlite_store = (
    conftest.new_database,
    conftest.database,
    conftest.sqlite_store,
)


@pytest.fixture
def store(request: pytest.FixtureRequest) -> Store:
    """Counting is the same for every store: the quick one will do."""
    opened: Store = request.getfixturevalue("sqlite_store")
    return opened
