from __future__ import annotations

import json
import re
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli.schemas import Which, written

ROOT = Path(__file__).parents[2]
KINDS: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": (str, date, datetime),
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}
KNOWN = {
    *("$ref", "$schema", "additionalProperties", "allOf", "anyOf", "default", "definitions"),
    *("description", "enum", "exclusiveMinimum", "format", "items", "minItems", "minLength"),
    *("minProperties", "minimum", "pattern", "properties", "propertyNames", "required", "title"),
    *("type", "const", "maximum", "writeOnly"),
}


def faults(value: Any, schema: Any, root: Any, path: str = "") -> list[str]:
    """What draft 7 says is wrong, as far as our schemas use it; an unknown word is an error."""
    if schema is True:
        return []
    if schema is False:
        return [f"{path}: not allowed"]
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/definitions/")
        return faults(value, root["definitions"][name], root, path)
    found = [each for part in schema.get("allOf", ()) for each in faults(value, part, root, path)]
    options = schema.get("anyOf", ())
    if options and all(faults(value, part, root, path) for part in options):
        found.append(f"{path}: fits none of the alternatives")
    if "type" in schema and not has_type(value, schema["type"]):
        return [*found, f"{path}: not {schema['type']}"]
    return found + own_faults(value, schema, path) + inner_faults(value, schema, root, path)


def has_type(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, KINDS[name])


def own_faults(value: Any, schema: Any, path: str) -> list[str]:
    checks = [
        "enum" in schema and value not in schema["enum"],
        isinstance(value, str) and not re.search(schema.get("pattern", ""), value),
        "exclusiveMinimum" in schema and value <= schema["exclusiveMinimum"],
        "minimum" in schema and value < schema["minimum"],
        "maximum" in schema and value > schema["maximum"],
        isinstance(value, list) and len(value) < schema.get("minItems", 0),
    ]
    return [f"{path}: not as it must be"] * sum(map(bool, checks))


def inner_faults(value: Any, schema: Any, root: Any, path: str) -> list[str]:
    if isinstance(value, list):
        return [
            fault
            for number, each in enumerate(value)
            for fault in faults(each, schema.get("items", True), root, f"{path}[{number}]")
        ]
    if not isinstance(value, dict):
        return []
    found = [f"{path}: needs {key}" for key in schema.get("required", ()) if key not in value]
    for key, each in value.items():
        found += faults(key, schema.get("propertyNames", True), root, f"{path}.{key}")
        inside = schema.get("properties", {}).get(key, schema.get("additionalProperties", True))
        found += faults(each, inside, root, f"{path}.{key}")
    return found


@pytest.mark.parametrize("which", list(Which))
def test_the_kept_schema_is_the_one_that_the_code_makes(which: Which) -> None:
    """Out of date? ``tocsin schema rules > docs/schemas/rules.schema.json``, and config."""
    kept = ROOT / "docs" / "schemas" / f"{which}.schema.json"
    assert kept.read_bytes() == written(which)


@pytest.mark.parametrize(
    ("which", "path"),
    [
        *((Which.RULES, path) for path in sorted(ROOT.glob("rules/**/*.toml"))),
        (Which.RULES, ROOT / "tests/cases/rules/good/rules.toml"),
        (Which.CONFIG, ROOT / "config.example.toml"),
    ],
    ids=str,
)
def test_good_files_are_good_to_the_schema(which: Which, path: Path) -> None:
    schema = json.loads(written(which))
    assert faults(tomllib.loads(path.read_text("utf-8")), schema, schema) == []


@pytest.mark.parametrize(
    ("which", "text"),
    [
        (Which.RULES, "[topic.a]\nquery = 'a'"),
        (Which.RULES, "[topics.a]\ntitle = { en = 'A' }"),
        (Which.RULES, "[topics.a]\nquery = 'a'\nqery = 'b'"),
        (Which.RULES, "[topics.a]\nquery = 'a'\nseverity = 'loud'"),
        (Which.RULES, "[topics.a]\nquery = 'a'\ntitle = { english = 'A' }"),
        (Which.RULES, "[topics.a]\nquery = 'a'\nwhen = { count = 0, within = '1h' }"),
        (Which.RULES, "[topics.a]\nquery = 'a'\nwhen = { first = 'a month' }"),
        (Which.RULES, "[topics.'a b']\nquery = 'a'"),
        (Which.RULES, "[lists]\na = []"),
        (Which.RULES, "[entities.a]\nkind = 'animal'\nnames = { en = ['A'] }"),
        (Which.CONFIG, "[fetch]\nconcurrency = 0"),
        (Which.CONFIG, "[fetch]\nmax_bytes = 'much'"),
        (Which.CONFIG, "[[feeds]]\nname = 'no address'"),
        (Which.CONFIG, "[fetsh]"),
    ],
)
def test_mistakes_are_mistakes_to_the_schema(which: Which, text: str) -> None:
    schema = json.loads(written(which))
    assert faults(tomllib.loads(text), schema, schema)


def test_every_key_of_a_rule_file_has_a_description() -> None:
    schema = json.loads(written(Which.RULES))
    bare = [
        f"{name}.{key}"
        for name, definition in schema["definitions"].items()
        for key, value in definition.get("properties", {}).items()
        if "description" not in value
    ]
    assert bare == []


@pytest.mark.parametrize(
    "path",
    [*sorted(ROOT.glob("rules/**/*.toml")), ROOT / "config.example.toml"],
    ids=lambda path: path.name,
)
def test_files_say_where_their_schema_is(path: Path) -> None:
    first = path.read_text("utf-8").splitlines()[0]
    assert first.startswith("#:schema ")
    assert (path.parent / first.removeprefix("#:schema ")).resolve().is_file()
