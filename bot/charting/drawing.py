"""Has charts drawn, in a process of its own that is gone again once it is done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

from babel import Locale
from babel.dates import format_skeleton

from bot.errors import TocsinError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.charting.counting import Counts

_PATIENCE: Final = 30.0  # seconds; on a busy machine loading the library alone takes some
_LONGEST: Final = {"title": 52, "name": 24}


def picture(counts: Counts, *, title: str, names: Sequence[str], language: str) -> bytes:
    """A PNG of the counts, each series by its name, the days as the language writes them.

    Takes about a second. Raises TocsinError where it could not be drawn.
    """
    locale = Locale.parse(language)
    wanted: dict[str, Any] = {
        "title": _cut(title, "title"),
        "labels": [format_skeleton("MMMd", day, locale=locale) for day in counts.days],
        "series": [
            {"name": _cut(name, "name"), "counts": each}
            for name, each in zip(names, counts.series, strict=True)
        ],
        "rtl": locale.text_direction == "rtl",
    }
    # What it does not need to know, it is not told: the token is among the environment's keys.
    environment = {name: text for name, text in os.environ.items() if "TOCSIN" not in name}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bot.charting.picture"],
            input=json.dumps(wanted).encode(),
            capture_output=True,
            timeout=_PATIENCE,
            check=True,
            env=environment,
        )
    except (OSError, subprocess.SubprocessError) as error:
        told = (getattr(error, "stderr", None) or b"").decode(errors="replace").strip()
        last = told.splitlines()[-1] if told else str(error)
        raise TocsinError(f"the chart could not be drawn: {last}") from error
    return done.stdout


def _cut(text: str, what: str) -> str:
    line = " ".join("".join(char for char in text if char.isprintable() or char == " ").split())
    limit = _LONGEST[what]
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"
