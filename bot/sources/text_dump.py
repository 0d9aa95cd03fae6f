"""The text of a news page, copied into a file, as an item.

The first line is the title. Under it, in any order, stand dates, an agency, a byline, a picture's
caption and credit; then paragraphs; at the end perhaps tags, each behind a ``#``. What a line is,
:mod:`~bot.sources.text_lines` says; here is where it may stand.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import UTC, tzinfo
from itertools import groupby, pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import ParseError
from bot.model import Item
from bot.sources.agencies import agency_among
from bot.sources.boilerplate import is_trail
from bot.sources.dates import believable
from bot.sources.languages import guess_language
from bot.sources.parsed import absolute_url, labels
from bot.sources.plain import clean_text
from bot.sources.text_lines import (
    Kind,
    Line,
    dateline_of,
    ends_sentence,
    is_tag,
    read_line,
    read_lines,
    without_title_label,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.model import Source
    from bot.sources.dates import FoundDate

# Dates, agencies and bylines are believed only near the title: below, they are part of the news.
_HEAD_LINES = 15
_TAIL_LINES = 6
_CAPTION_MIN = 20
_TITLE_MAX = 300
_SECTION_MAX = 20
_ENTRY_WORDS = 3
_MENU_MIN = 3
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
    title, below = _titled(_without_menu(rows))
    zone = _zone(source.timezone)
    page = _Page([line for row in below for line in read_lines(row, zone)], title)
    body = page.body()
    agency, dated = dateline_of(body, zone)
    authors = labels(page.all(Kind.BYLINE))
    return Item(
        id=unicodedata.normalize("NFC", name),
        source=source.key,
        url=absolute_url(page.first(Kind.ADDRESS), None),
        title=title,
        text=body,
        published=believable(page.published or dated, now),
        updated=believable(page.updated, now),
        lang=source.lang or guess_language(f"{title}\n{body}"),
        tags=labels(page.all(Kind.TAGS)),
        authors=authors,
        agency=page.first(Kind.AGENCY) or agency or agency_among(authors),
        captions=labels((*page.captions, *page.credits)),
    )


def _without_menu(rows: list[str]) -> list[str]:
    """Without the site's menu at the very top: three or more lines of a few words, buttons among them."""
    start = next((place for place, row in enumerate(rows) if row.strip()), len(rows))
    end = next((place for place in range(start, len(rows)) if not rows[place].strip()), len(rows))
    menu = [row.strip() for row in rows[start:end]]
    kinds = [read_line(row, UTC).kind for row in menu]
    small = all(len(row) <= _SECTION_MAX and len(row.split()) <= _ENTRY_WORDS for row in menu)
    is_menu = len(menu) >= _MENU_MIN and small and kinds.count(Kind.NOISE) > 1
    return rows[end:] if is_menu and {*kinds} <= {Kind.NOISE, Kind.TEXT} else rows


def _titled(rows: list[str]) -> tuple[str, list[str]]:
    """The title, and the rows that are not it: what stands above it comes to stand below.

    Above it stand addresses, dates and buttons, the way to the page through its site, and perhaps
    the section's name.
    """
    places = [place for place, row in enumerate(rows) if row.strip()]
    if not places:
        raise ParseError("the file is empty")
    texts = [place for place in places[:_HEAD_LINES] if _may_be_title(rows[place])]
    first = texts[0] if texts else places[0]
    if len(texts) > 1 and _is_section(rows[first], rows[texts[1]]):
        rows[first] = ""
        first = texts[1]
    title = without_title_label(rows[first].strip())
    if len(title) > _TITLE_MAX:  # no title but a paragraph: it stays in the text
        return f"{title[:_TITLE_MAX].rsplit(maxsplit=1)[0]} …", rows[first:]
    above = [row for row in rows[:first] if not is_trail(row.strip())]
    return title, [*above, *rows[first + 1 :]]


def _may_be_title(row: str) -> bool:
    row = row.strip()
    return bool(row) and not is_trail(row) and read_line(row, UTC).kind is Kind.TEXT


def _is_section(row: str, below: str) -> bool:
    """A word or two in front of a longer line that is no sentence: ``WORLD``, ``À la une``."""
    words = row.split()
    small = len(row) <= _SECTION_MAX and (len(words) == 1 or (row.isupper() and len(words) <= 2))  # noqa: PLR2004
    return small and len(below.split()) >= 2 * len(words) + 2 and not ends_sentence(below)


