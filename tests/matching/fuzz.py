"""Random queries on random items: every engine finds what the naive one finds, and where.

``python -m tests.matching.fuzz --pairs 1000000`` is the long form; the short one is a test.
"""

from __future__ import annotations

import argparse
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import QueryError
from bot.matching.document import Document
from bot.matching.engine import NaiveEngine
from bot.matching.index.anchored import AnchoredEngine
from bot.matching.index.compiled import CompiledEngine
from bot.matching.query import Query, parse_query, parse_weights
from bot.matching.rules import load_rules
from bot.model import Item

if TYPE_CHECKING:
    from bot.matching.vocabulary import Vocabulary

ROOT = Path(__file__).parents[2]
NOW = datetime(2025, 5, 18, 12, tzinfo=UTC)
QUERIES, ITEMS = 200, 20
MANY_ITEMS = 50  # in the long form: a query takes longer to make than to ask

# Few words, so that queries match often; each is there for something that can go wrong.
WORDS = (
    "poutine Poutine POUTINE Путин Путина Путиным istanbul İstanbul'da İSTANBUL négociation négociations "
    "ne\u0301gociation ceasefire cease-fire war guerre guerres peace talks talk Zelensky Kremlin "
    "Kremlin'in 俄罗斯 白俄罗斯 和平 مفاوضات بوتين وبوتين بُوتِين covid-19 the a of l'Ukraine l’Ukraine "
    "Ukraine U.S. Erdoğan Erdoğan'a drone drones strike ONU #NATOSummit #Путин sport football Trump's "
    "kyiv Kiev Київ Россия Moscow Мо\u00adсква ﬁnance ｆｕｌｌ Pu\u200btin O'Neill aujourd'hui "
    "https://example.org/putin putin@example.org www.kyiv.ua 5'te Sana'a Apple'ın iPhone'da cease-firehttps://a.b/c каﬀа ภาษา か\u3099 각"
).split()
GAPS = (" ", " ", " ", " ", ", ", ". ", "! ", "… ", "\n", "\n\n", " – ", "/", "’s ", "_", "。")
REGEXES = (
    r"drones?", r"пут\w+", r"\bwar\b", r"t.lks", r"(?-i)ONU", r"istanbul|ateşkes", r"(kyi|kie)v", r"r{1,2}es",
    "ne\u0301gociations?", r"cease.?fire", r"example\.org", r"l.ukraine", r"[a-z]{4}ball", r"\p{Cyrillic}тин",
    r"불|각", r"fi?nan", r"俄罗斯", r"erdoğan", r"O'Neill",
)  # fmt: skip
FIELDS = ("title", "text", "tag", "agency", "author")


@dataclass(frozen=True)
class Makers:
    """Makes queries and items from one source of chance."""

    chance: random.Random
    vocabulary: Vocabulary

    @cached_property
    def entities(self) -> list[str]:
        return sorted(self.vocabulary.entities)

    @cached_property
    def lists(self) -> list[str]:
        return sorted(self.vocabulary.lists)

    def word(self) -> str:
        return self.chance.choice(WORDS)

    def words(self, least: int, most: int) -> str:
        return " ".join(self.word() for _ in range(self.chance.randint(least, most)))

    def leaf(self) -> str:
        pick, word = self.chance.choice, self.word()
        kinds = (
            *(word,) * 8,
            *(f'"{self.words(1, 3)}"',) * 3,
            f'"{self.words(2, 3)}"~{self.chance.randint(2, 9)}',
            f"{word[: self.chance.randint(3, 5)]}*",
            f"={word}",
            f'="{self.words(2, 3)}"',
            f"@{pick(self.entities)}",
            f"${pick(self.lists)}",
            f"/{pick(REGEXES)}/",
            f"lang:{pick(('fr', 'ru', 'en', 'zh'))}",
            f"source:{pick(('aa', 'tass'))}",
            f"{pick(FIELDS)}:{word}",
            f"{pick(FIELDS)}:({word} {self.word()})",
            f"{pick(FIELDS)}:({word} OR {self.word()} -{self.word()})",
            "since:30d",
        )
        return pick(kinds)

    def asked(self) -> Query:
        """A query or, now and then, weights."""
        if self.chance.random() > 0.05:
            return parse_query(self.query(), self.vocabulary)
        weights = {self.leaf(): float(self.chance.randint(-3, 9)) for _ in range(4)}
        return parse_weights(self.chance.randint(1, 12), weights, self.vocabulary)

    def query(self, depth: int = 0) -> str:
        kind = self.chance.random()
        if depth > 2 or kind < 0.4:
            return self.leaf()
        one, other = self.query(depth + 1), self.query(depth + 1)
        if kind < 0.6:
            return f"({one} {other})"
        return f"({one} OR {other})" if kind < 0.85 else f"({one} -{other})"

    def text(self, most: int) -> str:
        count = self.chance.randint(0, most)
        return "".join(self.word() + self.chance.choice(GAPS) for _ in range(count))

    def item(self) -> Item:
        pick = self.chance.choice
        return Item(
            id="1",
            source=pick(("aa", "tass", "afp")),
            url=None,
            title=self.text(6),
            text=self.text(40),
            published=pick((None, NOW)),
            lang=pick((None, "fr", "en", "ru", "tr", "zh", "ar")),
            tags=tuple(self.text(2) for _ in range(self.chance.randint(0, 2))),
            authors=tuple(self.text(2) for _ in range(self.chance.randint(0, 2))),
            agency=pick((None, "AA", self.word())),
        )


def compare(seed: int, vocabulary: Vocabulary, items_each: int = ITEMS) -> int:
    """One round: some queries, some of them taken away, on some items. The number of pairs."""
    makers = Makers(random.Random(seed), vocabulary)
    queries: dict[str, Query] = {}
    naive, anchored = NaiveEngine(), AnchoredEngine(vocabulary)
    compiled = CompiledEngine(queries.__getitem__, vocabulary)
    engines = (naive, anchored, compiled)
    for number in range(QUERIES):
        try:
            query = makers.asked()
        except QueryError:
            continue  # such as one that nothing can match
        queries[str(number)] = query
        for engine in engines:
            engine.add(str(number), query)
    for key in makers.chance.sample(sorted(queries), len(queries) // 10):
        for engine in engines:
            engine.remove(key)
    items = [makers.item() for _ in range(items_each)]

    def documents(*some: Item) -> list[Document]:
        return [Document.of(item, None, NOW) for item in some]

    together = zip(
        items, compiled.numbers(documents(*items)), compiled.match(documents(*items)), strict=True
    )
    for item, numbers, hits in together:
        assert compiled.numbers(documents(item)) == [numbers], (seed, item)
        (wanted,) = naive.match(documents(item))
        assert anchored.match(documents(item)) == [wanted], (seed, item)
        assert compiled.match(documents(item)) == [wanted], (seed, item)
        assert hits == wanted, (seed, item)
        (keys,) = compiled.keys(documents(item))
        assert keys == [hit.key for hit in wanted], (seed, item)
    return len(naive) * items_each


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    wanted = parser.parse_args()
    vocabulary = load_rules(ROOT / "rules").vocabulary
    seed, pairs, start = wanted.seed, 0, time.monotonic()
    while pairs < wanted.pairs:
        pairs += compare(seed, vocabulary, MANY_ITEMS)
        seed += 1
    taken = time.monotonic() - start
    print(f"{pairs:,} pairs of a query and an item, all alike, in {taken:.0f} s")  # noqa: T201


if __name__ == "__main__":
    main()
