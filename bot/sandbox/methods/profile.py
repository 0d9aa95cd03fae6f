"""The bot about itself: who it is, its names and texts by language, its commands."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.sandbox import wire
from bot.sandbox.refusals import bad_request

if TYPE_CHECKING:
    from bot.sandbox.arguments import Arguments
    from bot.sandbox.records import Json
    from bot.sandbox.world import World

MOST_COMMANDS = 100
LONGEST_DESCRIPTION = 256
_COMMAND = re.compile(r"/?[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_TEXTS = {"name": 64, "description": 512, "short_description": 120}
DEFAULT_SCOPE = {"type": "default"}


def get_me(world: World, _arguments: Arguments) -> Json:
    """The bot's own User."""
    return wire.user_json(world.bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_my_commands(world: World, arguments: Arguments) -> bool:
    """Keep the commands of a scope and language."""
    commands = arguments.json("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands: an Array was expected")
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    key = _key(arguments)
    world.profile.commands[key] = [_command(command) for command in commands]
    world.hub.publish("commands", command_state(world))
    return True


def get_my_commands(world: World, arguments: Arguments) -> list[Json]:
    """The commands of exactly this scope and language."""
    return world.profile.commands.get(_key(arguments), [])


def delete_my_commands(world: World, arguments: Arguments) -> bool:
    """Forget the commands of this scope and language."""
    world.profile.commands.pop(_key(arguments), None)
    world.hub.publish("commands", command_state(world))
    return True


def command_state(world: World) -> list[Json]:
    """All command lists, for the page to choose from."""
    return [
        {"scope": json.loads(scope), "language": language, "commands": commands}
        for (scope, language), commands in world.profile.commands.items()
    ]


def _set_text(kind: str, world: World, arguments: Arguments) -> bool:
    text = arguments.text(kind)
    if len(text) > _TEXTS[kind]:
        raise bad_request(f"the bot's {kind.replace('_', ' ')} is too long")
    world.profile.texts[kind, _language(arguments)] = text
    return True


def _get_text(kind: str, world: World, arguments: Arguments) -> Json:
    texts = world.profile.texts
    default = world.bot.first_name if kind == "name" else ""
    text = texts.get((kind, _language(arguments))) or texts.get((kind, "")) or default
    return {kind: text}


def _key(arguments: Arguments) -> tuple[str, str]:
    scope = arguments.json("scope") or DEFAULT_SCOPE
    if not isinstance(scope, dict) or "type" not in scope:
        raise bad_request("can't parse BotCommandScope")
    return json.dumps(scope, sort_keys=True), _language(arguments)


def _language(arguments: Arguments) -> str:
    code = arguments.text("language_code")
    if not _LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code


def _command(command: Any) -> Json:
    name = command.get("command") if isinstance(command, dict) else None
    if not isinstance(name, str) or not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    description = command.get("description")
    if not isinstance(description, str) or not 0 < len(description) <= LONGEST_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name.removeprefix("/"), "description": description}


METHODS: dict[str, Any] = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": partial(_set_text, "name"),
    "getMyName": partial(_get_text, "name"),
    "setMyDescription": partial(_set_text, "description"),
    "getMyDescription": partial(_get_text, "description"),
    "setMyShortDescription": partial(_set_text, "short_description"),
    "getMyShortDescription": partial(_get_text, "short_description"),
}
