"""Inline mode: what the bot may answer, and the message that a person makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.entities import rich_text
from bot.sandbox.keyboards import checked_markup
from bot.sandbox.refusals import bad_request

if TYPE_CHECKING:
    from bot.sandbox.records import Json, Query

LONGEST_TEXT = 4096
LONGEST_ID = 64


def check(result: Any) -> None:
    """One result, an article with a text. Raises Refusal for what Telegram would not take."""
    if not isinstance(result, dict) or result.get("type") != "article":
        raise bad_request("the sandbox knows inline results of type article only")
    if len(str(result["id"]).encode()) > LONGEST_ID:
        raise bad_request("RESULT_ID_INVALID")
    if not result.get("title"):
        raise bad_request("can't parse inline query result: Can't find field \"title\"")
    text, _, _ = content(result)
    if not text:
        raise bad_request("message text is empty")
    if len(text) > LONGEST_TEXT:
        raise bad_request("message is too long")


def content(result: Json) -> tuple[str, list[Json], Json | None]:
    """The text, entities and keyboard of the message that a result becomes. Raises Refusal."""
    sent = result.get("input_message_content") or {}
    text, entities = rich_text(
        sent.get("message_text", ""), sent.get("parse_mode", ""), sent.get("entities")
    )
    return text, entities, checked_markup(result.get("reply_markup"), private=False)


def chosen(query: Query, result_id: str) -> Json:
    """The result of an answered query by its id. Raises Refusal."""
    results: list[Json] = (query.answer or {}).get("results", [])
    found = next((each for each in results if str(each["id"]) == result_id), None)
    if found is None:
        raise bad_request("there is no such result")
    return found
