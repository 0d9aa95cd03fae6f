"""From rule and entity files to rules: all that is wrong at once, and nothing half loaded.

Read the files, gather their tables by key, build the word lists and entities, and with these in
hand the topics and filters, whose queries name them. A table that is wrong still lends its name,
so that one mistake is one finding and not one for each query that counts on it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.errors import Finding, RuleError
from bot.matching.rule_building import build_filter, build_topic
from bot.matching.rule_entries import gather
from bot.matching.rule_files import neighbours, read_files, rule_files
from bot.matching.rule_templates import build_templates
from bot.matching.rule_tests import TestResult, missing_items, run_tests, written_tests
from bot.matching.rule_vocabulary import build_vocabulary
from bot.matching.rule_warnings import find_warnings
from bot.matching.ruleset import RuleSet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["TestResult", "check_rules", "load_rules", "run_tests"]


def load_rules(path: Path) -> RuleSet:
    """The rules of a folder, or of one file with the entities and lists of those beside it.

    A folder that does not exist has none. Raises RuleError with all findings.
    """
    rules, findings = _read([path] if path.exists() else [])
    if findings:
        raise RuleError(findings)
    return rules


def check_rules(paths: Sequence[Path]) -> list[Finding]:
    """All that is wrong with files and folders, errors and warnings, in order of place."""
    findings = [
        Finding(str(path), 1, 1, "there is no such file or folder")
        for path in paths
        if not path.exists()
    ]
    rules, errors = _read([path for path in paths if path.exists()])
    return sorted({*findings, *errors, *missing_items(rules.tests), *rules.warnings})


def _read(paths: Sequence[Path]) -> tuple[RuleSet, list[Finding]]:
    """What can be made of the files, and the errors in them."""
    files = list(dict.fromkeys(file for path in paths for file in rule_files(path)))
    documents, findings, broken = read_files(files)
    entries = gather(documents)
    findings += entries.findings
    beside = {near for path in paths if path.is_file() for near in neighbours(path)}
    others, _, broken_beside = read_files(sorted(beside.difference(files)))
    context, broken = gather(others), [*broken, *broken_beside]
    vocabulary = build_vocabulary(entries, context, broken, findings)
    topics = {key: build_topic(it, vocabulary, findings) for key, it in entries.topics.items()}
    filters = {key: build_filter(it, vocabulary, findings) for key, it in entries.filters.items()}
    templates = build_templates(entries, context, findings)
    rules = RuleSet(
        topics={key: topic for key, topic in topics.items() if topic is not None},
        filters={key: filter_ for key, filter_ in filters.items() if filter_ is not None},
        vocabulary=vocabulary,
        tests=tuple(written_tests(entries)),
        templates=templates,
    )
    return replace(rules, warnings=tuple(find_warnings(entries, rules))), findings
