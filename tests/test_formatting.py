from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import InputError
from bot.toml.formatting import format_toml, quoted
from bot.toml.places import Places

ROOT = Path(__file__).parents[1]
CASES = Path(__file__).parent / "cases" / "formatting"
ORDER = {"topics": ["title", "query", "severity", "tests"]}

KEYS = st.sampled_from(["a", "b-c", "D_1", '"q r"', "'s'", '"é"', '"ключ ١"', "query", "title"])
BLANK = st.sampled_from(["", " ", "  ", "\t"])
LINE = st.sampled_from(["\n", "\n\n", "\n\n\n", " \n", "\n  ", "\r\n"])
COMMENT = st.sampled_from(["# c", "#: x", "#", "# 'q\" [x] = 1", "# é  "])
SCALARS = st.sampled_from(
    [
        *("1", "-0x1F".lower().replace("-", ""), "1_000", "+1.5e3", "inf", "nan", "true"),
        *("1979-05-27T07:32:00Z", "1979-05-27", "07:32:00.5", '""', "''", "'a b'", '"a b"'),
        *("'say \"x\"'", '"say \\"x\\""', '"it\'s \\"x\\""', "'c:\\d'", '"\\t\\\\"', '"\\u00e9"'),
        *('"""\nline  \n\n  two"""', "'''a\n# no comment  \n'b'\n'''", '"""a \\\n   b"""', "'#'"),
    ]
)


@st.composite
def values(draw: st.DrawFn, depth: int = 2) -> str:
    kind = draw(st.sampled_from(["scalar", "scalar", "array", "table"] if depth else ["scalar"]))
    if kind == "scalar":
        return draw(SCALARS)
    if kind == "table":
        keys = draw(st.lists(KEYS, max_size=3, unique_by=lambda key: key.strip("\"'")))
        pairs = [
            f"{key}{draw(BLANK)}={draw(BLANK)}{draw(values(depth - 1))}{draw(BLANK)}"
            for key in keys
        ]
        return "{" + ", ".join(pairs) + "}"
    out = "["
    elements = draw(st.lists(values(depth - 1), max_size=4))
    for number, element in enumerate(elements):
        if draw(st.booleans()):
            out += f"{draw(BLANK)}{draw(COMMENT)}\n"
        out += draw(BLANK | LINE) + element + draw(BLANK)
        if number < len(elements) - 1 or draw(st.booleans()):
            out += ","
        if draw(st.booleans()):
            out += f"{draw(BLANK)}{draw(COMMENT)}\n"
    return out + draw(BLANK | LINE) + "]"


@st.composite
def documents(draw: st.DrawFn) -> str:
    out = draw(st.sampled_from(["", "\n", "\ufeff", "# head\n\n"]))
    for table in range(draw(st.integers(0, 3))):
        if table:
            name = draw(st.sampled_from([f"topics.t{table}", f"x{table}", f'"x.{table}" . y']))
            out += draw(BLANK) + f"[{draw(BLANK)}{name}{draw(BLANK)}]"
            out += draw(st.sampled_from(["", " # h", "#h"])) + "\n"
        for key in draw(st.lists(KEYS, max_size=4, unique_by=lambda key: key.strip("\"'"))):
            if draw(st.booleans()):
                out += f"{draw(BLANK)}{draw(COMMENT)}{draw(LINE)}"
            out += f"{draw(BLANK)}{key}{draw(BLANK)}={draw(BLANK)}{draw(values())}"
            out += draw(st.sampled_from(["", " # behind", "#x"])) + draw(LINE)
        if draw(st.booleans()):
            out += f"[[many{table}.a]]\nz = {table}\n\n\n[[many{table}.a]]\n# last\n"
    return out


def comments(text: str) -> list[str]:
    found = Places(text.removeprefix("\ufeff").replace("\r\n", "\n")).comments()
    return sorted(comment.rstrip() for _, _, comment in found)


@settings(max_examples=150, deadline=None)
@given(documents(), st.booleans())
def test_tidying_changes_no_value_loses_no_comment_and_is_done_once(
    text: str,
    windows: bool,
) -> None:
    if windows:
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    tidy = format_toml(text, "x.toml", ORDER)
    before = tomllib.loads(text.removeprefix("\ufeff"))
    assert repr(sort(tomllib.loads(tidy))) == repr(sort(before))
    assert comments(tidy) == comments(text)
    assert format_toml(tidy, "x.toml", ORDER) == tidy


def sort(value: object) -> object:
    if isinstance(value, dict):
        return {key: sort(value[key]) for key in sorted(value)}
    return [sort(each) for each in value] if isinstance(value, list) else value


@given(st.text())
def test_a_text_reads_as_it_was_quoted(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    assert tomllib.loads(f"x = {quoted(text)}") == {"x": text}


@pytest.mark.parametrize("untidy", sorted(CASES.glob("*.untidy.toml")), ids=lambda path: path.name)
def test_a_case_becomes_what_stands_beside_it(untidy: Path) -> None:
    tidy = untidy.with_name(untidy.name.replace("untidy", "tidy")).read_text("utf-8")
    assert format_toml(untidy.read_text("utf-8"), str(untidy), ORDER) == tidy


@pytest.mark.parametrize(
    "path", [*ROOT.glob("rules/**/*.toml"), ROOT / "config.example.toml"], ids=lambda it: it.name
)
def test_the_files_of_the_house_are_tidy(path: Path) -> None:
    text = path.read_text("utf-8")
    assert format_toml(text, str(path)) == text


def test_what_is_no_toml_is_left_alone() -> None:
    with pytest.raises(InputError, match=r"x\.toml:1:5"):
        format_toml("a = \n", "x.toml")


def test_what_is_nested_too_deep_is_an_error() -> None:
    with pytest.raises(InputError, match="too deep"):
        format_toml(f"a = {'[' * 3000}{']' * 3000}\n", "x.toml")
