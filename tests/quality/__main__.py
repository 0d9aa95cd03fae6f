"""``python -m tests.quality``: the figures of matching, with every false hit and every miss."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.matching.rules import load_rules
from tests.quality.labelled import (
    ADMIN,
    ASKED,
    read_asked_items,
    read_items,
    read_open_items,
    read_queries,
)
from tests.quality.measure import measure, measure_asked, measure_open

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.quality.measure import Figures, Report

RULES = Path(__file__).parents[2] / "rules"


def main() -> None:
    """Print the report, once with each item's language named and once with it found."""
    items, queries, rules = read_items(), read_queries(), load_rules(RULES)
    for lang_named in (True, False):
        heading = "The language is named" if lang_named else "The language is found in the text"
        report = measure(items, queries, rules, lang_named=lang_named)
        everybody = measure_open(read_open_items(), rules, lang_named=lang_named)
        admin = measure_open(
            read_open_items(ADMIN), load_rules(ADMIN / "rules"), lang_named=lang_named
        )
        asked = measure_asked(
            read_asked_items(), load_rules(ASKED / "rules"), lang_named=lang_named
        )
        for title, each in (
            (heading, report),
            (f"{heading}; every entity", everybody),
            (f"{heading}; an admin's own rules", admin),
            (f"{heading}; queries of a newsroom", asked),
        ):
            print(f"{title}\n", *lines(each), sep="\n", file=sys.stdout)  # noqa: T201 - a command


def lines(report: Report) -> Iterator[str]:
    """The report as people read it."""
    yield f"{'':<24}{'items':>6}{'right':>7}{'false':>7}{'missed':>7}{'precision':>11}{'recall':>8}"
    yield _line("all", sum(report.items.values()), report.overall)
    for lang, figures in sorted(report.by_lang.items()):
        yield _line(lang, report.items[lang], figures)
    yield ""
    for name, figures in sorted(report.by_name.items()):
        yield _line(name, "", figures)
    yield ""
    for labelled, name, mistake in report.mistakes:
        text = f"{labelled.item.title} / {labelled.item.text}".replace("\n", " ⏎ ")
        yield f"{mistake:<7}{labelled.item.id:<24}{name:<20} {text}"
    yield ""


def _line(name: str, items: int | str, figures: Figures) -> str:
    return (
        f"{name:<24}{items:>6}{figures.right:>7}{figures.false:>7}{figures.missed:>7}"
        f"{figures.precision:>11.3f}{figures.recall:>8.3f}"
    )


if __name__ == "__main__":
    main()
