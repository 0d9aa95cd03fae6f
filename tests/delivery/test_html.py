from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.html import bold, escape, italic, link, to_text, without_markup
from bot.model import Message
from tests.delivery.markup import parse


@given(st.text())
def test_escaped_text_reads_back(text: str) -> None:
    assert parse(escape(text)).text == text
    assert to_text(escape(text)) == text


def test_tags() -> None:
    markup = bold(link(escape('a "b" & <c>'), "https://example.org/?a=1&b=2")) + italic("x")
    parsed = parse(markup)

    assert parsed.text == 'a "b" & <c>x'
    assert parsed.links == [('a "b" & <c>', "https://example.org/?a=1&b=2")]


def test_plain_text_keeps_the_addresses() -> None:
    markup = (
        'A <b><a href="https://example.org/?a=1&amp;b=2">ti&lt;tle</a></b> &#33;&#x3f; &#0; end'
    )

    assert to_text(markup) == "A ti<tle (https://example.org/?a=1&b=2) !? &#0; end"


def test_without_markup() -> None:
    press = {"text": "Mute", "callback_data": "a:m:1"}
    rich = Message(
        "sendMessage",
        {
            "text": "<b>x</b> &amp; y",
            "parse_mode": "HTML",
            "reply_markup": {
                "inline_keyboard": [[{"text": "Open", "url": "https://example.org"}], [press]]
            },
        },
    )

    assert without_markup(rich) == Message(
        "sendMessage", {"text": "x & y", "reply_markup": {"inline_keyboard": [[press]]}}
    )


def test_a_message_without_markup_has_no_plainer_form() -> None:
    assert without_markup(Message("sendMessage", {"text": "<b>"})) is None
    assert without_markup(Message("answerCallbackQuery", {"text": "x"})) is None


@given(st.text(max_size=6000), st.text(max_size=2000))
def test_the_plain_form_keeps_the_limits(text: str, caption: str) -> None:
    message = Message("sendPhoto", {"text": text, "caption": caption, "parse_mode": "html"})
    plain = without_markup(message)

    assert plain is not None
    assert len(plain.arguments["text"]) <= 4096
    assert len(plain.arguments["caption"]) <= 1024
