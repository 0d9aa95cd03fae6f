"""The labelled set: families of reports, each with the story that it tells."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.model import Item

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = Path(__file__).parents[1] / "cases" / "stories"
NOON = datetime(2026, 5, 11, 12, tzinfo=UTC)
# Of two reports of one story, the kind that makes the pair the harder one comes last.
KINDS = ("copy", "rewrite", "correction", "translation")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A report, when it came, which story it tells and how it came to be. ``changed``: it rings again."""

    item: Item
    moment: datetime
    story: str
    kind: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reports, the earlier first. ``kind`` says what they have in common."""

    first: Labelled
    second: Labelled

    @property
    def same(self) -> bool:
        """Whether they tell the same story."""
        return self.first.story == self.second.story

    @property
    def kind(self) -> str:
        """How the one comes from the other, or why it is another story."""
        if self.same:
            return max((self.first.kind, self.second.kind), key=KINDS.index)
        others = [each.kind for each in (self.second, self.first) if each.kind not in KINDS]
        return others[0] if others else "another story"


def read_families(folder: Path = CASES) -> list[list[Labelled]]:
    """The families of every file, their reports in the order of time."""
    return [family for path in sorted(folder.glob("*.toml")) for family in _families_of(path)]


def pairs(families: list[list[Labelled]]) -> Iterator[Pair]:
    """Each two reports of a family."""
    for family in families:
        for first, second in combinations(family, 2):
            yield Pair(first, second)


def _families_of(path: Path) -> Iterator[list[Labelled]]:
    given = tomllib.loads(path.read_text("utf-8"))
    for family in given["family"]:
        place = f"{path.stem}/{family['name']}"
        lang = family.get("lang", given["lang"])
        texts: dict[str, str] = {}
        found = []
        for case in family["item"]:
            texts[case["key"]] = text = _text(case, texts)
            found.append(_labelled(case, text, place, case.get("lang", lang)))
        yield sorted(found, key=lambda each: each.moment)


def _text(case: dict[str, Any], texts: dict[str, str]) -> str:
    """The text of a case: its own, or another's with something changed."""
    text: str = case["text"].strip() if "text" in case else texts[case["of"]]
    for old, new in case.get("replace", ()):
        if old not in text:
            raise ValueError(f"{case['key']}: not in the text: {old}")
        text = text.replace(old, new)
    if "words" in case:
        words = text.split(" ")
        text = (
            " ".join(words[: case["words"]])
            if len(words) > case["words"]
            else text[: case["words"]]
        )
    return f"{case.get('before', '')}{text}{case.get('after', '')}"


def _labelled(case: dict[str, Any], text: str, place: str, lang: str) -> Labelled:
    item = Item(
        id=f"{place}/{case['key']}",
        source=case["key"],
        url=None,
        title=case["title"],
        text=text,
        lang=lang,
        agency=case.get("agency"),
    )
    moment = NOON + timedelta(hours=case.get("hours", 0))
    kind = case.get("kind", "copy")
    return Labelled(item, moment, f"{place}/{case['story']}", kind, case.get("changed", False))
