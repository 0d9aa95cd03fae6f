"""Writes ``day_names.py``, which ``calendar.py`` reads, from Babel's locales.

Run ``python -m bot.stories.make_day_names`` when a test says that Babel has other names by now. The
service does not ask Babel itself: it would load, and keep, the whole of fifty locales for a few words of
each, half a second and 50 MB.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from babel import Locale

if TYPE_CHECKING:
    from collections.abc import Iterator

_LANGUAGES: Final = (
    "ar az be bg bn bs ca cs da de el en es et eu fa fi fr he hi hr hu hy id it ka kk ko lt lv mk ms "
    "nl no pl pt ro ru sk sl sq sr sv th tr uk ur uz vi zh ja"
).split()


def render() -> str:
    """The text of ``day_names.py``."""
    names = sorted({name for language in _LANGUAGES for name in _names(language)})
    joined = "|".join(names)
    rows = [joined[at : at + 90] for at in range(0, len(joined), 90)]
    body = "\n".join(f'    "{repr(row)[1:-1]}"' for row in rows)
    return (
        '"""Weekdays and months in many languages.\n\n'
        'Written by ``make_day_names.py``: change that, not this.\n"""\n\n'
        f'DAY_NAMES = (\n{body}\n).split("|")  # fmt: skip\n'
    )


def _names(language: str) -> Iterator[str]:
    locale = Locale.parse(language)
    for names in (locale.days, locale.months):
        for widths in names.values():
            yield from widths["wide"].values()


if __name__ == "__main__":
    Path(__file__).with_name("day_names.py").write_text(render(), encoding="utf-8")
