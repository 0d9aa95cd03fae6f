"""What a feed costs to parse: feedparser alone, and with the fast parser in front of it."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import ParseError
from bot.sources.fast_feed import parse_fast
from bot.sources.feed import parse_feed
from bot.sources.xml_feed import parse_xml_feed

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
CASES = [ROOT / "tests" / "cases" / folder for folder in ("feeds", "fast")]
ROUNDS = 5
LARGE_ITEMS = 60


def main(folders: list[Path]) -> None:
    paths = sorted(path for folder in folders for path in folder.iterdir() if path.is_file())
    bodies = [path.read_bytes() for path in paths if path.suffix in {".xml", ".rss", ".feed"}]
    large = (ROOT / "tests" / "cases" / "fast" / "podcast.xml").read_bytes()
    start, end = large.index(b"<item>"), large.rindex(b"</item>") + len(b"</item>")
    large = large[:start] + large[start:end] * (LARGE_ITEMS // 4) + large[end:]
    print(f"{'':<24}{'feeds':>8}{'feedparser':>14}{'ours':>12}{'ratio':>8}")
    show("the whole corpus", bodies)
    show("read by the fast one", [body for body in bodies if parse_fast(body, **ARGUMENTS)])  # type: ignore[arg-type]
    show(f"{len(large) >> 10} KiB, {LARGE_ITEMS} items", [large])


ARGUMENTS = {"source": "s", "url": "https://a.example/", "content_type": None, "lang": None, "now": None}  # fmt: skip


def show(name: str, bodies: list[bytes]) -> None:
    alone, ours = best(parse_xml_feed, bodies), best(parse_feed, bodies)
    print(f"{name:<24}{len(bodies):>8}{alone:>11.0f} µs{ours:>9.0f} µs{alone / ours:>7.1f}×")


def best(parse: Callable[..., object], bodies: list[bytes]) -> float:
    """Microseconds a feed, in the best of some rounds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for body in bodies:
            try:
                parse(body, **ARGUMENTS)
            except (ParseError, ValueError, KeyError, TypeError):
                continue
        times.append(time.perf_counter() - start)
    return min(times) / len(bodies) * 1e6


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]] or CASES)
