"""``entities``: the persons, places and organisations, and who a name may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import entity_adding
from bot.cli.options import Config, Json, Rules, settings
from bot.cli.output import complaints, console, json_line

if TYPE_CHECKING:
    from bot.matching.lookup import Reading
    from bot.matching.vocabulary import Entity, Vocabulary

entities = typer.Typer(help="The persons, places and organisations.", no_args_is_help=True)

Places = Annotated[
    bool, typer.Option("--places", help="Also the countries and cities that come with the program.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    entities.command("list")(list_entities)
    entities.command("show")(show_entity)
    entities.command("lookup")(lookup)
    entity_adding.register(entities)
    app.add_typer(entities, name="entities")


def list_entities(
    places: Places = False, config: Config = None, rules: Rules = None, as_json: Json = False
) -> None:
    """List the entities of the rule files; with --places those that are built in, too.

    tocsin entities list
    """
    known = _vocabulary(config, rules)
    for key in sorted(known.entities if places else known.own_entities):
        entity = known.entities[key]
        if as_json:
            json_line(_as_json(entity))
        else:
            _print(entity)


def show_entity(
    key: Annotated[str, typer.Argument(metavar="KEY")],
    config: Config = None,
    rules: Rules = None,
    as_json: Json = False,
) -> None:
    """Show an entity with its names.

    tocsin entities show putin
    """
    known = _vocabulary(config, rules)
    wanted = key.removeprefix("@")
    entity = known.entities.get(wanted) or known.entities.get(wanted.lower())
    if entity is None:
        close = known.nearest_entity(wanted)
        hint = f"; did you mean {close}?" if close else ""
        complaints().print(f"no entity has the key {key}{hint}", style="red")
        raise typer.Exit(1)
    if as_json:
        json_line(_as_json(entity))
        return
    _print(entity)
    for lang, words in entity.names.items():
        console().print(f"  {lang}  {', '.join(words)}")


def lookup(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    config: Config = None,
    rules: Rules = None,
    as_json: Json = False,
) -> None:
    """Show who a name may be, the best known first; inflected forms are found too.

    tocsin entities lookup Poutine
    """
    from bot.matching.lookup import readings  # noqa: PLC0415

    found = readings(name, _vocabulary(config, rules))
    for each in found:
        if as_json:
            json_line(_as_json(each.entity) | _found_by(each))
        else:
            _print(each.entity, country=each.country)
            form = "" if each.exact else f", of which {name} is a form"
            console().print(f"  {each.spelling}  ({', '.join(each.langs)}){form}", markup=False)
    if not found:
        complaints().print(f"no entity has the name {name}", style="red")
        raise typer.Exit(1)


def _vocabulary(config: Config, rules: Rules) -> Vocabulary:
    from bot.cli.reading import rules_in_force  # noqa: PLC0415

    return rules_in_force(settings(config), rules).vocabulary


def _print(entity: Entity, country: str | None = None) -> None:
    title = entity.title.get("en") or next(iter(entity.title.values()), entity.key)
    where = f", {country}" if country else ""
    console().print(f"@{entity.key}  {title}  ({entity.kind}{where})")


def _as_json(entity: Entity) -> dict[str, Any]:
    return {
        "key": entity.key,
        "kind": entity.kind,
        "wikidata": entity.wikidata,
        "title": dict(entity.title),
        "names": {lang: list(words) for lang, words in entity.names.items()},
    }


def _found_by(reading: Reading) -> dict[str, Any]:
    return {
        "country": reading.country,
        "matched": {
            "name": reading.spelling,
            "langs": list(reading.langs),
            "exact": reading.exact,
        },
    }
