"""What is wrong with files, in the forms that people, editors and code hosts read."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from rich.cells import cell_len
from rich.text import Text

from bot import __version__
from bot.cli.output import console, finding_line, flush, json_line
from bot.matching.rule_allowing import CODES

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.errors import Finding

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# Every error is one kind to SARIF; warnings have their codes.
_ERROR = "error"
_MARGIN = 4
_NARROWEST = 40


class Form(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


def write_findings(
    findings: Sequence[Finding], form: Form, *, secret: Collection[str] = ()
) -> None:
    """Write them on standard output. Lines of the ``secret`` files are never shown."""
    match form:
        case Form.JSON:
            for finding in findings:
                json_line(finding_json(finding))
        case Form.SARIF:
            sys.stdout.buffer.write(orjson.dumps(sarif(findings), option=orjson.OPT_INDENT_2))
            sys.stdout.buffer.write(b"\n")
        case Form.GITHUB:
            for finding in findings:
                console().print(annotation(finding))
        case Form.TEXT:
            _print(findings, secret)
    flush()


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as ``check --json`` writes it."""
    return {
        "path": finding.path,
        "line": finding.line,
        "col": finding.col,
        "severity": finding.severity,
        "code": finding.code or None,
        "message": finding.message,
        "hint": finding.hint,
    }


def annotation(finding: Finding) -> str:
    """A line that GitHub's runner shows beside the changed line.

    The form is that of "Workflow commands for GitHub Actions".
    """
    place = f"file={_property(finding.path)},line={finding.line},col={finding.col}"
    return f"::{finding.severity} {place}::{_data(finding.sentence)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def sarif(findings: Sequence[Finding]) -> dict[str, Any]:
    """The findings as a SARIF log (OASIS, Static Analysis Results Interchange Format 2.1.0)."""
    rules = {_ERROR: "what keeps the files from being used", **CODES}
    numbers = {name: number for number, name in enumerate(rules)}
    return {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "tocsin",
                        "version": __version__,
                        "rules": [
                            {"id": name, "shortDescription": {"text": text}}
                            for name, text in rules.items()
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    {
                        "ruleId": finding.code or _ERROR,
                        "ruleIndex": numbers.get(finding.code or _ERROR, 0),
                        "level": finding.severity,
                        "message": {"text": finding.sentence},
                        "locations": [_location(finding)],
                    }
                    for finding in findings
                ],
            }
        ],
    }


def _location(finding: Finding) -> dict[str, Any]:
    path = Path(finding.path)
    uri = path.as_uri() if path.is_absolute() else Path("/", path).as_uri()[len("file:///") :]
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri},
            "region": {"startLine": finding.line, "startColumn": finding.col},
        }
    }


def _print(findings: Sequence[Finding], secret: Collection[str]) -> None:
    """One a line; on a terminal with the line of the file and a caret below."""
    to = console()
    files: dict[str, list[str]] = {}
    for finding in findings:
        to.print(finding_line(finding))
        if not to.is_terminal or finding.path in secret:
            continue
        if finding.path not in files:
            files[finding.path] = _lines(finding.path)
        for line in excerpt(files[finding.path], finding, to.width):
            to.print(line, no_wrap=True, crop=True)


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8", errors="replace").splitlines()
    except OSError:  # the environment, or a file that is not there
        return []


def excerpt(lines: Sequence[str], finding: Finding, width: int) -> list[Text]:
    """The line of the file and a caret below the place, within ``width`` cells."""
    if not 1 <= finding.line <= len(lines):
        return []
    line = lines[finding.line - 1].replace("\t", " ")
    at = min(finding.col - 1, len(line))
    room = max(width - 2 * _MARGIN, _NARROWEST)
    start = 0
    if cell_len(line) > room:
        start = max(0, at - room // 3)
    shown = ("…" if start else "") + line[start:]
    before = ("…" if start else "") + line[start:at]
    tone = "red" if finding.severity == "error" else "yellow"
    cut = Text(shown, style="dim")
    cut.truncate(room, overflow="ellipsis")
    return [
        Text(" " * _MARGIN) + cut,
        Text(" " * (_MARGIN + cell_len(before)) + "^", style=tone),
    ]
