"""The languages that the bot speaks: one gettext catalogue each, read from ``locale/*.po``.

The English wording is the message id. A further language is one more ``.po`` file in the folder,
nothing else: its plurals are in its header, and its own name, its dates and its numbers are
Babel's.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from datetime import timedelta
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from babel import Locale
from babel.dates import (
    format_interval,
    format_skeleton,
    format_time,
    format_timedelta,
    get_timezone,
)
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from bot.chat.words.directions import isolated, keep_directions, right_to_left
from bot.delivery.html import escape
from bot.delivery.words import cut
from bot.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

FOLDER = Path(__file__).parents[1] / "locale"
DEFAULT = "en"

_LONGEST_VALUE = 300  # code points of what was written, repeated within a sentence


class Html(str):
    """Text in Telegram's HTML: it is not escaped again when it is put into a message."""

    __slots__ = ()


def as_html(value: object) -> Html:
    """A value as HTML: text is escaped, HTML stays as it is."""
    return value if isinstance(value, Html) else Html(escape(str(value)))


def fill(template: str, /, **values: object) -> Html:
    """HTML that is the same in every language, with the values put in as HTML."""
    return Html(template.format(**_escaped(values)))


def N_(message: str) -> str:  # noqa: N802 - gettext's name for it, which extraction looks for
    """Mark a message that is translated later, where it is used."""
    return message


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its words, and how it writes dates, numbers and lists."""

    code: str
    locale: Locale
    catalogue: NullTranslations

    @property
    def name(self) -> str:
        """The language's own name, as the person who reads it would write it at a line's start."""
        name = self.locale.get_display_name() or self.code
        return name[:1].upper() + name[1:]

    def gettext(self, message: str, /, **values: object) -> str:
        """The message as plain text, for buttons and popups."""
        return self.catalogue.gettext(message).format(**self._shown(values))

    def ngettext(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """The message for ``n`` as plain text; ``{n}`` is the number as the language writes it."""
        return self.catalogue.ngettext(singular, plural, n).format(**self._shown(values | {"n": n}))

    def html(self, message: str, /, **values: object) -> Html:
        """The message as HTML. It may have tags; the values are escaped unless they are HTML."""
        text = self.catalogue.gettext(message)
        return Html(text.format(**_escaped(self._shown(values))))

    def nhtml(self, singular: str, plural: str, n: int, /, **values: object) -> Html:
        """The message for ``n`` as HTML, see :meth:`html` and :meth:`ngettext`."""
        text = self.catalogue.ngettext(singular, plural, n)
        return Html(text.format(**_escaped(self._shown(values | {"n": n}))))

    def worded(self, said: str | Wording) -> Html:
        """What other parts have to say, as HTML in this language; plain text as it is."""
        if isinstance(said, str):
            return as_html(cut(said, _LONGEST_VALUE))
        values = {name: self._worded_value(value) for name, value in said.values.items()}
        return self.html(said.template, **values)

    def _worded_value(self, value: object) -> object:
        match value:
            case Wording() | str():
                return self.worded(value)
            case tuple():
                return self.listed([as_html(each) for each in value])
            case _:
                return value

    def moment(self, when: datetime, *, timezone: str, now: datetime) -> str:
        """A time as one says it: the hour alone today, the day with it otherwise."""
        zone = get_timezone(timezone)
        then, today = when.astimezone(zone), now.astimezone(zone)
        if then.date() == today.date():
            return format_time(then, "short", tzinfo=zone, locale=self.locale)
        skeleton = "MMMd" if then.year == today.year else "yMMMd"
        day = format_skeleton(skeleton, then, tzinfo=zone, locale=self.locale)
        time = format_time(then, "short", tzinfo=zone, locale=self.locale)
        joined: str = self.locale.datetime_formats["medium"].format(time, day)
        return joined

    def days(self, first: date, last: date) -> str:
        """A day, or the days from the first to the last: “16 – 22 May 2026”."""
        if first >= last:
            return format_skeleton("yMMMd", first, locale=self.locale)
        return format_interval(first, last, "yMMMd", locale=self.locale)

    def language_name(self, code: str) -> str:
        """What the language of that code is called in this one; the code where it has no name."""
        return self.locale.languages.get(code) or code

    def weekday(self, day: int) -> str:
        """The name of a weekday, as it stands alone; 0 is Monday."""
        name: str = self.locale.days["stand-alone"]["wide"][day]
        return name

    def duration(self, length: timedelta) -> str:
        """A length of time: “8 hours”."""
        return format_timedelta(length, threshold=1, locale=self.locale)

    def exactly(self, length: timedelta) -> str:
        """A length of time, not rounded: “1 hour 30 minutes”, “30 days”."""
        seconds = max(1, round(length.total_seconds()))
        pieces = []
        units: tuple[tuple[Literal["day", "hour", "minute", "second"], int], ...] = (
            ("day", 86_400),
            ("hour", 3600),
            ("minute", 60),
            ("second", 1),
        )
        for unit, size in units:
            count, seconds = divmod(seconds, size)
            if count:
                piece = timedelta(seconds=count * size)
                pieces.append(format_timedelta(piece, unit, threshold=math.inf, locale=self.locale))
        return " ".join(pieces)

    def number(self, value: float) -> str:
        """A number with the language's own separators."""
        return format_decimal(value, locale=self.locale)

    def listed(self, parts: Sequence[Html], style: Literal["standard", "or"] = "standard") -> Html:
        """The parts as one enumeration: “a, b and c”, or with “or”."""
        return Html(format_list([self.apart(part) for part in parts], style, locale=self.locale))

    @property
    def rtl(self) -> bool:
        """Whether it is written from right to left."""
        return self.locale.text_direction == "rtl"

    def apart(self, text: str) -> Html:
        """HTML that is put beside words of the language, and keeps its own direction there."""
        return Html(isolated(text)) if self.rtl else Html(text)

    def directed(self, text: Html) -> Html:
        """A message of which every line runs as the language does, whatever it begins with."""
        return Html(right_to_left(text)) if self.rtl else text

    def _shown(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: self.number(value) if isinstance(value, (int, float)) else value
            for name, value in values.items()
        }


