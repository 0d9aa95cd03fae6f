"""``feeds import`` and ``feeds export``: lists of feeds as other feed readers write and read them."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Config, settings
from bot.cli.output import complaints
from bot.errors import SourceError, TocsinError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from bot.config import FeedSettings, Settings
    from bot.model import FeedState, Source
    from bot.sources.opml import Outline

_SIZE_MAX = 8 << 20


def register(feeds: typer.Typer) -> None:
    """Add the commands to ``feeds``."""
    feeds.command("import")(import_feeds)
    feeds.command("export")(export_feeds)


def import_feeds(
    file: Annotated[Path, typer.Argument(metavar="FILE.opml")], config: Config = None
) -> None:
    """Keep the feeds of an OPML file in the store; folders and categories become tags.

    tocsin feeds import subscriptions.opml
    """
    from bot.sources.opml import parse_opml  # noqa: PLC0415
    from bot.store.engine import Store  # noqa: PLC0415

    configured = settings(config)
    try:
        outlines = parse_opml(_read(file))
    except SourceError as error:
        complaints().print(f"{file}: error: {error}", style="red")
        raise typer.Exit(1) from error
    wanted = [feed for outline in outlines if (feed := _feed(outline)) is not None]
    with Store.open(configured.store.url) as store:
        added = store.write_now(lambda conn: _add(conn, wanted, configured.sources()))
    known = len(wanted) - added
    say = f"{added} feeds added, {known} there already, {len(outlines) - len(wanted)} left out"
    complaints().print(say, style="green" if added or known else "red")
    if not wanted:
        raise typer.Exit(1)


def export_feeds(
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.opml", help="Standard output if not given."),
    ] = None,
    config: Config = None,
) -> None:
    """Write the feeds of the configuration and of the store as an OPML file.

    tocsin feeds export --out subscriptions.opml
    """
    from bot.sources.opml import write_opml  # noqa: PLC0415

    written = write_opml(source for source, _ in known_sources(settings(config)))
    if out is None:
        sys.stdout.buffer.write(written)
        return
    try:
        out.write_bytes(written)
    except OSError as error:
        raise TocsinError(f"{out} cannot be written: {error.strerror or error}") from None


def known_sources(configured: Settings) -> list[tuple[Source, FeedState]]:
    """The sources of the configuration, which wins, and those of the store, which may not be yet."""
    from bot.cli.upkeep import open_existing  # noqa: PLC0415
    from bot.model import FeedState  # noqa: PLC0415
    from bot.store.connections import find_place  # noqa: PLC0415
    from bot.store.migrate import exists  # noqa: PLC0415
    from bot.store.sources import list_sources  # noqa: PLC0415

    stored: dict[str, tuple[Source, FeedState]] = {}
    if exists(find_place(configured.store.url)):
        with open_existing(configured) as store:
            stored = {each[0].address: each for each in store.read_now(list_sources)}
    known = {
        source.address: (
            source,
            stored[source.address][1] if source.address in stored else FeedState(),
        )
        for source in configured.sources()
    }
    others = (each for address, each in stored.items() if address not in known)
    return [*known.values(), *others]


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            body = opened.read(_SIZE_MAX + 1)
    except OSError as error:
        raise TocsinError(f"{file} cannot be read: {error.strerror or error}") from None
    if len(body) > _SIZE_MAX:
        raise TocsinError(f"{file} is larger than {_SIZE_MAX >> 20} MiB")
    return body


def _feed(outline: Outline) -> FeedSettings | None:
    """The outline as if it stood in the configuration; None, with a word, where it could not."""
    from bot.config import FeedSettings  # noqa: PLC0415
    from bot.toml import find_problems  # noqa: PLC0415

    given = {"url": outline.url, "name": outline.name, "lang": outline.lang, "tags": outline.tags}
    feed, problems = find_problems(FeedSettings, given)
    for problem in problems:
        complaints().print(
            f"{outline.url}: left out: {problem.name} {problem.message}", style="yellow"
        )
    return feed


def _add(conn: Connection, wanted: Sequence[FeedSettings], configured: Sequence[Source]) -> int:
    """Adds what is not there yet, in one transaction; how many that are."""
    from bot.config.sources import name_sources  # noqa: PLC0415
    from bot.store.sources import add_source, list_sources  # noqa: PLC0415

    present = [*configured, *(source for source, _ in list_sources(conn))]
    addresses = {source.address for source in present}
    fresh = [feed for feed in wanted if feed.url not in addresses]
    keys = {source.key for source in present}
    now = datetime.now(UTC)
    return sum(add_source(conn, source, now) for source in name_sources(fresh, [], others=keys))
