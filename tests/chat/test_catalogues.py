"""Every language says everything that the bot says, and says it in whole sentences of HTML."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import pytest
from babel import Locale

import bot
from bot.chat.words.languages import FOLDER
from tests.chat import catalogues
from tests.chat.catalogues import (
    CODES,
    MODULES,
    broken,
    catalogue,
    flat,
    form_of,
    mend,
    mistakes,
    report,
    said,
    translations,
    untranslated,
    unused,
)

_BOT = Path(bot.__file__).parent
_CALLS = {"_", "N_", "gettext", "html", "ngettext", "nhtml"}


def test_there_is_something_to_translate() -> None:
    assert len(said()) > 80
    assert {"ar", "fr", "ru", "tr"} <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_no_message_is_missing_or_unused(code: str) -> None:
    """`python -m tests.chat.catalogues --write` puts them in and takes them out."""
    assert unused(code) == set(), "unused"
    assert untranslated(code) == set(), "missing"


@pytest.mark.parametrize("code", CODES)
def test_translations_have_the_blanks_and_tags_of_the_message(code: str) -> None:
    assert list(mistakes(code)) == []


def test_each_english_message_is_html_that_telegram_takes() -> None:
    for message in said():
        for text in flat(message):
            assert list(broken(text)) == []


@pytest.mark.parametrize("text", ["<b>{x}", "a < b", "<x>{x}</x>", "</b>"])
def test_broken_html_is_noticed(text: str) -> None:
    assert list(broken(text)) != []


@pytest.mark.parametrize("code", CODES)
def test_plurals_are_those_of_the_language(code: str) -> None:
    """As many forms as Unicode's CLDR has for whole numbers, and for the same numbers."""
    plural = Locale.parse(code).plural_form
    pairs = {(plural(n), form_of(code, n)) for n in range(1001)}
    assert len({form for _, form in pairs}) == len({name for name, _ in pairs}) == len(pairs)


def test_catalogues_are_kept_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "ru.po"
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    as_it_was = len(report("ru"))
    path.write_text(path.read_text("utf-8").replace('msgid "Undo"', 'msgid "Undone"'), "utf-8")
    assert {"missing: 'Undo'", "unused: 'Undone'"} <= set(report("ru"))
    mend("ru")
    assert "missing: 'Undo'" in report("ru")
    assert len(report("ru")) == as_it_was + 1
    before = path.read_text("utf-8")
    mend("ru")
    assert path.read_text("utf-8") == before


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


# What makes a sentence for people, wherever it stands: its template has to be found.
_SENTENCES = {"QueryError", "Wording"}


def test_every_sentence_about_queries_and_sources_is_translated() -> None:
    """A template is written where it is used, in a module that extraction reads."""
    seen = 0
    for path in sorted(_BOT.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
                continue
            if call.func.id not in _SENTENCES or path.name == "errors.py":
                continue
            template = call.args[0]
            if isinstance(template, ast.Attribute) and template.attr == "wording":
                continue  # one that was made elsewhere
            assert isinstance(template, ast.Constant), f"{path}: {ast.unparse(call)}"
            assert template.value in said(), f"{path}: {template.value!r}"
            seen += 1
    assert seen > 60
