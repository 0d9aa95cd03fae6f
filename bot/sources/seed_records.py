"""Seed files that are tables and records: JSON, JSON lines, CSV."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from bot.errors import ParseError
from bot.sources import plain
from bot.sources.dates import read_date
from bot.sources.json_feed import load_json
from bot.sources.languages import guess_language, language_code
from bot.sources.parsed import absolute_url, identified, labels
from bot.sources.records import from_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.model import Item, Source

# What other programs call the fields of an item; its own names come first. They are compared
# without case, accents, spaces, hyphens and underscores.
_ALIASES = {
    "id": "guid uuid uid identifier _id",
    "url": "link href permalink address weburl canonicalurl sourceurl articleurl pageurl storyurl uri lien"
    " enlace bağlantı ссылка odkaz 链接 링크",
    "title": "headline name subject titre titel título titolo başlık заголовок webtitle العنوان überschrift"
    " schlagzeile titular tytuł rubrik otsikko titulek kop τίτλος כותרת शीर्षक 标题 標題 タイトル 제목",
    "text": "body content articlebody fulltext bodytext contenttext contenthtml articletext article story"
    " maintext leadparagraph trailtext description summary abstract snippet excerpt texte contenu metin"
    " içerik текст contenido cuerpo inhalt volltext fließtext النص"
    " texto conteúdo corpo testo contenuto tekst treść innehåll teksti κείμενο תוכן 正文 内容 本文 본문 내용",
    "published": "date pubdate publishedat publisheddate publishedon publishdate datepublished"
    " publicationdate dateofpublication datedepublication fechadepublicación publishtime createdat created"
    " timestamp datetime time ts epoch seendate webpublicationdate tarih yayıntarihi дата датапубликации"
    " fecha datum data veröffentlicht veröffentlichungsdatum fechapublicación datapublikacji päivämäärä"
    " ημερομηνία תאריך 日期 时间 日付 날짜 التاريخ",
    "updated": "modified updatedat updateddate datemodified lastmodified modifiedat",
    "lang": "language langue dil язык idioma sprache lingua taal język 语言",
    "tags": "keywords categories category section topics labels motsclés etiketler теги etiquetas schlagwörter stichwörter trefwoorden 标签",
    "authors": "author byline creator writer auteur auteurs yazar автор autor autores autore verfasser 作者",
    "agency": "agence ajans агентство agencia agentur",
    "captions": "caption légende",
}


def _plainly(name: str) -> str:
    """The name of a field without what programs write differently."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("ı", "i"))
    return "".join(letter for letter in letters if letter.isalnum())


_KEYS = {
    _plainly(alias): (rank, key)
    for key, aliases in _ALIASES.items()
    for rank, alias in enumerate((key, *aliases.split()))
}
# Where some services put the fields of a record, and the text of a field.
_WITHIN = ("fields", "_source", "attributes")
_TEXTS = ("rendered", "main", "label", "value", "name", "title", "text", "original")
_LISTS = frozenset({"tags", "authors", "captions"})
_WRAPPERS = (
    *("items", "articles", "entries", "results", "data", "docs", "posts", "news", "hits"),
    *("response", "value"),
)
_ROWS_MAX = 10_000
_DELIMITERS = (",", ";", "\t", "|")


def read_json(document: Any, source: Source) -> tuple[Item, ...]:
    """An item, a list of items, or an answer of some service that has such a list within.

    Raises:
        ParseError: a record is no item, or a field of it is of the wrong type.
    """
    return _items(_unwrapped(document), source)


def read_json_lines(body: bytes, source: Source) -> tuple[Item, ...]:
    """An item a line. Raises ParseError with the number of the line that is none."""
    records = []
    for number, line in enumerate(body.splitlines(), 1):
        if line.strip():
            try:
                records.append(load_json(line))
            except ParseError as error:
                raise ParseError(f"line {number}: {error}") from None
    return _items(records, source)


def read_fields(fields: dict[str, Any], text: str, source: Source, *, name: str) -> Item:
    """The item of a text under fields of its own; ``name`` is its id. Raises ParseError."""
    (item,) = _items([{**_item_like(fields), "text": text, "id": name}], source)
    return item


