"""Several articles in one text file, told apart.

They are apart where a line of signs (``=====``, ``* * *``, a page break) stands between them, where
each begins with a label such as ``Title:``, or where, behind paragraphs, a title with a date under it
begins another text. What is in doubt stays one article: a text in two halves is worse than two in one.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING

from bot.errors import ParseError
from bot.sources.parsed import ITEMS_MAX, identified
from bot.sources.text_dump import parse_text
from bot.sources.text_lines import Kind, ends_sentence, is_title_label, read_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.model import Item, Source

_RULE = re.compile(
    r"\s*(?:([=_~#*+—–-])\1{4,}|(?:[*•·#-]\s+){2,}[*•·#-]|\*{3}|-{3}|\f"
    r"|(?i:document|article|artikel|документ|статья)\s+\d+\s+(?i:of|de|von|sur|из|/)\s+\d+)\s*"
)
_PAGE_BREAKS = re.compile(r"\f[\s\f]*+")
_TITLE_MAX = 200
_SENTENCE_MIN = 40
# Under its title an article's date comes soon, or it is not an article's.
_HEAD = 4


def parse_texts(
    text: str, *, source: Source, name: str, now: datetime | None = None
) -> tuple[Item, ...]:
    """The items of a file of text.

    The first has the file's name as its id, as if it were alone; the others have it with a mark
    made from their title.

    Raises:
        ParseError: there is no line with anything on it.
    """
    text = _PAGE_BREAKS.sub("\n\f\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    items: list[Item] = []
    for part in split_articles(text.split("\n"))[:ITEMS_MAX]:
        body = "\n".join(part)
        try:
            item = parse_text(body, source=source, name=name, now=now)
        except ParseError:  # nothing but signs that cannot be printed
            continue
        mark = hashlib.sha256(item.title.encode("utf-8", "replace")).hexdigest()[:12]
        items.append(replace(item, id=f"{item.id}#{mark}") if items else item)
    if not items:
        raise ParseError("the file is empty")
    return identified(_without_numbers(items))


def _without_numbers(items: list[Item]) -> list[Item]:
    """The articles without the numbers before their titles, where they are counted through."""
    begins = [f"{number}. " for number in range(1, len(items) + 1)]
    if len(items) < 2 or not all(map(str.startswith, (item.title for item in items), begins)):  # noqa: PLR2004
        return items
    return [
        replace(item, title=item.title.removeprefix(begin).lstrip())
        for item, begin in zip(items, begins, strict=True)
    ]


def split_articles(rows: Sequence[str]) -> list[list[str]]:
    """The rows of each article, in order, the lines of signs between them left out."""
    parts = [
        part
        for ruled in _at_rules(rows)
        for labelled in _at_labels(ruled)
        for part in _at_heads(labelled)
    ]
    return [part for part in parts if any(row.strip() for row in part)]


def _at_rules(rows: Sequence[str]) -> list[list[str]]:
    """Parted at lines of signs, if what is on either side of each can be an article."""
    parts: list[list[str]] = [[]]
    for row in rows:
        if _RULE.fullmatch(row) is None:
            parts[-1].append(row)
        elif _texts(parts[-1]) != 1 or not parts[-1][-1].strip():  # else it underlines the title
            parts.append([])
    full = [part for part in parts if _texts(part)]
    if len(full) > 1 and all(_is_article(part) for part in full):
        return full
    return [[row for row in rows if _RULE.fullmatch(row) is None]]


def _at_labels(rows: list[str]) -> list[list[str]]:
    """Parted at each ``Title: …``, if there are several."""
    starts = [number for number, row in enumerate(rows) if is_title_label(row)]
    if len(starts) < 2:  # noqa: PLR2004 (nothing to part)
        return [rows]
    starts[0] = 0
    return [rows[start:end] for start, end in zip(starts, [*starts[1:], len(rows)], strict=True)]


def _at_heads(rows: list[str]) -> list[list[str]]:
    """Parted where a title with a date right under it follows paragraphs and is followed by some."""
    starts = [0]
    bodied = False
    for number, row in enumerate(rows):
        if bodied and number and not rows[number - 1].strip() and _is_head(rows, number):
            starts.append(number)
            bodied = False
        bodied = bodied or _is_sentence(row)
    if not bodied and len(starts) > 1:  # titles at the end, of what else there is to read
        starts.pop()
    return [rows[start:end] for start, end in zip(starts, [*starts[1:], len(rows)], strict=True)]


def _is_head(rows: list[str], number: int) -> bool:
    title = rows[number].strip()
    if not title or len(title) > _TITLE_MAX or ends_sentence(title.rstrip("!?…")):
        return False
    if read_line(title, UTC).kind is not Kind.TEXT:
        return False
    below = [row for row in rows[number + 1 : number + 3 * _HEAD] if row.strip()][:_HEAD]
    for row in below:
        kind = read_line(row, UTC).kind
        if kind is Kind.PUBLISHED:
            return _has_body(rows, number + 1)
        if kind is Kind.TEXT and _is_sentence(row):
            return False
    return False


def _has_body(rows: list[str], number: int) -> bool:
    """Whether a paragraph comes before another title could."""
    below = [row for row in rows[number : number + 12] if row.strip()]
    return any(_is_sentence(row) for row in below)


def _is_article(part: Sequence[str]) -> bool:
    """A title and, under it, a date or a paragraph."""
    lines = [row.strip() for row in part if row.strip()]
    if len(lines) < 2 or len(lines[0]) > _TITLE_MAX:  # noqa: PLR2004 (a title and something)
        return False
    kinds = [read_line(line, UTC).kind for line in lines[: 2 * _HEAD]]
    titled = kinds[0] is Kind.TEXT and not lines[0].endswith(".")
    return titled and (Kind.PUBLISHED in kinds[1:] or any(map(_is_sentence, lines[1:])))


def _is_sentence(row: str) -> bool:
    row = row.strip()
    return len(row) >= _SENTENCE_MIN and ends_sentence(row)


def _texts(part: Sequence[str]) -> int:
    return sum(1 for row in part if row.strip())
