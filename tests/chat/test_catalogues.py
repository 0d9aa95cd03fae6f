"""Every language says everything that the bot says, and says it in whole sentences of HTML."""

from __future__ import annotations

import ast
import re
from string import Formatter
from typing import TYPE_CHECKING

import pytest

from bot.sandbox.markup import parse_html
from tests.chat.catalogues import CODES, MODULES, catalogue, said, translations

if TYPE_CHECKING:
    from pathlib import Path

_CALLS = {"_", "N_", "gettext", "html", "ngettext", "nhtml"}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def flat(message: str | tuple[str, ...] | list[str]) -> list[str]:
    return [message] if isinstance(message, str) else list(message)


def test_there_is_something_to_translate() -> None:
    assert len(said()) > 80
    assert "fr" in CODES


@pytest.mark.parametrize("code", CODES)
def test_no_message_is_missing_or_unused(code: str) -> None:
    known = {
        tuple(message.id) if isinstance(message.id, (list, tuple)) else message.id
        for message in catalogue(code)
        if message.id and not message.fuzzy and all(translations(message))
    }
    assert known - said() == set(), "unused"
    assert said() - known == set(), "missing"


@pytest.mark.parametrize("code", CODES)
def test_translations_have_the_same_blanks_to_fill(code: str) -> None:
    for message in catalogue(code):
        if message.id:
            wanted = set().union(*map(fields, flat(message.id)))
            for text in translations(message):
                assert fields(text) == wanted, text


@pytest.mark.parametrize("code", ["en", *CODES])
def test_each_message_is_html_that_telegram_takes(code: str) -> None:
    texts = (
        [text for message in said() for text in flat(message)]
        if code == "en"
        else [text for message in catalogue(code) if message.id for text in translations(message)]
    )
    for text in texts:
        parse_html(text)


def test_french_follows_its_typography() -> None:
    for message in catalogue("fr"):
        if not message.id or "|" in str(message.id):
            continue
        for text in translations(message):
            words = re.sub(r"<code>.*?</code>|<[^>]+>|\{\w+\}", "x", text)
            assert not re.search(r" [:;!?»]|« ", words), text
            assert not re.search(r"\w[;!?»]|«\w|\w:(?!/)", words), text
            assert "'" not in words, text


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_messages_stand_where_extraction_sees_them(path: Path) -> None:
    """Not within an f-string (older Pythons hide it), and not put together from pieces."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        inner = ast.walk(node) if isinstance(node, ast.JoinedStr) else ()
        for call in inner:
            if isinstance(call, ast.Call):
                name = getattr(call.func, "attr", getattr(call.func, "id", ""))
                assert name not in _CALLS, ast.unparse(call)
