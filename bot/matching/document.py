"""An item made ready for matching: its fields in words, each split once."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, cast

from bot.matching.field_text import FieldText, Tongue

if TYPE_CHECKING:
    from datetime import datetime

    from bot.matching.index.scanning import Scanned
    from bot.matching.occurrences import Occurrence
    from bot.matching.places.nearby import Spot, Told
    from bot.matching.query.tree import Leaf
    from bot.matching.vocabulary import Vocabulary
    from bot.model import Item, Source, Span

_TITLE, _TEXT, _TAG, _AGENCY, _AUTHOR = 1, 2, 4, 8, 16
_FEWEST = (_TITLE, _TEXT)


class Document:
    """An item with its source, as asked at ``now``.

    Its fields are made when they are asked for: most texts of a busy house ring nothing, and the
    compiled engine reads the item itself.
    """

    def __init__(self, item: Item, source: Source | None, now: datetime) -> None:
        self.item = item
        self.source = source
        self.now = now
        self._tongue = Tongue(item, source)
        self._scanned: Scanned | None = None
        self._beginnings: dict[int, tuple[Vocabulary, list[int]]] = {}
        self._found: dict[
            int, tuple[Vocabulary, dict[tuple[str, Leaf, FieldText | None], list[Span]]]
        ] = {}
        self._names: dict[int, tuple[Vocabulary, dict[FieldText, list[Occurrence]]]] = {}
        self._spots: dict[tuple[int, FieldText], list[Spot]] = {}

    @classmethod
    def of(cls, item: Item, source: Source | None, now: datetime) -> Document:
        """The document of an item; ``source`` None where it is not known."""
        return cls(item, source, now)

    @property
    def lang(self) -> str | None:
        """The item's language, as an ISO 639-1 code; found in its text where nobody names one."""
        return self._tongue.lang

    @property
    def moment(self) -> datetime:
        """When it was written, as far as is known."""
        return self.item.published or self.item.updated or self.now

    @cached_property
    def title(self) -> FieldText:
        """The title as a field."""
        return FieldText("title", self.item.title, self._tongue)

    @cached_property
    def text(self) -> FieldText:
        """The text as a field."""
        return FieldText("text", self.item.text, self._tongue)

    @cached_property
    def tags(self) -> tuple[FieldText, ...]:
        """Each tag as a field."""
        return tuple(
            FieldText("tags", tag, self._tongue, index) for index, tag in enumerate(self.item.tags)
        )

    @cached_property
    def searched(self) -> tuple[FieldText, ...]:
        """The fields that a query looks into if it names none."""
        return (self.title, self.text, *self.tags)

    @cached_property
    def agency(self) -> tuple[FieldText, ...]:
        """The agency as a field, where there is one."""
        if not self.item.agency:
            return ()
        return (FieldText("agency", self.item.agency, self._tongue),)

    @cached_property
    def authors(self) -> tuple[FieldText, ...]:
        """Each author as a field."""
        return tuple(FieldText("author", name, self._tongue) for name in self.item.authors)

    @property
    def words(self) -> list[str]:
        """The folded words of its title and its text."""
        return [token.text for field in (self.title, self.text) for token in field.tokens]

    @cached_property
    def fields(self) -> tuple[FieldText, ...]:
        """All its fields."""
        return (*self.searched, *self.agency, *self.authors)

    @property
    def written(self) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """What stands in each of its fields, and the bit of each, as the index has them."""
        item = self.item
        if not (item.tags or item.agency or item.authors):
            return (item.title, item.text), _FEWEST
        agency = (item.agency,) if item.agency else ()
        return (
            (item.title, item.text, *item.tags, *agency, *item.authors),
            (
                *_FEWEST,
                *(_TAG,) * len(item.tags),
                *(_AGENCY,) * len(agency),
                *(_AUTHOR,) * len(item.authors),
            ),
        )

    def scanned(self, key: int) -> Scanned:
        """Its words as the compiled scanner finds them, hashed under ``key``."""
        from bot.matching.index.splitting import scan  # noqa: PLC0415 - it loads numba

        if self._scanned is None or self._scanned.key != key:
            self.keep(scan(self.written[0], key))
        return cast("Scanned", self._scanned)

    @property
    def is_scanned(self) -> bool:
        """Whether the compiled scanner has found its words already."""
        return self._scanned is not None

    def keep(self, scanned: Scanned) -> None:
        """Take the words that the compiled scanner has found: they need not be looked for again."""
        self._scanned = scanned
        for index, field in enumerate(self.fields):
            field.scanned = scanned, index

    def keep_beginnings(self, vocabulary: Vocabulary, numbers: list[int]) -> None:
        """Take the words of :meth:`scanned` at which a name may begin."""
        self._beginnings[id(vocabulary)] = vocabulary, numbers

    def _beginnings_in(self, vocabulary: Vocabulary, field: FieldText) -> list[int] | None:
        """The words of a field at which a name may begin, where the scanner has been over it."""
        if field.scanned is None:
            return None
        scanned, index = field.scanned
        if id(vocabulary) not in self._beginnings:
            from bot.matching.index.names import beginnings  # noqa: PLC0415 - it loads numba

            numbers = beginnings(vocabulary, scanned.key).within(scanned)
            self.keep_beginnings(vocabulary, numbers.tolist())
        first, end = scanned.within(index)
        return [
            number - first
            for number in self._beginnings[id(vocabulary)][1]
            if first <= number < end
        ]

    def found(self, vocabulary: Vocabulary) -> dict[tuple[str, Leaf, FieldText | None], list[Span]]:
        """What was found of leaves, in queries of that vocabulary: a memory for ``find``.

        Under no field stands what was found in all those that are searched.
        """
        known = self._found.get(id(vocabulary))
        if known is None:
            known = self._found[id(vocabulary)] = (vocabulary, {})
        return known[1]

    def names(self, vocabulary: Vocabulary, field: FieldText) -> list[Occurrence]:
        """The entities' names in one of the fields, found once."""
        from bot.matching.occurrences import believed  # noqa: PLC0415 - it reads documents

        kept, by_field = self._names.setdefault(id(vocabulary), (vocabulary, {}))
        if field not in by_field:
            spots = self.spots_in(kept, field)
            by_field[field] = believed(spots, field, lambda: self._elsewhere(kept, field))
        return by_field[field]

    def spots_in(self, vocabulary: Vocabulary, field: FieldText) -> list[Spot]:
        """Where names stand in one of the fields, whether they are believed or not; found once."""
        from bot.matching.occurrences import (  # noqa: PLC0415 - it reads documents
            find_spots,
            find_spots_at,
        )

        known = self._spots.get((id(vocabulary), field))
        if known is None:
            positions = self._beginnings_in(vocabulary, field)
            if field.scanned is None or positions is None:
                known = find_spots(field, vocabulary)
            else:
                scanned, index = field.scanned
                known = find_spots_at(field, vocabulary, positions, partial(scanned.at, index))
            self._spots[id(vocabulary), field] = known
        return known

    def _elsewhere(self, vocabulary: Vocabulary, field: FieldText) -> Told:
        """What the title and the text tell, but for that field itself."""
        from bot.matching.occurrences import told  # noqa: PLC0415 - it reads documents
        from bot.matching.places.nearby import Told  # noqa: PLC0415 - as above

        others = [
            told(self.spots_in(vocabulary, other), other)
            for other in (self.title, self.text)
            if other is not field
        ]
        return Told(
            frozenset().union(*(each.countries for each in others)),
            frozenset().union(*(each.surnames for each in others)),
            frozenset().union(*(each.entities for each in others)),
        )
