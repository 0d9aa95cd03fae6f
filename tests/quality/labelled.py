"""The labelled set: short news in many languages, each with all that it should ring."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.model import Item

if TYPE_CHECKING:
    from collections.abc import Iterator

# Relatives and namesakes, which shipped entities keep apart: who reads of them wants nothing rung.
NAMESAKES = Path(__file__).parents[2] / "rules" / "entities" / "namesakes.toml"
CASES = Path(__file__).parents[1] / "cases" / "quality"
ADMIN = CASES / "admin"  # open items over rules of their own
ASKED = CASES / "asked"  # items with queries of their own, over rules of their own


@dataclass(frozen=True, slots=True)
class Labelled:
    """An item, the language that it is written in, and the names of what it should ring."""

    item: Item
    lang: str
    rings: frozenset[str]


def read_queries(folder: Path = CASES) -> dict[str, str]:
    """The queries that every item is labelled over, by name; the topics of the rules join them."""
    given = tomllib.loads((folder / "queries.toml").read_text("utf-8"))
    return {**{entity: entity for entity in given["entities"].split()}, **given["queries"]}


def read_items(folder: Path = CASES) -> list[Labelled]:
    """The items of every file, with ids such as ``french:12`` (the twelfth of its file)."""
    return [each for path in sorted(folder.glob("*.toml")) for each in _items_of(path)]


def _items_of(path: Path) -> Iterator[Labelled]:
    given = tomllib.loads(path.read_text("utf-8"))
    for number, case in enumerate(given.get("item", ()), 1):
        item = Item(
            id=f"{path.stem}:{number}",
            source="labelled",
            url=None,
            title=case["title"],
            text=case["text"],
            tags=tuple(case.get("tags", ())),
        )
        yield Labelled(item, case.get("lang", given["lang"]), frozenset(case["rings"].split()))


@dataclass(frozen=True, slots=True)
class Open:
    """An item with the keys of all entities that it names, and words to be found and to be left."""

    item: Item
    lang: str
    names: frozenset[str]
    finds: tuple[str, ...]
    leaves: tuple[str, ...]


def read_open_items(folder: Path = CASES / "open") -> list[Open]:
    """The items that are labelled over every entity there is."""
    return [each for path in sorted(folder.glob("*.toml")) for each in _open_items_of(path)]


def _open_items_of(path: Path) -> Iterator[Open]:
    for item, case in _cases_of(path):
        yield Open(
            item,
            case["lang"],
            frozenset(case["names"].split()),
            tuple(case.get("finds", "").split()),
            tuple(case.get("leaves", "").split()),
        )


def _cases_of(path: Path) -> Iterator[tuple[Item, dict[str, Any]]]:
    """The items of a file, each with all that is written of it."""
    given = tomllib.loads(path.read_text("utf-8"))
    for number, case in enumerate(given["item"], 1):
        name = f"{path.stem}:{number}"
        yield Item(name, "labelled", None, case["title"], case["text"]), case


def namesakes() -> frozenset[str]:
    """The keys of the shipped entities that only keep others silent."""
    return frozenset(tomllib.loads(NAMESAKES.read_text("utf-8"))["entities"])


@dataclass(frozen=True, slots=True)
class Asked:
    """An item with queries that it should ring and queries that it should not; ``#key`` is a topic."""

    item: Item
    lang: str
    rings: frozenset[str]
    leaves: frozenset[str]


def read_asked_items(folder: Path = ASKED) -> list[Asked]:
    """The items that bring queries of their own."""
    return [each for path in sorted(folder.glob("*.toml")) for each in _asked_items_of(path)]


def _asked_items_of(path: Path) -> Iterator[Asked]:
    for item, case in _cases_of(path):
        yield Asked(item, case["lang"], frozenset(case["rings"]), frozenset(case["leaves"]))
