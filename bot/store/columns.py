"""What the tables are made of: kinds of column that the database has not itself, and names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, Integer, MetaData, Text
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

from bot.model import Pace

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


class Time(TypeDecorator[datetime]):
    """An aware datetime, kept as milliseconds since 1970 in UTC: sortable, exact, on any engine."""

    impl = BigInteger
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - EPOCH) // MILLISECOND

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + timedelta(milliseconds=value)


class Duration(TypeDecorator[timedelta]):
    """A length of time, kept as milliseconds."""

    impl = BigInteger
    cache_ok = True

    @override
    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        return None if value is None else value // MILLISECOND

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> timedelta | None:
        return None if value is None else timedelta(milliseconds=value)


_PACES = {pace.value: pace for pace in Pace}


class PaceOf(TypeDecorator[Pace]):
    """Why a feed is asked when it is, by its word."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: Pace | None, dialect: Dialect) -> str | None:
        return None if value is None else value.value

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> Pace | None:
        return None if value is None else _PACES[value]


class Numbers(TypeDecorator[tuple[int, ...]]):
    """A few whole numbers in one text: ``"200 304"``."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: tuple[int, ...] | None, dialect: Dialect) -> str:
        return joined(value or ())

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[int, ...]:
        return numbers(value)


def numbers(text: str) -> tuple[int, ...]:
    """The numbers of a text that :class:`Numbers` wrote."""
    return tuple(map(int, text.split()))


def joined(numbers: tuple[int, ...]) -> str:
    """The text that :class:`Numbers` keeps of numbers."""
    return " ".join(map(str, numbers))


# SQLite numbers rows by itself only in a column of type INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")


def lease() -> list[Column[Any]]:
    """The two columns that make a table a queue, see ``leases.py``."""
    return [Column("lease_token", Text), Column("lease_until", Time)]


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
