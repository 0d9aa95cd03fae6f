"""``schema``: JSON Schemas of the files that people write, made from the classes that check them.

Editors that know TOML read a line ``#:schema PATH-or-ADDRESS`` at a file's top. Then they complete
keys, show what they mean and mark mistakes while one types.
"""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from bot.values import LANGUAGES

if TYPE_CHECKING:
    from pydantic import BaseModel

DIALECT = "http://json-schema.org/draft-07/schema#"  # the newest that all TOML editors know
_KEY = "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"

# What an editor shows beside a key.
_RULE_WORDS = {
    "topics": "Named queries that people can subscribe to.",
    "lists": "Words that several queries share; a query says $name.",
    "filters": "What no topic rings for.",
    "templates": "Forms of alerts by name; “default” is for all that name none.",
    "entities": "Persons, places and organisations with their names; a query says @key.",
    "TopicEntry.title": "What people see and subscribe to, by language.",
    "TopicEntry.description": "One sentence more, by language.",
    "TopicEntry.query": "What rings. See docs/rules.md for the language.",
    "TopicEntry.score": "Weighted words instead of a query.",
    "TopicEntry.when": "Ring for a pattern in time instead of for each item.",
    "TopicEntry.severity": "Which alert leaves first when many are waiting.",
    "TopicEntry.lang": "Only items in one of these languages.",
    "TopicEntry.sources": "Only items from one of these sources: keys, names or addresses.",
    "TopicEntry.schedule": "When it may ring, such as “Mon-Fri 08:00-20:00 Europe/Paris”.",
    "TopicEntry.enabled": "False lets the topic rest.",
    "TopicEntry.owner": "Whom to ask about the topic.",
    "TopicEntry.tags": "Words to find topics by.",
    "TopicEntry.template": "The name of the template that its alerts have.",
    "TopicEntry.renamed_from": "The key before: subscriptions to it move here.",
    "TopicEntry.tests": "Run by `tocsin test`, and before a change comes into force.",
    "ScoreEntry.threshold": "Rings when the weights of the words that are found reach this.",
    "ScoreEntry.words": "Each word, phrase, @entity or $list with its weight; counts once an item.",
    "WhenEntry.count": "So many items within the time.",
    "WhenEntry.spike": "So many times as many as usual.",
    "WhenEntry.first": "The first item after so long without any.",
    "WhenEntry.silence": "No item for so long.",
    "WhenEntry.within": "The time in which items are counted; of a spike an hour, if not given.",
    "WhenEntry.by": "Watch each entity, or each source, for itself.",
    "TestEntry.match": "Whether the topic must ring.",
    "TestEntry.text": "A text to try.",
    "TestEntry.title": "Its title.",
    "TestEntry.lang": "Its language.",
    "TestEntry.item": "A file to try instead of a text.",
    "TestEntry.now": "The moment at which the test plays.",
    "TestEntry.items": "Several items in time, for a topic with a pattern in time.",
    "TestEntry.rings": "For which of the items it must ring, one answer each.",
    "TestItemEntry.text": "A text to try.",
    "TestItemEntry.title": "Its title.",
    "TestItemEntry.lang": "Its language.",
    "TestItemEntry.source": "The key of the source that it comes from.",
    "TestItemEntry.item": "A file to try instead of a text.",
    "TestItemEntry.at": "When it arrives: a moment, or how long before now, such as “50m”.",
    "FilterEntry.query": "Items that no topic rings for.",
    "FilterEntry.except": "Topics that the filter spares; sport-* is all that begin so.",
    "EntityEntry.kind": "What it is.",
    "EntityEntry.title": "What people see, by language.",
    "EntityEntry.names": "The names it goes by, by language; they inflect by themselves.",
    "EntityEntry.wikidata": "Its item in Wikidata, such as “Q7747”.",
    "EntityEntry.case": "True: a name counts only with its capitals.",
    "EntityEntry.unless": "Nearby words that mean something else.",
    "EntityEntry.needs": "Nearby words without which a name of one word is not believed.",
}
_LANGUAGES = sorted(LANGUAGES)


class Which(StrEnum):
    """The kinds of file."""

    RULES = "rules"
    CONFIG = "config"


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command()(schema)


def schema(
    which: Annotated[Which, typer.Argument(help="rules (entities and lists too), or config.")],
) -> None:
    """Write the JSON Schema of rule and entity files, or of config.toml, for editors.

    tocsin schema rules > rules.schema.json
    """
    sys.stdout.buffer.write(written(which))


