"""Just enough of picture formats to show an uploaded picture safely."""

from __future__ import annotations

import struct

_PNG = b"\x89PNG\r\n\x1a\n"
DEFAULT_SIZE = (800, 600)


def picture_kind(body: bytes) -> str | None:
    """The media type by the first bytes; None for what is no picture that Telegram takes."""
    if body.startswith(_PNG):
        return "image/png"
    if body.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    if body.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return None


def picture_size(body: bytes) -> tuple[int, int]:
    """Width and height of a PNG or GIF; for the others a usual size, the page does not need it."""
    if body.startswith(_PNG) and len(body) >= 24:  # noqa: PLR2004 (signature, length, IHDR, sizes)
        width, height = struct.unpack(">II", body[16:24])
        return int(width), int(height)
    if body.startswith(b"GIF") and len(body) >= 10:  # noqa: PLR2004 (signature and sizes)
        width, height = struct.unpack("<HH", body[6:10])
        return int(width), int(height)
    return DEFAULT_SIZE
