"""Which files of a folder are rule files, read with what is wrong with each."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import Finding, InputError
from bot.toml import Document, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SUFFIX = ".toml"
# Far more than anybody writes, and little enough to parse.
_LARGEST = 16 * 1024 * 1024

_HEADER = re.compile(r"""\s*\[+\s*(?P<section>\w+)\s*(?:\.\s*["']?(?P<key>[\w-]+))?""")
_PAIR = re.compile(r"""\s*["']?(?P<key>[\w-]+)["']?\s*=""")


def rule_files(root: Path) -> Iterator[Path]:
    """The rule files in a folder and its subfolders, in order of their names; or the one file.

    Hidden files and what editors leave behind are not among them. Links to folders are followed,
    each folder once, so that a link that leads back does no harm.
    """
    if not root.is_dir():
        yield root
        return
    seen: set[str] = set()
    for folder, subfolders, names in os.walk(root, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:
            subfolders.clear()
            continue
        seen.add(real)
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            if name.endswith(SUFFIX) and not name.startswith((".", "#")):
                yield Path(folder, name)


def neighbours(file: Path) -> Iterator[Path]:
    """The rule files that a single one of them can count on: its folder's, and the entities'."""
    folder = file.parent.parent if file.parent.name == "entities" else file.parent
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        if not path.name.startswith(".") and path.is_file():
            yield path
    if (folder / "entities").is_dir():
        yield from rule_files(folder / "entities")


def read_files(
    paths: Iterable[Path],
) -> tuple[list[Document], list[Finding], list[tuple[str, str]]]:
    """The documents of the files that can be read, and what is wrong with the others.

    The third answer names the tables, (section, key), that the others seem to have: what counts on
    them is not wrong for their sake.
    """
    documents: list[Document] = []
    findings: list[Finding] = []
    broken: list[tuple[str, str]] = []
    for path in paths:
        try:
            documents.append(read_file(path))
        except InputError as error:
            findings.extend(error.findings)
            broken.extend(_names_in(path))
    return documents, findings, broken


def read_file(path: Path) -> Document:
    """The document of a rule file. Raises InputError with what is wrong."""
    # A pipe would block for ever, and a link that leads nowhere is left to read() to report.
    if path.exists() and not path.is_file():
        raise InputError([Finding(str(path), 1, 1, "this is not a file")])
    if path.is_file() and path.stat().st_size > _LARGEST:
        raise InputError([Finding(str(path), 1, 1, "the file is larger than 16 MiB")])
    return read(path)


def _names_in(path: Path) -> Iterator[tuple[str, str]]:
    """The tables, (section, key), that a file seems to have although it is not sound TOML."""
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return
        text = path.read_text("utf-8", errors="replace")
    except OSError:
        return
    section = ""
    for line in text.splitlines():
        if header := _HEADER.match(line):
            section = header["section"]
            if header["key"]:
                yield section, header["key"]
                section = ""
        elif section and (pair := _PAIR.match(line)):
            yield section, pair["key"]
