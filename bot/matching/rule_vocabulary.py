"""Word lists and entities of rule files as the vocabulary that queries name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import Finding, QueryError
from bot.matching.places import gazetteer
from bot.matching.places.merging import BuiltIn, merged
from bot.matching.query.build import LeafReader
from bot.matching.rule_schema import EntityEntry, Lists, PlaceEntry
from bot.matching.vocabulary import Entity, Vocabulary
from bot.toml import validate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.matching.rule_entries import Entries, Entry

# What a list holds that is wrong, until it is put right: queries that name it are not wrong too.
STAND_IN: tuple[str, ...] = ("stand-in",)


def build_vocabulary(
    entries: Entries,
    context: Entries,
    broken: Iterable[tuple[str, str]],
    findings: list[Finding],
) -> Vocabulary:
    """The vocabulary of the entries; what is wrong with them is added to ``findings``.

    Queries may also count on ``context``, whose faults are reported elsewhere, and on the names,
    (section, key), of what stands in ``broken`` files.
    """
    entities = {key: Entity(key) for section, key in broken if section == "entities"}
    lists = dict.fromkeys((key for section, key in broken if section == "lists"), STAND_IN)
    ignored: list[Finding] = []
    for given, faults in ((context, ignored), (entries, findings)):
        entities |= {key: _entity(entry, faults) for key, entry in given.entities.items()}
    raw = {key: it.raw for key, it in {**context.entities, **entries.entities}.items()}
    known = BuiltIn(
        {key: merged(entity, raw.get(key, ())) for key, entity in entities.items()},
        {key: frozenset(entity.names) for key, entity in entities.items()},
    )
    reader = LeafReader(Vocabulary(known))  # a list's word may be an @entity
    for given, faults in ((context, ignored), (entries, findings)):
        lists |= {key: _list(entry, reader, faults) for key, entry in given.lists.items()}
    return Vocabulary(known, lists, entries.topics)


def _entity(entry: Entry, findings: list[Finding]) -> Entity:
    schema = PlaceEntry if entry.key in gazetteer() else EntityEntry
    fields, found = validate(schema, entry.document, at=entry.path, data=entry.raw)
    findings += found
    if fields is None:
        return Entity(entry.key)
    return Entity(
        key=entry.key,
        kind=fields.kind,
        title=fields.title or {lang: names[0] for lang, names in fields.names.items()},
        names=fields.names,
        wikidata=fields.wikidata,
        case=fields.case,
        unless=fields.unless,
        needs=fields.needs,
    )


def _list(entry: Entry, reader: LeafReader, findings: list[Finding]) -> tuple[str, ...]:
    fields, found = validate(Lists, entry.document, data={"lists": {entry.key: entry.raw}})
    for number, word in enumerate(fields.lists[entry.key] if fields is not None else ()):
        try:
            reader.read_term(word, in_list=True)
        except QueryError as error:
            place = entry.document.value_place(*entry.path, number, offset=error.column - 1)
            found.append(Finding(entry.document.path, *place, error.message, error.hint))
    findings += found
    return STAND_IN if fields is None or found else fields.lists[entry.key]
