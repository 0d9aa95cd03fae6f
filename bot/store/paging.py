"""Long lists in pages: a statement takes some 30,000 parameters, and a page keeps memory flat."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")

PAGE = 1000


def pages(values: Iterable[T], size: int = PAGE) -> Iterator[list[T]]:
    """The values in lists of ``size``, the last one shorter."""
    rest = iter(values)
    while page := list(islice(rest, size)):
        yield page
