"""``check`` and ``test``: rule files, before they reach people."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Config, Json, settings
from bot.cli.output import complaints, console, finding_line, flush, json_line
from bot.errors import Finding, InputError

if TYPE_CHECKING:
    from bot.matching.rules import TestResult

Paths = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[PATH]…", help="Rule files or folders; the configured ones if none."),
]


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command()(check)
    app.command()(test)


def check(
    paths: Paths = None,
    config: Config = None,
    as_json: Json = False,
    form: Annotated[
        str, typer.Option("--format", help="text, json, sarif, or github.", metavar="FORM")
    ] = "text",
    strict: Annotated[bool, typer.Option("--strict", help="A warning is a no, too.")] = False,
    noisy: Annotated[
        float,
        typer.Option(
            "--noisy",
            min=0,
            max=100,
            help="Warn of topics that rang for more % of the stored items.",
        ),
    ] = 20.0,
) -> None:
    """Say all that is wrong with the configuration, the rule and the entity files.

    One finding a line, `path:line:col: error: what`, as editors and CI understand it. Without a
    PATH the stored items are asked, too: which topics ring for none of them, or for very many. A
    comment `# tocsin: allow CODE` behind a line, or above it, allows what a warning is about.

        tocsin check
        tocsin check rules/kremlin.toml
        tocsin check --strict --format sarif > tocsin.sarif
    """
    from bot.cli.checking import find, uncollected  # noqa: PLC0415
    from bot.cli.findings import Form, write_findings  # noqa: PLC0415

    if form not in tuple(Form):
        raise typer.BadParameter(f"must be one of {', '.join(Form)}", param_hint="--format")
    with uncollected():
        found = find(paths, config, noisy)
    write_findings(found.findings, Form.JSON if as_json else Form(form), secret=found.configs)
    errors = sum(finding.severity == "error" for finding in found.findings)
    warnings = len(found.findings) - errors
    bad = errors or (strict and warnings)
    complaints().print(
        f"{'FAILED' if bad else 'OK'}: {found.looked_at}: "
        f"{_count(errors, 'error')}, {_count(warnings, 'warning')}",
        style="red" if bad else "green",
    )
    if bad:
        raise typer.Exit(1)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def test(
    paths: Paths = None,
    config: Config = None,
    as_json: Json = False,
    junit: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", help="Write JUnit XML there, too.")
    ] = None,
) -> None:
    """Run the tests that are written in the rule files.

    A test that fails says what was expected and what came, and which words were found or not.

        tocsin test
        tocsin test rules/war.toml
        tocsin test --junit tests.xml
    """
    from bot.matching.rules import load_rules, run_tests  # noqa: PLC0415

    began = time.monotonic()
    folders = paths or [settings(config).rules.folder]
    for folder in folders:
        if paths and not folder.exists():
            raise InputError([Finding(str(folder), 1, 1, "there is no such file or folder")])
    results = [result for folder in folders for result in run_tests(load_rules(folder))]
    seconds = time.monotonic() - began
    failed = [result for result in results if not result.passed]
    if as_json:
        for result in results:
            json_line(_result_json(result))
        flush()
    else:
        for result in failed:
            _print_failure(result)
    if junit is not None:
        from bot.cli.junit import junit as as_junit  # noqa: PLC0415

        junit.write_bytes(as_junit(results, seconds))
    topics = len({result.test.topic for result in results})
    complaints().print(
        f"{len(results) - len(failed)} passed, {len(failed)} failed, of {topics} topics, "
        f"in {seconds:.1f} s",
        style="red" if failed else "green",
    )
    if failed:
        raise typer.Exit(1)


def _print_failure(result: TestResult) -> None:
    to = console()
    to.print(finding_line(result.finding))
    if result.expected:
        to.print(f"    expected: {result.expected}", style="green")
        to.print(f"    got:      {result.got}", style="red")
    for reason in result.reasons:
        to.print(f"    {reason}", style="dim")


def _result_json(result: TestResult) -> dict[str, object]:
    test = result.test
    return {
        "topic": test.topic,
        "path": test.path,
        "line": test.line,
        "expected": test.expected if test.rings is None else list(test.rings),
        "got": result.got,
        "passed": result.passed,
        "message": result.message,
        "reasons": list(result.reasons),
    }
