"""The tables of rule files, gathered over all files: each key once, with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.errors import Finding
from bot.toml import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.toml import Document

SECTIONS = ("lists", "topics", "filters", "entities", "templates")
# What a query can say behind @ and $, and a chat behind /subscribe.
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One table of a file: ``[section.key]``, or one of ``[lists]``, as the file gives it."""

    document: Document
    section: str
    key: str
    raw: Any

    @property
    def path(self) -> tuple[str, str]:
        """Where it stands in the document."""
        return (self.section, self.key)

    def finding(self, message: str, *keys: str | int, hint: str | None = None) -> Finding:
        """An error at the entry, or at a key within it."""
        place = self.document.place(*self.path, *keys)
        return Finding(self.document.path, *place, message, hint)


@dataclass(slots=True)
class Entries:
    """All entries by section and key, and what is wrong with how they are laid out."""

    lists: dict[str, Entry] = field(default_factory=dict)
    topics: dict[str, Entry] = field(default_factory=dict)
    filters: dict[str, Entry] = field(default_factory=dict)
    entities: dict[str, Entry] = field(default_factory=dict)
    templates: dict[str, Entry] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def section(self, name: str) -> dict[str, Entry]:
        """The entries of one of :data:`SECTIONS`."""
        entries: dict[str, Entry] = getattr(self, name)
        return entries


def gather(documents: Iterable[Document]) -> Entries:
    """The entries of all documents; of a key that is given twice, the first."""
    entries = Entries()
    for document in documents:
        for section, table in document.data.items():
            if section not in SECTIONS:
                hint = nearest(section, SECTIONS)
                finding = document.finding((section,), f"unknown key {section}", hint)
                entries.findings.append(finding)
            elif not isinstance(table, dict):
                message = f"{section} must be tables: [{section}.KEY]"
                entries.findings.append(document.finding((section,), message))
            else:
                for key, raw in table.items():
                    _add(entries, Entry(document, section, key, raw))
    return entries


def _add(entries: Entries, entry: Entry) -> None:
    known = entries.section(entry.section)
    first = known.setdefault(entry.key, entry)
    if first is not entry:
        line, _ = first.document.place(*first.path)
        message = f"{'.'.join(entry.path)} is given twice, first in {first.document.path}:{line}"
        entries.findings.append(entry.finding(message))
    if not _KEY.fullmatch(entry.key):
        message = "a key is made of letters a-z, digits, hyphens and underscores (at most 64)"
        entries.findings.append(entry.finding(message))


def wrong_renames(entries: Entries) -> list[Finding]:
    """What is wrong with ``renamed_from`` that no topic by itself can say."""
    findings: list[Finding] = []
    first: dict[str, Entry] = {}
    for entry in entries.topics.values():
        old = entry.raw.get("renamed_from") if isinstance(entry.raw, dict) else None
        if not isinstance(old, str):
            continue
        if old == entry.key:
            message = "renamed_from is the key that the topic had before, not the one it has"
        elif old in entries.topics:
            message = f"there still is a topic “{old}”, so this one is not renamed from it"
        elif first.setdefault(old, entry) is not entry:
            message = f"“{first[old].key}” is renamed from “{old}”, too"
        else:
            continue
        place = entry.document.value_place(*entry.path, "renamed_from")
        findings.append(Finding(entry.document.path, *place, message))
    return findings
