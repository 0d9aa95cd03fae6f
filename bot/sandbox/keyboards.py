"""Inline keyboards: what Telegram takes for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.links import link_fault
from bot.sandbox.refusals import bad_request

if TYPE_CHECKING:
    from bot.sandbox.records import Json

MOST_BUTTONS = 100
LONGEST_DATA = 64
"""Bytes of callback_data."""

_ACTIONS = frozenset(
    {
        "callback_data", "url", "web_app", "login_url", "switch_inline_query",
        "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text",
    }
)  # fmt: skip
_OTHER_MARKUP = frozenset({"keyboard", "remove_keyboard", "force_reply"})


def checked_markup(markup: Any, *, private: bool) -> Json | None:
    """The reply_markup of a call as it is kept: None for none. Raises Refusal (400).

    Keyboards below the text field are accepted and not shown.
    """
    if markup in (None, "", {}):
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        if _OTHER_MARKUP & set(markup):
            return None
        raise bad_request("object expected as reply markup")
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be an Array of Arrays')
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    kept = [[_button(button, private=private) for button in row] for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def _button(button: Any, *, private: bool) -> Json:
    if not isinstance(button, dict):
        raise bad_request(
            "can't parse inline keyboard button: InlineKeyboardButton must be an Object"
        )
    if "text" not in button:
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    text = button["text"]
    if not isinstance(text, str):
        raise bad_request(
            'can\'t parse inline keyboard button: Field "text" must be of type String'
        )
    if not text.strip():
        raise bad_request("inline keyboard button text is empty")
    actions = [name for name in _ACTIONS if button.get(name) not in (None, "")]
    inline = {"switch_inline_query", "switch_inline_query_current_chat"} & set(button)
    if not actions and not inline:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if "callback_data" in actions:
        data = button["callback_data"]
        if not isinstance(data, str) or len(data.encode()) > LONGEST_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
    if "url" in actions and (fault := link_fault(str(button["url"]))):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: {fault}")
    if "web_app" in actions and not private:
        raise bad_request("BUTTON_TYPE_INVALID")
    return dict(button)
