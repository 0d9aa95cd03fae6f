from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.plain import (
    _text_of_any,
    _text_of_plain,
    clean_line,
    clean_text,
    html_to_text,
    looks_like_html,
)

PIECES = st.one_of(
    st.sampled_from(
        """<p> </p> <P> <p/> <b> </b> <br> <br/> <br\t/> <td> </td> <li> </Li> <o:p> <pre> </pre> <svg> </svg>
        <script> </script> <textarea> <a\thref="x>y"> <a\thref='<b>'> <a\thref=x/> <img\talt="a"src=b>
        <img\tsrc=a\tselected> <a\thref=x"y> <!-- <!----> <!--a--> <!--a-b--> <!--a--!> <!-->--> --> <![CDATA[
        ]]> <? ?> < > & &amp; &amp &lt; &lt &#233; &#233 &#10; &nbsp; &am p; &notit; &#x0; &#128; é \u00ad
        \u2028 \ue0fa \ue0fb a b' " = / </ </p\tx> </> <1> one\ntwo""".split(" ")
    ),
    st.text(max_size=3),
)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain", "plain"),
        ("", ""),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div><p>One</p></div>\n\n\n<div>Two</div>", "One\n\nTwo"),
        ("One<br>Two<br/>Three", "One\nTwo\nThree"),
        ("<b>bo</b>ld and <i>italic</i>, <a href='x'>linked</a>.", "bold and italic, linked."),
        ("a <b> b </b> c", "a b c"),
        ("&eacute;t&#233; &amp;amp; &lt;b&gt; &#8364; &eacute", "été &amp; <b> € é"),
        ("a<script>if (a < b) { x() }</script>b<style>p{}</style>c", "abc"),
        ("a<!-- comment -->b", "ab"),
        ("<ul><li>One</li><li>Two</li></ul>", "One\n\nTwo"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\n\nc"),
        ("<pre>a\n  b\nc</pre>", "a\nb\nc"),
        ("line\nbroken in\nthe source", "line broken in the source"),
        ("a&nbsp;&nbsp;b", "a b"),
        ("<h2>Head</h2>Text", "Head\n\nText"),
        ("<p>unclosed <b>tags<p>next", "unclosed tags\n\nnext"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<img alt='x' src='y'>", ""),
        ("<script>never closed", ""),
        ("İstanbul&#39;da", "İstanbul'da"),
    ],
)
def test_markup_to_text(markup: str, text: str) -> None:
    assert html_to_text(markup) == text


@pytest.mark.parametrize(
    ("text", "is_html"),
    [
        ("plain text", False),
        ("a < b > c", False),
        ("if <x> then", False),
        ("AT&T & co; or R&D;", False),
        ("5 &lt; 6", True),
        ("<p>", True),
        ("a<br />b", True),
        ("<A HREF='x'>y", True),
        ("<iframe src='x'></iframe>", True),
    ],
)
def test_what_looks_like_markup(text: str, *, is_html: bool) -> None:
    assert looks_like_html(text) is is_html


def test_tidying() -> None:
    assert clean_text(" a\r\nb\rc  d \n\n\n\n e\x00\x1b\ufeff\udc80 ") == "a\nb\nc d\n\ne"
    assert clean_line(" a\n\n b\tc ") == "a b c"
    assert clean_text("a\u200bb\u00adc") == "a\u200bb\u00adc"  # the matcher's business


@given(st.lists(PIECES, max_size=12).map("".join))
def test_the_quick_way_makes_of_markup_what_the_thorough_one_does(markup: str) -> None:
    assert html_to_text(markup) == (
        _text_of_any(markup) if {"<", "&"} & set(markup) else clean_text(" ".join(markup.split()))
    )


@pytest.mark.parametrize(
    "markup",
    [
        '<p class="a-b" data-x=\'"\'>One <b>two</b> &amp; <br /> three</p><!-- wp:more --><img src=a.jpg alt>',
        "<ul><li>Un</li><LI>Deux&nbsp;!</LI></ul><td>a</td>",
    ],
)
def test_usual_markup_goes_the_quick_way(markup: str) -> None:
    assert _text_of_plain(markup) is not None


@pytest.mark.parametrize(
    "markup", ["<pre>a</pre>", "<b", "a < b", "<script>x</script>", '<a b="c>']
)
def test_unusual_markup_does_not(markup: str) -> None:
    assert _text_of_plain(markup) is None
