"""Which items a subscription hears of: languages and sources to keep, or to leave out. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

Kind = Literal["langs", "sources"]
Choice = Mapping[str, bool]
"""What was chosen, by name: True to keep it, False to leave it out."""


@dataclass(frozen=True, slots=True, eq=False)
class Sieve:
    """Where something is to be kept, only that is heard; what is to be left out never is."""

    langs: Choice = field(default_factory=dict)
    sources: Choice = field(default_factory=dict)

    def lets(self, lang: str | None, source: str) -> bool:
        """Whether an item in that language, from that source, is heard."""
        return _lets(self.langs, lang) and _lets(self.sources, source)

    def turned(self, kind: Kind, name: str) -> Sieve:
        """The sieve after a press on a name: kept, then left out, then neither."""
        choice = dict(self.langs if kind == "langs" else self.sources)
        was = choice.pop(name, None)
        if was is None:
            choice[name] = True
        elif was:
            choice[name] = False
        return replace(self, **{kind: choice})

    def written(self) -> str | None:
        """The text that :func:`read` takes; None where nothing is chosen."""
        chosen = {"langs": dict(self.langs), "sources": dict(self.sources)}
        filled = {kind: dict(sorted(choice.items())) for kind, choice in chosen.items() if choice}
        return json.dumps(filled, ensure_ascii=False) if filled else None


@lru_cache(maxsize=65_536)
def read(written: str | None) -> Sieve:
    """A sieve as the store keeps it. A fan-out reads the same few of them a million times."""
    return Sieve(**json.loads(written)) if written else Sieve()


def _lets(choice: Choice, name: str | None) -> bool:
    if not choice:
        return True
    chosen = choice.get(name or "")
    return chosen is True or (chosen is None and True not in choice.values())
