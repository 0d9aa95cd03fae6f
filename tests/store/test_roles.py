"""Who has a role: one at a time, and another one soon when that one is gone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.errors import StoreError
from bot.store import roles
from bot.store.connections import find_place
from bot.store.roles import Leases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.store.engine import Store

LONG, NONE = timedelta(minutes=1), timedelta()


@pytest.fixture
def join(postgres_store: Store) -> Iterator[Callable[..., Leases]]:
    """Makes a process that wants roles."""
    made = []

    def make(token: str, lease: timedelta = LONG) -> Leases:
        made.append(Leases(find_place(postgres_store.url).url, token, lease))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_a_role_has_one_holder(join: Callable[..., Leases], postgres_store: Store) -> None:
    one, other = join("one"), join("other")
    assert one.hold({"poll", "match"}, {}) == {"poll", "match"}
    assert other.hold({"match", "chat"}, {"chat": "not yet"}) == {"chat"}
    assert one.hold({"poll", "match", "chat"}, {}) == {"poll", "match"}
    held = postgres_store.read_now(roles.holders)
    assert [(each.role, each.unready) for each in held] == [
        ("chat", "not yet"),
        ("match", None),
        ("poll", None),
    ]
    assert other.hold({"match", "chat"}, {}) == {"chat"}
    again = postgres_store.read_now(roles.holders)
    assert [each.since for each in again] == [each.since for each in held]
    assert again[0].unready is None
    is_held = postgres_store.read_now
    assert is_held(lambda conn: roles.is_held(conn, "poll", "one"))
    assert not is_held(lambda conn: roles.is_held(conn, "poll", "other"))


def test_who_froze_is_replaced_when_the_time_is_up(join: Callable[..., Leases]) -> None:
    frozen, other = join("frozen", NONE), join("other")
    assert frozen.hold({"poll"}, {}) == {"poll"}
    assert other.hold({"poll"}, {}) == {"poll"}
    assert frozen.hold({"poll"}, {}) == set()


def test_who_was_killed_is_replaced_at_once(join: Callable[..., Leases]) -> None:
    killed, other = join("killed"), join("other")
    assert killed.hold({"poll"}, {}) == {"poll"}
    assert other.hold({"poll"}, {}) == set()
    killed.close()  # as the system does, whatever became of the process
    while not other.hold({"poll"}, {}):  # the server's process ends a moment later
        pass
    assert killed.hold({"poll"}, {}) == set()


def test_who_leaves_frees_its_roles(join: Callable[..., Leases], postgres_store: Store) -> None:
    one, other = join("one"), join("other")
    one.hold({"poll"}, {})
    other.hold({"chat"}, {})
    one.give_up()
    assert [each.role for each in postgres_store.read_now(roles.holders)] == ["chat"]
    assert other.hold({"poll", "chat"}, {}) == {"poll", "chat"}


def test_a_server_that_does_not_answer_is_an_error_of_ours() -> None:
    leases = Leases(find_place("postgresql://127.0.0.1:1/tocsin").url, "one", LONG)
    with pytest.raises(StoreError, match="PostgreSQL does not answer"):
        leases.hold({"poll"}, {})
    with pytest.raises(StoreError, match="PostgreSQL does not answer"):
        leases.give_up()


def test_on_a_file_nobody_shares(sqlite_store: Store) -> None:
    assert sqlite_store.read_now(roles.holders) == []
    assert sqlite_store.leases("one", LONG) is None
    assert not sqlite_store.shared
