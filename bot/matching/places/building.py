"""A place as the generator builds it. Part of the generator."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Place:
    """A place under construction: names by spelling, each with its languages."""

    title: str
    country: str
    kind: str
    population: int = 0
    key: str = ""
    number: int = 0  # in GeoNames
    names: dict[str, list[str]] = field(default_factory=dict)  # the first choice of a language
    others: dict[str, list[str]] = field(default_factory=dict)
    rank: int = 0  # in how many languages somebody took the trouble to label it
    capital: bool = False
    unless: list[str] = field(default_factory=list)

    def add(self, name: str, lang: str, *, first: bool = False) -> None:
        """A name in a language; the first one is what the language calls it."""
        taken = any(lang in langs for langs in self.names.values())
        if first and taken:
            for spelling, langs in list(self.names.items()):
                if lang in langs and spelling != name:
                    langs.remove(lang)
                    self.others.setdefault(spelling, []).append(lang)
                    if not langs:
                        del self.names[spelling]
            taken = name in self.names and lang in self.names[name]
        target = self.others if taken and not first else self.names
        known = [*self.names.get(name, ()), *self.others.get(name, ())]
        if lang not in known:
            target.setdefault(name, []).append(lang)

    def merged(self) -> dict[str, list[str]]:
        """All names, each with all of its languages."""
        found: dict[str, list[str]] = {}
        for names in (self.names, self.others):
            for name, langs in names.items():
                found.setdefault(name, []).extend(langs)
        return found
