"""/admin, statistics: what was sent lately, which topics people follow, which sources bring most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from babel.dates import format_date

from bot.chat.turns.keyboards import button, keyboard
from bot.chat.words.languages import Html, fill
from bot.delivery.words import cut
from bot.store import figures, sources

if TYPE_CHECKING:
    from bot.chat.turns.turn import Turn

_DAYS: Final = 7
_MOST: Final = 8
_LONGEST: Final = 60
_BAR: Final = 12  # cells


def statistics_pressed(turn: Turn) -> None:
    """The page; a topic is named, a query of somebody's own never is."""
    language = turn.language
    rules = turn.house.matcher.rules
    days = figures.alerts_by_day(turn.conn, turn.now, _DAYS)
    most = max((count for _, count in days), default=0) or 1
    lines = [language.html("<b>Alerts sent, by day</b>")]
    for day, count in days:
        bar = "▇" * round(_BAR * count / most)
        name = format_date(day, "EEE d", locale=language.locale)
        lines.append(
            fill("<code>{day} {bar}</code> {n}", day=name, bar=bar, n=language.number(count))
        )
    lines += [Html(""), language.html("<b>What is followed most</b>")]
    for key, count in figures.popular_topics(turn.conn, _MOST):
        topic = rules.topics.get(key)
        title = topic.title_in(language.code) if topic is not None else key
        lines.append(fill("• {title}: {n}", title=cut(title, _LONGEST), n=language.number(count)))
    own = figures.own_queries(turn.conn)
    lines.append(
        language.nhtml("and {n} query of somebody’s own", "and {n} queries of people’s own", own)
    )
    lines += [Html(""), language.html("<b>Items a day, by source</b>")]
    names = sources.all_sources(turn.conn)
    brings = sources.yields(turn.conn, turn.now).items()
    for key, each in sorted(brings, key=lambda pair: -pair[1].a_day)[:_MOST]:
        known = names.get(key)
        name = cut((known.name if known is not None else "") or key, _LONGEST)
        lines.append(fill("• {name}: {n}", name=name, n=language.number(round(each.a_day, 1))))
    back = button(language.gettext("Back"), "am")
    turn.show(Html("\n".join(lines)), keyboard([back]))