def written(which: Which) -> bytes:
    """The schema as it is kept in ``docs/schemas``."""
    made = rules_schema() if which is Which.RULES else config_schema()
    return orjson.dumps(made, option=orjson.OPT_INDENT_2) + b"\n"


def key_order() -> dict[str, list[str]]:
    """The order of the keys in ``[topics.KEY]`` and its like, for ``fmt``."""
    from bot.matching.rule_schema import EntityEntry, FilterEntry, TopicEntry  # noqa: PLC0415

    entries: dict[str, type[BaseModel]] = {
        "topics": TopicEntry,
        "filters": FilterEntry,
        "entities": EntityEntry,
    }
    return {
        section: [field.alias or name for name, field in model.model_fields.items()]
        for section, model in entries.items()
    }


def rules_schema() -> Any:
    """The schema of a rule or entity file."""
    from pydantic.json_schema import models_json_schema  # noqa: PLC0415

    from bot.matching.rule_schema import (  # noqa: PLC0415
        EntityEntry,
        FilterEntry,
        Lists,
        TopicEntry,
    )

    models = (TopicEntry, FilterEntry, EntityEntry, Lists)
    _, made = models_json_schema([(model, "validation") for model in models])
    definitions = made["$defs"]
    lists = definitions.pop("Lists")["properties"]["lists"]
    _describe(definitions, _RULE_WORDS)
    topic = definitions["TopicEntry"]
    topic["anyOf"] = [{"required": ["query"]}, {"required": ["score"]}]
    tables = {
        "topics": {"$ref": "#/$defs/TopicEntry"},
        "lists": lists["additionalProperties"],
        "filters": {"$ref": "#/$defs/FilterEntry"},
        "entities": {"$ref": "#/$defs/EntityEntry"},
        "templates": {"type": "string", "minLength": 1},
    }
    properties = {
        section: {
            "type": "object",
            "description": _RULE_WORDS[section],
            "propertyNames": {"pattern": _KEY},
            "additionalProperties": inside,
        }
        for section, inside in tables.items()
    }
    return _tidied(_headed("Tocsin: rules and entities", properties, definitions))


def config_schema() -> Any:
    """The schema of ``config.toml``."""
    from bot.config.schema import ConfigFile  # noqa: PLC0415

    made = ConfigFile.model_json_schema()
    return _tidied(_headed("Tocsin: configuration", made["properties"], made["$defs"]))


def _headed(title: str, properties: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    # In draft 7 the definitions have another name, and that is all that differs here.
    return {
        "$schema": DIALECT,
        "title": title,
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "definitions": {
            **definitions,
            "Language": {"type": "string", "description": "ISO 639-1.", "enum": _LANGUAGES},
        },
    }


def _describe(definitions: dict[str, Any], words: dict[str, str]) -> None:
    for name, definition in definitions.items():
        for key, value in definition["properties"].items():
            if description := words.get(f"{name}.{key}"):
                value["description"] = description


def _tidied(value: Any) -> Any:
    """Without what pydantic says for itself: made-up titles, nulls (TOML has none), defaults."""
    if isinstance(value, list):
        return [_tidied(each) for each in value]
    if not isinstance(value, dict):
        return value.replace("#/$defs/", "#/definitions/") if isinstance(value, str) else value
    if value.get("enum") == _LANGUAGES and "description" not in value:
        return {"$ref": "#/definitions/Language"}
    alternatives = [each for each in value.get("anyOf", ()) if each != {"type": "null"}]
    out = {
        key: _tidied(each)
        for key, each in value.items()
        if not (key == "title" and isinstance(each, str) and "$schema" not in value)
        and not (key == "default" and (each is None or isinstance(each, dict)))
        and key != "anyOf"
    }
    if isinstance(out.get("description"), str):
        out["description"] = out["description"].replace("``", "`")
    if isinstance(out.get("default"), str) and not re.search(
        out.get("pattern", ""), out["default"]
    ):
        del out["default"]  # pydantic's spelling of a length of time, not ours
    if len(alternatives) == 1:
        out = {**_tidied(alternatives[0]), **out}
    if "$ref" in out and len(out) > 1:  # draft 7 looks at nothing beside a $ref
        out["allOf"] = [{"$ref": out.pop("$ref")}]
    if len(alternatives) == 1:
        return out
    return {**out, "anyOf": _tidied(alternatives)} if alternatives else out
