from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.render import alert
from bot.delivery.times import local_time
from bot.model import Chat, Item, Match, Message, Severity, Span
from bot.sandbox.entities import rich_text
from tests.delivery.markup import Parsed, parse

MOMENT = datetime(2025, 5, 18, 10, 24, tzinfo=UTC)
TITLE = "Le Kremlin confirme la préparation d'un appel"
TEXT = "Un appel entre le président russe Vladimir Poutine et Donald Trump.\n\nPour rappel…"


def item(**other: Any) -> Item:
    content: dict[str, Any] = {
        "id": "1",
        "source": "aa",
        "url": "https://example.org/a?id=1&utm_source=rss",
        "title": TITLE,
        "text": TEXT,
        "published": MOMENT,
        "lang": "fr",
        "agency": "AA",
    }
    return Item(**content | other)


def render(
    which: Item | None = None,
    *spans: Span,
    chat: Chat | None = None,
    heading: str = "Pourparlers d’Istanbul",
    severity: Severity = Severity.HIGH,
    source: str = "TRT Français",
) -> Message:
    return alert(
        which or item(),
        Match("istanbul-talks", None, 1.0, spans or (Span("text", 43, 50, "Poutine"),)),
        chat or Chat(1, "private", language="fr", timezone="Europe/Istanbul"),
        number=42,
        heading=heading,
        severity=severity,
        source=source,
        _=lambda msgid: f"«{msgid}»",
    )


def read(message: Message) -> Parsed:
    return parse(message.arguments["text"])


def test_an_alert() -> None:
    message = render()

    assert message.method == "sendMessage"
    assert message.arguments["parse_mode"] == "HTML"
    assert message.arguments["text"] == (
        "❗️ <b>Pourparlers d’Istanbul</b>\n"
        "\n"
        '<b><a href="https://example.org/a?id=1">'
        "Le Kremlin confirme la préparation d'un appel</a></b>\n"
        "<i>TRT Français (AA)</i> · 18 mai 2025, 13:24\n"
        "\n"
        "Un appel entre le président russe Vladimir <b>Poutine</b> et Donald Trump. Pour rappel…"
    )


SHARED = (
    "https://t.me/share/url?url=https%3A%2F%2Fexample.org%2Fa%3Fid%3D1"
    "&text=Le%20Kremlin%20confirme%20la%20pr%C3%A9paration%20d%27un%20appel"
)


def test_its_buttons() -> None:
    assert render().arguments["reply_markup"] == {
        "inline_keyboard": [
            [
                {"text": "«Open»", "url": "https://example.org/a?id=1"},
                {"text": "«Share»", "url": SHARED},
                {"text": "«Why?»", "callback_data": "a:w:42"},
            ],
            [
                {"text": "«Mute»", "callback_data": "a:m:42"},
                {"text": "«Fewer like this»", "callback_data": "a:f:42"},
            ],
            [{"text": "«Unsubscribe»", "callback_data": "a:u:42"}],
        ]
    }


@pytest.mark.parametrize("url", [None, "", "javascript:alert(1)", "http://localhost/x"])
def test_without_an_address_that_telegram_takes(url: str | None) -> None:
    message = render(item(url=url))

    assert read(message).links == []
    assert TITLE in read(message).bold
    buttons = [b for row in message.arguments["reply_markup"]["inline_keyboard"] for b in row]
    assert [button for button in buttons if "url" in button] == []
    assert len(buttons) == 4


def test_severity_shows() -> None:
    marks = {render(severity=severity).arguments["text"].split()[0] for severity in Severity}

    assert len(marks) == len(Severity)


def test_a_source_that_is_the_agency_stands_once() -> None:
    assert "\nAA · " in read(render(source="AA")).text


def test_an_item_without_a_title_starts_with_its_text() -> None:
    parsed = read(render(item(title=""), Span("tags", 0, 1, "x", index=0)))

    assert parsed.bold[1].startswith("Un appel entre")
    assert parsed.text.count("Un appel entre") == 1


def test_an_item_of_nothing_still_names_its_site() -> None:
    bare = Item("1", "feed", "https://www.example.org/x", "", "")

    assert read(render(bare)).bold == ["Pourparlers d’Istanbul", "example.org"]


def test_an_item_of_nothing_at_all() -> None:
    parsed = read(render(Item("1", "feed", None, "", "")))

    assert parsed.bold == ["Pourparlers d’Istanbul", "«Untitled»"]


def test_tags_show_when_only_they_matched() -> None:
    tagged = item(tags=("Ukraine", "Vladimir Poutine"))

    assert read(render(tagged, Span("tags", 9, 16, "Poutine", index=1))).text.endswith(
        "\n\n🏷 Vladimir Poutine"
    )
    assert "🏷" not in read(render(tagged)).text


