"""A saved mail (``.eml``) as an item: newsletters, alerts and press releases arrive so."""

from __future__ import annotations

import contextlib
import re
from email import policy
from email.errors import MessageError
from email.headerregistry import DateHeader
from email.parser import BytesParser
from email.utils import parseaddr
from typing import TYPE_CHECKING

from bot.errors import ParseError
from bot.model import Item
from bot.sources import plain, sniff
from bot.sources.agencies import agency_among
from bot.sources.dates import believable, read_date
from bot.sources.languages import guess_language, language_code
from bot.sources.parsed import absolute_url, identified, labels

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import EmailMessage

    from bot.model import Source

_REPLY = re.compile(r"^(?:(?:re|fwd?|tr|wg|aw|ynt|ilt)\s*:\s*)+", re.IGNORECASE)
# The convention for where the news ends and the sender's signature begins (RFC 3676, 4.3).
_SIGNATURE = re.compile(r"^-- $.*", re.MULTILINE | re.DOTALL)
_PARTS_MAX = 200


def read_mail(body: bytes, *, source: Source, name: str, now: datetime | None) -> tuple[Item, ...]:
    """The one item of a mail: subject, sender, date, and the text, or the page where there is none.

    Raises:
        ParseError: it has neither a subject nor a text, or cannot be taken apart.
    """
    try:
        mail = BytesParser(policy=policy.default).parsebytes(body)
        title = plain.clean_line(_REPLY.sub("", _header(mail, "subject")))
        text = _text(mail)
        sent = _sent(mail)
        sender = parseaddr(_header(mail, "from"))
    # The boundary to the mail parser, which gives way to broken mails in many ways of its own.
    except (
        MessageError,
        LookupError,
        ValueError,
        AttributeError,
        TypeError,
        RecursionError,
    ) as error:
        raise ParseError(f"the mail is too broken to read ({type(error).__name__})") from None
    if not (title or text):
        raise ParseError("the mail has neither a subject nor a text")
    authors = labels([sender[0] or sender[1]])
    item = Item(
        id=plain.clean_line(_header(mail, "message-id")).strip("<> ") or name,
        source=source.key,
        url=absolute_url(_header(mail, "archived-at").strip("<> "), None),
        title=title or text[:80],
        text=text,
        published=believable(sent, now),
        lang=source.lang
        or language_code(_header(mail, "content-language"))
        or guess_language(f"{title}\n{text}"),
        tags=labels(_header(mail, "keywords").split(",")),
        authors=authors,
        agency=agency_among(authors),
    )
    return identified([item])


def _header(mail: EmailMessage, name: str) -> str:
    # The standard library's readers of headers raise IndexError and more on broken ones.
    with contextlib.suppress(Exception):
        return " ".join(str(mail.get(name, "")).split())
    return ""


def _sent(mail: EmailMessage) -> datetime | None:
    header = mail.get("date")
    moment = header.datetime if isinstance(header, DateHeader) else None
    if moment is not None and moment.tzinfo is not None:
        return read_date(moment.isoformat())
    return read_date(_header(mail, "date"))


def _text(mail: EmailMessage) -> str:
    """The plain text, unless there is none or next to none; then the page's."""
    texts: dict[str, str] = {}
    for number, part in enumerate(mail.walk()):
        kind = part.get_content_type()
        if number >= _PARTS_MAX or kind in texts or part.get_filename():
            continue
        if kind in {"text/plain", "text/html"}:
            payload = part.get_payload(decode=True)
            content = payload if isinstance(payload, bytes) else b""
            texts[kind] = _decoded(content, part.get_content_charset())
    plain_text = plain.clean_text(_SIGNATURE.sub("", texts.get("text/plain", "")))
    if plain_text:
        return plain_text
    return plain.html_to_text(texts.get("text/html", ""))


def _decoded(content: bytes, charset: str | None) -> str:
    try:
        return content.decode(charset or "utf-8")
    except (UnicodeDecodeError, LookupError):
        return sniff.decode(content)[0]
