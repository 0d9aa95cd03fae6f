"""``feeds doctor``: how each source is doing, why, and what to do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from bot.cli.options import Config, Json, settings
from bot.cli.output import complaints, console, json_line, rfc3339

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.model import FeedState, Source
    from bot.sources.health import Diagnosis
    from bot.store.sources import Yield

_TONES = {"good": "green", "new": "", "quiet": "yellow", "failing": "red", "given up": "red"}


def doctor(
    keys: Annotated[list[str] | None, typer.Argument(metavar="[KEY]…")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Say of each feed how it does, how often it is asked and why, and what to do.

    The exit status is 1 where somebody needs to look at one.

        tocsin feeds doctor
        tocsin feeds doctor lemonde --json
    """
    from bot.cli.upkeep import open_existing  # noqa: PLC0415
    from bot.model import SourceKind  # noqa: PLC0415
    from bot.sources.health import diagnose  # noqa: PLC0415
    from bot.store.sources import list_sources, yields  # noqa: PLC0415

    now = datetime.now(UTC)
    with open_existing(settings(config)) as store:
        known = store.read_now(list_sources)
        brought = store.read_now(lambda conn: yields(conn, now))
    wanted = set(keys or ())
    feeds = [each for each in known if each[0].kind is SourceKind.FEED]
    if missing := wanted - {source.key for source, _ in feeds}:
        complaints().print(f"no feed has the key {', '.join(sorted(missing))}", style="red")
        raise typer.Exit(1)
    well = True
    for source, state in feeds:
        if wanted and source.key not in wanted:
            continue
        its = brought.get(source.key)
        found = diagnose(source, state, last_item=its.last if its else None, now=now)
        well = well and found.is_well
        if as_json:
            json_line(_json(source, state, found, its))
        else:
            _show(source, state, found, its)
    if not well:
        raise typer.Exit(1)


def _json(
    source: Source, state: FeedState, found: Diagnosis, brought: Yield | None
) -> dict[str, Any]:
    return {
        "key": source.key,
        "address": source.address,
        "location": state.location,
        "health": found.health,
        "interval": found.interval and found.interval.total_seconds(),
        "why": found.why,
        "answers": list(state.answers),
        "last_poll": rfc3339(state.last_poll),
        "last_success": rfc3339(state.last_success),
        "next_poll": rfc3339(state.next_poll),
        "failures": state.failures,
        "last_error": state.last_error,
        "items_a_day": brought.a_day if brought else 0.0,
        "last_item": rfc3339(brought.last) if brought else None,
        "advice": str(found.advice or ""),
    }


def _show(source: Source, state: FeedState, found: Diagnosis, brought: Yield | None) -> None:
    out = console()
    tone = _TONES[found.health]
    out.print(Text.assemble((source.key, "bold"), "  ", (found.health, tone)))
    out.print(f"  {state.location or source.address}")
    pace = f"every {_length(found.interval)}: " if found.interval else ""
    out.print(f"  {pace}{found.why}")
    answers = " ".join(str(status) if status else "–" for status in state.answers) or "none yet"
    a_day = brought.a_day if brought else 0.0
    out.print(f"  answers: {answers}; {a_day:.1f} items a day")
    if state.last_error:
        out.print(f"  {state.last_error}")
    if found.advice:
        out.print(Text(f"  → {found.advice}", style="yellow"))


def _length(length: timedelta) -> str:
    minutes = length.total_seconds() / 60
    if minutes < 1:
        return f"{length.total_seconds():g} s"
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"  # noqa: PLR2004
