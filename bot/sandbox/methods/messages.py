"""What the bot writes: messages and pictures, their edits, their end."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from bot.sandbox import wire
from bot.sandbox.entities import rich_text
from bot.sandbox.keyboards import checked_markup
from bot.sandbox.links import link_fault
from bot.sandbox.methods.chats import require_writable
from bot.sandbox.pictures import picture_kind, picture_size
from bot.sandbox.records import Photo
from bot.sandbox.refusals import bad_request, too_fast

if TYPE_CHECKING:
    from bot.sandbox.arguments import Arguments
    from bot.sandbox.records import Chat, Json, Message
    from bot.sandbox.world import World

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
DELETABLE = 48 * 60 * 60
"""Seconds for which a bot can take a message back."""

GENERAL = 1


def send_message(world: World, arguments: Arguments) -> Json:
    """Send a text."""
    text, entities = _text(arguments)
    return _send(world, arguments, text=text, entities=entities)


def send_photo(world: World, arguments: Arguments) -> Json:
    """Send a picture with a caption."""
    caption, entities = _caption(arguments)
    photo = _photo(world, arguments)
    sent = _send(world, arguments, text=caption, entities=entities, photo=photo)
    world.keep_photo(photo)
    return sent


def send_document(world: World, arguments: Arguments) -> Json:
    """Send a file with a caption."""
    caption, entities = _caption(arguments)
    named = arguments.text("document")
    upload = arguments.uploads.get(named.removeprefix("attach://") or "document")
    if upload is None:
        if named not in world.documents:
            raise bad_request("there is no document in the request")
        document = world.documents[named]
    elif not upload.body:
        raise bad_request("file must be non-empty")
    else:
        document = world.keep_document(upload.name, upload.body)
    return _send(world, arguments, text=caption, entities=entities, document=document)


def edit_message_text(world: World, arguments: Arguments) -> Json:
    """Change a text in place; without reply_markup the keyboard goes."""
    text, entities = _text(arguments)
    chat, message = _own_message(world, arguments)
    if message.photo is not None or message.document is not None:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, chat, message, arguments, text=text, entities=entities)


def edit_message_caption(world: World, arguments: Arguments) -> Json:
    """Change a picture's caption in place."""
    caption, entities = _caption(arguments)
    chat, message = _own_message(world, arguments)
    if message.photo is None and message.document is None:
        raise bad_request("there is no caption in the message to edit")
    return _edit(world, chat, message, arguments, text=caption, entities=entities)


def edit_message_reply_markup(world: World, arguments: Arguments) -> Json:
    """Change a keyboard in place."""
    chat, message = _own_message(world, arguments)
    return _edit(
        world, chat, message, arguments, silently=True, text=message.text, entities=message.entities
    )


def delete_message(world: World, arguments: Arguments) -> bool:
    """Take a message away: the bot's own, and in chats that it administers anybody's."""
    chat = world.chat(arguments.chat_id())
    require_writable(world, chat)
    message = chat.messages.get(arguments.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    mine = message.sender in {world.bot.id, None} or chat.kind == "private"
    may = mine or chat.status(world.bot.id).commands
    if not may or message.date < world.now - DELETABLE:
        raise bad_request("message can't be deleted for everyone")
    world.remove_message(message)
    return True


def _text(arguments: Arguments) -> tuple[str, list[Json]]:
    text, entities = rich_text(
        arguments.text("text"), arguments.text("parse_mode"), arguments.json("entities")
    )
    if not text:
        raise bad_request("message text is empty")
    if len(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return text, entities


def _caption(arguments: Arguments) -> tuple[str, list[Json]]:
    caption, entities = rich_text(
        arguments.text("caption"), arguments.text("parse_mode"), arguments.json("caption_entities")
    )
    if len(caption) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return caption, entities


def _send(world: World, arguments: Arguments, **content: Any) -> Json:
    chat = world.chat(arguments.chat_id())
    require_writable(world, chat)
    private = chat.kind == "private"
    markup = checked_markup(arguments.json("reply_markup"), private=private)
    thread_id = _thread(chat, arguments)
    reply_to = _replied(chat, arguments)
    if arguments.text("message_effect_id") and not private:
        raise bad_request("EFFECT_ID_INVALID")
    group = chat.kind in {"group", "supergroup"}
    paid = arguments.flag("allow_paid_broadcast")
    wait = world.limiter.admit(chat.id, world.clock.now(), group=group, paid=paid)
    if wait is not None:
        raise too_fast(wait)
    message = world.add_message(
        chat,
        None if chat.kind == "channel" else world.bot.id,
        markup=markup,
        thread_id=thread_id,
        reply_to=reply_to,
        silent=arguments.flag("disable_notification"),
        **content,
    )
    return wire.message_json(world, message)


def _edit(
    world: World,
    chat: Chat,
    message: Message,
    arguments: Arguments,
    *,
    silently: bool = False,
    **content: Any,
) -> Json:
    markup = checked_markup(arguments.json("reply_markup"), private=chat.kind == "private")
    same = (message.text, message.entities, message.markup)
    if same == (content["text"], content["entities"], markup):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are "
            "exactly the same as a current content and reply markup of the message"
        )
    world.change_message(message, silently=silently, markup=markup, **content)
    return wire.message_json(world, message)


def _own_message(world: World, arguments: Arguments) -> tuple[Chat, Message]:
    if arguments.text("inline_message_id"):
        raise bad_request("message to edit not found")
    chat = world.chat(arguments.chat_id())
    require_writable(world, chat)
    message = chat.messages.get(arguments.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender not in {world.bot.id, None} or message.service is not None:
        raise bad_request("message can't be edited")
    return chat, message


def _thread(chat: Chat, arguments: Arguments) -> int | None:
    number = arguments.integer("message_thread_id")
    if not number:
        return None
    # The general topic has no thread to Telegram's servers: naming it is an error.
    if number == GENERAL or number not in chat.threads:
        raise bad_request("message thread not found")
    if chat.threads[number].closed:
        raise bad_request("TOPIC_CLOSED")
    return number


def _replied(chat: Chat, arguments: Arguments) -> int | None:
    reply = arguments.json("reply_parameters") or {}
    if not isinstance(reply, dict):
        raise bad_request("can't parse reply parameters: an Object was expected")
    old = arguments.integer("reply_to_message_id")
    number = reply.get("message_id", old)
    lenient = reply.get("allow_sending_without_reply") or arguments.flag(
        "allow_sending_without_reply"
    )
    if not number or number in chat.messages:
        return number or None
    if lenient:
        return None
    raise bad_request("message to be replied not found")


def _photo(world: World, arguments: Arguments) -> Photo:
    named = arguments.text("photo")
    upload = arguments.uploads.get(named.removeprefix("attach://") or "photo")
    number = f"photo{secrets.token_hex(8)}"
    if upload is not None:
        kind = picture_kind(upload.body)
        if kind is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        width, height = picture_size(upload.body)
        return Photo(number, upload.body, kind, width=width, height=height)
    if named in world.photos:
        return world.photos[named]
    if named.startswith(("http://", "https://")):
        if link_fault(named):
            raise bad_request("wrong HTTP URL specified")
        return Photo(number, url=named)
    if not named:
        raise bad_request("there is no photo in the request")
    raise bad_request("wrong file identifier/HTTP URL specified")


METHODS: dict[str, Any] = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
}