def read_csv(text: str, source: Source) -> tuple[Item, ...]:
    """An item a row, under a first line that names the columns; comma, semicolon, tab or ``|``.

    Raises:
        ParseError: no column is a title or a text.
    """
    text = text.replace("\0", "")
    csv.field_size_limit(
        max(csv.field_size_limit(), len(text))
    )  # an article may be longer than 128 KiB
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    rows = csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=delimiter)
    try:
        columns = [column.strip() for column in next(rows, [])]
        known = {_KEYS.get(_plainly(column), (0, ""))[1] for column in columns}
        if not known & {"title", "text"}:
            raise ParseError(
                "the first line of the table names no column for a title or a text"
                " (title, headline, text, body, …)"
            )
        records: list[dict[str, Any]] = []
        for row in rows:
            record = {key: value for key, value in zip(columns, row, strict=False) if value.strip()}
            if record and len(records) < _ROWS_MAX:
                records.append(_item_like(record))
    except csv.Error as error:
        raise ParseError(f"line {rows.line_num}: the table is broken: {error}") from None
    records = [record for record in records if {"title", "text"} & record.keys()]
    return _items(records, source)


def _unwrapped(document: Any) -> list[Any]:
    for _ in range(3):
        if isinstance(document, list):
            return document
        if not isinstance(document, dict) or _is_item(document):
            break
        lists = [document[key] for key in _WRAPPERS if isinstance(document.get(key), list | dict)]
        if not lists:
            break
        document = lists[0]
    return document if isinstance(document, list) else [document]


def _is_item(record: dict[Any, Any]) -> bool:
    return bool({"title", "text"} & _item_like(record).keys())


def _items(records: list[Any], source: Source) -> tuple[Item, ...]:
    """Items of records, which belong to this source now wherever they came from."""
    items: list[Item] = []
    for number, record in enumerate(records[:_ROWS_MAX], 1):
        item_like = _item_like(record) if isinstance(record, dict) else {}
        if not ({"title", "text"} & item_like.keys()):
            raise ParseError(f"record {number} is not an item: it has neither a title nor a text")
        try:
            items.append(_tidied(from_record(item_like), source))
        except ParseError as error:
            raise ParseError(f"record {number}: {error}") from None
    return identified(items)


def _item_like(record: dict[Any, Any]) -> dict[str, Any]:
    """The record under an item's own keys.

    A field of its own name stays as it is; of several others the first in :data:`_ALIASES` that
    holds something is taken and made to fit.
    """
    for name in _WITHIN:
        if isinstance(within := record.get(name), dict):
            record = within | record
    ranked: dict[str, tuple[int, Any]] = {}
    for name, value in record.items():
        rank, key = _KEYS.get(_plainly(str(name)), (0, ""))
        if not key or value is None or value == "":
            continue
        if key not in ranked or rank < ranked[key][0]:
            ranked[key] = rank, value
    return {key: _fitting(key, value, own=key in record) for key, (_, value) in ranked.items()}


def _fitting(key: str, value: Any, *, own: bool) -> Any:
    if isinstance(value, dict) and key not in _LISTS:
        return next(_names(value), None)
    if key == "id" and isinstance(value, int):
        return str(value)
    if key in _LISTS and isinstance(value, str):
        return list(_names(value))
    if own and not (key in {"published", "updated"} and isinstance(value, str)):
        return value
    if key in _LISTS:
        return list(_names(value))
    if key in {"published", "updated"}:
        moment = read_date(str(value))
        return moment.isoformat() if moment is not None else (value if own else None)
    if key in {"text", "title"} and not isinstance(value, str):
        return next(iter(_names(value)), "")
    return str(value) if isinstance(value, str | int | float) else None


def _names(value: Any) -> Iterator[str]:
    """The names in a list of names, of records that have a name, or in a text with commas."""
    if isinstance(value, str):
        yield from (part.strip() for part in value.replace(";", ",").replace("|", ",").split(","))
    elif isinstance(value, list):
        for each in value:
            yield from _names(each) if isinstance(each, dict) else [str(each)]
    elif isinstance(value, dict):
        found = (value[key] for key in _TEXTS if isinstance(value.get(key), str) and value[key])
        yield from islice(found, 1)


def _tidied(item: Item, source: Source) -> Item:
    title, text = (
        plain.html_to_text(each) if plain.looks_like_html(each) else each
        for each in (item.title, item.text)
    )
    lang = language_code(item.lang) or source.lang or guess_language(f"{title}\n{text}")
    return replace(
        item,
        source=source.key,
        url=absolute_url(item.url, None),
        title=plain.clean_line(title),
        text=plain.clean_text(text),
        lang=lang,
        tags=labels(item.tags),
        authors=labels(item.authors),
        captions=labels(item.captions),
    )
