"""How the rings of a pattern in time are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from bot.cli.output import console, rfc3339
from bot.model import PatternKind
from bot.values import write_duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.backtesting.timing import TimedRing
    from bot.cli.trying import Trying
    from bot.model import Occasion


def print_timed(timed: Sequence[TimedRing], trying: Trying, number: int) -> None:
    """How often the pattern rang, and the latest rings, the newest first."""
    to = console()
    to.print()
    often = {0: "never", 1: "once"}.get(len(timed), f"{len(timed):,} times")
    to.print(Text(f"Its pattern in time rang {often}", "bold"))
    shown = timed[::-1][:number]
    titles = _titles(shown, trying)
    for ring in shown:
        title = "" if ring.item is None else titles[ring.item]
        keys = f" [{', '.join(ring.occasion.keys)}]" if ring.occasion.keys else ""
        what = described(ring.occasion)
        to.print(
            Text.assemble(
                f"  {ring.at:%Y-%m-%d %H:%M}  ", (what, "cyan"), f"{keys}  {title}".rstrip()
            )
        )
    if len(timed) > number:
        to.print(Text(f"  … and {len(timed) - number:,} more", "dim"))


def timed_json(timed: Sequence[TimedRing], trying: Trying) -> list[dict[str, Any]]:
    """All rings as JSON, the oldest first; ``item`` is null where it was by the clock."""
    numbers = [ring.item for ring in timed if ring.item is not None]
    ids = dict(zip(numbers, (item.id for item in trying.items(numbers)), strict=True))
    return [
        {
            "at": rfc3339(ring.at),
            "kind": str(ring.occasion.kind),
            "number": ring.occasion.number,
            "ratio": ring.occasion.ratio,
            "keys": list(ring.occasion.keys),
            "item": None if ring.item is None else ids[ring.item],
        }
        for ring in timed
    ]


def described(occasion: Occasion) -> str:
    """What was fulfilled, in a few words."""
    span = write_duration(occasion.span)
    match occasion.kind:
        case PatternKind.COUNT:
            return f"{occasion.number} within {span}"
        case PatternKind.SPIKE:
            usual = (
                "usually none" if occasion.ratio is None else f"{occasion.ratio:.1f} × the usual"
            )
            return f"{occasion.number} within {span}, {usual}"
        case PatternKind.FIRST:
            return "the first so far" if occasion.since_ever else f"the first in {span}"
        case PatternKind.SILENCE:
            since = "" if occasion.last is None else f", since {occasion.last:%Y-%m-%d %H:%M}"
            return f"none for {span}{since}"


def _titles(timed: Sequence[TimedRing], trying: Trying) -> dict[int, str]:
    numbers = [ring.item for ring in timed if ring.item is not None]
    return {
        number: " ".join((item.title or item.text[:80]).split())
        for number, item in zip(numbers, trying.items(numbers), strict=True)
    }