class _Page:
    """The lines below the title, sorted into what they are."""

    def __init__(self, lines: Sequence[Line], title: str) -> None:
        self._lines = _without_see_also(_tagged(_placed(lines)))
        self.captions = _captions(self._lines)
        self.credits = tuple(line.text for line in self._lines if line.kind is Kind.CREDIT)
        self._dropped = {*self.captions, title}

    def all(self, kind: Kind) -> tuple[str, ...]:
        return tuple(value for line in self._lines if line.kind is kind for value in line.values)

    def first(self, kind: Kind) -> str | None:
        return next(iter(self.all(kind)), None)

    @property
    def published(self) -> datetime | None:
        return self._moment(line.date for line in self._lines if line.kind is Kind.PUBLISHED)

    @property
    def updated(self) -> datetime | None:
        return self._moment(
            line.date if line.kind is Kind.UPDATED else line.updated for line in self._lines
        )

    def _moment(self, dates: Iterable[FoundDate | None]) -> datetime | None:
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
    """The lines, where what looks like a date or a name below the head is text after all.

    Agencies and bylines are signatures as well and may stand at the very end.
    """
    placed, seen = [], 0
    total = sum(line.kind is not Kind.BLANK for line in lines)
    for line in lines:
        seen += line.kind is not Kind.BLANK
        signature = line.kind in {Kind.AGENCY, Kind.BYLINE} and seen > total - _TAIL_LINES
        misplaced = seen > _HEAD_LINES and line.kind in _HEAD_KINDS and not signature
        placed.append(Line(Kind.TEXT, line.text) if misplaced else line)
    return placed


def _tagged(lines: Sequence[Line]) -> list[Line]:
    """The short lines under a heading for tags are tags."""
    tagged: list[Line] = []
    under = False
    for line in lines:
        if line.kind is Kind.TAG_HEADING:
            under = True
            continue
        blank = line.kind is Kind.BLANK
        heading_before = under and blank and (not tagged or tagged[-1].kind is not Kind.TAGS)
        under = under and (heading_before or (line.kind is Kind.TEXT and is_tag(line.text)))
        tagged.append(Line(Kind.TAGS, line.text, (line.text,)) if under and not blank else line)
    return tagged


def _without_see_also(lines: Iterable[Line]) -> list[Line]:
    """Without “Read also: …”, and where nothing follows on the line, the titles under it."""
    kept: list[Line] = []
    dropping, dropped, dated = False, 0, False
    for line in lines:
        if line.kind is Kind.SEE_ALSO:
            dropping, dropped, dated = line.alone, 0, False
            continue
        if dropping and line.kind is Kind.BLANK and (not dropped or dated):
            kept.append(line)
            continue
        dated = line.kind in {Kind.PUBLISHED, Kind.UPDATED}
        dropping = dropping and (dated or (line.kind is Kind.TEXT and _is_link(line.text)))
        dropped += dropping
        if not dropping:
            kept.append(line)
    return kept


def _is_link(text: str) -> bool:
    """A title of something else to read: no sentence, and none that goes on in the next line."""
    return not ends_sentence(text.rstrip("!?")) and not text.endswith((",", ":", ";"))


def _captions(lines: Sequence[Line]) -> tuple[str, ...]:
    """The lines that caption a picture: the one before a credit, if it can be nothing else.

    It can be nothing else when it stands twice on the page, when no other text comes before it, or
    when it and the credit stand by themselves and it is no sentence.
    """
    texts = Counter(line.text for line in lines if line.kind is Kind.TEXT)
    first = next(iter(texts), None)
    captions: list[str] = []
    for block in _blocks(lines):
        own = [line for line in block if line.kind in {Kind.TEXT, Kind.CREDIT}]
        for before, line in pairwise(own):
            if line.kind is not Kind.CREDIT or before.kind is not Kind.TEXT:
                continue
            twice = texts[before.text] > 1 and len(before.text) >= _CAPTION_MIN
            alone = len(own) == 2 and not ends_sentence(before.text)  # noqa: PLR2004 (and its credit)
            if twice or alone or before.text == first:
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
