from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.values import (
    LANGUAGES,
    check_key,
    check_language,
    parse_duration,
    parse_size,
    write_duration,
)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("20s", timedelta(seconds=20)),
        ("10m", timedelta(minutes=10)),
        ("1h30m", timedelta(minutes=90)),
        ("90d", timedelta(days=90)),
        ("2w", timedelta(weeks=2)),
        ("250ms", timedelta(milliseconds=250)),
        (" 1m ", timedelta(minutes=1)),
    ],
)
def test_a_length_of_time_is_read_as_it_is_written(text: str, length: timedelta) -> None:
    assert parse_duration(write_duration(length)) == length == parse_duration(text)


@pytest.mark.parametrize(
    ("text", "length"), [("1h30m", timedelta(minutes=90)), ("14d", timedelta(weeks=2))]
)
def test_a_length_of_time_is_written(text: str, length: timedelta) -> None:
    assert write_duration(length) == text


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("20s", timedelta(seconds=20)),
        ("10m", timedelta(minutes=10)),
        ("1h30m", timedelta(minutes=90)),
        ("90d", timedelta(days=90)),
        ("2w", timedelta(weeks=2)),
        ("250ms", timedelta(milliseconds=250)),
        (" 1m ", timedelta(minutes=1)),
    ],
)
def test_a_length_of_time(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10",
        "s",
        "10 m",
        "-1s",
        "1.5h",
        "10M",
        "1y",
        "0s",
        "0d0h",
        "999999999w",
        "9" * 20 + "s",
        "٣s",
    ],
)
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(ValueError, match="must be"):
        parse_duration(text)


@given(st.integers(0, 99), st.integers(0, 59), st.integers(1, 59))
def test_parts_of_a_length_of_time_add_up(hours: int, minutes: int, seconds: int) -> None:
    expected = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    assert parse_duration(f"{hours}h{minutes}m{seconds}s") == expected


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("8MiB", 8 << 20),
        ("512KiB", 512 << 10),
        ("1GiB", 1 << 30),
        ("1 kB", 1000),
        ("1mb", 1_000_000),
        ("2GB", 2_000_000_000),
        ("3B", 3),
        (4, 4),
    ],
)
def test_a_size(text: str | int, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "8", "MiB", "8TiB", "-8MiB", "8.5MiB", "0B", 0, -1])
def test_what_is_no_size(text: str | int) -> None:
    with pytest.raises(ValueError, match="must be"):
        parse_size(text)


def test_there_are_as_many_languages_as_the_standard_has() -> None:
    assert len(LANGUAGES) == 183
    assert all(check_language(code) == code for code in LANGUAGES)


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("fra", "fr"),
        ("FR", "fr"),
        ("pt-BR", "pt"),
        ("zh_Hans", "zh"),
        ("ua", "uk"),
        ("English", "en"),
        ("xx", None),
        ("", None),
    ],
)
def test_what_is_no_language(code: str, meant: str | None) -> None:
    with pytest.raises(ValueError, match="two-letter language code") as caught:
        check_language(code)
    assert caught.value.args[1] == meant


@pytest.mark.parametrize("key", ["a", "bbc-world", "24", "a--b"])
def test_a_key(key: str) -> None:
    assert check_key(key) == key


@pytest.mark.parametrize("key", ["", "-a", "A", "a b", "a_b", "é", "a\n"])
def test_what_is_no_key(key: str) -> None:
    with pytest.raises(ValueError, match="must be made of"):
        check_key(key)
