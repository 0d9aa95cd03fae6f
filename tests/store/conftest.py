from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from bot.store.engine import Store
from tests.postgres import Postgres, running

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


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    with running() as postgres:
        yield postgres


@pytest.fixture(scope="session")
def postgres_url(server: Postgres) -> str:
    """A store on PostgreSQL, which each test finds empty."""
    url = server.make()
    Store.open(url).close()
    return url


@pytest.fixture
def sqlite_store(database: Path, new_database: Path) -> Iterator[Store]:
    shutil.copy(new_database, database)
    with Store.open(f"sqlite:///{database}") as opened:
        yield opened


@pytest.fixture
def postgres_store(server: Postgres, postgres_url: str) -> Iterator[Store]:
    server.empty(postgres_url)
    with Store.open(postgres_url) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Store:
    """A store on either database: what is promised of one is promised of both."""
    opened: Store = request.getfixturevalue(f"{request.param}_store")
    return opened


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, database: Path) -> str:
    """The address of a database that is not there yet, or has nothing in it."""
    if request.param == "sqlite":
        return f"sqlite:///{database}"
    server: Postgres = request.getfixturevalue("server")
    return server.make()
