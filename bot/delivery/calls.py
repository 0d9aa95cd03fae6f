"""What the sender knows of the Bot API's methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.model import Message

if TYPE_CHECKING:
    from bot.store.outbox import OwedDelivery

# Calls that Telegram does not count as messages.
_UNPACED: Final = frozenset(
    {"answerCallbackQuery", "answerInlineQuery", "sendChatAction", "deleteMessage", "leaveChat"}
)
# Calls whose arguments name no chat.
_UNADDRESSED: Final = frozenset({"answerCallbackQuery", "answerInlineQuery"})
# How Telegram refuses an edit that changes nothing: one whose first answer was lost, say.
_DONE_ALREADY: Final = "message is not modified"


def is_paced(message: Message) -> bool:
    """Whether the call counts for Telegram's limits."""
    return message.method not in _UNPACED


def is_done(refusal: Exception) -> bool:
    """Whether the refusal says that what was wanted is so already."""
    return _DONE_ALREADY in str(refusal).lower()


def message_id(result: Any) -> int | None:
    """The id of the message in a call's result; None where the call makes none."""
    found = result.get("message_id") if isinstance(result, dict) else None
    return found if isinstance(found, int) else None


def is_pictured(result: Any) -> bool:
    """Whether the message in a call's result is a picture with a caption."""
    return isinstance(result, dict) and bool(result.get("photo"))


def addressed(owed: OwedDelivery, message: Message, *, paid: bool = False) -> Message:
    """The message with the chat and the thread that it goes to, where it does not name them.

    A silent delivery's message makes no sound. ``paid`` allows Telegram to charge for it, where it
    is one above the free rate.
    """
    if message.method in _UNADDRESSED:
        return message
    address: dict[str, Any] = {"chat_id": owed.chat_id}
    if owed.thread_id and message.method.startswith("send"):
        address["message_thread_id"] = owed.thread_id
    if paid and is_paced(message) and message.method.startswith("send"):
        address["allow_paid_broadcast"] = True
    if owed.silent and message.method.startswith("send"):
        address["disable_notification"] = True
    return Message(message.method, address | dict(message.arguments))
