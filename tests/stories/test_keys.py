from __future__ import annotations

import pytest

from bot.model import Item
from bot.stories.keys import story_keys

LONG = "Les pourparlers de paix reprennent à Istanbul"


def keys(title: str = LONG, text: str = "", url: str | None = None) -> tuple[str, ...]:
    words = f"{title} {text}".casefold().split()
    return story_keys(Item("1", "s", url, title, text), words, lambda u: u.split("?")[0])


def kinds(*found: str) -> list[str]:
    return [key.partition(":")[0] for key in found]


def test_the_canonical_address_is_a_key() -> None:
    assert keys(url="https://example.org/a?utm_source=x")[0] == "url:https://example.org/a"


def test_the_same_folded_words_are_one_key() -> None:
    (one,) = keys(LONG, "Lundi,\n\nà  midi.")
    assert keys(LONG.upper(), "LUNDI, à midi.") == (one,)
    # What an agency calls the text and another the title is the same report.
    assert keys(LONG + " Lundi,", "à midi.") == (one,)
    assert keys(LONG, "Mardi, à midi.") != (one,)


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Live", "", []),
        ("Four words are few", "", []),
        ("Five words are just enough", "", ["text"]),
        ("Weather", "rain in the afternoon", ["text"]),
        ("", "", []),
    ],
)
def test_few_words_say_too_little(title: str, text: str, expected: list[str]) -> None:
    assert kinds(*keys(title, text)) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (None, ["text"]),
        ("", ["text"]),
        ("https://example.org", ["text"]),
        ("https://example.org/", ["text"]),
        ("https://example.org/#top", ["text"]),
        ("https://[broken", ["text"]),
        ("https://example.org/?p=17", ["url", "text"]),
        ("https://example.org/a", ["url", "text"]),
    ],
)
def test_a_front_page_is_no_reports_address(url: str | None, expected: list[str]) -> None:
    assert kinds(*keys(url=url)) == expected
