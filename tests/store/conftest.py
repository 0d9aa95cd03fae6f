from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from bot.store.engine import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store's file: copying it is quicker than migrating anew for every test."""
    path = tmp_path_factory.mktemp("new") / "tocsin.db"
    Store.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "tocsin.db"


@pytest.fixture
def store(database: Path, new_database: Path) -> Iterator[Store]:
    shutil.copy(new_database, database)
    with Store.open(f"sqlite:///{database}") as opened:
        yield opened
