"""What people do: say, press, edit, start, block. Each becomes the update that Telegram makes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.sandbox import wire
from bot.sandbox.entities import found_entities
from bot.sandbox.inline import chosen
from bot.sandbox.inline import content as chosen_content
from bot.sandbox.records import Status
from bot.sandbox.refusals import bad_request
from bot.sandbox.world import CALLBACK_LIFETIME, INLINE_LIFETIME

if TYPE_CHECKING:
    from bot.sandbox.records import Chat, Json, Message, Query
    from bot.sandbox.world import World

LONGEST_TEXT = 4096
_START_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


def say(
    world: World,
    person_id: int,
    chat_id: int,
    text: str,
    *,
    thread_id: int | None = None,
    reply_to: int | None = None,
    anonymous: bool = False,
    **content: Any,
) -> Message:
    """A person writes into a chat. Raises Refusal where Telegram's apps would not let them.

    ``anonymous``: in the name of the group that they administer. ``content`` are further fields of
    the message: a document, where it was forwarded from.
    """
    person = world.person(person_id)
    chat = world.chat(chat_id)
    text = text.strip()
    if not text and not content:
        raise bad_request("message text is empty")
    if len(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    if person.deactivated or not chat.status(person_id).present:
        raise bad_request(f"{person.name} is not in this chat")
    if (chat.kind == "channel" or anonymous) and not chat.status(person_id).commands:
        raise bad_request("only administrators write in a channel, or anonymously")
    if thread_id is not None and thread_id not in chat.threads:
        raise bad_request("message thread not found")
    if chat.kind == "private":
        if chat.status(world.bot.id) is Status.KICKED:
            raise bad_request("the bot is blocked: unblock it first")
        chat.members[world.bot.id] = Status.MEMBER
    message = world.add_message(
        chat,
        None if chat.kind == "channel" else person_id,
        thread_id=thread_id,
        reply_to=reply_to if reply_to in chat.messages else None,
        anonymous=anonymous,
        **({"text": text, "entities": found_entities(text)} | content),
    )
    kind = "channel_post" if chat.kind == "channel" else "message"
    if _bot_sees(world, chat, message):
        world.tell_bot(kind, wire.message_json(world, message))
    return message


def upload(
    world: World,
    person_id: int,
    chat_id: int,
    name: str,
    body: bytes,
    *,
    caption: str = "",
    thread_id: int | None = None,
) -> Message:
    """A person sends a file."""
    document = world.keep_document(name, body)
    return say(world, person_id, chat_id, caption, thread_id=thread_id, document=document)


def forward(
    world: World, person_id: int, chat_id: int, message_id: int, to: int | None = None
) -> Message:
    """A person forwards a message, to the bot or into another chat."""
    source = world.chat(chat_id)
    message = world.message(source, message_id)
    told = wire.message_json(world, message)
    origin: Json = {"date": message.date}
    if source.kind == "channel":
        origin |= {"type": "channel", "chat": told["chat"], "message_id": message.id}
    elif message.anonymous:
        origin |= {"type": "chat", "sender_chat": told["chat"]}
    else:
        origin |= {"type": "user", "sender_user": told["from"]}
    return say(
        world,
        person_id,
        person_id if to is None else to,
        message.text,
        entities=message.entities,
        photo=message.photo,
        document=message.document,
        origin=origin,
    )


def choose(world: World, person_id: int, chat_id: int, query_id: str, result_id: str) -> Message:
    """A person sends one of the bot's answers to an inline query into a chat."""
    query = world.queries.get(query_id)
    if query is None or query.person != person_id:
        raise bad_request("there is no such query")
    text, entities, markup = chosen_content(chosen(query, result_id))
    return say(world, person_id, chat_id, text, entities=entities, markup=markup, inline=True)


def start(world: World, person_id: int, payload: str = "") -> Message:
    """A person presses Start, or follows a deep link with a ``payload``."""
    if not _START_PAYLOAD.fullmatch(payload):
        raise bad_request("a start payload is at most 64 of A-Z a-z 0-9 _ -")
    chat = world.chat(person_id)
    if chat.status(world.bot.id) is Status.KICKED:
        unblock(world, person_id)
    return say(world, person_id, person_id, f"/start {payload}")


