"""What happens to groups: people and the bot come and go, topics close, a group is upgraded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox import wire
from bot.sandbox.people import set_bot_status, tell_of_bot
from bot.sandbox.records import Chat, Status, Thread
from bot.sandbox.refusals import bad_request

if TYPE_CHECKING:
    from bot.sandbox.world import World


def add_bot(world: World, chat_id: int, by: int, *, admin: bool = False) -> None:
    """Somebody adds the bot to a group or channel."""
    chat = _shared(world, chat_id)
    if chat.status(world.bot.id).present:
        return
    chat.muted = False
    set_bot_status(world, chat, Status.ADMINISTRATOR if admin else Status.MEMBER, by)
    _service(world, chat, by, new_chat_members=[wire.user_json(world.bot)])


def kick_bot(world: World, chat_id: int, by: int) -> None:
    """Somebody removes the bot from a group or channel."""
    chat = _shared(world, chat_id)
    set_bot_status(world, chat, Status.KICKED, by)
    _service(world, chat, by, left_chat_member=wire.user_json(world.bot))


def promote(world: World, chat_id: int, person_id: int, status: Status, by: int) -> None:
    """Somebody, or the bot, becomes admin, member, or is thrown out."""
    chat = _shared(world, chat_id)
    if person_id == world.bot.id:
        set_bot_status(world, chat, status, by)
        return
    before = wire.member_json(world, chat, person_id)
    chat.members[person_id] = status
    payload = {
        "chat": wire.chat_json(world, chat),
        "from": wire.user_json(world.person(by)),
        "date": world.now,
        "old_chat_member": before,
        "new_chat_member": wire.member_json(world, chat, person_id),
    }
    world.tell_bot("chat_member", payload)
    world.chat_changed(chat)


def join(world: World, chat_id: int, person_id: int) -> None:
    """A person joins a group or channel."""
    promote(world, chat_id, person_id, Status.MEMBER, person_id)
    chat = world.chat(chat_id)
    user = wire.user_json(world.person(person_id))
    _service(world, chat, person_id, new_chat_members=[user])


def leave(world: World, chat_id: int, person_id: int) -> None:
    """A person leaves a group or channel."""
    promote(world, chat_id, person_id, Status.LEFT, person_id)
    chat = world.chat(chat_id)
    user = wire.user_json(world.person(person_id))
    _service(world, chat, person_id, left_chat_member=user)


def mute(world: World, chat_id: int, *, muted: bool) -> None:
    """The bot loses its right to write in a chat, or gets it back."""
    chat = _shared(world, chat_id)
    if chat.muted == muted:
        return
    before = wire.member_json(world, chat, world.bot.id)
    chat.muted = muted
    tell_of_bot(world, chat, before, next(iter(chat.members)))


def change_thread(world: World, chat_id: int, thread_id: int, action: str, name: str = "") -> int:
    """Create, close, reopen or delete a topic of a forum; its id."""
    chat = _shared(world, chat_id)
    if action == "create":
        message = world.add_message(
            chat, None, service={"forum_topic_created": {"name": name, "icon_color": 7322096}}
        )
        chat.threads[message.id] = Thread(message.id, name)
        thread_id = message.id
    elif thread_id not in chat.threads:
        raise bad_request("message thread not found")
    elif action == "delete":
        del chat.threads[thread_id]
    else:
        chat.threads[thread_id].closed = action == "close"
        notice: dict[str, Any] = {
            f"forum_topic_{'closed' if action == 'close' else 'reopened'}": {}
        }
        _service(world, chat, next(iter(chat.members)), thread_id=thread_id, **notice)
    world.chat_changed(chat)
    return thread_id


def upgrade(world: World, chat_id: int) -> Chat:
    """A group becomes a supergroup with a new id; the old id only points at it from now on."""
    old = world.chat(chat_id)
    if old.kind != "group":
        raise bad_request("only a group can be upgraded")
    new = Chat(
        -1_000_000_000_000 - abs(chat_id),
        "supergroup",
        old.title,
        members=dict(old.members),
    )
    world.chats[new.id] = new
    creator = next(iter(new.members))
    # The notices precede the move itself: a moved chat takes no messages.
    _service(world, old, creator, migrate_to_chat_id=new.id)
    old.moved_to = new.id
    _service(world, new, creator, migrate_from_chat_id=old.id)
    world.chat_changed(old)
    world.chat_changed(new)
    return new


def _service(
    world: World, chat: Chat, by: int, *, thread_id: int | None = None, **what: Any
) -> None:
    """A notice in the chat, which the bot also gets as an update while it is there."""
    sender = None if chat.kind == "channel" else by
    message = world.add_message(chat, sender, service=what, thread_id=thread_id)
    if chat.kind != "channel" and chat.status(world.bot.id).present:
        world.tell_bot("message", wire.message_json(world, message))


def _shared(world: World, chat_id: int) -> Chat:
    chat = world.chat(chat_id)
    if chat.kind == "private":
        raise bad_request("a private chat has no members to change")
    return chat
