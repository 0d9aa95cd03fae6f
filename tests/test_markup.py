from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.html import cut_markup, escape
from bot.markup import fault, seen
from bot.sandbox.markup import parse_html
from bot.sandbox.refusals import Refusal

GOOD = [
    "",
    "a & b",
    "<b>x</b>",
    "<B>x</b>",
    '<a href="https://example.org/?a=1&amp;b=2">x</a>',
    '<span class="tg-spoiler">x</span>',
    "<blockquote expandable>x</blockquote>",
    '<pre><code class="language-python">x</code></pre>',
    "&lt;b&gt; &#33; &quot;",
]
BAD = [
    ("a < b", 2, "begins no tag"),
    ("<div>x</div>", 0, "knows no tag"),
    ("x <b>y", 2, "has no end"),
    ("<b><i>x</b></i>", 7, "</b> stands where </i> was expected"),
    ("x</b>", 1, "was not begun"),
    ('<b id="x">y</b>', 0, "takes no id"),
    ("<a>x</a>", 0, "needs an address"),
    ("<span>x</span>", 0, "tg-spoiler"),
]


@pytest.mark.parametrize("markup", GOOD)
def test_what_telegram_takes(markup: str) -> None:
    assert fault(markup) is None
    parse_html(markup)


@pytest.mark.parametrize(("markup", "place", "what"), BAD)
def test_what_telegram_refuses(markup: str, place: int, what: str) -> None:
    found = fault(markup)
    assert found is not None
    assert found[0] == place
    assert what in found[1]


PIECES = st.recursive(
    st.text(max_size=12).map(escape),
    lambda inner: (
        st.lists(inner, max_size=4).map("".join)
        | inner.map(lambda text: f"<b>{text}</b>")
        | inner.map(lambda text: f'<a href="https://example.org/">{text}</a>')
    ),
    max_leaves=12,
)


@given(PIECES, st.integers(2, 40))
def test_cut_markup_is_whole_and_within_its_limit(markup: str, limit: int) -> None:
    cut = cut_markup(markup, limit)
    assert fault(cut) is None
    assert len(seen(cut)) <= limit
    if len(seen(markup)) <= limit:
        assert cut == markup
    else:
        assert seen(cut).endswith("…")
        assert seen(markup).startswith(seen(cut)[:-1])


def test_a_cut_keeps_words_entities_and_emoji() -> None:
    assert cut_markup("<b>one two &amp; three</b>", 12) == "<b>one two &amp;…</b>"
    family = "👨‍👩‍👧"
    assert cut_markup(f"<i>{'x' * 8}{family}</i>", 11) == f"<i>{'x' * 8}…</i>"
    assert cut_markup("<b>a</b> <i>b</i>", 3) == "<b>a</b> <i>b</i>"


@given(st.text(alphabet='<>&;"/ab= #x1', max_size=30))
def test_what_passes_here_passes_there(markup: str) -> None:
    if fault(markup) is None:
        try:
            parse_html(markup)
        except Refusal as refusal:
            raise AssertionError(markup) from refusal
