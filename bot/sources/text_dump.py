"""The text of a news page, copied into a file, as an item.

The first line is the title. Under it, in any order, stand dates, an agency, a byline, a picture's
caption and credit; then paragraphs; at the end perhaps tags, each behind a ``#``. What a line is,
:mod:`~bot.sources.text_lines` says; here is where it may stand.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, tzinfo
from itertools import groupby, pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import ParseError
from bot.model import Item
from bot.sources.dates import believable
from bot.sources.languages import guess_language
from bot.sources.parsed import absolute_url, labels
from bot.sources.plain import clean_text
from bot.sources.text_lines import Kind, Line, ends_sentence, read_line, without_title_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.model import Source

# Dates, agencies and bylines are believed only near the title: below, they are part of the news.
_HEAD_LINES = 15
_CAPTION_MIN = 20
_TITLE_MAX = 300
_HEADING = re.compile(r"#{1,6}\s+")
_HEAD_KINDS = frozenset({Kind.PUBLISHED, Kind.UPDATED, Kind.AGENCY, Kind.BYLINE, Kind.ADDRESS})


def parse_text(text: str, *, source: Source, name: str, now: datetime | None = None) -> Item:
    """The item of a text dump; ``name`` (the file's, below its folder) is its id.

    Times without a zone are read in the source's; a day without a time is its midnight.
    ``captions`` has the picture's captions, each once, then the credit lines as written.

    Raises:
        ParseError: there is no line with anything on it.
    """
    rows = [_HEADING.sub("", row) for row in clean_text(text).split("\n")]
    first = next((place for place, row in enumerate(rows) if row.strip()), None)
    if first is None:
        raise ParseError("the file is empty")
    title, below = without_title_label(rows[first].strip()), rows[first + 1 :]
    if len(title) > _TITLE_MAX:  # no title but a paragraph: it stays in the text
        title, below = f"{title[:_TITLE_MAX].rsplit(maxsplit=1)[0]} …", rows[first:]
    page = _Page([read_line(row, _zone(source.timezone)) for row in below], title)
    body = page.body()
    return Item(
        id=unicodedata.normalize("NFC", name),
        source=source.key,
        url=absolute_url(page.first(Kind.ADDRESS), None),
        title=title,
        text=body,
        published=believable(page.moment(Kind.PUBLISHED), now),
        updated=believable(page.moment(Kind.UPDATED), now),
        lang=source.lang or guess_language(f"{title}\n{body}"),
        tags=labels(page.all(Kind.TAGS)),
        authors=labels(page.all(Kind.BYLINE)),
        agency=page.first(Kind.AGENCY),
        captions=labels((*page.captions, *page.credits)),
    )


class _Page:
    """The lines below the title, sorted into what they are."""

    def __init__(self, lines: Sequence[Line], title: str) -> None:
        self._lines = _without_see_also(_placed(lines))
        self.captions = _captions(self._lines)
        self.credits = tuple(line.text for line in self._lines if line.kind is Kind.CREDIT)
        self._dropped = {*self.captions, title}

    def all(self, kind: Kind) -> tuple[str, ...]:
        return tuple(value for line in self._lines if line.kind is kind for value in line.values)

    def first(self, kind: Kind) -> str | None:
        return next(iter(self.all(kind)), None)

    def moment(self, kind: Kind) -> datetime | None:
        dates = (line.date for line in self._lines if line.kind is kind)
        return next((date.moment for date in dates if date is not None), None)

    def body(self) -> str:
        """Paragraphs with an empty line between; a line break within one stays.

        Where a page was saved without empty lines, a line that closes a sentence closes its
        paragraph.
        """
        blocks = [
            [
                line.text
                for line in block
                if line.kind is Kind.TEXT and line.text not in self._dropped
            ]
            for block in _blocks(self._lines)
        ]
        blocks = [block for block in blocks if block]
        if len(blocks) == 1:
            blocks = _paragraphs(blocks[0])
        return "\n\n".join("\n".join(block) for block in blocks)


def _placed(lines: Sequence[Line]) -> list[Line]:
    """The lines, where what looks like a date or a name below the head is text after all."""
    placed, seen = [], 0
    for line in lines:
        seen += line.kind is not Kind.BLANK
        misplaced = seen > _HEAD_LINES and line.kind in _HEAD_KINDS
        placed.append(Line(Kind.TEXT, line.text) if misplaced else line)
    return placed


def _without_see_also(lines: Iterable[Line]) -> list[Line]:
    """Without “Read also: …”, and where nothing follows on the line, the titles right under it."""
    kept, dropping = [], False
    for line in lines:
        if line.kind is Kind.SEE_ALSO:
            dropping = line.alone
            continue
        dropping = dropping and line.kind is Kind.TEXT and not ends_sentence(line.text)
        if not dropping:
            kept.append(line)
    return kept


def _captions(lines: Sequence[Line]) -> tuple[str, ...]:
    """The lines that caption a picture: the one before a credit, if it can be nothing else.

    It can be nothing else when it stands twice on the page, when no other text comes before it, or
    when it and the credit stand by themselves and it is no sentence.
    """
    texts = [line.text for line in lines if line.kind is Kind.TEXT]
    captions: list[str] = []
    for block in _blocks(lines):
        own = [line for line in block if line.kind in {Kind.TEXT, Kind.CREDIT}]
        for before, line in pairwise(own):
            if line.kind is not Kind.CREDIT or before.kind is not Kind.TEXT:
                continue
            twice = texts.count(before.text) > 1 and len(before.text) >= _CAPTION_MIN
            alone = len(own) == 2 and not ends_sentence(before.text)  # noqa: PLR2004 (and its credit)
            if twice or alone or before.text == texts[0]:
                captions.append(before.text)
    return tuple(dict.fromkeys(captions))


def _blocks(lines: Iterable[Line]) -> list[list[Line]]:
    """Runs of lines without an empty one between."""
    runs = groupby(lines, key=lambda line: line.kind is Kind.BLANK)
    return [list(block) for blank, block in runs if not blank]


def _paragraphs(rows: Sequence[str]) -> list[list[str]]:
    paragraphs: list[list[str]] = [[]]
    for row in rows:
        paragraphs[-1].append(row)
        if ends_sentence(row):
            paragraphs.append([])
    return [paragraph for paragraph in paragraphs if paragraph]


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
