"""``feeds add`` and ``feeds discover``: from an address to feeds that are kept."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.prompt import Prompt
from rich.text import Text

from bot.cli.options import Config, Json, settings
from bot.cli.output import complaints, console, json_line, rfc3339
from bot.errors import FetchError, TocsinError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.backlog import WouldHaveRung
    from bot.config import Settings
    from bot.discovering import Candidate, Discovery
    from bot.model import Source
    from bot.sources.parsed import ParsedFeed

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def register(feeds: typer.Typer) -> None:
    """Add the commands to ``feeds``."""
    feeds.command("add")(add)
    feeds.command("discover")(discover)


def discover(
    url: Annotated[str, typer.Argument(metavar="URL")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Show the feeds of a site, a page, a channel or a profile.

    tocsin feeds discover https://example.org
    tocsin feeds discover @user@mastodon.social
    """
    try:
        found = _discover(url, settings(config))
    except FetchError as error:
        complaints().print(f"{url} cannot be read: {error}", style="red")
        raise typer.Exit(1) from None
    _show(found.candidates, as_json=as_json)
    if not found.candidates:
        complaints().print(f"no feed was found at {url}", style="red")
        raise typer.Exit(1)


def add(
    url: Annotated[str, typer.Argument(metavar="URL")],
    name: Annotated[str, typer.Option(help="What people read.")] = "",
    key: Annotated[str | None, typer.Option(help="The short name for source: and rules.")] = None,
    lang: Annotated[str | None, typer.Option(help="Its language, such as fr.")] = None,
    every: Annotated[str | None, typer.Option(help="How often it is asked, such as 5m.")] = None,
    first: Annotated[bool, typer.Option("--first", help="Add the likeliest of a site.")] = False,
    every_one: Annotated[bool, typer.Option("--all", help="Add all feeds of a site.")] = False,
    unread: Annotated[bool, typer.Option("--unread", help="Add it without a look at it.")] = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Keep a feed in the store; a running service polls it at its next tick.

    The address of a site will do: its feeds are shown, to choose from. What a new feed holds is
    stored and can be searched, and does not ring; what would have rung in the last week is shown.

        tocsin feeds add https://example.org/rss.xml --name Example --lang en
        tocsin feeds add https://example.org --first
    """
    configured = settings(config)
    wish = {"name": name, "key": key, "lang": lang, "every": every}
    if unread:
        _keep(configured, [(url, None)], wish, as_json=as_json)
        return
    from bot.discovering import may_come_back  # noqa: PLC0415

    _valid(url if "://" in url else f"https://{url.lstrip('@')}", wish)
    try:
        found = _discover(url, configured)
    except FetchError as error:
        if not may_come_back(error) or "://" not in url:
            complaints().print(f"{url} cannot be read: {error}", style="red")
            complaints().print("nothing was added; --unread adds it all the same")
            raise typer.Exit(1) from None
        complaints().print(f"{url} cannot be read now: {error}; it will be asked again")
        _keep(configured, [(url, None)], wish, as_json=as_json)
        return
    chosen = _choose(found, first=first, every_one=every_one, as_json=as_json)
    _keep(configured, [(each.url, each.feed) for each in chosen], wish, as_json=as_json)


def _discover(url: str, configured: Settings) -> Discovery:
    from bot.discovering import Discovering  # noqa: PLC0415
    from bot.fetching import fetch_limits  # noqa: PLC0415
    from bot.sources.fetch import Fetcher  # noqa: PLC0415
    from bot.sources.pool import ParsePool  # noqa: PLC0415

    async def run() -> Discovery:
        async with Fetcher(fetch_limits(configured)) as fetcher, ParsePool() as pool:
            return await Discovering(fetcher, pool).discover(url)

    import asyncio  # noqa: PLC0415

    return asyncio.run(run())


def _choose(
    found: Discovery, *, first: bool, every_one: bool, as_json: bool
) -> Sequence[Candidate]:
    """The feeds to add. Where nobody can be asked and nothing was said: status 1, and what to do."""
    candidates = found.candidates
    if found.itself:
        return candidates
    if not candidates:
        complaints().print(f"no feed was found at {found.address}", style="red")
        complaints().print("if you know the feed's own address, add that")
        raise typer.Exit(1)
    if every_one:
        return candidates
    if first:
        return candidates[:1]
    _show(candidates, as_json=as_json)
    if as_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        complaints().print(
            "nothing was added: name one of these addresses, or say --first or --all", style="red"
        )
        raise typer.Exit(1)
    numbers = [str(number) for number in range(1, len(candidates) + 1)]
    answer = Prompt.ask(
        "Add which (all, none)?", choices=[*numbers, "all", "none"], default="1", show_choices=False
    )
    if answer == "none":
        raise typer.Exit(1)
    return candidates if answer == "all" else [candidates[int(answer) - 1]]


def _show(candidates: Sequence[Candidate], *, as_json: bool) -> None:
    for number, each in enumerate(candidates, start=1):
        if as_json:
            json_line(_candidate_json(each))
            continue
        title = each.feed.title or each.title or "(no title)"
        count = len(each.feed.items)
        facts = f"{count} item{'' if count == 1 else 's'}, {_freshness(each.newest)}, {each.how}"
        console().print(Text.assemble((f"{number:>2}. ", "dim"), (title, "bold")))
        console().print(f"    {each.url}")
        console().print(Text(f"    {facts}", style="dim"))


def _candidate_json(candidate: Candidate) -> dict[str, Any]:
    return {
        "url": candidate.url,
        "title": candidate.feed.title or candidate.title,
        "items": len(candidate.feed.items),
        "newest": rfc3339(candidate.newest),
        "lang": candidate.feed.lang,
        "how": candidate.how,
    }


def _freshness(newest: datetime | None) -> str:
    if newest is None:
        return "without dates"
    seconds = max((datetime.now(UTC) - newest).total_seconds(), 0)
    if seconds < _HOUR:
        return f"newest {seconds // _MINUTE:.0f} min ago"
    if seconds < 2 * _DAY:
        return f"newest {seconds // _HOUR:.0f} h ago"
    return f"newest {seconds // _DAY:.0f} days ago"


def _valid(url: str, wish: dict[str, str | None]) -> Source:
    """The source of these wishes. Raises TocsinError with what is wrong with them."""
    from bot.config import FeedSettings  # noqa: PLC0415
    from bot.config.sources import name_sources  # noqa: PLC0415
    from bot.toml import find_problems  # noqa: PLC0415

    feed, problems = find_problems(FeedSettings, {"url": url} | wish)
    if feed is None:
        wrong = "; ".join(f"{problem.name} {problem.message}" for problem in problems)
        raise TocsinError(f"{url} cannot be added: {wrong}")
    source, *_ = name_sources([feed], [])
    return source


def _keep(
    configured: Settings,
    chosen: Sequence[tuple[str, ParsedFeed | None]],
    wish: dict[str, str | None],
    *,
    as_json: bool,
) -> None:
    """Put the feeds into the store and say so; TocsinError where one of them is there already."""
    from bot.store.engine import Store  # noqa: PLC0415
    from bot.store.sources import add_feed  # noqa: PLC0415

    several = len(chosen) > 1
    with Store.open(configured.store.url) as store:
        for url, feed in chosen:
            mine = wish | {"key": None} if several else wish
            if feed is not None and not mine["name"]:
                mine = mine | {"name": feed.title[:200]}
            source = _valid(url, mine)
            adding = partial(
                add_feed, source=source, now=datetime.now(UTC), any_key=not mine["key"]
            )
            added = store.write_now(adding)
            if added is None:
                message = f"a source has the key {source.key} or the address {url} already"
                if not several:
                    raise TocsinError(message)
                complaints().print(message, style="yellow")
                continue
            _say(configured, added, feed, as_json=as_json)


def _say(configured: Settings, source: Source, feed: ParsedFeed | None, *, as_json: bool) -> None:
    rung = [] if feed is None else _would_have_rung(configured, source, feed)
    if as_json:
        json_line(
            {
                "key": source.key,
                "address": source.address,
                "name": source.name,
                "items": None if feed is None else len(feed.items),
                "would_have_rung": [
                    {"topic": each.topic, "count": each.count, "examples": list(each.examples)}
                    for each in rung
                ],
            }
        )
        return
    complaints().print(f"added {source.key}", style="green")
    if feed is None:
        return
    complaints().print(
        "what it holds will be stored and can be searched, and does not ring: "
        f"{len(feed.items)} item{'' if len(feed.items) == 1 else 's'}"
    )
    if not rung:
        complaints().print("no topic would have rung for it in the last week")
        return
    complaints().print("in the last week it would have rung for")
    for each in rung:
        complaints().print(f"  {each.topic}: {each.count}")
        for title in each.examples:
            complaints().print(Text(f"    {title}", style="dim"))


def _would_have_rung(configured: Settings, source: Source, feed: ParsedFeed) -> list[WouldHaveRung]:
    from bot.backlog import would_have_rung  # noqa: PLC0415
    from bot.cli.reading import rules_in_force  # noqa: PLC0415
    from bot.matching.matcher import Matcher  # noqa: PLC0415

    try:
        matcher = Matcher(rules_in_force(configured, None))
    except TocsinError:
        complaints().print("the rule files do not pass, so what would have rung is not known")
        return []
    return would_have_rung(matcher, source, feed.items, datetime.now(UTC))
