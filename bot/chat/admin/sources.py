"""/admin, sources: how each does, ask now, pause, take out; a new one with what it would ring for."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.chat.turns.kept import keep, kept
from bot.chat.turns.keyboards import button, keyboard, page_number, pager, parts
from bot.chat.words.languages import N_, Html, fill
from bot.delivery.words import cut
from bot.model import Source, SourceKind
from bot.sources.health import diagnose
from bot.store import sources

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.turns.keyboards import Keyboard
    from bot.chat.turns.office import Discovered, Preview
    from bot.chat.turns.turn import Turn
    from bot.model import FeedState

_PAGE: Final = 6
_LONGEST: Final = 120
_MOST_TOPICS: Final = 8
_MARKS: Final = {"good": "🟢", "quiet": "🟡", "new": "⚪️", "failing": "🟠", "given up": "🔴"}
_HEALTH: Final = {
    "good": N_("good"),
    "quiet": N_("quiet for a month"),
    "new": N_("not read yet"),
    "failing": N_("failing"),
    "given up": N_("given up, or paused"),
}


def list_pressed(turn: Turn) -> None:
    """A page of the sources, those that need a look first: ``PAGE``."""
    turn.show(*_page(turn, page_number(turn.arguments)))


def open_pressed(turn: Turn) -> None:
    """One source: ``PAGE:KEY``."""
    page, token = parts(turn.arguments, 2)
    key = kept(turn.conn, turn.chat.id, token)
    known = sources.get_source(turn.conn, key) if key is not None else None
    if known is None:
        turn.notify(turn.language.gettext("It is gone already."))
        turn.show(*_page(turn, page_number(page)))
        return
    turn.show(*_one(turn, *known, page=page_number(page)))


def act_pressed(turn: Turn) -> None:
    """``ACT:PAGE:KEY``: n asks it now, p pauses it, r lets it go on, x takes it out."""
    act, page, token = parts(turn.arguments, 3)
    key = kept(turn.conn, turn.chat.id, token)
    if key is None or sources.get_source(turn.conn, key) is None or act not in _ACTS:
        turn.notify(turn.language.gettext("It is gone already."))
        turn.show(*_page(turn, page_number(page)))
        return
    do, said = _ACTS[act]
    if not do(turn, key):
        turn.notify(
            turn.language.gettext("The configuration has it: take it out there."), alert=True
        )
    else:
        turn.notify(turn.language.gettext(said))
    known = sources.get_source(turn.conn, key)
    if act == "x" or known is None:
        turn.show(*_page(turn, page_number(page)))
    else:
        turn.show(*_one(turn, *known, page=page_number(page)))


def add(turn: Turn, address: str) -> None:
    """/admin add ADDRESS: look what feeds there are."""
    address = address.strip()
    if not address or len(address) > 1000:  # noqa: PLR2004 - code points of an address
        turn.say(
            turn.language.html(
                "Send me the address of a feed or of a site: "
                "<code>/admin add https://example.org</code>"
            )
        )
        return
    turn.say(turn.language.html("🔎 I am looking …"))
    turn.errand(partial(turn.house.office.discover, address), _offer)


def add_asked(turn: Turn) -> None:
    """“Add a source” on the list."""
    add(turn, "")


def preview_pressed(turn: Turn) -> None:
    """One of several feeds was chosen: ``ADDRESS``."""
    address = kept(turn.conn, turn.chat.id, turn.arguments)
    if address is None:
        turn.notify(turn.language.gettext("That button is too old. Please ask again."), alert=True)
        return
    turn.notify(turn.language.gettext("I am looking …"))
    turn.errand(partial(turn.house.office.discover, address), _offer)


def add_pressed(turn: Turn) -> None:
    """“Add it” under a preview: the source as JSON."""
    written = kept(turn.conn, turn.chat.id, turn.arguments)
    if written is None:
        turn.notify(turn.language.gettext("That button is too old. Please ask again."), alert=True)
        return
    key, address, name = json.loads(written)
    source = Source(key, SourceKind.FEED, address, name=name)
    added = sources.add_feed(turn.conn, source, turn.now, any_key=True)
    if added is None:
        turn.show(turn.language.html("I read that one already."))
        return
    turn.show(
        turn.language.html(
            "➕ Added: <b>{name}</b>. What it holds now is stored and can be searched; what comes "
            "from now on rings.",
            name=added.name or added.key,
        ),
        keyboard([button(turn.language.gettext("Sources"), "as", 0)]),
    )


def _offer(turn: Turn, found: Discovered) -> None:
    language = turn.language
    if found.problem:
        turn.say(
            language.html(
                "I found no feed at {address}: {why}",
                address=cut(found.address, _LONGEST),
                why=cut(found.problem, _LONGEST),
            )
        )
    elif found.preview is not None:
        turn.say(*_previewed(turn, found.preview))
    else:
        lines = [language.html("I found several feeds. Which one?")]
        rows = []
        for number, each in enumerate(found.feeds, 1):
            title = cut(each.title or each.url, _LONGEST)
            when = (
                language.moment(each.newest, timezone=turn.chat.timezone, now=turn.now)
                if each.newest is not None
                else "–"
            )
            lines.append(
                fill(
                    "{number}. <b>{title}</b>\n{url}\n{facts}",
                    number=number,
                    title=title,
                    url=cut(each.url, _LONGEST),
                    facts=language.nhtml(
                        "{n} item, the newest: {when}",
                        "{n} items, the newest: {when}",
                        each.items,
                        when=when,
                    ),
                )
            )
            rows.append([button(f"{number}. {title}", "fp", keep(turn, each.url))])
        turn.say(Html("\n".join(lines)), keyboard(*rows))


def _previewed(turn: Turn, preview: Preview) -> tuple[Html, Keyboard]:
    language, source = turn.language, preview.source
    lines = [
        fill("<b>{name}</b>\n{url}", name=source.name or source.key, url=cut(source.address, 300)),
        language.nhtml(
            "{n} item, the newest: {when}",
            "{n} items, the newest: {when}",
            preview.items,
            when=language.moment(preview.newest, timezone=turn.chat.timezone, now=turn.now)
            if preview.newest is not None
            else "–",
        ),
        language.html("In the last week it would have rung for:")
        if preview.rings
        else language.html("In the last week it would have rung for no topic."),
    ]
    for each in preview.rings[:_MOST_TOPICS]:
        lines.append(fill("• <b>{topic}</b>: {n}", topic=each.topic, n=language.number(each.count)))
        lines += [fill("    <i>{title}</i>", title=cut(title, _LONGEST)) for title in each.examples]
    written = json.dumps([source.key, source.address, source.name], ensure_ascii=False)
    add_it = button(language.gettext("Add it"), "fa", keep(turn, written))
    return Html("\n".join(lines)), keyboard([add_it])


def _page(turn: Turn, page: int) -> tuple[Html, Keyboard]:
    language = turn.language
    found = sources.need_a_look(turn.conn, (page + 1) * _PAGE + 1)
    shown = found[page * _PAGE :][:_PAGE]
    more = len(found) > (page + 1) * _PAGE
    lines = [language.html("<b>Sources</b>. Press one to see how it does.")]
    rows = []
    for source, state in shown:
        mark = _MARKS[diagnose(source, state, last_item=None, now=turn.now).health]
        name = cut(source.name or source.key, _LONGEST)
        reason = fill(" – {why}", why=cut(state.last_error, 80)) if state.last_error else ""
        lines.append(fill("{mark} {name}{reason}", mark=mark, name=name, reason=Html(reason)))
        rows.append([button(f"{mark} {name}", "so", page, keep(turn, source.key))])
    return Html("\n".join(lines)), keyboard(
        *rows,
        pager("as", page, more=more),
        [
            button(language.gettext("Add a source"), "fn"),
            button(language.gettext("Back"), "am"),
        ],
    )


def _one(turn: Turn, source: Source, state: FeedState, *, page: int) -> tuple[Html, Keyboard]:
    language = turn.language
    brings = sources.yields(turn.conn, turn.now).get(source.key)
    seen = diagnose(source, state, last_item=brings.last if brings else None, now=turn.now)

    def moment(when: object) -> str:
        return (
            language.moment(when, timezone=turn.chat.timezone, now=turn.now)  # type: ignore[arg-type] # a datetime
            if when is not None
            else "–"
        )

    lines = [
        fill(
            "{mark} <b>{name}</b> · {health}",
            mark=_MARKS[seen.health],
            name=source.name or source.key,
            health=language.gettext(_HEALTH[seen.health]),
        ),
        fill("<code>{key}</code> {url}", key=source.key, url=cut(source.address, 300)),
        language.html(
            "Last asked: {last}; next: {next}",
            last=moment(state.last_poll),
            next=moment(state.next_poll),
        ),
        language.html(
            "Items a day: {n}; the last one: {last}",
            n=round(brings.a_day, 1) if brings else 0,
            last=moment(brings.last if brings else None),
        ),
    ]
    if state.last_error:
        lines.append(fill("⚠️ {why}", why=cut(state.last_error, 300)))
    if seen.advice is not None:
        lines.append(fill("👉 {advice}", advice=language.worded(seen.advice)))
    token = keep(turn, source.key)
    go_on = (
        button(language.gettext("Go on asking"), "sx", "r", page, token)
        if state.disabled
        else button(language.gettext("Pause"), "sx", "p", page, token)
    )
    feed = source.kind is SourceKind.FEED
    return Html("\n".join(lines)), keyboard(
        [button(language.gettext("Ask now"), "sx", "n", page, token), go_on] if feed else [],
        [
            button(language.gettext("Take it out"), "sx", "x", page, token),
            button(language.gettext("Back"), "as", page),
        ],
    )


def _pause(turn: Turn, key: str) -> bool:
    return sources.pause(turn.conn, key)


def _take_out(turn: Turn, key: str) -> bool:
    return sources.remove_source(turn.conn, key)


def _ask_now(turn: Turn, key: str) -> bool:
    return sources.set_due(turn.conn, key, turn.now)


def _go_on(turn: Turn, key: str) -> bool:
    return sources.resume(turn.conn, key, turn.now)


_ACTS: Final[dict[str, tuple[Callable[[Turn, str], bool], str]]] = {
    "n": (_ask_now, N_("I am asking it.")),
    "p": (_pause, N_("It is not asked until you let it.")),
    "r": (_go_on, N_("I am asking it.")),
    "x": (_take_out, N_("It is not asked any more; its items stay.")),
}
