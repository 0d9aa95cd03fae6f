from __future__ import annotations

import json
import os
import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.errors import InputError
from bot.toml import Document, nearest, parse, read, validate

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
# Œuvre
top.inner."a b" = "x"
[table.sub]
list = [1, { z = 2, y.w = \"\"\"
multi\"\"\" }, ] # é
'odd key' = 'lit'
[[many]]
v = 'first'
[[many]]
[many.sub]
q = 1
[[many.nested]]
"é" = "ü" # ô
[[many.nested]]
[table]
late = 2025-05-18
"""


@pytest.fixture(scope="module")
def document() -> Document:
    return parse(TEXT, "some.toml")


@pytest.mark.parametrize(
    ("keys", "key_place", "value_place"),
    [
        (("top",), (2, 1), (2, 1)),
        (("top", "inner"), (2, 5), (2, 5)),
        (("top", "inner", "a b"), (2, 11), (2, 20)),
        (("table",), (3, 2), (3, 2)),
        (("table", "sub"), (3, 8), (3, 8)),
        (("table", "sub", "list"), (4, 1), (4, 8)),
        (("table", "sub", "list", 0), (4, 1), (4, 9)),
        (("table", "sub", "list", 1), (4, 1), (4, 12)),
        (("table", "sub", "list", 1, "z"), (4, 14), (4, 18)),
        (("table", "sub", "list", 1, "y", "w"), (4, 23), (5, 1)),
        (("table", "sub", "odd key"), (6, 1), (6, 14)),
        (("many",), (7, 3), (7, 3)),
        (("many", 0), (7, 3), (7, 3)),
        (("many", 0, "v"), (8, 1), (8, 6)),
        (("many", 1), (9, 3), (9, 3)),
        (("many", 1, "sub", "q"), (11, 1), (11, 5)),
        (("many", 1, "nested", 0, "é"), (13, 1), (13, 8)),
        (("many", 1, "nested", 1), (14, 8), (14, 8)),
        (("table", "late"), (16, 1), (16, 8)),
        # What is not there stands where it should have been.
        (("table", "sub", "missing"), (3, 8), (3, 8)),
        (("many", 1, "sub", "missing", 3, "deeper"), (10, 7), (10, 7)),
        (("nowhere", "at all"), (1, 1), (1, 1)),
        ((), (1, 1), (1, 1)),
    ],
)
def test_places(
    document: Document,
    keys: tuple[str | int, ...],
    key_place: tuple[int, int],
    value_place: tuple[int, int],
) -> None:
    assert document.place(*keys) == key_place
    assert document.value_place(*keys) == value_place


@pytest.mark.parametrize(
    ("written", "places"),
    [
        ('"abc"', [(1, 6), (1, 7), (1, 8), (1, 9), (1, 9)]),
        ("'a\\b'", [(1, 6), (1, 7), (1, 8)]),
        ('"é\\u00e9x\\\\y"', [(1, 6), (1, 7), (1, 13), (1, 14), (1, 16)]),
        ('"\\U0001F600b"', [(1, 6), (1, 16)]),
        ('"\\"b"', [(1, 6), (1, 8)]),
        ('"""\na\\\n   b\nc"""', [(2, 1), (3, 4), (3, 5), (4, 1), (4, 2)]),
        ('"""a"""', [(1, 8), (1, 9)]),
        ("'''\na\nb'''", [(2, 1), (2, 2), (3, 1)]),
        ("''", [(1, 6), (1, 6)]),
        ("12", [(1, 5), (1, 5)]),
    ],
)
def test_places_inside_a_string(written: str, places: list[tuple[int, int]]) -> None:
    document = parse(f"k = {written}\n", "some.toml")
    found = [document.value_place("k", offset=offset) for offset in range(len(places))]
    assert found == places


SYNTAX = [
    ("a = \n", "1:5: error: this is no TOML value (text stands in quotes)"),
    ("a = tru", "1:5: error: this is no TOML value (text stands in quotes)"),
    (
        "é = 1",
        (
            "1:1: error: expected a key, a [table] or a # comment"
            " (a key of other letters than a-z, 0-9, _ and - stands in quotes)"
        ),
    ),
    ("a", "1:2: error: expected = behind the key"),
    ("a = 1 b = 2", "1:7: error: expected the end of the line"),
    ("a = 1\n[b\n", "2:3: error: expected ']' at the end of a table declaration"),
    ('a = "x\nb = 1', "1:7: error: the line ends where a quote should close the text"),
    ('a = "x', "1:7: error: the quotes around a text are not closed"),
    ('é = "x'.replace("é", '"é"'), "1:9: error: the quotes around a text are not closed"),
    (
        'a = "\\d"',
        "1:8: error: a backslash in \"…\" begins an escape: write it twice, or the text in '…'",
    ),
    ("a = [1,\n2\n", "3:1: error: the list is not closed by ]"),
    ("a = { b = 1\n", "1:12: error: the table is not closed by }"),
    ("a = 2025-02-31", "1:5: error: invalid date or datetime"),
    ("a = 1\r\nb = \r\n", "2:5: error: this is no TOML value (text stands in quotes)"),
    ("\ufeffa = \n", "1:5: error: this is no TOML value (text stands in quotes)"),
    ("a = " + "1" * 5000, "1:1: error: a number has too many digits"),
    ("a = " + "[" * 5000, "1:1: error: lists or tables are nested too deep to be read"),
    # What is given twice.
    ("a = 1\nb = 2\na = 3\n", "3:1: error: a is given twice, first on line 1"),
    ("[a]\nb = 1\n[a]\n", "3:2: error: a is given twice, first on line 1"),
    ("[[a]]\n[a]\n", "2:2: error: a is given twice, first on line 1"),
    ("[a]\n[[a]]\n", "2:3: error: a is given twice, first on line 1"),
    ("a = []\n[[a]]\n", "2:3: error: a is given twice, first on line 1"),
    ("a = {}\n[a.b]\n", "2:2: error: a is given twice, first on line 1"),
    ("a = { b = 1, b = 2 }", "1:14: error: a.b is given twice, first on line 1"),
    ("a.b = 1\na = 2", "2:1: error: a is given twice, first on line 1"),
    ("[[a]]\nb = 1\n[[a]]\nb = 2\nb = 3", "5:1: error: a.b is given twice, first on line 4"),
    ("[a]\nb.c = 1\n[a.b]\n", "3:5: error: this key or table is given twice"),
]


@pytest.mark.parametrize(("text", "expected"), SYNTAX)
def test_syntax_errors_have_places(text: str, expected: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text, "some.toml")
    assert str(caught.value) == f"some.toml:{expected}"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a = 1\nb = '\xe9'\n", "2:6: error: this is not UTF-8 text"),
        ("é = 1\n".encode("utf-16"), "1:1: error: this is not UTF-8 text"),
        (b"a = '\x00'", "1:6: error: the character '\\x00' cannot stand here"),
    ],
)
def test_bytes_that_are_no_text(content: bytes, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "some.toml"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read(path)
    assert str(caught.value) == f"{path}:{expected}"


def test_lines_end_as_windows_or_unix_ends_them(tmp_path: Path) -> None:
    path = tmp_path / "some.toml"
    path.write_bytes("\ufeffa = 1\r\nb = '''\r\nx'''\r\n".encode())
    document = read(path)
    assert document.data == {"a": 1, "b": "x"}
    assert document.value_place("b") == (3, 1)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file or directory"):
        read(tmp_path / "none.toml")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "some.toml"
    path.touch(mode=0)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        read(path)


@pytest.mark.parametrize(
    ("word", "meant"),
    [("tokn", "token"), ("Token", "token"), ("webhok", "webhook"), ("zzz", None), ("", None)],
)
def test_nearest(word: str, meant: str | None) -> None:
    assert nearest(word, ["token", "webhook", "mode"]) == meant


def _even(number: int) -> int:
    if number % 2:
        raise ValueError("must be even", str(number + 1))
    return number


class Inner(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    size: Annotated[int, Field(ge=1, le=9), AfterValidator(_even)] = 2
    share: Annotated[float, Field(gt=0)] = 1.0
    on: bool = True


class Outer(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    name: str
    mode: Literal["polling", "webhook"] = "polling"
    inner: Inner | None = None
    many: list[Inner] = []
    by_name: dict[Literal["a", "b"], list[Inner]] = {}
    some: Annotated[tuple[str, ...], Field(strict=False, min_length=1)] = ("x",)


SCHEMA = [
    ("", ["1:1: error: name is missing"]),
    ("name = 3", ["1:8: error: name must be text in quotes, not a number"]),
    ("name = 2025-01-01", ["1:8: error: name must be text in quotes, not a date or time"]),
    ('name = ""\nnmae = 1', ["2:1: error: unknown key nmae (did you mean name?)"]),
    ('name = ""\nzzzz = 1', ["2:1: error: unknown key zzzz"]),
    (
        'name = ""\nmode = "webhok"',
        ['2:9: error: mode must be "polling" or "webhook" (did you mean webhook?)'],
    ),
    ('name = ""\nmode = 3', ['2:8: error: mode must be "polling" or "webhook"']),
    ('name = ""\ninner = 3', ["2:9: error: inner must be a table, not a number"]),
    ('name = ""\nmany = {}', ["2:8: error: many must be a list, […], not a table"]),
    ('name = ""\nsome = []', ["2:8: error: some must not be empty"]),
    (
        'name = ""\nsome = ["a", 2]',
        ["2:14: error: each of some must be text in quotes, not a number"],
    ),
    (
        'name = ""\n[inner]\nsise = 1\nsize = 3\nshare = 0\non = 1',
        [
            "3:1: error: unknown key sise (did you mean size?)",
            "4:8: error: inner.size must be even (did you mean 4?)",
            "5:9: error: inner.share must be more than 0",
            "6:6: error: inner.on must be true or false, not a number",
        ],
    ),
    (
        'name = ""\n[[many]]\nsize = 0\n[[many]]\nsize = "2"\nonn = true',
        [
            "3:8: error: many.size must be at least 1",
            "5:9: error: many.size must be a whole number, not text",
            "6:1: error: unknown key onn (did you mean on?)",
        ],
    ),
    (
        'name = ""\n[by_name]\na = [{ size = 10, onn = true }]\nc = []',
        [
            "3:15: error: by_name.a.size must be at most 9",
            "3:19: error: unknown key onn (did you mean on?)",
            '4:1: error: by_name.c must be "a" or "b"',
        ],
    ),
]


@pytest.mark.parametrize(("text", "expected"), SCHEMA)
def test_all_that_is_wrong_is_told_at_once(text: str, expected: list[str]) -> None:
    model, findings = validate(Outer, parse(text, "some.toml"))
    assert model is None
    assert [str(finding) for finding in sorted(findings)] == [
        f"some.toml:{line}" for line in expected
    ]


def test_what_is_right_becomes_the_model() -> None:
    document = parse('name = "x"\n[[by_name.a]]\nsize = 4\n', "some.toml")
    model, findings = validate(Outer, document)
    assert findings == []
    assert model == Outer(name="x", by_name={"a": [Inner(size=4)]})


def test_a_part_of_a_document_is_checked_where_it_stands() -> None:
    document = parse("[a.b]\nsize = 0\n", "some.toml")
    _, findings = validate(Inner, document, at=("a", "b"), data=document.data["a"]["b"])
    assert [str(finding) for finding in findings] == [
        "some.toml:2:8: error: size must be at least 1"
    ]


def test_a_hint_is_not_needed_for_no_message_to_repeat_a_value() -> None:
    secret = "hunter2hunter2"
    text = f'name = {{ x = "{secret}" }}\nmode = "{secret}"\nsome = "{secret}"\n'
    _, findings = validate(Outer, parse(text, "some.toml"))
    assert len(findings) == 3
    assert secret not in "".join(map(str, findings))


characters = st.characters(codec="utf-8")
texts = st.text(characters, max_size=20)
values = st.recursive(
    texts | st.integers(0, 9) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=10,
)


def written(value: Any) -> str:
    """The value as TOML: JSON but for tables, and for what TOML wants escaped."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, dict):
        pairs = (f"{written(key)} = {written(inner)}" for key, inner in value.items())
        return "{ " + ", ".join(pairs) + " }"
    return json.dumps(value)


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in leaves(inner, (*path, key))]
    if isinstance(value, list):
        return [leaf for n, inner in enumerate(value) for leaf in leaves(inner, (*path, n))]
    return [(path, value)]


@given(st.dictionaries(texts, values, max_size=4))
def test_every_character_of_every_value_is_where_it_is_said_to_be(data: dict[str, Any]) -> None:
    text = "".join(f"{written(key)} = {written(value)}\n" for key, value in data.items())
    document = parse(text, "some.toml")
    assert document.data == data
    lines = text.split("\n")
    for path, value in leaves(data):
        characters = value if isinstance(value, str) else json.dumps(value)[:1]
        for offset, character in enumerate(characters):
            line, col = document.value_place(*path, offset=offset)
            rest = lines[line - 1][col - 1 :]
            assert rest.startswith((character, "\\"))
        if isinstance(path[-1], str):
            line, col = document.place(*path)
            assert lines[line - 1][col - 1 :].startswith(written(path[-1]))


@given(st.text(max_size=60) | st.text("[]{}=\"'.,#\\ab\n\r\ufeff é1", max_size=60))
def test_any_text_parses_or_has_findings_within_it(text: str) -> None:
    try:
        document = parse(text, "some.toml")
    except InputError as error:
        lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
        for finding in error.findings:
            assert 1 <= finding.line <= len(lines)
            assert 1 <= finding.col <= len(lines[finding.line - 1]) + 1
    else:
        plain = text.removeprefix("\ufeff")
        assert document.data == tomllib.loads(plain)
        for path, _ in leaves(document.data):
            assert document.place(*path) <= document.value_place(*path)
