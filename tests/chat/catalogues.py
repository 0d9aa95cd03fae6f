"""The messages that the code says, and the catalogues that translate them.

``python -m tests.chat.catalogues`` shows for each language what is missing, unused or wrong, with
``--write`` it also adds what is missing, untranslated, and takes out what nobody says any more.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Final

from babel.messages.extract import extract_from_file
from babel.messages.pofile import denormalize, normalize, read_po

from bot.chat.words.languages import FOLDER, Languages, fill
from bot.sandbox.markup import parse_html
from bot.sandbox.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Catalog, Message

Id = str | tuple[str, ...]

_BOT = Path(__file__).parents[2] / "bot"
# The parts that talk with people, and those that make sentences for them.
MODULES = sorted(
    {
        *(path for part in ("chat", "delivery") for path in (_BOT / part).rglob("*.py")),
        *(_BOT / "matching" / "query").glob("*.py"),
        _BOT / "matching" / "regexes.py",
        _BOT / "sources" / "health.py",
    }
)
_KEYWORDS = {
    "_": None,
    "N_": None,
    "QueryError": None,
    "Wording": None,
    "gettext": None,
    "html": None,
    "ngettext": (1, 2),
    "nhtml": (1, 2),
}
CODES = sorted(path.stem for path in FOLDER.glob("*.po"))
# What people and feeds may be called, at their worst.
AWKWARD: Final = (
    "", "<b>&amp;</i>", "{0}{what}", '"\'`', "مرحبا \u202e", "𝔘𝔫𝔦🏳️‍🌈", "a" * 300, "\n\n", "/start",
)  # fmt: skip


@cache
def said() -> dict[Id, list[str]]:
    """Every message id in the code (singular and plural where there are both), with its notes."""
    found: dict[Id, list[str]] = {}
    for path in MODULES:
        for _, message, notes, _ in extract_from_file(
            "python", path, keywords=_KEYWORDS, comment_tags=("For translators:",)
        ):
            key = tuple(message) if isinstance(message, (list, tuple)) else message
            found.setdefault(key, []).extend(notes)
    return found


@cache
def languages() -> Languages:
    return Languages.read()


def catalogue(code: str) -> Catalog:
    with (FOLDER / f"{code}.po").open("rb") as source:
        return read_po(source, locale=code, abort_invalid=True)


def key_of(message: Message) -> Id:
    return tuple(message.id) if isinstance(message.id, (list, tuple)) else message.id


def translations(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def tags(text: str) -> Counter[str]:
    return Counter(re.findall(r"</?\w+", text))


def flat(message: Id) -> list[str]:
    return [message] if isinstance(message, str) else list(message)


def untranslated(code: str) -> set[Id]:
    """What the code says and the catalogue does not."""
    return set(said()) - {key_of(each) for each in catalogue(code) if _is_done(each)}


def unused(code: str) -> set[Id]:
    """What the catalogue says and the code does not."""
    return {key_of(each) for each in catalogue(code) if each.id} - set(said())


def _is_done(message: Message) -> bool:
    return bool(message.id) and not message.fuzzy and all(translations(message))


def mistakes(code: str) -> Iterator[str]:
    """What is wrong with translations: their blanks, tags, length, or HTML with awkward values."""
    lonely = lonely_forms(code)
    for message in catalogue(code):
        if not message.id or not _is_done(message):
            continue
        wanted = set().union(*map(fields, flat(key_of(message))))
        for form, text in enumerate(translations(message)):
            # “One item” and “two items” need no figure where a language has words for them.
            may = wanted - {"n"} if form in lonely and len(translations(message)) > 1 else wanted
            if not may <= fields(text) <= wanted:
                yield f"{text!r} has {sorted(fields(text))} to fill in, not {sorted(wanted)}"
            elif tags(text) != tags(flat(key_of(message))[-1]):
                yield f"{text!r} has other tags than {flat(key_of(message))[-1]!r}"
            else:
                yield from broken(text)


def broken(text: str) -> Iterator[str]:
    """Where Telegram would refuse the message, whatever is filled in."""
    for value in AWKWARD:
        try:
            parse_html(fill(text, **dict.fromkeys(fields(text), value)))
        except Refusal as refusal:
            yield f"{text!r} with {value!r}: {refusal.description}"
            return


def form_of(code: str, n: int) -> int:
    """Which of a message's forms the catalogue takes for the number."""
    translated = languages().find(code).catalogue
    form: int = translated.plural(n)  # type: ignore[attr-defined]  # typeshed does not know it
    return form


def lonely_forms(code: str) -> set[int]:
    """The forms that are for one number alone, of all up to a thousand."""
    counted = Counter(form_of(code, n) for n in range(1001))
    return {form for form, times in counted.items() if times == 1}


def report(code: str) -> list[str]:
    """Everything that is not as it should be in one language."""
    return [
        *(f"missing: {flat(each)[0]!r}" for each in sorted(untranslated(code), key=str)),
        *(f"unused: {flat(each)[0]!r}" for each in sorted(unused(code), key=str)),
        *mistakes(code),
    ]


def mend(code: str) -> None:
    """Take out what is unused, and put what is missing behind the rest, to be translated."""
    path = FOLDER / f"{code}.po"
    gone = {flat(each)[0] for each in unused(code)}
    there = {key_of(each) for each in catalogue(code)}
    entries = re.split(r'\n(?:\s*\n)+|(?<=")\n(?=#|msgid ")', path.read_text("utf-8").strip())
    kept = [each for each in entries if _first_id(each) not in gone]
    forms = {form_of(code, n) for n in range(1001)}
    new = [_entry(each, notes, forms) for each, notes in said().items() if each not in there]
    path.write_text("\n\n".join([*kept, *new]) + "\n", "utf-8")


def _first_id(entry: str) -> str:
    found = re.search(r"^msgid (.*?)^msg(?:id_plural|str)", entry, re.MULTILINE | re.DOTALL)
    return denormalize(found[1].strip()) if found else ""


def _entry(message: Id, notes: list[str], forms: set[int]) -> str:
    ids = flat(message)
    lines = [f"#. {note}" for note in notes]
    if any(map(fields, ids)):
        lines.append("#, python-brace-format")
    lines.append(f"msgid {normalize(ids[0], width=100)}")
    if len(ids) == 1:
        return "\n".join([*lines, 'msgstr ""'])
    lines.append(f"msgid_plural {normalize(ids[1], width=100)}")
    return "\n".join([*lines, *(f'msgstr[{form}] ""' for form in sorted(forms))])


def main() -> None:
    """Report, and with ``--write`` mend; the exit status says whether all is well."""
    wrong = 0
    for code in CODES:
        if "--write" in sys.argv[1:]:
            mend(code)
        found = report(code)
        wrong += len(found)
        print(f"{code}: {len(found) or 'nothing'} to do", *found, sep="\n  ")  # noqa: T201 (a tool's output)
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
