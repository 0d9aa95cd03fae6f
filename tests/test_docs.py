"""The documentation is true: its examples run, its links lead somewhere, nothing is left out."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from bot.cli import app
from bot.matching.rule_allowing import CODES
from bot.matching.rules import load_rules, run_tests

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
EXAMPLES = re.findall(r"```toml\n(.*?)```", (ROOT / "docs/rules.md").read_text("utf-8"), re.DOTALL)
RECORDS = "\n".join(page.read_text("utf-8") for page in ROOT.glob("docs/decisions/*.md")).lower()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.splitlines()[0])
def test_an_example_of_a_rule_file_passes(example: str, tmp_path: Path) -> None:
    (tmp_path / "example.toml").write_text(example, "utf-8")
    rules = load_rules(tmp_path)
    results = run_tests(rules)
    assert len(results) == len(rules.tests) > 0
    assert [result.message for result in results if not result.passed] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)#\s]+)", text) + re.findall(r'src="([^"]+)"', text)
    here = [target for target in targets if not target.startswith(("http://", "https://"))]
    assert [target for target in here if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("requirement", PROJECT["project"]["dependencies"])
def test_a_dependency_has_its_line_in_a_record(requirement: str) -> None:
    name = re.split(r"[\[<>=]", requirement)[0]
    assert name.lower() in RECORDS


def test_every_command_is_documented() -> None:
    pages = "\n".join(page.read_text("utf-8") for page in PAGES)
    commands = getattr(get_command(app), "commands", {})
    assert commands
    assert [name for name in commands if f"tocsin {name}" not in pages] == []


def test_every_warning_is_documented() -> None:
    page = (ROOT / "docs/rules.md").read_text("utf-8")
    assert [code for code in CODES if f"| `{code}` |" not in page] == []


def test_the_hooks_run_commands_that_there_are() -> None:
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    entries = re.findall(r"entry: tocsin (\w+)", hooks)
    assert len(entries) == hooks.count("- id: ") == 3
    assert set(entries) <= set(getattr(get_command(app), "commands", {}))
