"""The results of rule tests as JUnit XML, which every CI shows.

The form is the one that Ant's junit task began and Jenkins, GitLab and others read: a testsuite for
each file, a testcase for each test.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.matching.rules import TestResult

# What XML 1.0 has no way to write, not even escaped.
_UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def junit(results: Sequence[TestResult], seconds: float) -> bytes:
    """The document; ``seconds`` is how long all tests took together."""
    failed = sum(not result.passed for result in results)
    root = Element(
        "testsuites",
        name="tocsin",
        tests=str(len(results)),
        failures=str(failed),
        errors="0",
        time=f"{seconds:.3f}",
    )
    for path, group in groupby(results, key=lambda result: result.test.path):
        members = list(group)
        suite = SubElement(
            root,
            "testsuite",
            name=_say(path),
            tests=str(len(members)),
            failures=str(sum(not result.passed for result in members)),
            errors="0",
            skipped="0",
        )
        for result in members:
            _case(suite, result)
    indent(root)
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _case(suite: Element, result: TestResult) -> None:
    test = result.test
    case = SubElement(
        suite,
        "testcase",
        classname=_say(f"topics.{test.topic}"),
        name=_say(f"{test.topic} tests {test.number + 1}"),
        file=_say(test.path),
        line=str(test.line),
    )
    if not result.passed:
        failure = SubElement(case, "failure", message=_say(result.message), type="unexpected")
        failure.text = _say(
            "\n".join(
                [f"expected: {result.expected}", f"got: {result.got}", *result.reasons],
            )
        )


def _say(text: str) -> str:
    return _UNSAYABLE.sub("\N{REPLACEMENT CHARACTER}", text)
