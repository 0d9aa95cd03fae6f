"""From rule and entity files to rules: all that is wrong at once, and nothing half loaded.

Read the files, gather their tables by key, build the word lists and entities, and with these in
hand the topics and filters, whose queries name them. A table that is wrong still lends its name,
so that one mistake is one finding and not one for each query that counts on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import Finding, RuleError
from bot.matching.rule_allowing import without_allowed
from bot.matching.rule_building import build_filter, build_topic
from bot.matching.rule_entries import gather, wrong_renames
from bot.matching.rule_files import neighbours, read_files, rule_files
from bot.matching.rule_templates import build_templates
from bot.matching.rule_tests import TestResult, run_tests
from bot.matching.rule_vocabulary import build_vocabulary
from bot.matching.rule_warnings import find_covered, find_warnings
from bot.matching.rule_written_tests import missing_items, written_tests
from bot.matching.ruleset import RuleSet

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from bot.matching.rule_entries import Entries
    from bot.matching.rule_warnings import Rang
    from bot.matching.ruleset import RuleTest
    from bot.toml import Document

__all__ = ["TestResult", "check_rules", "load_rules", "run_tests"]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What can be made of files, the errors in them, and where everything stands.

    ``sound_names`` says whether what queries name is as the files give it.
    """

    rules: RuleSet
    errors: list[Finding]
    entries: Entries
    context: Entries
    documents: list[Document]
    sound_names: bool


def load_rules(path: Path) -> RuleSet:
    """The rules of a folder, or of one file with the entities and lists of those beside it.

    A folder that does not exist has none. Raises RuleError with all findings.
    """
    reading = _read([path] if path.exists() else [])
    if reading.errors:
        raise RuleError(reading.errors)
    return reading.rules


def check_rules(
    paths: Sequence[Path],
    *,
    langs: Collection[str] = (),
    rang: Callable[[RuleSet], Rang] | None = None,
    without: Collection[Path] = (),
) -> list[Finding]:
    """All that is wrong with files and folders, errors and warnings, in order of place.

    The tests of the rules that can be used are run. ``langs`` are the languages that the sources
    use; ``rang`` tells what the topics did with the stored items. Warnings that a comment in the
    file allows are left out. Files in ``without`` are no rule files, though they lie among them.
    """
    lost = [
        Finding(str(path), 1, 1, "there is no such file or folder")
        for path in paths
        if not path.exists()
    ]
    reading = _read([path for path in paths if path.exists()], without)
    rules = reading.rules
    findings = [*lost, *reading.errors, *missing_items(rules.tests)]
    if reading.sound_names:
        findings += [it.finding for it in run_tests(rules) if not it.passed]
        findings += find_covered(reading.entries, rules)
    witness = rang(rules) if rang is not None else None
    findings += find_warnings(reading.entries, reading.context, rules, langs, witness)
    return sorted(set(without_allowed(reading.documents, findings)))


def _read(paths: Sequence[Path], without: Collection[Path] = ()) -> _Reading:
    found = dict.fromkeys(file for path in paths for file in rule_files(path))
    files = [file for file in found if file not in without]
    documents, findings, broken = read_files(files)
    entries = gather(documents)
    findings += [*entries.findings, *wrong_renames(entries)]
    beside = {near for path in paths if path.is_file() for near in neighbours(path)}
    others, unread, broken_beside = read_files(sorted(beside.difference(files)))
    context, broken = gather(others), [*broken, *broken_beside]
    before = len(findings)
    vocabulary = build_vocabulary(entries, context, broken, findings)
    sound = len(findings) == before and not broken
    topics = {key: build_topic(it, vocabulary, findings) for key, it in entries.topics.items()}
    before = len(findings)
    filters = {key: build_filter(it, vocabulary, findings) for key, it in entries.filters.items()}
    sound = sound and len(findings) == before
    templates = build_templates(entries, context, findings)
    tests = tuple(written_tests(entries))
    findings += _not_run(tests, unread)
    rules = RuleSet(
        topics={key: topic for key, topic in topics.items() if topic is not None},
        filters={key: filter_ for key, filter_ in filters.items() if filter_ is not None},
        vocabulary=vocabulary,
        tests=tests,
        templates=templates,
    )
    return _Reading(rules, findings, entries, context, documents, sound)


def _not_run(tests: Sequence[RuleTest], unread: Sequence[Finding]) -> Iterator[Finding]:
    """That tests wait for a file beside theirs, which cannot be read: said once for each file."""
    first = {test.path: test for test in reversed(tests)}
    for why in unread[:1]:
        for test in first.values():
            message = (
                f"the tests of this file are not run: {why.path}:{why.line}:{why.col} beside it "
                f"cannot be read: {why.message}"
            )
            yield Finding(test.path, test.line, test.col, message)
