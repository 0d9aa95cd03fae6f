from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.store.engine import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "tocsin.db"


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{database}") as opened:
        yield opened
