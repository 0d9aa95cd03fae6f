"""Lists that a statement is given as one parameter, whatever their length.

Thousands of parameters make a statement that is composed and compiled anew for each length; a list
of JSON is one parameter of a statement that is composed once. Pairs are joined row by row, which
goes by the index; SQLite would look through the whole table for ``(a, b) IN (VALUES …)``.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Select, Text, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from sqlalchemy import Column, ColumnElement, TableValuedAlias


def as_given(values: Collection[str] | Sequence[tuple[str, str]]) -> dict[str, str]:
    """The parameter for a statement that is made of one of the others here."""
    return {"given": orjson.dumps(list(values)).decode()}


@cache
def texts_given(dialect: str) -> Select[Any]:
    """The texts that a statement is given, for ``column.in_(…)``."""
    if dialect == "postgresql":
        each = func.jsonb_array_elements_text(cast(bindparam("given", type_=Text), JSONB))
    else:
        each = func.json_each(bindparam("given", type_=Text))
    return select(each.table_valued("value").c.value)


def pairs_given(
    dialect: str,
) -> tuple[TableValuedAlias, ColumnElement[str], ColumnElement[str]]:
    """The pairs that a statement is given, to be joined: their table, their first, their second."""
    table = _each(dialect).table_valued("value")
    if dialect == "postgresql":
        pair = cast(table.c.value, JSONB)
        return table, pair[0].astext, pair[1].astext
    value = table.c.value
    return table, func.json_extract(value, "$[0]"), func.json_extract(value, "$[1]")


class GivenRows:
    """Rows of values for some columns, which a statement is given as one parameter.

    Statement by statement, as ``executemany`` has it, the driver lets go of the interpreter and takes
    it again for every row, and beside a busy event loop each time waits for its turn.
    """

    def __init__(self, dialect: str, columns: Sequence[Column[Any]]) -> None:
        self._kept = [_keeper(column) for column in columns]
        self.table = _each(dialect).table_valued("value", name="given_rows")
        self.values = [
            _extracted(dialect, self.table.c.value, number, as_kept(column))
            for number, column in enumerate(columns)
        ]

    def parameter(self, rows: Iterable[Sequence[Any]]) -> dict[str, str]:
        """The parameter for these rows: values as the rest of the program has them."""
        kept = self._kept
        plain = [
            [
                value if keep is None or value is None else keep(value)
                for keep, value in zip(kept, row, strict=True)
            ]
            for row in rows
        ]
        return self.as_kept(plain)

    def as_kept(self, rows: Sequence[Sequence[Any]]) -> dict[str, str]:
        """The parameter for rows of values as the database keeps them."""
        return {"given": orjson.dumps(rows).decode()}


def _each(dialect: str) -> Any:
    if dialect == "postgresql":
        return func.jsonb_array_elements(cast(bindparam("given", type_=Text), JSONB))
    return func.json_each(bindparam("given", type_=Text))


def _extracted(dialect: str, row: Any, number: int, kind: Any) -> ColumnElement[Any]:
    if dialect == "postgresql":
        return cast(cast(row, JSONB)[number].astext, kind)
    return func.json_extract(row, f"$[{number}]", type_=kind)


def as_kept(column: Column[Any]) -> Any:
    """The kind that the database knows a column as."""
    return column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type


def _keeper(column: Column[Any]) -> Callable[[Any], Any] | None:
    """What makes of a value of a column what the database keeps; None where nothing need be made."""
    kind = column.type
    if not isinstance(kind, TypeDecorator):
        return None
    dialect = DefaultDialect()  # ours do not ask
    return partial(kind.process_bind_param, dialect=dialect)