def _escaped(values: Mapping[str, Any]) -> dict[str, Html]:
    return {name: as_html(value) for name, value in values.items()}


class Languages:
    """All languages of the folder, and English."""

    def __init__(self, languages: Mapping[str, Language]) -> None:
        self._languages = dict(languages)

    @classmethod
    def read(cls, folder: Path = FOLDER) -> Languages:
        """Read every catalogue of the folder; a file's name is its language's code."""
        languages = {DEFAULT: Language(DEFAULT, Locale.parse(DEFAULT), NullTranslations())}
        for path in sorted(folder.glob("*.po")):
            code = path.stem
            languages[code] = Language(code, Locale.parse(code), _catalogue(path))
        return cls(languages)

    def __iter__(self) -> Iterator[Language]:
        return iter(sorted(self._languages.values(), key=lambda language: language.code))

    def knows(self, code: str) -> bool:
        """Whether the bot speaks this very language."""
        return code in self._languages

    def find(self, code: str | None) -> Language:
        """The language for an IETF tag (``fr-CA``, ``pt_br``), by its first part; else English."""
        tag = (code or "").replace("-", "_")
        for candidate in (tag, tag.split("_")[0].lower()):
            if candidate in self._languages:
                return self._languages[candidate]
        return self._languages[DEFAULT]


def _catalogue(path: Path) -> GNUTranslations:
    """A ``.po`` file as translations: Babel compiles it in memory, the standard library reads it."""
    with path.open("rb") as source:
        catalogue = read_po(source, locale=path.stem, abort_invalid=True)
    if Locale.parse(path.stem).text_direction == "rtl":
        keep_directions(catalogue)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
