"""Files in messages that are owed: a message is JSON in the outbox, and a file is bytes."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

from telegram import InputFile

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME: Final = "file_name"
_CONTENT: Final = "base64"


def enclosed(name: str, content: bytes) -> dict[str, str]:
    """A file as an argument of a message that can be kept, such as ``document`` or ``photo``."""
    return {_NAME: name, _CONTENT: base64.b64encode(content).decode("ascii")}


def with_files(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with what is enclosed as files to be sent."""
    return {name: _opened(value) for name, value in arguments.items()}


def _opened(value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {_NAME, _CONTENT}:
        return InputFile(base64.b64decode(value[_CONTENT]), filename=value[_NAME])
    return value
