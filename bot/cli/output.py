"""How the command line speaks: results on standard output, everything else on standard error."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.errors import Finding
    from bot.model import Item, Match, Span

# In a pipe nothing is wrapped or cut: who reads it there has no screen.
_PIPE_WIDTH = 10_000


def console() -> Console:
    """Standard output for people: colour only on a terminal, no wrapping in a pipe."""
    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    return Console(width=width, soft_wrap=True, highlight=False, emoji=False, markup=False)


def complaints() -> Console:
    """Standard error for people."""
    return Console(stderr=True, soft_wrap=True, highlight=False, emoji=False, markup=False)


def json_line(value: Any) -> None:
    """Write one JSON line on standard output."""
    sys.stdout.buffer.write(orjson.dumps(value, default=_plain, option=orjson.OPT_APPEND_NEWLINE))


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def flush() -> None:
    """Bytes written with :func:`json_line` are out before anything else is."""
    sys.stdout.flush()


def item_json(item: Item) -> dict[str, Any]:
    """The item as the contract writes it."""
    return {
        "id": item.id,
        "source": item.source,
        "url": item.url,
        "title": item.title,
        "text": item.text,
        "published": rfc3339(item.published),
        "updated": rfc3339(item.updated),
        "lang": item.lang,
        "tags": list(item.tags),
        "authors": list(item.authors),
        "agency": item.agency,
        "captions": list(item.captions),
    }


def match_json(match: Match, item: Item, story: str) -> dict[str, Any]:
    """The match as the contract writes it."""
    named = {"topic": match.topic} if match.topic is not None else {"query": match.query}
    return {
        **named,
        "item": item.id,
        "story": story,
        "score": match.score,
        "spans": [span_json(span) for span in match.spans],
    }


def span_json(span: Span) -> dict[str, Any]:
    """The span as the contract writes it; ``index`` only where it means something."""
    value = {
        "field": span.field,
        "start": span.start,
        "end": span.end,
        "term": span.term,
        "entity": span.entity,
    }
    return value if span.index is None else {**value, "index": span.index}


def rfc3339(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC, with ``Z``; to the second where it has no fraction."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def print_findings(findings: Iterable[Finding], to: Console) -> None:
    """One a line; the message in colour on a terminal."""
    for finding in findings:
        to.print(finding_line(finding))


def finding_line(finding: Finding) -> Text:
    """The finding as ``path:line:col: error: what``, in colour."""
    tone = "red" if finding.severity == "error" else "yellow"
    place = f"{finding.path}:{finding.line}:{finding.col}:"
    return Text.assemble((place, "bold"), (f" {finding.severity}: ", tone), finding.sentence)


def print_item(item: Item, spans: Sequence[Span], to: Console) -> None:
    """An item in two or three lines, what was found in bold."""
    when = item.published or item.updated
    dated = f"{when:%Y-%m-%d %H:%M} UTC" if when else "no date"
    to.print(marked(item.title or "(no title)", spans, "title", style="bold"))
    to.print(Text(f"  {dated} · {item.agency or item.source}", style="dim"))
    if item.url:
        to.print(Text(f"  {item.url}", style="dim"))


def marked(text: str, spans: Sequence[Span], field: str, style: str = "") -> Text:
    """``text`` with the spans that lie in ``field`` made visible."""
    shown = Text(text, style=style)
    for span in spans:
        if span.field == field:
            shown.stylize("reverse", span.start, span.end)
    return shown
