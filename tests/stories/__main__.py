"""``python -m tests.stories``: the figures of stories, with every false pair and every miss."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.stories.labelled import pairs, read_families
from tests.stories.measure import measure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.quality.measure import Figures
    from tests.stories.measure import Report


def main() -> None:
    """Print the report."""
    families = read_families()
    reports, count = sum(map(len, families)), len(list(pairs(families)))
    heading = f"{reports} reports, {count} pairs"
    print(heading, "", *lines(measure(families)), sep="\n", file=sys.stdout)  # noqa: T201 - a command


def lines(report: Report) -> Iterator[str]:
    """The report as people read it."""
    yield f"{'':<24}{'right':>7}{'false':>7}{'missed':>7}{'precision':>11}{'recall':>8}"
    yield _line("copies and rewrites", report.overall)
    yield _line("as one stream", report.stream)
    yield _line("updates", report.updates)
    yield ""
    for name, figures in sorted(report.by_kind.items()):
        yield _line(name, figures)
    yield ""
    for lang, figures in sorted(report.by_lang.items()):
        yield _line(lang, figures)
    yield ""
    for pair, kinship in report.mistakes:
        mistake = f"false: {kinship}" if kinship is not None else "missed"
        yield f"{mistake:<16}{pair.kind:<14}{pair.first.item.id} – {pair.second.item.id}"
    yield ""


def _line(name: str, figures: Figures) -> str:
    return (
        f"{name:<24}{figures.right:>7}{figures.false:>7}{figures.missed:>7}"
        f"{figures.precision:>11.3f}{figures.recall:>8.3f}"
    )


if __name__ == "__main__":
    main()
