"""Names of persons, places and organisations from Wikidata's API.

One request for up to fifty items (``wbgetentities``), asked through the guarded fetcher with
``maxlag``, as https://www.mediawiki.org/wiki/API:Etiquette wants it; answers are kept on disk.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, Protocol
from urllib.parse import urlencode

import orjson

from bot.errors import FetchError, ParseError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from bot.sources.fetch import Fetched

API = "https://www.wikidata.org/w/api.php"
MOST_AT_ONCE = 50
LIFETIME = timedelta(days=7)
_MAXLAG = 5  # seconds; what the etiquette names, and how long it says to wait then
_TRIES = 4
_LONGEST_WAIT = timedelta(minutes=2)

# What tells the kinds apart: https://www.wikidata.org/wiki/Wikidata:List_of_properties
_HUMAN = "Q5"
_INSTANCE_OF = "P31"
_OF_ORGANISATIONS = frozenset({"P159", "P169", "P488", "P1454"})  # headquarters, heads, legal form
_OF_PLACES = frozenset({"P625", "P1566", "P1082"})  # coordinates, GeoNames id, population
# Wikidata's codes where they are not ISO 639-1.
_CODES = {"no": "nb"}


@dataclass(frozen=True, slots=True)
class Named:
    """What Wikidata calls an item: by language its label, then its other names."""

    id: str
    kind: Literal["person", "place", "organisation"]
    labels: Mapping[str, str]
    aliases: Mapping[str, tuple[str, ...]]


class Fetches(Protocol):
    """The one thing that is needed of :class:`bot.sources.fetch.Fetcher`."""

    async def fetch(self, url: str) -> Fetched:
        """The document at an address. Raises FetchError."""


class Wikidata:
    """Asks the API at ``address``; answers younger than :data:`LIFETIME` come from ``cache``."""

    def __init__(
        self,
        fetcher: Fetches,
        *,
        address: str = API,
        cache: Path | None = None,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._fetcher = fetcher
        self._address = address
        self._cache = cache
        self._clock = clock
        self._sleep = sleep

    async def named(self, ids: Sequence[str], langs: Iterable[str]) -> list[Named]:
        """The names of the items in those languages, in the order of ``ids``.

        Raises FetchError where the API does not answer, ParseError where it answers otherwise than
        expected or does not know an item.
        """
        wanted = sorted(set(langs))
        found: list[Named] = []
        for start in range(0, len(ids), MOST_AT_ONCE):
            page = ids[start : start + MOST_AT_ONCE]
            body = await self._answer(self._url(page, wanted))
            found += read_answer(body, page, wanted)
        return found

    def _url(self, ids: Sequence[str], langs: Sequence[str]) -> str:
        asked = {
            "action": "wbgetentities",
            "ids": "|".join(ids),
            "props": "labels|aliases|claims",
            "languages": "|".join(_CODES.get(lang, lang) for lang in langs),
            "format": "json",
            "formatversion": 2,
            "maxlag": _MAXLAG,
        }
        return f"{self._address}?{urlencode(asked)}"

    async def _answer(self, url: str) -> bytes:
        kept = self._kept(url)
        if kept is not None and kept.is_file():
            age = self._clock().timestamp() - kept.stat().st_mtime
            if 0 <= age < LIFETIME.total_seconds():
                return kept.read_bytes()
        body = await self._ask(url)
        if kept is not None and b'"error"' not in body[:20]:
            kept.parent.mkdir(parents=True, exist_ok=True)
            new = kept.with_suffix(".new")
            new.write_bytes(body)
            new.replace(kept)
        return body

    def _kept(self, url: str) -> Path | None:
        if self._cache is None:
            return None
        return self._cache / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.json"

    async def _ask(self, url: str) -> bytes:
        """One answer; a busy server is left alone for as long as it asks, a few times."""
        for left in reversed(range(_TRIES)):
            try:
                body = (await self._fetcher.fetch(url)).body or b""
            except FetchError as error:
                wait = error.retry_after
                if wait is None or wait > _LONGEST_WAIT or not left:
                    raise
            else:
                if _error_code(body) != "maxlag":
                    return body
                wait = timedelta(seconds=_MAXLAG)
            if left:
                await self._sleep(wait.total_seconds())
        raise FetchError("Wikidata is too busy now (maxlag); try again later")


def read_answer(body: bytes, ids: Sequence[str], langs: Sequence[str]) -> list[Named]:
    """The items of an answer. Raises ParseError."""
    try:
        answer = orjson.loads(body)
        if isinstance(answer.get("error"), dict):
            raise ParseError(f"Wikidata says: {answer['error'].get('info', 'no')}")
        entities = answer["entities"]
        # A merged item answers under its old id, or under the new one.
        return [_named(entities.get(each) or _merged(entities, each), each, langs) for each in ids]
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError) as error:
        raise ParseError(f"this is no answer of Wikidata's API: {error!r}") from error


def _merged(entities: Mapping[str, Any], asked: str) -> Any:
    for entity in entities.values():
        if entity.get("redirects", {}).get("from") == asked:
            return entity
    raise KeyError(asked)


def _named(entity: Mapping[str, Any], asked: str, langs: Sequence[str]) -> Named:
    if "missing" in entity:
        raise ParseError(f"Wikidata has no item {asked}")
    labels, aliases = entity.get("labels") or {}, entity.get("aliases") or {}
    by_code = {_CODES.get(lang, lang): lang for lang in langs}
    return Named(
        id=entity["id"],
        kind=_kind(entity.get("claims") or {}),
        labels={
            lang: str(labels[code]["value"]) for code, lang in by_code.items() if code in labels
        },
        aliases={
            lang: tuple(str(each["value"]) for each in aliases[code])
            for code, lang in by_code.items()
            if code in aliases
        },
    )


def _kind(claims: Mapping[str, Any]) -> Literal["person", "place", "organisation"]:
    instances = {
        value.get("id")
        for claim in claims.get(_INSTANCE_OF, ())
        for value in [claim["mainsnak"].get("datavalue", {}).get("value", {})]
    }
    if _HUMAN in instances:
        return "person"
    if not _OF_ORGANISATIONS.isdisjoint(claims):
        return "organisation"
    return "organisation" if _OF_PLACES.isdisjoint(claims) else "place"


def _error_code(body: bytes) -> str | None:
    try:
        error = orjson.loads(body).get("error")
    except (orjson.JSONDecodeError, AttributeError):
        return None
    return error.get("code") if isinstance(error, dict) else None
