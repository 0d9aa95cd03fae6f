from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import TemplateError
from bot.markup import fault, seen
from bot.templating import FIELDS, markup, read_template

NOTHING: dict[str, Any] = {name: type(value)() for name, value in FIELDS.items()}


def say(template: str, **fields: object) -> str:
    return read_template(template).render(NOTHING | fields)


def test_fields_are_escaped_and_markup_is_not() -> None:
    told = say("<b>{{ title }}</b> {{ snippet }}", title="a < b & c", snippet=markup("<i>x</i>"))
    assert told == "<b>a &lt; b &amp; c</b> <i>x</i>"


def test_choices_loops_and_filters() -> None:
    template = (
        "{% if agency %}{{ agency }}: {% else %}– {% endif %}{{ title|cut(8) }}\n"
        "{% for tag in tags %}{{ tag|hashtag }}{% if not loop.last %} {% endif %}{% endfor %}"
        '{{ words|join(" · ") }}{{ authors|first|default("–") }}'
    )
    told = say(template, title="one two three", tags=["peace talks", "x"], words=["a", "b"])
    assert told == "– one two…\n#PeaceTalks #Xa · b–"


def test_what_says_nothing_is_empty() -> None:
    assert say("{{ title }}", tags=["x"]) == ""
    assert say("<b>{{ title }}</b>") == ""


@pytest.mark.parametrize(
    ("template", "line", "what"),
    [
        ("\n{{ titel }}", 2, "there is no titel; there are agency"),
        ("{{ title", 1, "unexpected end"),
        ("a\n\n<b>{{ title }}", 1, "<b> has no end"),
        ("{% for n in range(9) %}x{% endfor %}", 1, "walks through one of tags, authors, words"),
        ("{% for c in title %}x{% endfor %}", 1, "walks through one of"),
        ("{{ title.__class__ }}", 1, "there is no .__class__"),
        ("{{ title() }}", 1, "cannot have this (call)"),
        ('{{ "a" * 99 }}', 1, "cannot have this (mul)"),
        ("{{ tags[0] }}", 1, "cannot have this (getitem)"),
        ("{% set a = title %}{{ title }}", 1, "cannot have this (assign)"),
        ('{% include "x" %}', 1, "cannot have this (include)"),
        ("{% macro m() %}{% endmacro %}", 1, "cannot have this (macro)"),
        ("{{ title|replace('a', 'b') }}", 1, "No filter named 'replace'"),
        ("", 1, "says nothing"),
        ("x" * 9000, 1, "at most 8,192 characters"),
        (
            (
                "{% for a in tags %}{% for b in tags %}{% for c in tags %}x"
                "{% endfor %}{% endfor %}{% endfor %}"
            ),
            1,
            "at most two loops",
        ),
    ],
)
def test_what_a_template_may_not_say(template: str, line: int, what: str) -> None:
    with pytest.raises(TemplateError, match="(?s).*") as caught:
        read_template(template)
    assert what in caught.value.message
    assert caught.value.line == line


def test_it_writes_no_more_than_it_may() -> None:
    template = read_template(
        "{% for a in tags %}{% for b in tags %}{{ text }}{% endfor %}{% endfor %}"
    )
    with pytest.raises(TemplateError, match="writes more than"):
        template.render(NOTHING | {"text": "x" * 2000, "tags": ["t"] * 100_000})


@given(st.fixed_dictionaries({n: st.text() for n, v in FIELDS.items() if isinstance(v, str)}))
def test_whatever_an_item_says_telegram_takes_it(fields: dict[str, str]) -> None:
    template = read_template(
        '{{ mark }} <b>{{ topic|upper }}</b> <a href="{{ url }}">{{ title|cut(20) }}</a>{{ text }}'
    )
    told = template.render(NOTHING | fields)
    assert fault(told) is None
    assert len(seen(told)) <= sum(map(len, fields.values())) * 3 + 99
