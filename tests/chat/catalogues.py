"""The messages that the code says, and the catalogues that translate them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from bot.chat.languages import FOLDER

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

_BOT = Path(__file__).parents[2] / "bot"
# The parts that talk with people.
MODULES = sorted(path for part in ("chat", "delivery") for path in (_BOT / part).rglob("*.py"))
_KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "html": None,
    "ngettext": (1, 2),
    "nhtml": (1, 2),
}
CODES = sorted(path.stem for path in FOLDER.glob("*.po"))


@cache
def said() -> frozenset[str | tuple[str, ...]]:
    """Every message id in the code; singular and plural where there are both."""
    found: set[str | tuple[str, ...]] = set()
    for path in MODULES:
        for _, message, _, _ in extract_from_file("python", path, keywords=_KEYWORDS):
            found.add(tuple(message) if isinstance(message, (list, tuple)) else message)
    return frozenset(found)


def catalogue(code: str) -> Catalog:
    with (FOLDER / f"{code}.po").open("rb") as source:
        return read_po(source, locale=code, abort_invalid=True)


def translations(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())
