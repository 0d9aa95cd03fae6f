from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy.exc import DBAPIError

from bot.errors import StoreError
from bot.store.failures import store_error

PRIMARY = ["FULL", "BUSY", "LOCKED", "CORRUPT", "NOTADB", "READONLY", "CANTOPEN", "PERM"]
PRIMARY += ["IOERR", "NOMEM", "TOOBIG"]


def failing(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("what SQLite says")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize("name", PRIMARY)
@pytest.mark.parametrize("extended", [0, 3 << 8])
def test_each_trouble_has_words_that_say_what_to_do(name: str, extended: int) -> None:
    original = failing(getattr(sqlite3, f"SQLITE_{name}") | extended)
    wrapped = DBAPIError("SELECT 'private words'", {}, original)
    for error in (original, wrapped):
        translated = store_error(error)
        assert type(translated) is StoreError
        assert translated.__cause__ is error
        assert not str(translated).startswith("the database refused")
        assert str(translated).endswith("(what SQLite says)")


def test_other_troubles_say_what_the_database_said_and_no_parameters() -> None:
    wrapped = DBAPIError("INSERT 'private words'", {"a": "private"}, failing(sqlite3.SQLITE_ERROR))
    assert str(store_error(wrapped)) == "the database refused: what SQLite says"
