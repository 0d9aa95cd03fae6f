"""One table of a rule file at a time: from what the file gives to what the rules hold.

Each function adds what is wrong to ``findings``, all of it, and answers None where there is
nothing sound to answer.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.errors import Finding, QueryError
from bot.matching.patterns.pattern import pattern_of
from bot.matching.places.merging import with_one_more
from bot.matching.query import parse_query, parse_weights
from bot.matching.query.build import read_leaf
from bot.matching.query.tree import EntityName, leaves
from bot.matching.rule_schema import FilterEntry, TopicEntry
from bot.matching.rule_vocabulary import STAND_IN
from bot.matching.rule_written_tests import contradictions_of_tests
from bot.matching.ruleset import Filter, Topic
from bot.matching.vocabulary import Entity
from bot.model import Severity
from bot.scheduling import parse_schedule
from bot.toml import validate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.matching.query import Query
    from bot.matching.rule_entries import Entry
    from bot.matching.vocabulary import Vocabulary

# A name as the grammar of queries reads it, less the punctuation that may follow.
_NAME = re.compile(r"""([@$])([^\s()"“”„‟«»|]*[^\s()"“”„‟«»|.,;:!?…])""")
_PATTERNS = ("count", "spike", "first", "silence")


def build_topic(entry: Entry, vocabulary: Vocabulary, findings: list[Finding]) -> Topic | None:
    """The topic of ``[topics.KEY]``."""
    fields, found = validate(TopicEntry, entry.document, at=entry.path, data=entry.raw)
    raw = entry.raw if isinstance(entry.raw, dict) else {}
    found += _contradictions(entry, raw)
    query = _query(entry, raw.get("query"), vocabulary, found)
    if fields is not None and fields.score is not None:
        words = fields.score.words
        query = _weights(entry, fields.score.threshold, words, vocabulary, found)
    if query is not None and fields is not None and fields.when is not None:
        found += _contradictions_of_by(entry, fields.when.by, query)
    findings += found
    if found or fields is None or query is None:
        return None
    return Topic(
        key=entry.key,
        title=fields.title,
        query=query,
        description=fields.description,
        severity=Severity[fields.severity.upper()],
        lang=fields.lang,
        sources=fields.sources,
        enabled=fields.enabled,
        owner=fields.owner,
        tags=fields.tags,
        when=pattern_of(**dict(fields.when)) if fields.when is not None else None,
        schedule=parse_schedule(fields.schedule) if fields.schedule is not None else None,
        renamed_from=fields.renamed_from,
        template=fields.template,
    )


def build_filter(entry: Entry, vocabulary: Vocabulary, findings: list[Finding]) -> Filter | None:
    """The filter of ``[filters.KEY]``."""
    fields, found = validate(FilterEntry, entry.document, at=entry.path, data=entry.raw)
    raw = entry.raw if isinstance(entry.raw, dict) else {}
    query = _query(entry, raw.get("query"), vocabulary, found)
    findings += found
    if found or fields is None or query is None:
        return None
    return Filter(key=entry.key, query=query, exceptions=fields.except_)


def _query(
    entry: Entry, text: Any, vocabulary: Vocabulary, findings: list[Finding]
) -> Query | None:
    if not isinstance(text, str) or not text.strip():
        return None  # the schema says so
    known: Vocabulary | None = vocabulary
    while known is not None:
        try:
            query = parse_query(text, known)
        except QueryError as error:
            place = entry.document.value_place(*entry.path, "query", offset=error.column - 1)
            findings.append(Finding(entry.document.path, *place, error.message, error.hint))
            known = _with_stand_in(known, text[error.column - 1 :])
        else:
            return query if known is vocabulary else None
    return None


def _with_stand_in(vocabulary: Vocabulary, rest: str) -> Vocabulary | None:
    """The vocabulary as if it had the unknown name at which a query failed; None for other faults.

    The parser stops at the first unknown name, and a person wants to hear of all of them.
    """
    found = _NAME.match(rest)
    if found is None:
        return None
    sign, name = found.groups()
    if sign == "@" and name not in vocabulary.entities:
        return replace(vocabulary, entities=with_one_more(vocabulary.entities, Entity(name)))
    if sign == "$" and name not in vocabulary.lists:
        return replace(vocabulary, lists={**vocabulary.lists, name: STAND_IN})
    return None


def _weights(
    entry: Entry,
    threshold: float,
    words: dict[str, float],
    vocabulary: Vocabulary,
    findings: list[Finding],
) -> Query | None:
    wrong = []
    for term in words:
        try:
            read_leaf(term, vocabulary)
        except QueryError as error:
            wrong.append(entry.finding(error.message, "score", "words", term, hint=error.hint))
    if not wrong:
        try:
            return parse_weights(threshold, words, vocabulary)
        except QueryError as error:
            wrong.append(entry.finding(error.message, "score", "threshold", hint=error.hint))
    findings += wrong
    return None


def _contradictions(entry: Entry, raw: dict[str, Any]) -> Iterator[Finding]:
    """What no single key can say."""
    if "query" in raw and "score" in raw:
        yield entry.finding("a topic has a query or a score, not both", "score")
    elif "query" not in raw and "score" not in raw and isinstance(entry.raw, dict):
        yield entry.finding("a topic needs a query, or a score")
    if isinstance(raw.get("when"), dict):
        yield from _contradictions_of_when(entry, raw["when"])
    yield from contradictions_of_tests(entry)


def _contradictions_of_by(entry: Entry, by: str | None, query: Query) -> Iterator[Finding]:
    if by == "entity" and not any(isinstance(leaf, EntityName) for leaf in leaves(query.tree)):
        message = 'by = "entity" rings for no entity, for the query names none: @putin, say'
        yield entry.finding(message, "when", "by")


def _contradictions_of_when(entry: Entry, when: dict[str, Any]) -> Iterator[Finding]:
    given = [key for key in when if key in _PATTERNS]
    names = ", ".join(_PATTERNS[:-1]) + " or " + _PATTERNS[-1]
    if not given:
        yield entry.finding(f"when needs one of {names}", "when")
    for extra in given[1:]:
        yield entry.finding(f"when takes only one of {names}, not also {extra}", "when", extra)
    if given == ["count"] and "within" not in when:
        yield entry.finding('count needs within, such as within = "1h"', "when", "count")
    if "within" in when and given and given[0] in ("first", "silence"):
        yield entry.finding(f"within says nothing beside {given[0]}", "when", "within")
