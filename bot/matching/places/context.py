"""Whether a text speaks of a place, where its name is something else too.

A name has its doubts by language of the text (see :class:`bot.matching.places.Place`):

- ``touching``: it may be part of a person's name. It needs context where it touches another
  capitalised word (“Jordan Peterson”, not “Jordan said”);
- ``opening``: it is an ordinary word too, and needs context there and where everything begins with
  a capital: at the opening of a sentence, in a title all in capitals;
- ``following``: it is an adjective that stands behind its noun (مالي), and needs context anywhere
  but at the opening of a sentence;
- ``always``: it needs context anywhere.

Context is a preposition of place in front of it, a Turkish ending of place behind it, what towns
have beside it (“Reading residents”); another place that “and” joins to it; or another name nearby of
the same country, or of the country itself, unless an article says that it is a noun (“das Essen”). At
an opening the other fields of the item count as well. Alone between quotation marks it is a club, a
ship or a book. Behind a given name or a title any name is a surname
(“Jack London”, “Mr Jordan”), behind “Hurricane” a storm. In front of another country's state it is
another place (“Cairo, Illinois”). Of places that share a name, the one whose country stands close
by is meant, else the best known one, first of all in the text's language (Brest in French).
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from bot.matching.places import gazetteer
from bot.matching.places.choosing import NEARBY, choose
from bot.matching.places.company import is_titled
from bot.matching.places.datelines import heads
from bot.matching.places.nearby import Nearby, Spot
from bot.matching.places.persons import is_described, surnames
from bot.matching.places.small_words import ARTICLES, IN_ANY_LANGUAGE, PREPOSITIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.matching.field_text import FieldText
    from bot.matching.name import Name
    from bot.matching.places.nearby import Told

_MOST = 0.7  # of the longer words of a headline that begins each word with a capital
_LEAST_OF_A_HEADLINE = 4
_LONG = 4

_ONE = frozenset("a an one your my his her our their every whole another".split())
_BEHIND_A_NOUN = frozenset(["", *"for with in at and to that on from of by than or is was".split()])
_PARTICLES = frozenset("van von den der bin ibn".split())
_QUOTES = frozenset(("«»", "“”", "„“", "„”", '""', "「」", "『』", "《》"))
_SHORT_IN_KATAKANA = 2  # characters
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc]")
_ENDING_OF_PLACE = re.compile(
    r"['’ʼ＇](?:[yn]?[dt][ae](?:n|ki)?|y?[ae]|n?[ıi]n|l[ıiuü])\b", re.IGNORECASE
)


def settle(
    spots: Sequence[Spot], field: FieldText, elsewhere: Callable[[], Told]
) -> Iterator[tuple[Spot, Name]]:
    """The names that are believed, each with where it stands; ``spots`` are in order.

    ``elsewhere`` is what the item tells in its other fields.
    """
    context = _Context(field, spots, elsewhere)
    for spot in spots:
        believed = [name for name in spot.names if name.key is not None and name.country is None]
        places = [name for name in spot.names if name.country is not None]
        if places and not any(name.key is None and name.country is None for name in spot.names):
            place = context.choose(places, spot)
            if place is not None and context.believes(place, spot):
                believed += [each for each in places if each.key == place.key][:1]
        for name in believed:
            if name.key is not None:
                yield spot, name


class _Context:
    """One field's places by country, and the shape of what stands around them."""

    def __init__(
        self, field: FieldText, spots: Sequence[Spot], elsewhere: Callable[[], Told]
    ) -> None:
        self._field = field
        self._spots = spots
        self._elsewhere = elsewhere
        self._nearby = Nearby(field, spots)
        self._headlines: dict[int, bool] = {}

    def choose(self, places: list[Name], spot: Spot) -> Name | None:
        """The one that is meant of places that share a name; None if it is no entity."""
        return choose(places, spot, self._field, self._nearby)

    def believes(self, name: Name, spot: Spot) -> bool:
        """Whether the name is the place's here."""
        if name.place is None:
            return True
        if self._is_inside_katakana(spot) or self._is_quoted_alone(spot):
            return False
        if not name.one_word:
            return True
        if self._is_person(spot) or (name.is_doubted and self._is_counted(spot)):
            return False
        doubt = "always" if self._is_somebody(name, spot) else name.doubt(self._field.lang)
        if doubt in {"", "never"} or (doubt == "following" and self._is_opening(spot.first)):
            return True
        touching = self._touches(spot.first - 1, spot.first) or self._touches(spot.end, spot.end)
        if doubt not in {"always", "following"} and not touching:
            opening = doubt == "opening" and self._begins_with_capitals_anyway(name, spot)
            if (
                not opening
                or self._is_dateline(spot)
                or name.place.country in self._elsewhere().countries
            ):
                return True
        if self._is_located(spot):
            return True
        return not self._has_article(spot) and self._nearby.has(name.place.country, spot, NEARBY)

    def _is_located(self, spot: Spot) -> bool:
        """Whether a preposition or an ending says that it is a place."""
        field = self._field
        end = field.tokens[spot.end - 1].end
        if field.lang in {"tr", None} and _ENDING_OF_PLACE.match(field.text, end):
            return True
        if self._nearby.is_in_company(spot) or (
            field.surface(spot.first).isupper()
            and heads(field.text, field.tokens[spot.first].start, end)
        ):
            return True
        if spot.first == 0 or self._touches(spot.end, spot.end):
            return False
        before = field.tokens[spot.first - 1]
        if before.sentence != field.tokens[spot.first].sentence:
            return False
        words = PREPOSITIONS.get(field.lang or "", IN_ANY_LANGUAGE)
        return before.text in words or field.surface(spot.first - 1).lower() in words

    def _is_somebody(self, name: Name, spot: Spot) -> bool:
        """Whether the item has told whose name it is: “Michael Jordan … Jordan did not comment”."""
        if spot.end - spot.first > 1:
            return False
        word = self._field.tokens[spot.first].text
        if word in self._surnames:
            return True
        return name.may_be_doubted and word in self._elsewhere().surnames

    @cached_property
    def _surnames(self) -> frozenset[str]:
        return frozenset(surnames(self._spots, self._field))

    def _is_person(self, spot: Spot) -> bool:
        """Whether a given name, a title or an age says so."""
        if self._is_surname(spot) or is_titled(self._nearby.word(spot.first - 1, spot)):
            return True
        return is_described(self._field.text, self._field.tokens[spot.end - 1].end)

    def _is_quoted_alone(self, spot: Spot) -> bool:
        """«Милан» is a club, “Phoenix” an operation, the «Москва» a ship."""
        text = self._field.text
        start, end = self._field.tokens[spot.first].start, self._field.tokens[spot.end - 1].end
        return start > 0 and text[start - 1] + text[end : end + 1] in _QUOTES

    def _has_article(self, spot: Spot) -> bool:
        """Whether an article stands before it, as before a common noun: “das Essen”."""
        return self._nearby.word(spot.first - 1, spot) in ARTICLES.get(self._field.lang or "", ())

    def _is_counted(self, spot: Spot) -> bool:
        """“Cook a turkey for ten” is a bird in any letters; “a Turkey deal” is none."""
        if self._field.lang != "en" or self._nearby.word(spot.first - 1, spot) not in _ONE:
            return False
        return self._nearby.word(spot.end, spot) in _BEHIND_A_NOUN

    def _is_surname(self, spot: Spot) -> bool:
        """Behind a given name, and without a Turkish ending of place."""
        before = spot.first - 1
        if not self._is_joined(before, spot.first) or before in self._nearby.covered:
            return False
        if self._field.tokens[before].text not in gazetteer().given_names:
            return False
        end = self._field.tokens[spot.end - 1].end
        return _ENDING_OF_PLACE.match(self._field.text, end) is None

    def _is_dateline(self, spot: Spot) -> bool:
        """“Mali, attacco nel nord”, “Mali: …”."""
        end = self._field.tokens[spot.end - 1].end
        return self._field.text[end : end + 2].lstrip()[:1] in set(",:(–—/")

    def _is_inside_katakana(self, spot: Spot) -> bool:
        """マリンスポーツ has nothing to do with マリ; a longer name in a run is hardly chance."""
        if spot.end - spot.first > _SHORT_IN_KATAKANA:
            return False
        text = self._field.text
        start, end = self._field.tokens[spot.first].start, self._field.tokens[spot.end - 1].end
        return _KATAKANA.match(text, start) is not None and (
            _KATAKANA.match(text, end) is not None
            or _KATAKANA.match(text, max(start - 1, 0), start) is not None
        )

    def _touches(self, neighbour: int, gap_before: int) -> bool:
        """Whether a capitalised word stands directly there that is no place itself."""
        tokens = self._field.tokens
        if not 0 <= neighbour < len(tokens) or neighbour in self._nearby.covered:
            return False
        if not self._is_joined(gap_before - 1, gap_before):
            return False
        if self._is_opening(neighbour) or self._is_headline(neighbour):
            return False
        if neighbour == gap_before:
            neighbour = self._behind_particles(neighbour)
        return self._field.surface(neighbour)[:1].isupper()

    def _behind_particles(self, position: int) -> int:
        """The word that follows the particles of a surname: “Sydney van den Bosch”."""
        last = min(position + 2, len(self._field.tokens) - 1)
        while position < last and self._field.tokens[position].text in _PARTICLES:
            position += 1
        return position

    def _is_joined(self, left: int, right: int) -> bool:
        """Whether only a space parts two words of a sentence, the left one capitalised or not."""
        tokens = self._field.tokens
        if left < 0 or right >= len(tokens) or tokens[left].sentence != tokens[right].sentence:
            return False
        gap = self._field.text[tokens[left].end : tokens[right].start]
        return gap.isspace() and self._field.surface(left)[:1].isupper()

    def _begins_with_capitals_anyway(self, name: Name, spot: Spot) -> bool:
        """Whether its capitals tell nothing; those of “US” do, where not all are capitals."""
        return self._field.is_all_capitals or (
            not name.spelling.isupper()
            and (self._is_opening(spot.first) or self._is_headline(spot.first))
        )

    def _is_opening(self, position: int) -> bool:
        """Whether a sentence opens with the word, or a quotation, or what follows a colon."""
        tokens = self._field.tokens
        if position == 0 or tokens[position - 1].sentence != tokens[position].sentence:
            return True
        gap = self._field.text[tokens[position - 1].end : tokens[position].start]
        return any(sign in gap for sign in ':"“„«–—|•\n')

    def _is_headline(self, position: int) -> bool:
        """Whether the word's sentence begins most of its words with capitals."""
        sentence = self._field.tokens[position].sentence
        if sentence not in self._headlines:
            self._headlines[sentence] = self._looks_like_headline(position)
        return self._headlines[sentence]

    def _looks_like_headline(self, position: int) -> bool:
        tokens, field = self._field.tokens, self._field
        sentence = tokens[position].sentence
        first = position
        while first > 0 and tokens[first - 1].sentence == sentence:
            first -= 1
        end = position
        while end < len(tokens) and tokens[end].sentence == sentence:
            end += 1
        long = [
            at
            for at in range(first + 1, end)
            if len(tokens[at].text) >= _LONG and at not in self._nearby.covered
        ]
        capital = sum(field.surface(at)[:1].isupper() for at in long)
        return len(long) >= _LEAST_OF_A_HEADLINE and capital >= _MOST * len(long)
