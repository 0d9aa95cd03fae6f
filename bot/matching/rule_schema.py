"""Every key of the rule and entity files, with its type and what it may be."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from bot.matching.text import fold
from bot.scheduling import parse_schedule
from bot.values import Duration, Language, parse_duration


class _Entry(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


def _by_language(value: Any) -> Any:
    """A text without a language is for all readers, as what stands under English is."""
    return {"en": value} if isinstance(value, str) else value


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def _sayable(text: str) -> str:
    if not fold(text):
        raise ValueError("must hold a letter or a digit")
    return text


def _moment(value: Any) -> datetime:
    if not isinstance(value, datetime):
        raise ValueError("must be a moment without quotes, such as 2025-05-18T12:00:00Z")  # noqa: TRY004 - pydantic collects ValueError
    if value.tzinfo is None:
        raise ValueError("must say its offset, such as 2025-05-18T12:00:00Z")
    return value


def _moment_or_age(value: Any) -> datetime | timedelta:
    if isinstance(value, str):
        return parse_duration(value)
    if not isinstance(value, datetime):
        raise ValueError('must be a moment, or how long before now, such as "50m"')  # noqa: TRY004 - pydantic collects ValueError
    return _moment(value)


def _wikidata_id(text: str) -> str:
    if not re.fullmatch(r"Q[1-9][0-9]*", text):
        raise ValueError('must be a Wikidata item such as "Q7747"')
    return text


def _schedule(text: str) -> str:
    parse_schedule(text)
    return text


Text = Annotated[str, AfterValidator(_filled)]
Phrase = Annotated[str, AfterValidator(_sayable)]
# TOML's lists arrive as lists; strict pydantic would want tuples.
Phrases = Annotated[tuple[Phrase, ...], Field(strict=False)]
SomePhrases = Annotated[tuple[Phrase, ...], Field(strict=False, min_length=1)]
Wikidata = Annotated[str, AfterValidator(_wikidata_id)]
Texts = Annotated[tuple[Text, ...], Field(strict=False)]
Titles = Annotated[
    dict[Language, Text],
    BeforeValidator(_by_language, json_schema_input_type=dict[Language, Text] | Text),
]


class ScoreEntry(_Entry):
    """``[topics.KEY.score]``: weighted words instead of a query."""

    threshold: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    words: Annotated[dict[str, Annotated[float, Field(allow_inf_nan=False)]], Field(min_length=1)]


class WhenEntry(_Entry):
    """``[topics.KEY.when]``: the pattern in time to ring for."""

    # The latest so many are remembered.
    count: Annotated[int, Field(ge=1, le=1000)] | None = None
    spike: Annotated[float, Field(gt=1, allow_inf_nan=False)] | None = None
    first: Duration | None = None
    silence: Duration | None = None
    within: Duration | None = None
    by: Literal["entity", "source"] | None = None


class TestItemEntry(_Entry):
    """One of the ``items`` of a test over time."""

    text: Text | None = None
    title: Text | None = None
    lang: Language | None = None
    source: Text | None = None
    item: Text | None = None
    at: Annotated[datetime | timedelta, BeforeValidator(_moment_or_age)] | None = None


class TestEntry(_Entry):
    """One of ``[[topics.KEY.tests]]``."""

    match: bool | None = None
    text: Text | None = None
    title: Text | None = None
    lang: Language | None = None
    item: Text | None = None
    now: Annotated[datetime, BeforeValidator(_moment)] | None = None
    items: Annotated[tuple[TestItemEntry, ...], Field(strict=False, min_length=1)] | None = None
    rings: Annotated[tuple[bool, ...], Field(strict=False)] | None = None


class TopicEntry(_Entry):
    """``[topics.KEY]``."""

    title: Titles = {}  # by default the key
    description: Titles = {}
    query: Text | None = None
    score: ScoreEntry | None = None
    when: WhenEntry | None = None
    severity: Literal["low", "normal", "high", "urgent"] = "normal"
    lang: Annotated[tuple[Language, ...], Field(strict=False)] = ()
    sources: Texts = ()
    schedule: Annotated[str, AfterValidator(_schedule)] | None = None
    enabled: bool = True
    template: Text | None = None
    owner: Text | None = None
    tags: Texts = ()
    renamed_from: Text | None = None
    tests: Annotated[tuple[TestEntry, ...], Field(strict=False)] = ()


class FilterEntry(_Entry):
    """``[filters.KEY]``."""

    query: Text
    except_: Annotated[Texts, Field(alias="except")] = ()


class EntityEntry(_Entry):
    """``[entities.KEY]``."""

    kind: Literal["person", "place", "organisation"]
    title: Titles = {}  # by default the first name of each language
    names: Annotated[dict[Language, SomePhrases], Field(min_length=1)]
    wikidata: Wikidata | None = None
    case: bool = False
    unless: Phrases = ()
    needs: Phrases = ()


class PlaceEntry(EntityEntry):
    """``[entities.KEY]`` over a built-in place, which has a kind and names already."""

    kind: Literal["person", "place", "organisation"] = "place"
    names: dict[Language, SomePhrases] = {}


class Lists(_Entry):
    """``[lists]``, the whole table."""

    lists: dict[str, SomePhrases]
