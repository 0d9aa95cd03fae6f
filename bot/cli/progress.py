"""A progress line on standard error, for people who wait; silent in a pipe or a script."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot.cli.output import complaints

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")


def progress(values: Iterable[T], title: str) -> Iterator[T]:
    """``values``, counted on standard error while they pass, where it is a terminal."""
    if not sys.stderr.isatty():
        yield from values
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed} items"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=complaints(), transient=True) as shown:
        yield from shown.track(values, description=title)
