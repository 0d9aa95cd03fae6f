"""``entities add`` and ``entities suggest``: names from Wikidata, and names that are missing."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import __version__
from bot.cli.options import Config, Json, settings
from bot.cli.output import complaints, console, json_line, print_findings
from bot.errors import SourceError, TocsinError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.config import Settings
    from bot.matching.ruleset import RuleSet
    from bot.matching.vocabulary import Entity
    from bot.sources.wikidata import Named

# The languages that the bot speaks, where no entity tells which ones matter here.
_LANGS = ("ar", "en", "fr", "ru", "tr")


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command("add")(add)
    app.command("suggest")(suggest)


def add(
    ids: Annotated[list[str], typer.Argument(metavar="QID…", help="Wikidata items, as Q7747.")],
    lang: Annotated[
        list[str] | None,
        typer.Option("--lang", "-l", metavar="LANG", help="In this language; may be repeated."),
    ] = None,
    key: Annotated[
        str | None, typer.Option("--key", metavar="KEY", help="Its key, where there is one QID.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", help="Write there, not to entities/wikidata.toml."),
    ] = None,
    api: Annotated[
        str | None,
        typer.Option("--api", metavar="URL", envvar="WIKIDATA_API", help="Another API's address."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Ask anew, whatever was asked this week.")
    ] = False,
    config: Config = None,
) -> None:
    """Add persons, places or organisations with the names that Wikidata has.

    An entity that is there already gets the languages that it lacks; its own lines stay.

        tocsin entities add Q7747
        tocsin entities add Q7747 Q8646 --lang fr --lang en
    """
    from bot.cli.reading import rules_in_force  # noqa: PLC0415
    from bot.values import check_key, check_language  # noqa: PLC0415

    for each in ids:
        if not re.fullmatch(r"Q[1-9][0-9]*", each):
            raise typer.BadParameter(f"{each} is no Wikidata item such as Q7747", param_hint="QID")
    if key is not None and len(ids) > 1:
        raise typer.BadParameter("one key is for one QID", param_hint="--key")
    try:
        for code in lang or ():
            check_language(code)
        if key is not None:
            check_key(key)
    except ValueError as error:
        raise typer.BadParameter(str(error.args[0])) from None
    import asyncio  # noqa: PLC0415

    configured = settings(config)
    rules = rules_in_force(configured, None)
    langs = lang or _langs_of(rules)
    try:
        found = asyncio.run(_ask(list(dict.fromkeys(ids)), langs, configured, api, fresh=fresh))
    except SourceError as error:
        raise TocsinError(f"Wikidata: {error}") from error
    target = file or configured.rules.folder / "entities" / "wikidata.toml"
    for named in found:
        _add(named, key, target, configured.rules.folder, rules)
    _check(configured.rules.folder)


async def _ask(
    ids: Sequence[str], langs: Sequence[str], configured: Settings, api: str | None, *, fresh: bool
) -> list[Named]:
    from bot.sources.fetch import Fetcher, FetchLimits  # noqa: PLC0415
    from bot.sources.wikidata import API, Wikidata  # noqa: PLC0415

    limits = FetchLimits(
        concurrency=1,
        per_host=1,
        timeout=configured.fetch.timeout,
        max_bytes=configured.fetch.max_bytes,
        allow_private=configured.fetch.allow_private_addresses,
        # https://foundation.wikimedia.org/wiki/Policy:User-Agent_policy: the program, what it does
        user_agent=f"Tocsin/{__version__} (news lookout; names of entities, on request)",
    )
    async with Fetcher(limits) as fetcher:
        wikidata = Wikidata(
            fetcher,
            address=api or API,
            cache=None if fresh else _cache(),
            clock=lambda: datetime.now(UTC),
        )
        return await wikidata.named(ids, langs)


def _cache() -> Path:
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "tocsin" / "wikidata"


def _langs_of(rules: RuleSet) -> list[str]:
    """The languages that the entities of the rule files have, and those of the bot."""
    # Places have the languages that come with the program, too, which are very many.
    own = (it for it in rules.vocabulary.own_entities.values() if it.kind != "place")
    return sorted({lang for entity in own for lang in entity.names} | set(_LANGS))


def _add(named: Named, key: str | None, target: Path, folder: Path, rules: RuleSet) -> None:
    from bot.cli.formatting import write_whole  # noqa: PLC0415
    from bot.matching.entity_writing import key_of, with_languages, written_entity  # noqa: PLC0415
    from bot.toml import parse  # noqa: PLC0415

    entity = _entity(named, key or key_of(named.labels.get("en") or _first(named)))
    there = next(
        (
            known
            for known in rules.vocabulary.own_entities.values()
            if known.wikidata == named.id or known.key == entity.key
        ),
        None,
    )
    if there is None:
        before = target.read_text("utf-8") if target.exists() else ""
        gap = "\n" if before.strip() else ""
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(
            target, before.rstrip("\n") + ("\n" if gap else "") + gap + written_entity(entity)
        )
        complaints().print(f"@{entity.key} ({entity.kind}) added to {target}", style="green")
        return
    if there.wikidata not in (None, named.id):
        raise TocsinError(
            f"there is another entity @{there.key} ({there.wikidata}); choose a key with --key"
        )
    path = _file_of(there.key, folder)
    before = path.read_bytes().decode()
    after = with_languages(before, str(path), there.key, entity.names)
    if after == before:
        complaints().print(f"@{there.key} in {path} has all of these languages", style="green")
        return
    write_whole(path, after)
    had, has = (parse(text, str(path)).data["entities"][there.key] for text in (before, after))
    added = ", ".join(sorted(has["names"].keys() - had["names"].keys()))
    complaints().print(f"@{there.key} in {path} got names in {added}", style="green")


def _entity(named: Named, key: str) -> Entity:
    from bot.matching.entity_writing import sound_names  # noqa: PLC0415
    from bot.matching.vocabulary import Entity  # noqa: PLC0415

    langs = sorted({*named.labels, *named.aliases})
    names = {
        lang: sound
        for lang in langs
        if (sound := sound_names(named.labels.get(lang), named.aliases.get(lang, ())))
    }
    if not names or not key:
        raise TocsinError(f"Wikidata has no name for {named.id} in these languages; see --lang")
    return Entity(
        key=key,
        kind=named.kind,
        title={lang: names[lang][0] for lang in names},
        names=names,
        wikidata=named.id,
        case=True,
    )


def _first(named: Named) -> str:
    return next(iter(named.labels.values()), "")


def _file_of(key: str, folder: Path) -> Path:
    from bot.matching.rule_files import rule_files  # noqa: PLC0415
    from bot.toml import read  # noqa: PLC0415

    for path in rule_files(folder):
        if key in read(path).data.get("entities", {}):
            return path
    raise TocsinError(f"no file has the entity @{key} any more")


def _check(folder: Path) -> None:
    from bot.matching.rules import check_rules  # noqa: PLC0415

    errors = [finding for finding in check_rules([folder]) if finding.severity == "error"]
    if errors:
        print_findings(errors, complaints())
        raise typer.Exit(1)


def suggest(
    number: Annotated[
        int, typer.Option("-n", "--number", min=1, max=1000, help="At most so many names.")
    ] = 20,
    items: Annotated[
        int, typer.Option("--items", min=1, max=100_000, help="Of so many of the newest items.")
    ] = 2_000,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """List capitalised names that occur often in the stored items and are no entity yet.

    tocsin entities suggest -n 50
    """
    from bot.cli.progress import progress  # noqa: PLC0415
    from bot.cli.reading import rules_in_force  # noqa: PLC0415
    from bot.cli.upkeep import open_existing  # noqa: PLC0415
    from bot.matching.document import Document  # noqa: PLC0415
    from bot.matching.suggesting import suggest as find  # noqa: PLC0415
    from bot.store.items import newest  # noqa: PLC0415
    from bot.store.sources import all_sources  # noqa: PLC0415

    configured = settings(config)
    vocabulary = rules_in_force(configured, None).vocabulary
    with open_existing(configured) as store:
        sources = store.read_now(all_sources)
        stored = store.read_now(lambda conn: newest(conn, limit=items))
    now = datetime.now(UTC)
    documents = (
        Document.of(each.item, sources.get(each.item.source), now)
        for each in progress(stored, "looking for names")
    )
    found = find(documents, vocabulary)[:number]
    for each in found:
        if as_json:
            json_line({"name": each.name, "items": each.items, "langs": list(each.langs)})
        else:
            console().print(f"{each.items:>7,}  {each.name}  ({', '.join(each.langs) or '?'})")
    if not found:
        complaints().print("no name occurs often that is no entity yet")
        raise typer.Exit(1)
