"""Files: the bot sends documents, and fetches those that people sent."""

from __future__ import annotations

import mimetypes
import secrets
from typing import TYPE_CHECKING, Any

from bot.sandbox import wire
from bot.sandbox.entities import rich_text
from bot.sandbox.methods.messages import LONGEST_CAPTION, send
from bot.sandbox.records import Document
from bot.sandbox.refusals import bad_request

if TYPE_CHECKING:
    from bot.sandbox.arguments import Arguments
    from bot.sandbox.records import Json
    from bot.sandbox.world import World

BIGGEST_DOWNLOAD = 20 * 2**20
"""What Telegram lets a bot fetch."""


def new_document(name: str, body: bytes) -> Document:
    """A file under a new id."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Document(f"document{secrets.token_hex(8)}", name, body, kind)


def send_document(world: World, arguments: Arguments) -> Json:
    """Send a file with a caption."""
    caption, entities = rich_text(
        arguments.text("caption"), arguments.text("parse_mode"), arguments.json("caption_entities")
    )
    if len(caption) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    named = arguments.text("document")
    upload = arguments.uploads.get(named.removeprefix("attach://") or "document")
    if upload is not None:
        document = new_document(upload.name, upload.body)
    elif named in world.documents:
        document = world.documents[named]
    else:
        raise bad_request("there is no document in the request")
    if not document.body:
        raise bad_request("file must be non-empty")
    sent = send(world, arguments, text=caption, entities=entities, document=document)
    world.keep_document(document)
    return sent


def get_file(world: World, arguments: Arguments) -> Json:
    """Where a file can be fetched."""
    document = world.documents.get(arguments.text("file_id"))
    if document is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(document.body) > BIGGEST_DOWNLOAD:
        raise bad_request("file is too big")
    file = wire.document_json(document)
    return {
        "file_id": file["file_id"],
        "file_unique_id": file["file_unique_id"],
        "file_size": file["file_size"],
        "file_path": f"documents/{document.id}",
    }


METHODS: dict[str, Any] = {
    "sendDocument": send_document,
    "getFile": get_file,
}
