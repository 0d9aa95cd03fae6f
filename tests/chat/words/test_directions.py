from __future__ import annotations

import pytest

from bot.chat.words.directions import right_to_left
from bot.chat.words.languages import Html, Languages

FSI, LRI, PDI, RLM, LRM = "\u2068", "\u2066", "\u2069", "\u200f", "\u200e"


@pytest.fixture(scope="module")
def languages() -> Languages:
    return Languages.read()


def test_what_is_foreign_in_an_arabic_sentence_keeps_its_direction(languages: Languages) -> None:
    arabic = languages.find("ar")
    said = arabic.html("🔔 I ring for {what} again.", what="NATO & co.")
    assert said == f"🔔 أنبّه من جديد إلى {FSI}NATO &amp; co.{PDI}."
    assert f"{LRI}/invite{PDI}" in arabic.html("There is no open invitation. /invite makes one.")
    assert f"{FSI}<code>كم</code>{PDI}" in arabic.html(
        "There is no topic <code>{key}</code>.", key="كم"
    )
    assert arabic.listed([Html("a"), Html("b")]) == f"{FSI}a{PDI} و{FSI}b{PDI}"


def test_in_other_languages_nothing_is_put_in(languages: Languages) -> None:
    marks = {FSI, LRI, PDI, RLM, LRM}
    for language in languages:
        said = language.html("🔔 I ring for {what} again.", what="NATO")
        assert bool(marks & set(said)) == (language.code == "ar")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("مرحبا", "مرحبا"),
        ("NATO قال", f"{RLM}NATO قال"),
        ("<b>NATO</b>\n👋 مرحبا\n22:00", f"{RLM}<b>NATO</b>\n👋 مرحبا\n22:00"),
        (f"{LRM}An English title", f"{LRM}An English title"),
        ("&lt;كم", "&lt;كم"),
        ("كم\n<pre>topics.toml:1\nx</pre>", "كم\n<pre>topics.toml:1\nx</pre>"),
    ],
)
def test_every_line_runs_from_right_to_left(html: str, expected: str) -> None:
    assert right_to_left(html) == expected
