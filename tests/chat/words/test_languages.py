from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.chat.words.languages import Html, Languages, as_html, fill

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2025, 5, 18, 12, 0, tzinfo=UTC)

TURKISH = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Undo"
msgstr "Geri al"
"""


@pytest.fixture(scope="module")
def languages() -> Languages:
    return Languages.read()


@pytest.mark.parametrize(
    ("tag", "code"),
    [("fr", "fr"), ("fr-CA", "fr"), ("FR_be", "fr"), ("xx", "en"), ("", "en"), (None, "en")],
)
def test_a_language_is_found_by_the_clients_tag(
    languages: Languages, tag: str | None, code: str
) -> None:
    assert languages.find(tag).code == code


def test_a_third_language_is_data_alone(tmp_path: Path) -> None:
    (tmp_path / "tr.po").write_text(TURKISH, "utf-8")
    languages = Languages.read(tmp_path)
    assert [language.name for language in languages] == ["English", "Türkçe"]
    assert languages.find("tr-TR").gettext("Undo") == "Geri al"
    assert languages.find("tr-TR").gettext("Open") == "Open", "what is missing is in English"


def test_values_are_escaped_in_html_and_only_there(languages: Languages) -> None:
    english = languages.find("en")
    assert english.html("by {what}", what="<b>&") == "by &lt;b&gt;&amp;"
    assert english.html("by {what}", what=Html("<b>x</b>")) == "by <b>x</b>"
    assert english.gettext("by {what}", what="<b>&") == "by <b>&"
    assert fill("<i>{x}</i>", x="{x}") == "<i>{x}</i>"
    assert as_html(as_html("&")) == "&amp;"


def test_a_name_with_braces_is_only_a_name(languages: Languages) -> None:
    assert languages.find("fr").html("by {what}", what="{0.__class__}") == "par {0.__class__}"


def test_plurals_and_numbers_are_the_languages_own(languages: Languages) -> None:
    words = ("{words} within {n} word of each other", "{words} within {n} words of each other")
    french, english = languages.find("fr"), languages.find("en")
    assert english.nhtml(*words, 0, words="a") == "a within 0 words of each other"
    assert french.nhtml(*words, 0, words="a") == "a à 0 mot l’un de l’autre au plus"
    assert english.nhtml(*words, 1234, words="a") == "a within 1,234 words of each other"
    assert french.nhtml(*words, 1234, words="a") == "a à 1\u202f234 mots l’un de l’autre au plus"


@pytest.mark.parametrize(
    ("when", "english", "french"),
    [
        (datetime(2025, 5, 18, 11, 24, tzinfo=UTC), "1:24\u202fPM", "13:24"),
        (datetime(2025, 5, 17, 11, 24, tzinfo=UTC), "May 17, 1:24\u202fPM", "17 mai, 13:24"),
        (
            datetime(2024, 5, 17, 23, 0, tzinfo=UTC),
            "May 18, 2024, 1:00\u202fAM",
            "18 mai 2024, 01:00",
        ),
    ],
)
def test_moments_are_told_in_the_persons_time(
    languages: Languages, when: datetime, english: str, french: str
) -> None:
    for code, expected in (("en", english), ("fr", french)):
        assert languages.find(code).moment(when, timezone="Europe/Paris", now=NOW) == expected


def test_enumerations(languages: Languages) -> None:
    parts = [Html("a"), Html("b"), Html("c")]
    assert languages.find("fr").listed(parts) == "a, b et c"
    assert languages.find("en").listed(parts, "or") == "a, b, or c"
