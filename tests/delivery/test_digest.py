"""Many alerts as one message: whole, in order, and within Telegram's limits whatever they say."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.words.languages import Languages
from bot.delivery.digest import digest, shown_length
from bot.model import Chat, Held, Severity
from bot.sandbox.markup import parse_html
from bot.store.digests import Digest, Entry, Part

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
LANGUAGES = Languages.read()


def entry(number: int = 1, **other: object) -> Entry:
    values: dict[str, object] = {
        "delivery": number,
        "rule": "topic:war",
        "severity": Severity.NORMAL,
        "source": "wire",
        "title": f"Title {number}",
        "text": "Text",
        "url": f"https://example.org/{number}",
        "lang": "en",
        "when": NOW - timedelta(minutes=number),
    }
    return Entry(**values | other)  # type: ignore[arg-type]


def told(
    *entries: Entry,
    reasons: frozenset[Held] = frozenset({Held.DIGEST}),
    language: str = "en",
    silent: bool = False,
) -> list[Part]:
    chat = Chat(1, "private", language=language, timezone="Europe/Paris")
    return digest(
        Digest(chat, entries, reasons, silent),
        heading=lambda each: each.rule.partition(":")[2],
        source=lambda each: f"The {each.source}",
        language=LANGUAGES.find(language),
        now=NOW,
    )


def text(part: Part) -> str:
    return str(part.message.arguments["text"])


def test_a_list_by_topic_the_pressing_one_first() -> None:
    (part,) = told(
        entry(1),
        entry(2, rule="topic:quake", severity=Severity.HIGH),
        entry(3, title="", text="Only <text>", url=None),
    )
    assert text(part) == (
        "🗞 <b>Your digest</b>: 3 news items\n"
        "\n<b>quake</b>\n"
        '• <a href="https://example.org/2">Title 2</a> – <i>The wire</i>, 12:58 PM\n'
        "\n<b>war</b>\n"
        '• <a href="https://example.org/1">Title 1</a> – <i>The wire</i>, 12:59 PM\n'
        "• Only &lt;text&gt; – <i>The wire</i>, 12:57 PM"
    ).replace(" PM", "\u202fPM")
    assert part.deliveries == (2, 1, 3)
    assert "disable_notification" not in part.message.arguments


@pytest.mark.parametrize(
    ("reasons", "head"),
    [
        ({Held.QUIET}, "🌙 <b>Pendant vos heures calmes</b>"),
        ({Held.MUTE}, "🔕 <b>Pendant mon silence</b>"),
        ({Held.BURST}, "📚 <b>Beaucoup à la fois</b>"),
        ({Held.DIGEST}, "🗞 <b>Votre résumé</b>"),
        ({Held.QUIET, Held.DIGEST}, "🗞 <b>Votre résumé</b>"),
    ],
)
def test_the_head_says_why_it_comes_together(reasons: set[Held], head: str) -> None:
    (part,) = told(entry(), reasons=frozenset(reasons), language="fr")
    assert text(part).startswith(head)
    assert "12:59" in text(part)


def test_a_silent_one_makes_no_sound() -> None:
    (part,) = told(entry(), silent=True)
    assert part.message.arguments["disable_notification"] is True


def test_the_last_part_has_the_buttons() -> None:
    parts = told(*(entry(n, title="long " * 40) for n in range(60)))
    assert len(parts) > 1
    assert ["reply_markup" in each.message.arguments for each in parts] == [
        *[False] * (len(parts) - 1),
        True,
    ]
    assert text(parts[0]).startswith(f"🗞 <b>Your digest</b>: 60 news items (1/{len(parts)})")


ANY = st.text(st.characters(codec="utf-8"), max_size=300)
ENTRIES = st.lists(
    st.builds(
        lambda rule, title, words, source, url, lang: {
            "rule": f"query:{rule or 'x'}",
            "title": title,
            "text": words,
            "source": source,
            "url": url,
            "lang": lang,
        },
        ANY,
        ANY,
        ANY,
        ANY,
        st.one_of(st.none(), st.just("https://example.org/" + "x" * 1900), ANY),
        st.sampled_from(["ar", "en", None]),
    ),
    min_size=1,
    max_size=130,
)


@given(ENTRIES, st.sampled_from(["fr", "en"]))
@settings(max_examples=30, deadline=None)
def test_nothing_is_dropped_and_no_message_too_long(
    entries: list[dict[str, object]], language: str
) -> None:
    mine = [entry(number, **each) for number, each in enumerate(entries)]
    parts = told(*mine, language=language)
    assert sorted(n for part in parts for n in part.deliveries) == list(range(len(mine)))
    for part in parts:
        shown, entities = parse_html(text(part))
        assert len(shown.encode("utf-16-le")) // 2 <= shown_length(text(part)) <= 4096
        assert len(entities) <= 100
        assert len(re.findall("^• ", shown, re.MULTILINE)) >= len(part.deliveries)