def edit(world: World, person_id: int, chat_id: int, message_id: int, text: str) -> Message:
    """A person changes what they wrote."""
    chat = world.chat(chat_id)
    message = world.message(chat, message_id)
    text = text.strip()
    owner = chat.status(person_id).commands if message.sender is None else False
    if message.sender != person_id and not owner:
        raise bad_request("message can't be edited")
    if not text or len(text) > LONGEST_TEXT:
        raise bad_request("message text is empty or too long")
    world.change_message(message, text=text, entities=found_entities(text))
    kind = "edited_channel_post" if chat.kind == "channel" else "edited_message"
    if _bot_sees(world, chat, message):
        world.tell_bot(kind, wire.message_json(world, message))
    return message


def press(world: World, person_id: int, chat_id: int, message_id: int, data: str) -> Query:
    """A person presses the inline button whose callback_data or text is ``data``."""
    person = world.person(person_id)
    chat = world.chat(chat_id)
    message = world.message(chat, message_id)
    if not chat.status(person_id).present:
        raise bad_request(f"{person.name} is not in this chat")
    rows = (message.markup or {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row if "callback_data" in button]
    button = next((each for each in buttons if data in (each["callback_data"], each["text"])), None)
    if button is None:
        raise bad_request("there is no such button")
    query = world.ask(person_id, CALLBACK_LIFETIME, message=message, data=button["callback_data"])
    payload = {
        "id": query.id,
        "from": wire.user_json(person),
        "message": wire.message_json(world, message),
        "chat_instance": str(abs(chat_id) * 7919),
        "data": query.data,
    }
    world.tell_bot("callback_query", payload)
    return query


def inline(world: World, person_id: int, text: str, offset: str = "") -> Query:
    """A person asks in inline mode, ``@bot text``, in any chat."""
    person = world.person(person_id)
    query = world.ask(person_id, INLINE_LIFETIME, data=text)
    payload = {"id": query.id, "from": wire.user_json(person), "query": text, "offset": offset}
    world.tell_bot("inline_query", payload)
    return query


def block(world: World, person_id: int) -> None:
    """A person blocks the bot."""
    set_bot_status(world, world.chat(person_id), Status.KICKED, person_id)


def unblock(world: World, person_id: int) -> None:
    """A person lets the bot back in."""
    set_bot_status(world, world.chat(person_id), Status.MEMBER, person_id)


def set_bot_status(world: World, chat: Chat, status: Status, by: int) -> None:
    """The bot becomes ``status`` in ``chat`` at the hand of ``by``; it is told so."""
    before = wire.member_json(world, chat, world.bot.id)
    if before["status"] == status.value:
        return
    chat.members[world.bot.id] = status
    tell_of_bot(world, chat, before, by)


def tell_of_bot(world: World, chat: Chat, before: Json, by: int) -> None:
    """What the bot may do in ``chat`` was ``before`` and is other now; it is told so."""
    payload: Json = {
        "chat": wire.chat_json(world, chat),
        "from": wire.user_json(world.person(by)),
        "date": world.now,
        "old_chat_member": before,
        "new_chat_member": wire.member_json(world, chat, world.bot.id),
    }
    world.tell_bot("my_chat_member", payload)
    world.chat_changed(chat)


def deactivate(world: World, person_id: int, *, deactivated: bool = True) -> None:
    """A person's account is deleted (or comes back)."""
    world.person(person_id).deactivated = deactivated
    world.hub.publish("person", person_state(world, person_id))


def rename(world: World, person_id: int, *, language: str) -> None:
    """A person's app speaks another language."""
    world.person(person_id).language = language
    world.hub.publish("person", person_state(world, person_id))


def person_state(world: World, person_id: int) -> Json:
    """A person for pages and tests."""
    person = world.person(person_id)
    return wire.user_json(person) | {"deactivated": person.deactivated}


def _bot_sees(world: World, chat: Chat, message: Message) -> bool:
    """Privacy mode: in groups a bot that is no admin sees what is meant for it."""
    status = chat.status(world.bot.id)
    if not status.present:
        return False
    if chat.kind in {"private", "channel"} or status.commands or not world.privacy:
        return True
    replied = chat.messages.get(message.reply_to or 0)
    if replied is not None and replied.sender == world.bot.id:
        return True
    names = [
        message.text.encode("utf-16-le")[2 * entity["offset"] :][: 2 * entity["length"]].decode(
            "utf-16-le"
        )
        for entity in message.entities
        if entity["type"] in {"bot_command", "mention"}
    ]
    me = f"@{world.bot.username}".lower()
    return any(name.lower().endswith(me) or "@" not in name for name in names)
