"""Warnings that a file allows: ``# tocsin: allow CODE`` behind the line, or on the line above."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.errors import Finding
from bot.toml import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.toml import Document

# Every warning, by the name under which it is allowed.
CODES = {
    "covered": "a query that another one covers wholly",
    "entity-name": "a word that is the name of an entity",
    "noisy-topic": "a topic that rings for very many of the stored items",
    "silent-topic": "a topic that rings for none of the stored items",
    "unknown-allow": "a comment that allows what there is not",
    "unknown-exception": "a filter that spares a topic which there is not",
    "unnamed-language": "an entity without a name in a language that the sources use",
    "unused-list": "a list that no query names",
}
_SIGN = "# tocsin:"
_ALLOW = re.compile(r"# tocsin:\s*allow\s+(?P<codes>[\w-]+(?:[\s,]+[\w-]+)*)\s*")


def without_allowed(
    documents: Iterable[Document], findings: Iterable[Finding]
) -> Iterator[Finding]:
    """The findings but for those that a comment allows; and what is wrong with such comments."""
    allowed: set[tuple[str, int, str]] = set()
    for document in documents:
        if _SIGN not in document.text:
            continue
        lines = document.text.splitlines()
        for line, col, comment in document.comments():
            if not comment.startswith(_SIGN):
                continue
            written = _ALLOW.fullmatch(comment)
            codes = re.split(r"[\s,]+", written["codes"]) if written else []
            alone = not lines[line - 1][: col - 1].strip()
            allowed |= {(document.path, line + alone, code) for code in codes}
            yield from _unknown(document, line, col, codes)
    for finding in findings:
        if (finding.path, finding.line, finding.code) not in allowed:
            yield finding


def _unknown(document: Document, line: int, col: int, codes: list[str]) -> Iterator[Finding]:
    wrong = [code for code in codes if code not in CODES]
    if not codes:
        message, hint = "a comment for tocsin reads: # tocsin: allow unused-list", None
    elif wrong:
        message, hint = f"there is no warning “{wrong[0]}”", nearest(wrong[0], CODES)
    else:
        return
    yield Finding(document.path, line, col, message, hint, "warning", "unknown-allow")
