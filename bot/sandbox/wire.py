"""Records as the Bot API writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.records import Status

if TYPE_CHECKING:
    from bot.sandbox.records import Chat, Document, Json, Message, Person, Photo
    from bot.sandbox.world import World

_ANONYMOUS = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}


def user_json(person: Person) -> Json:
    """A User."""
    optional = {
        "last_name": person.last_name,
        "username": person.username,
        "language_code": person.language,
    }
    return {
        "id": person.id,
        "is_bot": person.is_bot,
        "first_name": person.first_name,
    } | _filled(optional)


def chat_json(world: World, chat: Chat) -> Json:
    """A Chat."""
    if chat.kind == "private":
        person = world.people[chat.id]
        names = {
            "first_name": person.first_name,
            "last_name": person.last_name,
            "username": person.username,
        }
        return {"id": chat.id, "type": "private"} | _filled(names)
    optional = {"username": chat.username, "is_forum": chat.forum or None}
    return {"id": chat.id, "type": chat.kind, "title": chat.title} | _filled(optional)


def message_json(world: World, message: Message, *, quoted: bool = False) -> Json:
    """A Message; a ``quoted`` one leaves out what it answers itself."""
    chat = world.chats[message.chat_id]
    result: Json = {
        "message_id": message.id,
        "date": message.date,
        "chat": chat_json(world, chat),
    }
    result |= _sender_json(world, message)
    if message.thread_id is not None:
        result |= {"message_thread_id": message.thread_id, "is_topic_message": True}
    if message.edited is not None:
        result["edit_date"] = message.edited
    if message.reply_to is not None and not quoted and message.reply_to in chat.messages:
        replied = chat.messages[message.reply_to]
        result["reply_to_message"] = message_json(world, replied, quoted=True)
    result |= _content_json(world, message)
    if message.markup is not None:
        result["reply_markup"] = message.markup
    return result | (message.service or {})


def _sender_json(world: World, message: Message) -> Json:
    result: Json = {}
    chat = chat_json(world, world.chats[message.chat_id])
    if message.sender is None or message.anonymous:
        result["sender_chat"] = chat
    if message.anonymous:
        result["from"] = dict(_ANONYMOUS)
    elif message.sender is not None:
        result["from"] = user_json(world.person(message.sender))
    if message.origin is not None:
        result["forward_origin"] = message.origin
    if message.inline:
        result["via_bot"] = user_json(world.bot)
    return result


def _content_json(world: World, message: Message) -> Json:
    result: Json = {}
    prefix = ""
    if message.photo is not None:
        result["photo"] = [photo_json(message.photo)]
        prefix = "caption_"
    if message.document is not None:
        result["document"] = document_json(message.document)
        prefix = "caption_"
    if message.text:
        result["caption" if prefix else "text"] = message.text
    if message.entities:
        result[f"{prefix}entities"] = [_entity_json(world, entity) for entity in message.entities]
    return result


def photo_json(photo: Photo) -> Json:
    """A PhotoSize."""
    return {
        "file_id": photo.id,
        "file_unique_id": f"u{photo.id}",
        "width": photo.width,
        "height": photo.height,
        "file_size": len(photo.body),
    }


def document_json(document: Document) -> Json:
    """A Document."""
    return {
        "file_id": document.id,
        "file_unique_id": f"u{document.id}",
        "file_name": document.name,
        "mime_type": document.content_type,
        "file_size": len(document.body),
    }


def member_json(world: World, chat: Chat, person_id: int) -> Json:
    """A ChatMember."""
    status = chat.status(person_id)
    result: Json = {"user": user_json(world.person(person_id)), "status": status.value}
    if status is Status.CREATOR:
        return result | {"is_anonymous": False}
    if status is Status.ADMINISTRATOR:
        rights = {
            "can_be_edited", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
            "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users",
            "can_post_stories", "can_edit_stories", "can_delete_stories",
        }  # fmt: skip
        result |= dict.fromkeys(sorted(rights), True) | {"is_anonymous": False}
        if chat.kind == "channel":
            result |= {"can_post_messages": not chat.muted, "can_edit_messages": not chat.muted}
    if status is Status.MEMBER and chat.muted and person_id == world.bot.id:
        kinds = ("audios", "documents", "photos", "videos", "video_notes", "voice_notes")
        rights = {
            "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
            "can_send_messages", "can_send_polls", "can_send_other_messages",
            "can_add_web_page_previews", "can_edit_tag", "can_react_to_messages",
            *(f"can_send_{kind}" for kind in kinds),
        }  # fmt: skip
        result |= dict.fromkeys(sorted(rights), False)
        result |= {"status": "restricted", "is_member": True, "until_date": 0}
    if status is Status.KICKED:
        result["until_date"] = 0
    return result


def full_chat_json(world: World, chat: Chat) -> Json:
    """A ChatFullInfo."""
    gifts = (
        "unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription",
        "gifts_from_channels",
    )  # fmt: skip
    return chat_json(world, chat) | {
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def _entity_json(world: World, entity: Json) -> Json:
    user = entity.get("user")
    if isinstance(user, int):
        return entity | {"user": user_json(world.person(user))}
    return entity


def _filled(fields: dict[str, Any]) -> Json:
    return {name: value for name, value in fields.items() if value}
