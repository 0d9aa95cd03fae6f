"""The status page: one HTML document, no script, everything from elsewhere escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from bot.model import DeliveryState
from bot.web.status import health_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.web.status import Status

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --good: #1a7f37; --bad: #cf222e }
@media (prefers-color-scheme: dark) { :root { --good: #3fb950; --bad: #ff7b72 } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem } h2 { font-size: 1.05rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100% } .wide { overflow-x: auto }
th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; overflow-wrap: anywhere }
th { font-weight: 600; white-space: nowrap } td.n { font-variant-numeric: tabular-nums }
.good { color: var(--good) } .bad { color: var(--bad) }
pre, input, button { font: inherit; padding: .6rem .8rem; background: var(--soft);
  border: 1px solid var(--line); border-radius: .4rem; white-space: pre-wrap }
"""


def status_page(status: Status) -> str:
    """The page for ``status``."""
    ready = (
        '<strong class="good">ready</strong>'
        if status.unready is None
        else f'<strong class="bad">not ready: {escape(status.unready)}</strong>'
    )
    figures = [
        ("Items stored", status.items),
        ("Topics", status.topics),
        ("Subscriptions", status.subscriptions),
        ("Chats", status.chats),
        ("Updates waiting", status.inbox_open),
    ]
    deliveries = [
        (state.value.replace("_", " "), status.deliveries.get(state.value, 0))
        for state in DeliveryState
    ]
    rules = (
        '<p class="bad">The newest rule files are not in force; the last good ones are.</p>'
        f"<pre>{escape(chr(10).join(status.rule_errors))}</pre>"
        if status.rule_errors
        else '<p class="good">In force as they stand.</p>'
    )
    return _document(
        "Tocsin",
        f"<h1>Tocsin {escape(status.version)}: {ready}</h1>"
        f"<p>Up since {_time(status.started)}.</p>"
        f"<h2>Figures</h2>{_pairs(figures)}"
        f"<h2>Deliveries</h2>{_pairs(deliveries)}{_troubles(status)}"
        f"<h2>Rules</h2>{rules}"
        f"<h2>Silences</h2>{_silences(status)}"
        f"{_roles(status)}"
        f"<h2>Sources</h2>{_sources(status)}",
    )


def sign_in_page(*, wrong: bool) -> str:
    """The page that asks for the token."""
    note = '<p class="bad">That is not the token.</p>' if wrong else ""
    return _document(
        "Tocsin: sign in",
        "<h1>Tocsin</h1><p>The status page asks for the token <code>web.token</code> of the "
        "configuration; where it is empty, the first start printed one.</p>"
        f'{note}<form method="post" action="/"><input name="token" type="password" '
        'autocomplete="current-password" aria-label="Token" autofocus required> '
        "<button>Open</button></form>",
    )


def _document(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{_STYLE}</style><body>{body}</body></html>"
    )


def _pairs(pairs: Iterable[tuple[str, int]]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td class="n">{value:,}</td></tr>'
        for name, value in pairs
    )
    return f"<table>{rows}</table>"


def _troubles(status: Status) -> str:
    """The newest deliveries that wait or were refused."""
    if not status.troubles:
        return ""
    rows = "".join(
        f'<tr><td class="n">{trouble.id}</td><td>{escape(trouble.state)}</td>'
        f"<td>{escape(trouble.chat)}</td><td>{escape(trouble.what)}</td>"
        f"<td>{_time(trouble.until)}</td><td>{escape(trouble.reason)}</td></tr>"
        for trouble in status.troubles
    )
    head = "".join(f"<th>{name}</th>" for name in ("Id", "State", "Chat", "What", "Until", "Why"))
    return (
        "<p>The newest that wait or were refused; <code>tocsin deliveries retry</code> and "
        f'/admin try a refused one again.</p><div class="wide"><table><tr>{head}</tr>{rows}'
        "</table></div>"
    )


def _silences(status: Status) -> str:
    note = f"<p>Matches that rang nobody because of a silence: {status.silenced:,}.</p>"
    if not status.silences:
        return f"<p>None in force.</p>{note}"
    rows = "".join(
        f'<tr><td class="n">{each.id}</td><td>{escape(f"{each.kind} {each.target}")}</td>'
        f"<td>{_time(each.until)}</td><td>{escape(each.who)}</td>"
        f"<td>{escape(each.reason)}</td></tr>"
        for each in status.silences
    )
    head = "".join(f"<th>{name}</th>" for name in ("Number", "What", "Until", "By", "Reason"))
    return f'<div class="wide"><table><tr>{head}</tr>{rows}</table></div>{note}'


def _roles(status: Status) -> str:
    """Who does what, where several processes share the work."""
    if not status.roles:
        return ""
    rows = "".join(
        f"<tr><td>{escape(each.role)}</td><td>{escape(each.holder)}</td>"
        f"<td>{_time(each.since)}</td><td>{escape(each.unready or '')}</td></tr>"
        for each in status.roles
    )
    head = "".join(f"<th>{name}</th>" for name in ("Role", "Process", "Since", "Not ready"))
    return f'<h2>Roles</h2><div class="wide"><table><tr>{head}</tr>{rows}</table></div>'


def _sources(status: Status) -> str:
    rows = []
    for source, state in status.sources:
        health = health_of(state)
        tone = {"good": "good", "new": ""}.get(health, "bad")
        rows.append(
            f"<tr><td>{escape(source.name or source.key)}</td>"
            f'<td class="{tone}">{health}</td>'
            f"<td>{_time(state.last_success)}</td><td>{_time(state.next_poll)}</td>"
            f"<td>{escape(state.last_error or '')}</td></tr>"
        )
    head = "".join(
        f"<th>{name}</th>" for name in ("Source", "Health", "Read", "Next", "Last error")
    )
    more = sum(status.health.values()) - len(status.sources)
    note = f"<p>And {more:,} more that do better.</p>" if more > 0 else ""
    return f'<div class="wide"><table><tr>{head}</tr>{"".join(rows)}</table></div>{note}'


def _time(moment: datetime | None) -> str:
    return "–" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S} UTC"