def test_spans_of_an_item_that_was_edited_since() -> None:
    spans = [
        Span("text", 400, 420, "x"),
        Span("tags", 0, 4, "x", index=7),
        Span("title", 0, 2, "x"),
    ]

    assert "Un appel" in read(render(item(), *spans)).text


def test_an_arabic_item_in_a_french_message_runs_its_own_way() -> None:
    arabic = item(title="الكرملين يؤكد", text="قال المتحدث", lang="ar", agency=None)
    lines = read(render(arabic, source="الجزيرة")).text.split("\n")

    assert lines[2] == "\u200fالكرملين يؤكد"
    assert lines[3].startswith("\u2068الجزيرة\u2069 · ")
    assert lines[5] == "\u200fقال المتحدث"


def test_a_french_item_in_an_arabic_message() -> None:
    lines = read(render(chat=Chat(1, "private", language="ar", timezone="Asia/Riyadh"))).text
    title = lines.split("\n")[2]

    assert title == f"\u200e{TITLE}"
    assert "مايو 2025" in lines


@pytest.mark.parametrize(
    ("timezone", "language", "expected"),
    [
        ("Europe/Istanbul", "fr", "18 mai 2025, 13:24"),
        ("Europe/Istanbul", "tr", "18 Mayıs 2025 13:24"),
        ("America/New_York", "en", "May 18, 2025, 6:24\u202fAM"),
        ("UTC", "ar", "18 مايو 2025، 10:24 ص"),
        ("UTC", "ru", "18 мая 2025\u202fг., 10:24"),
        ("Nowhere/Town", "fr", "18 mai 2025, 10:24"),
        ("", "fr", "18 mai 2025, 10:24"),
        ("../../etc/passwd", "fr", "18 mai 2025, 10:24"),
        ("UTC", "tlh", "May 18, 2025, 10:24\u202fAM"),
        ("UTC", "", "May 18, 2025, 10:24\u202fAM"),
        ("UTC", "pt-BR", "18 de maio de 2025 10:24"),
    ],
)
def test_local_time(timezone: str, language: str, expected: str) -> None:
    written = local_time(MOMENT, timezone=timezone, language=language)

    # Which blank stands in a date changes between releases of the data.
    assert " ".join(written.split()) == " ".join(expected.split())


@pytest.mark.parametrize("year", [1, 9999])
def test_a_year_that_no_clock_has(year: int) -> None:
    edge = datetime(year, 1, 1, tzinfo=UTC) if year == 1 else datetime(year, 12, 31, 23, tzinfo=UTC)

    for timezone in ("America/New_York", "Asia/Tokyo"):
        assert local_time(edge, timezone=timezone, language="fr")


ANY = st.text(st.characters(), max_size=400)
LONG = st.one_of(ANY, st.builds(lambda text, times: text * times, ANY, st.integers(1, 60)))
SPANS = st.lists(
    st.builds(
        Span,
        st.sampled_from(["title", "text", "tags"]),
        st.integers(-3, 20_000),
        st.integers(-3, 20_000),
        ANY,
        st.none(),
        st.one_of(st.none(), st.integers(-2, 4)),
    ),
    max_size=6,
)


@given(
    title=LONG,
    text=LONG,
    url=st.one_of(st.none(), LONG, st.builds("https://example.org/{}".format, LONG)),
    tags=st.lists(ANY, max_size=4).map(tuple),
    agency=st.one_of(st.none(), LONG),
    lang=st.sampled_from([None, "fr", "ar", "zz"]),
    spans=SPANS,
    heading=LONG,
    source=LONG,
    language=st.sampled_from(["fr", "ar", "en", "xx"]),
)
def test_no_item_makes_a_message_that_telegram_refuses(
    *, spans: list[Span], heading: str, source: str, language: str, **content: Any
) -> None:
    chat = Chat(1, "private", language=language)
    message = render(item(**content), *spans, chat=chat, heading=heading, source=source)
    parsed = read(message)

    seen, _ = rich_text(message.arguments["text"], "HTML", None)
    assert seen == parsed.text.strip()  # the sandbox reads it as we do
    assert 0 < len(seen) <= 4096
    assert len(parsed.text.encode("utf-16-le")) // 2 <= 4096  # however an emoji counts
    assert len(parsed.bold) >= 2
    assert all(bold.strip() for bold in parsed.bold[1:])
    assert "\n\n\n" not in parsed.text
    buttons = [b for row in message.arguments["reply_markup"]["inline_keyboard"] for b in row]
    assert all(len(button.get("callback_data", "").encode()) <= 64 for button in buttons)
