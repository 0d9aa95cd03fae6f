"""What the bot asks about chats, and how it leaves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox import wire
from bot.sandbox.people import set_bot_status
from bot.sandbox.records import Status
from bot.sandbox.refusals import bad_request, forbidden

if TYPE_CHECKING:
    from bot.sandbox.arguments import Arguments
    from bot.sandbox.records import Chat, Json
    from bot.sandbox.world import World

LONGEST_TYPING = 5.0
LARGEST_DOWNLOAD = 20 * 2**20


def get_chat(world: World, arguments: Arguments) -> Json:
    """A ChatFullInfo."""
    return wire.full_chat_json(world, _known_chat(world, arguments))


def get_chat_member(world: World, arguments: Arguments) -> Json:
    """A ChatMember."""
    chat = _known_chat(world, arguments)
    number = arguments.integer("user_id")
    if number != world.bot.id and number not in world.people:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return wire.member_json(world, chat, number)


def get_chat_administrators(world: World, arguments: Arguments) -> list[Json]:
    """The ChatMembers who administer a chat, other bots left out."""
    chat = _known_chat(world, arguments)
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    return [
        wire.member_json(world, chat, person)
        for person, status in chat.members.items()
        if status.commands
    ]


def get_chat_member_count(world: World, arguments: Arguments) -> int:
    """How many are in a chat, the bot included."""
    return len(world.present(_known_chat(world, arguments)))


def get_file(world: World, arguments: Arguments) -> Json:
    """Where a file that somebody sent can be fetched: ``{api}/file/bot{token}/{file_path}``."""
    document = world.documents.get(arguments.text("file_id"))
    if document is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(document.body) > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return wire.document_json(document) | {"file_path": f"documents/{document.id}"}


def leave_chat(world: World, arguments: Arguments) -> bool:
    """The bot leaves a group or channel."""
    chat = _known_chat(world, arguments)
    if chat.kind == "private":
        raise bad_request("chat is a private chat and can't be left")
    set_bot_status(world, chat, Status.LEFT, world.bot.id)
    return True


def send_chat_action(world: World, arguments: Arguments) -> bool:
    """Show that the bot is typing, for five seconds or until it writes."""
    chat = world.chat(arguments.chat_id())
    require_writable(world, chat)
    action = arguments.text("action")
    if not action:
        raise bad_request("wrong parameter action in request")
    thread = arguments.integer("message_thread_id") or None
    world.hub.publish(
        "typing", {"chat": chat.id, "thread": thread, "action": action, "seconds": LONGEST_TYPING}
    )
    return True


def require_writable(world: World, chat: Chat) -> None:
    """Raise Refusal where Telegram would not let the bot write."""
    status = chat.status(world.bot.id)
    if chat.kind == "private":
        if world.people[chat.id].deactivated:
            raise forbidden("user is deactivated")
        if status is Status.KICKED:
            raise forbidden("bot was blocked by the user")
        if status is Status.LEFT:
            raise forbidden("bot can't initiate conversation with a user")
        return
    _require_member(world, chat)
    if chat.kind == "channel" and (chat.muted or not status.commands):
        raise bad_request("need administrator rights in the channel chat")
    if chat.muted:
        raise bad_request("not enough rights to send text messages to the chat")


def _known_chat(world: World, arguments: Arguments) -> Chat:
    chat = world.chat(arguments.chat_id())
    if chat.kind != "private":
        _require_member(world, chat)
    elif chat.status(world.bot.id) is Status.LEFT:
        # A person who never wrote is nobody that the bot could know.
        raise bad_request("chat not found")
    return chat


def _require_member(world: World, chat: Chat) -> None:
    status = chat.status(world.bot.id)
    if status is Status.KICKED:
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    if status is Status.LEFT:
        raise forbidden(f"bot is not a member of the {chat.kind} chat")


METHODS: dict[str, Any] = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "getFile": get_file,
    "leaveChat": leave_chat,
    "sendChatAction": send_chat_action,
    "logOut": lambda _world, _arguments: True,
    "close": lambda _world, _arguments: True,
}
