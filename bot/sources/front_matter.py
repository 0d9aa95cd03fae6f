"""The fields above a text, between two lines of ``---``, as site generators and note-takers write them.

A small part of YAML: ``key: value``, lists in brackets or as lines with a hyphen, quotes around values.
"""

from __future__ import annotations

import re
from typing import Any

_FENCE = re.compile(r"(?:---|\+\+\+)\s*")
_FIELD = re.compile(r"([^\W\d][\w .-]{0,40}?)\s*[:=]\s*(.*)")
_ENTRY = re.compile(r"\s*-\s+(.+)")
_LINES_MAX = 100


def read_front_matter(text: str) -> tuple[dict[str, Any], str] | None:
    """The fields, and the text below them; None where a text begins otherwise."""
    rows = text.lstrip("\ufeff").splitlines()
    if not rows or not _FENCE.fullmatch(rows[0]):
        return None
    end = next(
        (at for at, row in enumerate(rows[1:_LINES_MAX], 1) if row.strip() == rows[0].strip()), None
    )
    fields = _fields(rows[1:end]) if end is not None else None
    return (fields, "\n".join(rows[end + 1 :])) if fields and end is not None else None


def _fields(rows: list[str]) -> dict[str, Any] | None:
    """The fields of the rows; None where one is no field, so that all of them are text."""
    fields: dict[str, Any] = {}
    name = ""
    for row in rows:
        if not row.strip() or row.lstrip().startswith("#"):
            continue
        if name and (entry := _ENTRY.fullmatch(row)):
            known = fields[name]
            fields[name] = [*(known if isinstance(known, list) else []), _bare(entry[1])]
        elif field := _FIELD.fullmatch(row):
            name = field[1]
            fields[name] = _value(field[2].strip())
        elif row[0].isspace() and name:  # what is nested deeper is nothing of an item's
            continue
        else:
            return None
    return fields


def _value(written: str) -> str | list[str]:
    if written.startswith("[") and written.endswith("]"):
        return [_bare(part) for part in written[1:-1].split(",") if part.strip()]
    return _bare(written)


def _bare(written: str) -> str:
    """Without the quotation marks around it."""
    written = written.strip()
    quoted = len(written) > 1 and written[0] == written[-1] and written[0] in "\"'"
    return written[1:-1] if quoted else written
