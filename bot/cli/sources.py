"""``parse`` and ``match``: what a source holds, and what it would ring."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Config, Json, Rules, settings
from bot.cli.output import flush, item_json, json_line, match_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.config import Settings
    from bot.matching.matcher import Matcher
    from bot.model import Item, Source

STANDARD_INPUT = "-"


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command()(parse)
    app.command()(match)


def parse(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE…")],
    config: Config = None,
    as_json: Json = False,  # noqa: ARG001 - JSON lines either way
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Do not say what read each source.")
    ] = False,
) -> None:
    """Write the items of feed files, feed addresses, seed files or folders, as JSON lines.

    Standard error says how many items each file or address gave and which reader read it.

    tocsin parse seeds/seed-article-fr.txt
    tocsin parse https://example.org/rss.xml | jq .title
    """
    from bot.cli.reading import Unreadable, read_sources  # noqa: PLC0415

    try:
        for _, item in read_sources(sources, settings(config), told=not quiet):
            json_line(item_json(item))
    except Unreadable as error:
        raise typer.Exit(1) from error
    finally:
        flush()


def match(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE… or -]",
            help="As parse takes them; `-`, the default, is item JSON lines on standard input.",
        ),
    ] = None,
    query: Annotated[
        list[str] | None,
        typer.Option("--query", "-q", metavar="Q", help="Match this query; may be repeated."),
    ] = None,
    config: Config = None,
    rules: Rules = None,
    as_json: Json = False,  # noqa: ARG001 - JSON lines either way
) -> None:
    """Write what would ring, as JSON lines: the topics of the rule files, or the queries given.

    tocsin match seeds
    tocsin parse seeds | tocsin match --query '@putin -frites' -
    tocsin match --rules drafts seeds
    """
    from bot.cli.reading import Unreadable  # noqa: PLC0415

    configured = settings(config)
    matcher, written = _matcher(configured, rules=rules, queries=query or [])
    stories = _Stories()
    matched = False
    try:
        for source, item in _items(sources or [STANDARD_INPUT], configured):
            story = stories.of(item)
            for found in matcher.match(item, source, datetime.now(UTC)):
                for as_given in written.get(found.query or "", (found.query,)):
                    json_line(match_json(replace(found, query=as_given), item, story))
                matched = True
    except Unreadable as error:
        raise typer.Exit(1) from error
    finally:
        flush()
    if not matched:
        raise typer.Exit(1)


def _matcher(
    configured: Settings, *, rules: Rules, queries: list[str]
) -> tuple[Matcher, dict[str, list[str]]]:
    """Topics and queries where ``--rules`` is given; else the queries, or the topics if none.

    And how each query was written on the command line, by the canonical form that matches name.
    """
    from bot.cli.reading import rules_in_force  # noqa: PLC0415
    from bot.matching.matcher import Matcher  # noqa: PLC0415

    ruleset = rules_in_force(configured, rules)
    matcher = Matcher(ruleset if rules or not queries else ruleset.without_topics())
    written: dict[str, list[str]] = {}
    for text in dict.fromkeys(queries):
        written.setdefault(str(matcher.watch(text)), []).append(text)
    return matcher, written


def _items(sources: list[str], configured: Settings) -> Iterator[tuple[Source | None, Item]]:
    from bot.cli.progress import progress  # noqa: PLC0415
    from bot.cli.reading import read_item_lines, read_sources  # noqa: PLC0415

    for address in sources:
        if address == STANDARD_INPUT:
            yield from read_item_lines()
        else:
            yield from progress(read_sources([address], configured), address)


class _Stories:
    """The same word for items of this run that report the same thing: the first one's name."""

    def __init__(self) -> None:
        from bot.matching.text import fold, fold_word  # noqa: PLC0415
        from bot.sources.identity import canonical_url  # noqa: PLC0415
        from bot.stories.grouping import Grouping  # noqa: PLC0415

        self._fold = fold
        self._grouping = Grouping(fold_word, canonical_url)
        self._names: list[str] = []
        self._now = datetime.now(UTC)

    def of(self, item: Item) -> str:
        self._names.append(f"{item.source}:{item.id}" if item.source else item.id)
        words = f"{self._fold(item.title)} {self._fold(item.text)}".split()
        moment = item.published or item.updated or self._now
        story, _ = self._grouping.place(item, words, moment)
        return self._names[story]
