"""Made-up news in five languages, and queries for it: words as frequent as words are (Zipf).

The shares of the languages and the length of an item are those of a week of real feeds: French 40,
English 25, Turkish 15, Russian 12 and Arabic 8 in a hundred; 500 words, 330 of them different.
"""

from __future__ import annotations

import random
from bisect import bisect
from datetime import UTC, datetime
from itertools import accumulate
from typing import NamedTuple

from bot.matching.query import Query
from bot.matching.query.tree import (
    And,
    EntityName,
    Exact,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Regex,
    Word,
)
from bot.matching.text import fold_word
from bot.matching.vocabulary import Entity, Vocabulary
from bot.model import Item

NOW = datetime(2025, 5, 18, tzinfo=UTC)
WORDS = 40_000  # of each language
LENGTH = 500  # of an item
_SYLLABLES = {
    "fr": "bé ba ci co dé di du en é fa ga il la le lu ma mo né ni ou pa pé ra ri sa si ta té ti va vo",
    "en": "ab al an ber co den er fi gh in ing ken la lo man mer ny on per ra ree sho sta th ton ver win wo",
    "tr": "ak al ba bü ça çı da de er ğı gü il ka kı la ler ma mü na ol öz ra sa şe ta tü va ya yı",
    "ru": "ба ва ве го да де жи за ка ко ла ле ли мо на не но по ра ре ро са се ска ста та ти то ча",
    "ar": "با تا جا دا را سا شا عا فا قا كا لا ما نا ها وا يا بر كت مل نص حر دو سي",
}
_SHARES = {"fr": 40, "en": 25, "tr": 15, "ru": 12, "ar": 8}
_COMMON = 100  # what people ask for are not the most common words


class Language(NamedTuple):
    """Words from the most to the least frequent, with their added frequencies."""

    code: str
    words: list[str]
    frequencies: list[float]

    def word(self, chance: random.Random) -> str:
        """A word as a text has it."""
        return self.words[bisect(self.frequencies, chance.random() * self.frequencies[-1])]

    def asked(self, chance: random.Random) -> str:
        """A word as a query asks for it."""
        span = WORDS / _COMMON
        return fold_word(self.words[min(WORDS - 1, int(_COMMON * span ** chance.random()))])


class Corpus:
    """Items and queries, the same for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self.chance = random.Random(seed)
        self.languages = {code: self._language(code) for code in _SYLLABLES}

    def _language(self, code: str) -> Language:
        syllables = _SYLLABLES[code].split()
        words: dict[str, None] = {}
        while len(words) < WORDS:
            # The frequent words are the short ones.
            least = 1 + (len(words) > 60) + (len(words) > 2_500)
            words["".join(self.chance.choices(syllables, k=least + self.chance.randrange(2)))] = (
                None
            )
        return Language(
            code, list(words), list(accumulate(1 / rank for rank in range(1, WORDS + 1)))
        )

    def item(self, number: int) -> Item:
        """An item of about 3,300 bytes."""
        (code,) = self.chance.choices(list(_SHARES), list(_SHARES.values()))
        language = self.languages[code]
        return Item(
            str(number),
            "bench",
            None,
            self._text(language, 10),
            self._text(language, LENGTH),
            lang=code,
        )

    def _text(self, language: Language, length: int) -> str:
        pieces, begins = [], True
        for _ in range(length):
            word = language.word(self.chance)
            if begins or self.chance.random() < 0.05:
                word = word.capitalize()
                if language.code == "tr" and self.chance.random() < 0.3:
                    word += "'da"
            elif language.code == "fr" and word[0] in "aeéio" and self.chance.random() < 0.5:
                word = f"l’{word}"
            begins = self.chance.random() < 0.06
            comma = self.chance.random() < 0.05
            pieces.append(word + (". " if begins else ", " if comma else " "))
        return "".join(pieces)

    def boolean(self) -> Node:
        """AND, OR and NOT over uninflected words: what every engine can do."""
        language = self._any()
        word = [_quoted(language.asked(self.chance)) for _ in range(4)]
        match self.chance.randrange(10):
            case 0 | 1 | 2 | 3:
                return And((word[0], word[1]))
            case 4 | 5:
                return And((word[0], word[1], word[2]))
            case 6 | 7:
                return And((Or((word[0], word[1])), word[2]))
            case 8:
                return And((word[0], word[1], Not(word[2])))
            case _:
                return Or((And((word[0], word[1])), And((word[2], word[3]))))

    def featured(self, feature: str, entities: list[str]) -> Node:
        """A boolean query in which one word of three makes room for the feature."""
        language, chance = self._any(), self.chance
        asked = language.asked(chance)
        if chance.random() > 1 / 3:
            return self.boolean()
        leaf: Node
        match feature:
            case "forms":
                leaf = Word(asked, (asked,))
            case "phrases":
                pair = (fold_word(language.word(chance)), asked)
                leaf = Phrase(" ".join(pair), pair)
            case "prefixes":
                leaf = Prefix(asked[:5], (asked[:5],))
            case "entities":
                leaf = EntityName(chance.choice(entities))
            case "near":
                words = tuple(sorted({asked, language.asked(chance)}))
                leaf = Near(" ".join(words), words, 10)
            case "exact":
                leaf = Exact(asked, (asked,), (asked,))
            case _:
                leaf = Regex(rf"{asked}\w*\s+{language.asked(chance)}")
        return Or((leaf, And((_quoted(language.asked(chance)), _quoted(language.asked(chance))))))

    def entities(self, count: int) -> Vocabulary:
        """People with names of two words in two languages, and places with one name."""
        made = {}
        for number in range(count):
            names = {}
            for language in self.chance.sample(list(self.languages.values()), 2):
                words = [language.asked(self.chance).capitalize() for _ in range(2)]
                names[language.code] = (" ".join(words), words[1]) if number % 2 else (words[1],)
            made[f"e{number}"] = Entity(f"e{number}", names=names, case=True)
        return Vocabulary(entities=made)

    def _any(self) -> Language:
        (code,) = self.chance.choices(list(_SHARES), list(_SHARES.values()))
        return self.languages[code]


def _quoted(word: str) -> Phrase:
    return Phrase(word, (word,))


def query(tree: Node, vocabulary: Vocabulary) -> Query:
    """The query of a tree."""
    return Query(tree, "", vocabulary)
