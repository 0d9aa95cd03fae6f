"""``render``: what would be sent, before it is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Config, Json, Rules, settings
from bot.cli.output import complaints, console, flush, json_line
from bot.errors import Finding, InputError, TemplateError, TocsinError

if TYPE_CHECKING:
    from bot.matching.matcher import Matcher
    from bot.matching.ruleset import RuleSet
    from bot.model import Item, Match, Message, Severity
    from bot.store.outbox import OwedDelivery
    from bot.templating import AlertTemplate


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(render)


def render(
    query: Annotated[str, typer.Argument(metavar="TOPIC-or-QUERY")],
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="As `parse` takes it.")],
    lang: Annotated[str, typer.Option(help="The language of the chat.")] = "en",
    timezone: Annotated[str, typer.Option(help="Its time zone.")] = "UTC",
    template: Annotated[
        str | None,
        typer.Option(help="A template of the rule files by its name, or a file with one."),
    ] = None,
    pictures: Annotated[
        bool, typer.Option("--pictures", help="As a chat that wants pictures gets it.")
    ] = False,
    config: Config = None,
    rules: Rules = None,
    as_json: Json = False,
) -> None:
    """Show the alert that an item of a source makes: as it is sent, and as people see it.

    tocsin render istanbul-talks seeds --lang fr
    tocsin render '@putin' seeds --template draft.html
    """
    from bot.chat.words.languages import Languages  # noqa: PLC0415
    from bot.cli.reading import read_sources, rules_in_force  # noqa: PLC0415
    from bot.service.rendering import Rendering  # noqa: PLC0415

    configured = settings(config)
    ruleset = rules_in_force(configured, rules)
    matcher = _matcher(query, ruleset)
    sources = {each.key: each for each in configured.sources()}
    words = _template(template, ruleset) if template is not None else None
    rendering = Rendering(matcher, Languages.read(), sources, template=words)
    shown = 0
    for origin, item in read_sources([source], configured):
        for found in matcher.match(item, origin, datetime.now(UTC)):
            if found.query is None and found.topic != query:
                continue
            topic = ruleset.topics.get(found.topic or "")
            owed = _owed(item, found, topic.severity if topic else None, lang, timezone)
            _show(item, rendering(owed, pictures=pictures), as_json=as_json)
            shown += 1
    flush()
    if not shown:
        complaints().print("nothing in it matches: no alert would be sent")
        raise typer.Exit(1)


def _matcher(query: str, ruleset: RuleSet) -> Matcher:
    from bot.matching.matcher import Matcher  # noqa: PLC0415

    if query in ruleset.topics:
        return Matcher(ruleset)
    matcher = Matcher(ruleset.without_topics())
    matcher.watch(query)
    return matcher


def _template(name: str, ruleset: RuleSet) -> AlertTemplate:
    """The template that the rule files have under that name, or that is in that file."""
    from bot.templating import read_template  # noqa: PLC0415

    if name in ruleset.templates:
        return ruleset.templates[name]
    try:
        return read_template(Path(name).read_text("utf-8"))
    except TemplateError as error:
        raise InputError([Finding(name, error.line, 1, error.message)]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise TocsinError(
            f"{name}: no template of that name in the rule files, and no file to read"
        ) from error


def _owed(
    item: Item, found: Match, severity: Severity | None, lang: str, timezone: str
) -> OwedDelivery:
    from bot.model import Chat, Priority  # noqa: PLC0415
    from bot.model import Severity as Severities  # noqa: PLC0415
    from bot.store.outbox import OwedDelivery  # noqa: PLC0415
    from bot.store.rows import StoredItem  # noqa: PLC0415

    return OwedDelivery(
        id=0,
        chat_id=0,
        thread_id=0,
        priority=Priority.NORMAL,
        attempts=1,
        message=None,
        item=StoredItem(0, item, 0, datetime.now(UTC), waiting=False),
        match=found,
        match_id=0,
        severity=severity if severity is not None else Severities.NORMAL,
        chat=Chat(0, "private", language=lang, timezone=timezone),
    )


def _show(item: Item, message: Message, *, as_json: bool) -> None:
    from bot.markup import seen  # noqa: PLC0415

    arguments = message.arguments
    written = arguments["caption"] if "caption" in arguments else arguments["text"]
    if as_json:
        json_line(
            {
                "item": item.id,
                "method": message.method,
                "arguments": dict(arguments),
                "text": seen(written),
            }
        )
        return
    rows = arguments["reply_markup"]["inline_keyboard"]
    labels = " ".join(f"[{button['text']}]" for row in rows for button in row)
    out = console()
    out.print(f"── {message.method}, {len(seen(written))} characters", style="dim")
    out.print(written)
    out.print("── as people see it", style="dim")
    if "photo" in arguments:
        out.print(f"🖼 {arguments['photo']}")
    out.print(seen(written))
    out.print(labels)
    out.print()
