"""What Telegram sees in a text: commands, hashtags, mentions, addresses, and given entities."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.sandbox.links import link_fault
from bot.sandbox.markup import parse_html, units
from bot.sandbox.refusals import bad_request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.sandbox.records import Json

MOST_ENTITIES = 100
"""Telegram keeps so many and silently drops the rest."""

GIVEN_TYPES = frozenset(
    {
        "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold",
        "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote",
        "code", "pre", "text_link", "text_mention", "custom_emoji",
    }
)  # fmt: skip

_FOUND = re.compile(
    r"""(?P<url>\bhttps?://[^\s<>"«»]+[^\s<>"«».,;:!?)\]'’])
      | (?P<email>\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b)
      | (?P<mention>(?<![\w@])@[A-Za-z0-9_]{3,32}\b)
      | (?P<hashtag>(?<![\w#&/])\#(?=\w*[^\W\d])\w{1,256})
      | (?P<bot_command>(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>@]))
    """,
    re.VERBOSE,
)
_SOLID = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji"})


def rich_text(text: str, parse_mode: str, given: Any) -> tuple[str, list[Json]]:
    """The text that Telegram would keep of a bot's ``text``, trimmed, with all its entities.

    ``given`` is the call's own list of entities, used without a ``parse_mode``. Raises Refusal.
    """
    if parse_mode.lower() == "html":
        plain, entities = parse_html(text)
    elif parse_mode.lower() in {"markdown", "markdownv2"}:
        raise bad_request("can't parse entities: the sandbox reads parse_mode HTML only")
    elif parse_mode:
        raise bad_request("unsupported parse_mode")
    else:
        plain, entities = text, _checked(given, text)
    return _trimmed(plain, _without_nested_code(entities))


def found_entities(text: str, taken: Iterable[Json] = ()) -> list[Json]:
    """What Telegram finds by itself in ``text``, outside ``taken`` links and code."""
    solid = [entity for entity in taken if entity["type"] in _SOLID]
    result: list[Json] = []
    for found in _FOUND.finditer(text):
        offset = units(text[: found.start()])
        entity: Json = {"type": found.lastgroup, "offset": offset, "length": units(found[0])}
        if not any(_overlap(entity, other) for other in solid):
            result.append(entity)
    return result


def _checked(given: Any, text: str) -> list[Json]:
    if given in (None, "", []):
        return []
    if not isinstance(given, list):
        raise bad_request("can't parse entities: Expected an Array of MessageEntity")
    return [_checked_one(entity, text) for entity in given]


def _checked_one(entity: Any, text: str) -> Json:
    if not isinstance(entity, dict):
        raise bad_request("can't parse MessageEntity: Object expected")
    offset, length = entity.get("offset"), entity.get("length")
    if type(offset) is not int or type(length) is not int:
        raise bad_request('can\'t parse MessageEntity: Field "offset" must be of type Number')
    if entity.get("type") not in GIVEN_TYPES:
        raise bad_request(f'can\'t parse MessageEntity: Unsupported type "{entity.get("type")}"')
    if offset < 0 or length <= 0:
        raise bad_request(f"entity has incorrect offset {offset} or length {length}")
    if offset + length > units(text):
        raise bad_request(
            f"entity beginning at UTF-16 offset {offset} ends after the end of the text at "
            f"UTF-16 offset {units(text)}"
        )
    encoded = text.encode("utf-16-le", "surrogatepass")
    for edge in (offset, offset + length):
        # A low surrogate behind an edge means that the edge parts a pair.
        if 0xDC <= next(iter(encoded[2 * edge + 1 : 2 * edge + 2]), 0) <= 0xDF:  # noqa: PLR2004 (the surrogates' high bytes)
            raise bad_request(
                f"entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol"
            )
    if entity["type"] == "text_link" and (fault := link_fault(str(entity.get("url", "")))):
        raise bad_request(f"entity URL '{entity.get('url', '')}' is invalid: {fault}")
    return dict(entity)


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Telegram drops white space around a text; entities move and shrink with it."""
    kept = text.strip()
    lead = units(text[: len(text) - len(text.lstrip())])
    end = units(kept)
    moved: list[Json] = []
    for entity in entities:
        begin = max(0, entity["offset"] - lead)
        stop = min(end, entity["offset"] + entity["length"] - lead)
        if stop > begin:
            moved.append(entity | {"offset": begin, "length": stop - begin})
    moved += found_entities(kept, moved)
    moved.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return kept, moved[:MOST_ENTITIES]


def _without_nested_code(entities: list[Json]) -> list[Json]:
    """Code holds no other formatting, and nothing nests in its own kind."""
    return [
        entity
        for entity in entities
        if not any(
            other is not entity and _contains(other, entity) and _hides(other, entity)
            for other in entities
        )
    ]


def _hides(outer: Json, inner: Json) -> bool:
    if outer["type"] in {"code", "pre"}:
        return True
    same_place = (outer["offset"], outer["length"]) == (inner["offset"], inner["length"])
    return bool(outer["type"] == inner["type"] and not same_place)


def _contains(outer: Json, inner: Json) -> bool:
    return bool(
        outer["offset"] <= inner["offset"]
        and inner["offset"] + inner["length"] <= outer["offset"] + outer["length"]
    )


def _overlap(one: Json, other: Json) -> bool:
    return bool(
        one["offset"] < other["offset"] + other["length"]
        and other["offset"] < one["offset"] + one["length"]
    )
