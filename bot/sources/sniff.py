"""What a document looks like, in words for a person, and how its bytes become text."""

from __future__ import annotations

import codecs
import re

import chardet

_MAGIC = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\x1f\x8b", "gzip-compressed data"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"RIFF", "a media file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
)
_HTML = re.compile(
    rb"\s*(?:(?><!--.*?-->|<\?xml[^>]*>)\s*+)*+<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*)")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SAMPLE = 4096
# Text has next to no control characters; a picture has one byte in eight.
_CONTROL_SHARE = 0.02
# Spaces and digits, in UTF-16 of any script; their zeros all stand on one side.
_NUL_SHARE = 0.05
# “prйsident”: a word in two scripts was read in the wrong encoding.
_MIXED = re.compile(r"[A-Za-z][\u0370-\u06ff]|[\u0370-\u06ff][A-Za-z]")
_MIXED_SHARE = 0.005

_BOMS = (  # the longer first: UTF-32's begins like UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What chardet may answer of text saved on a desktop; anything else it says is a guess too far.
_LEGACY = frozenset(
    """
    windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 windows-1255 windows-1256
    windows-1257 windows-1258 iso-8859-1 iso-8859-2 iso-8859-5 iso-8859-9 iso-8859-15 koi8-r
    koi8-u big5 gb18030 gb2312 shift_jis euc-jp euc-kr cp949 maccyrillic macroman
    """.split()
)


def describe(body: bytes) -> str:
    """What a document that could not be read looks like, to be put behind "it is"."""
    if not body.strip():
        return "empty"
    for magic, name in _MAGIC:
        if body.startswith(magic):
            return name
    return "binary data" if is_binary(body) else _describe_text(body)


def _describe_text(body: bytes) -> str:
    start = body[:_SAMPLE].removeprefix(codecs.BOM_UTF8).lstrip()
    if is_html(body):
        return "an HTML page"
    if start.startswith((b"{", b"[")):
        return "JSON, but not a JSON Feed"
    if start.startswith(b"<"):
        root = _ROOT.search(start)
        name = root[1].decode("ascii", "replace") if root else "?"
        return f"XML with the root <{name}>, which is no feed"
    return "plain text"


def is_html(body: bytes) -> bool:
    """Whether a document is a web page rather than a feed."""
    return _HTML.match(body.removeprefix(codecs.BOM_UTF8)[:_SAMPLE]) is not None


def is_wide(body: bytes) -> bool:
    """Whether the bytes are UTF-16 or UTF-32, where a byte is not a character."""
    marked = any(body.startswith(bom) for bom, name in _BOMS if name != "utf-8-sig")
    return marked or _wide_encoding(body[:_SAMPLE]) is not None


def is_binary(body: bytes) -> bool:
    """Whether bytes are no text in any encoding that people use."""
    start = body[:_SAMPLE]
    if is_wide(body):
        return False
    if b"\0" in start or body.startswith(b"%PDF-"):
        return True
    return len(_CONTROL.findall(start)) > len(start) * _CONTROL_SHARE


def decode(body: bytes) -> tuple[str, str]:
    """Text from bytes of unknown encoding, and the encoding's name. The bytes must not be binary.

    A byte order mark decides; then UTF-8, then what chardet finds, then the encodings that text
    was mostly saved in before UTF-8.
    """
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return body.decode(encoding, "replace"), encoding
    if wide := _wide_encoding(body[:_SAMPLE]):
        return body.decode(wide, "replace"), wide
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    found = str(chardet.detect(body[: 16 * _SAMPLE])["encoding"] or "").lower()
    for encoding in (found, "windows-1252", "windows-1254", "windows-1251"):
        if encoding in _LEGACY and (text := _plausible(body, encoding)) is not None:
            return text, encoding
    return body.decode("windows-1252", "replace"), "windows-1252"


def _plausible(body: bytes, encoding: str) -> str | None:
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        return None
    return text if len(_MIXED.findall(text)) <= len(text) * _MIXED_SHARE else None


def _wide_encoding(start: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of ordinary text is zero."""
    half = len(start) // 2
    if half < 2:  # noqa: PLR2004 (nothing to judge by)
        return None
    even, odd = start[::2].count(0), start[1::2].count(0)
    name = "utf-16-le" if not even else "utf-16-be"
    if max(even, odd) <= half * _NUL_SHARE or min(even, odd):
        return None
    try:
        start[: 2 * half].decode(name)
    except UnicodeDecodeError:
        return None
    return name
