"""One entry of a well-formed feed, as an item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import Item
from bot.sources import plain
from bot.sources.agencies import agency_among
from bot.sources.dates import read_date
from bot.sources.fast_draft import Address, Draft
from bot.sources.fast_text import Doubtful, Names, to_text
from bot.sources.languages import language_code
from bot.sources.parsed import LABELS_MAX, absolute_url, labels, longest, picture_among
from bot.sources.xml_tree import XML_LANG

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from lxml.etree import _Element as Element

_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"


class EntryReader:
    """Makes items of entries.

    ``address`` is the feed's own, against which its links are resolved; ``base`` the address that stands in for it. ``lang`` is for every entry, ``feed_lang`` for
    those that say nothing.
    """

    def __init__(
        self,
        names: Names,
        *,
        source: str,
        address: Address,
        base: str | None,
        now: datetime | None,
        lang: str | None,
        feed_lang: str | None,
        atom: bool,
    ) -> None:
        self._names = names
        self._source = source
        self._address = address
        self._base = base
        self._now = now
        self._lang = lang
        self._feed_lang = feed_lang
        self._atom = atom

    def item(self, entry: Element) -> Item:
        """The item of an entry. Raises Doubtful."""
        draft = Draft(self._address)
        if entry.attrib:
            if {"lastmod", "href", "lang", XML_LANG}.intersection(entry.keys()):
                raise Doubtful
            draft.id = entry.get(_RDF_ABOUT, "")
        draft.read(entry, self._names)
        authors = labels(_names_of(draft))
        link = draft.link or next((h for rel, h in draft.links if rel != "enclosure"), None)
        pictures = (
            *draft.media[:LABELS_MAX],
            *draft.thumbnails[:LABELS_MAX],
            *draft.enclosures[:LABELS_MAX],
        )
        for address in (draft.original, *(picture[0] for picture in pictures)):
            self._address.check(address)
        return Item(
            id=plain.clean_line(draft.id),
            source=self._source,
            url=absolute_url(draft.original, self._base) or absolute_url(link, self._base),
            title=plain.clean_line(self._text(draft.title)),
            text=longest([self._text(body) for body in (*draft.contents, draft.summary)]),
            published=self._moment(draft.published),
            updated=self._moment(draft.updated),
            lang=self._lang or language_code(draft.language) or self._feed_lang,
            tags=labels(tag["label"] or tag["term"] for tag in draft.tags[:LABELS_MAX]),
            authors=authors,
            agency=agency_among(authors),
            captions=labels(draft.credits[:LABELS_MAX]),
            picture=picture_among(pictures, self._base),
        )

    def _text(self, construct: tuple[str, str] | None) -> str:
        return "" if construct is None else to_text(construct, atom=self._atom)

    def _moment(self, raw: str) -> datetime | None:
        moment = read_date(raw, now=self._now) if raw else None
        if moment is None and raw[:1].isalpha():  # feedparser knows shapes that we do not
            raise Doubtful
        return moment


def _names_of(draft: Draft) -> Iterator[object]:
    for author in draft.authors:
        yield author.get("name")
    yield draft.author_detail.get("name") or draft.author
