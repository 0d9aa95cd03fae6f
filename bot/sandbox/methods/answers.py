"""The bot's answers to pressed buttons and to inline queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox import inline
from bot.sandbox.refusals import bad_request

if TYPE_CHECKING:
    from bot.sandbox.arguments import Arguments
    from bot.sandbox.world import World

LONGEST_ANSWER = 200
MOST_RESULTS = 50


def answer_callback_query(world: World, arguments: Arguments) -> bool:
    """End the wait of a pressed button, with a note at the top or an alert."""
    text = arguments.text("text")
    if len(text) > LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    query = world.open_query(arguments.text("callback_query_id"))
    query.answer = {
        "text": text,
        "show_alert": arguments.flag("show_alert"),
        "url": arguments.text("url"),
    }
    where = {
        "query": query.id,
        "person": query.person,
        "chat": query.chat_id,
        "message": query.message_id,
    }
    world.hub.publish("answer", where | query.answer)
    return True


def answer_inline_query(world: World, arguments: Arguments) -> bool:
    """Give the results of an inline query."""
    results = arguments.json("results")
    if not isinstance(results, list):
        raise bad_request("can't parse inline query results JSON: an Array was expected")
    if len(results) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    numbers = [str(result.get("id", "")) for result in results if isinstance(result, dict)]
    if len(set(numbers)) != len(results) or "" in numbers:
        raise bad_request("RESULT_ID_DUPLICATE")
    for result in results:
        inline.check(result)
    query = world.open_query(arguments.text("inline_query_id"))
    query.answer = {"results": results, "next_offset": arguments.text("next_offset")}
    world.hub.publish("inline", {"query": query.id, "person": query.person} | query.answer)
    return True


METHODS: dict[str, Any] = {
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
}
