"""``check``, ``test`` and ``explain``: rule files and queries, before they reach people."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Config, Json, Rules, settings
from bot.cli.output import complaints, console, finding_json, json_line, print_findings
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
    app.command()(explain)


def check(paths: Paths = None, config: Config = None, as_json: Json = False) -> None:
    """Say all that is wrong with the configuration, the rule and the entity files.

    One finding a line, `path:line:col: error: what`, as editors and CI understand it.

        tocsin check
        tocsin check rules/kremlin.toml
        tocsin check --json
    """
    findings, looked_at = _findings(paths, config)
    if as_json:
        for finding in findings:
            json_line(finding_json(finding))
    else:
        print_findings(findings, console())
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = len(findings) - errors
    verdict = "FAILED" if errors else "OK"
    complaints().print(
        f"{verdict}: {looked_at}: {errors} errors, {warnings} warnings",
        style="red" if errors else "green",
    )
    if errors:
        raise typer.Exit(1)


def _findings(paths: list[Path] | None, config: Path | None) -> tuple[list[Finding], str]:
    from bot.matching.rules import check_rules  # noqa: PLC0415

    if paths:
        configs = [path for path in paths if _is_config(path)]
        findings = [finding for path in configs for finding in _config_findings(path)]
        rest = [path for path in paths if path not in configs]
        if rest:
            findings += check_rules(rest)
        return sorted(findings), ", ".join(map(str, paths))
    try:
        configured = settings(config)
    except InputError as error:
        return list(error.findings), "the configuration"
    folder = configured.rules.folder
    # A folder that nobody made yet has no rules, and nothing wrong with them.
    rules = check_rules([folder]) if folder.exists() else []
    return sorted(rules), f"{configured.path} and {folder}"


def _is_config(path: Path) -> bool:
    """Whether ``path`` is a configuration rather than a rule file: it has a section of one."""
    from bot.config import SECTIONS  # noqa: PLC0415
    from bot.toml import read  # noqa: PLC0415

    if not path.is_file():
        return False
    try:
        return not SECTIONS.isdisjoint(read(path).data)
    except InputError:
        return path.name.startswith("config")


def _config_findings(path: Path) -> tuple[Finding, ...]:
    from bot import config  # noqa: PLC0415

    try:
        config.load(path, {})
    except InputError as error:
        return error.findings
    return ()


def test(paths: Paths = None, config: Config = None, as_json: Json = False) -> None:
    """Run the tests that are written in the rule files.

    tocsin test
    tocsin test rules
    """
    from bot.matching.rules import load_rules, run_tests  # noqa: PLC0415

    folders = paths or [settings(config).rules.folder]
    results = [result for folder in folders for result in run_tests(load_rules(folder))]
    failed = [result for result in results if not result.passed]
    if as_json:
        for result in results:
            json_line(_result_json(result))
    else:
        print_findings([result.finding for result in failed], console())
    complaints().print(
        f"{len(results) - len(failed)} passed, {len(failed)} failed",
        style="red" if failed else "green",
    )
    if failed:
        raise typer.Exit(1)


def _result_json(result: TestResult) -> dict[str, object]:
    test = result.test
    return {
        "topic": test.topic,
        "path": test.path,
        "line": test.line,
        "expected": test.expected,
        "passed": result.passed,
        "message": result.message,
    }


def explain(
    query: Annotated[str, typer.Argument(metavar="QUERY-or-TOPIC")],
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="As `parse` takes it.")],
    config: Config = None,
    rules: Rules = None,
    as_json: Json = False,
) -> None:
    """Say why a query or a topic matches the items of a source or does not, as a tree.

    tocsin explain '@putin (paix OR peace)' seeds/seed-article-fr.txt
    tocsin explain istanbul-talks seeds
    """
    from bot.cli.queries import (  # noqa: PLC0415
        explanation_json,
        print_explanation,
        query_or_topic,
    )
    from bot.cli.reading import read_sources, rules_in_force  # noqa: PLC0415
    from bot.matching.document import Document  # noqa: PLC0415
    from bot.matching.explaining import explain as explain_query  # noqa: PLC0415
    from bot.matching.explaining import explain_topic  # noqa: PLC0415

    configured = settings(config)
    ruleset = rules_in_force(configured, rules)
    topic, found = ruleset.topics.get(query), query_or_topic(query, ruleset)
    matched = False
    for origin, item in read_sources([source], configured):
        document = Document.of(item, origin, datetime.now(UTC))
        explanation = (
            explain_topic(topic, ruleset, document) if topic else explain_query(found, document)
        )
        matched |= explanation.matched
        if as_json:
            json_line({"item": item.id, **explanation_json(explanation)})
        else:
            print_explanation(item, explanation, console())
    if not matched:
        raise typer.Exit(1)
