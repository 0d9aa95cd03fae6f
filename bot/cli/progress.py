"""A progress line on standard error, for people who wait; silent in a pipe or a script."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from bot.cli.output import complaints

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")


@contextmanager
def progress_bar(title: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar on standard error, where it is a terminal; what it gives is called for each step."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=complaints(), transient=True) as shown:
        task = shown.add_task(title, total=total)
        yield lambda: shown.advance(task)


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
