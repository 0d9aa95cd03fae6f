"""Lists that a statement is given as one parameter, whatever their length.

Thousands of parameters make a statement that is composed and compiled anew for each length; a list
of JSON is one parameter of a statement that is composed once. Pairs are joined row by row, which
goes by the index; SQLite would look through the whole table for ``(a, b) IN (VALUES …)``.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Select, Text, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, TableValuedAlias


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
    if dialect == "postgresql":
        table = func.jsonb_array_elements(cast(bindparam("given", type_=Text), JSONB)).table_valued(
            "value"
        )
        pair = cast(table.c.value, JSONB)
        return table, pair[0].astext, pair[1].astext
    table = func.json_each(bindparam("given", type_=Text)).table_valued("value")
    value = table.c.value
    return table, func.json_extract(value, "$[0]"), func.json_extract(value, "$[1]")
