"""From what pydantic finds wrong to what a person can act on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from bot.errors import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic_core import ErrorDetails

    from bot.toml.document import Document
    from bot.toml.places import Key

M = TypeVar("M", bound=BaseModel)

# What a value should have been, by pydantic's name for its not being so.
_WANTED = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list, […]",
    "list_type": "a list, […]",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
}
_KINDS: dict[type, str] = {
    bool: "true or false",
    str: "text",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "a table",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with data, before it is known where that stands.

    ``key`` is the path to it; ``about_key`` is true where the key itself is wrong and not its
    value. ``name`` is how a sentence calls it, ``message`` the sentence's rest.
    """

    key: Key
    name: str
    message: str
    hint: str | None = None
    about_key: bool = False

    def finding(self, document: Document, at: Key = ()) -> Finding:
        """The problem as the document's; ``at`` is the path to the data that was checked."""
        keys = (*at, *self.key)
        place = document.place(*keys) if self.about_key else document.value_place(*keys)
        name = self.name or ".".join(part for part in at if isinstance(part, str))
        return Finding(document.path, *place, f"{name} {self.message}".strip(), self.hint)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """What was perhaps meant: the known word that looks most like this one, if any does."""
    by_folded = {candidate.casefold(): candidate for candidate in known}
    found = get_close_matches(word.casefold(), by_folded, n=1)
    return by_folded[found[0]] if found else None


def validate(
    model: type[M], document: Document, *, at: Key = (), data: Any = None
) -> tuple[M | None, list[Finding]]:
    """The document's data (or ``data``, which stands ``at`` a path in it) as the model.

    With findings the model is None: all that is wrong, each at its key or value.
    """
    instance, problems = find_problems(model, document.data if data is None else data)
    return instance, [problem.finding(document, at) for problem in problems]


def find_problems(model: type[M], data: Any) -> tuple[M | None, list[Problem]]:
    """The data as the model, or what is wrong with it. No message repeats a value."""
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    return None, [_problem(detail, model) for detail in details]


def _problem(detail: ErrorDetails, model: type[BaseModel]) -> Problem:
    key: Key = detail["loc"]
    kind = detail["type"]
    if key and key[-1] == "[key]":  # pydantic's word for a wrong key of a table
        key = key[:-1]
        return replace(_problem(detail | {"loc": key}, model), about_key=True)
    name = _name(key)
    if kind == "extra_forbidden":
        hint = nearest(str(key[-1]), _keys_at(model, key[:-1])) or _home_of(str(key[-1]), model)
        return Problem(key, "unknown key", str(key[-1]), hint, about_key=True)
    if kind == "missing":
        return Problem(key, name, "is missing", about_key=True)
    if kind == "literal_error":
        allowed = re.findall("'([^']*)'", detail["ctx"]["expected"])
        hint = nearest(detail["input"], allowed) if isinstance(detail["input"], str) else None
        return Problem(key, name, f"must be {_alternatives(allowed)}", hint)
    if kind == "value_error":  # one of ours, see bot.values
        message, *rest = detail["ctx"]["error"].args
        return Problem(key, name, str(message), rest[0] if rest else None)
    return Problem(key, name, _requirement(detail))


def _alternatives(words: Sequence[str]) -> str:
    quoted = [f'"{word}"' for word in words]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]] if quoted[1:] else quoted)


def _requirement(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in _WANTED:
        got = _KINDS.get(type(detail["input"]), "a date or time")
        return f"must be {_WANTED[kind]}, not {got}"
    if kind == "greater_than":
        return f"must be more than {context['gt']:g}"
    if kind == "greater_than_equal":
        return f"must be at least {context['ge']:g}"
    if kind == "less_than_equal":
        return f"must be at most {context['le']:g}"
    if kind in ("too_short", "string_too_short"):
        return "must not be empty"
    return detail["msg"]


def _name(key: Key) -> str:
    """How a sentence calls the key: ``fetch.timeout``, or "each of" a list."""
    name = ".".join(part for part in key if isinstance(part, str))
    return f"each of {name}" if name and isinstance(key[-1], int) else name


def _keys_at(model: type[BaseModel], key: Key) -> list[str]:
    """The keys that the model knows at that path."""
    kind: Any = model
    for part in key:
        kind = _inside(kind, part)
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return []
    return [field.alias or name for name, field in kind.model_fields.items()]


def _home_of(name: str, model: type[BaseModel]) -> str | None:
    """``fetch.timeout`` for a ``timeout`` that was written somewhere else."""
    for section, field in model.model_fields.items():
        kind = _bare(field.annotation)
        if isinstance(kind, type) and issubclass(kind, BaseModel) and name in kind.model_fields:
            return f"{section}.{name}"
    return None


def _inside(kind: Any, part: str | int) -> Any:
    """The annotation of one part of a value whose annotation is ``kind``."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = {field.alias or name: field for name, field in kind.model_fields.items()}
        return _bare(fields[str(part)].annotation) if part in fields else None
    arguments = get_args(kind)
    if not arguments:
        return None
    return _bare(arguments[1] if get_origin(kind) is dict else arguments[0])


def _bare(annotation: Any) -> Any:
    """The annotation without ``Annotated`` and without ``| None``."""
    while get_origin(annotation) in (Annotated, Union, UnionType):
        annotation = next(kind for kind in get_args(annotation) if kind is not type(None))
    return annotation
