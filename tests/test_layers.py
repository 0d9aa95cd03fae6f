"""Imports point one way. A package may import those that stand before it, and nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

BOT = Path(__file__).parents[1] / "bot"

# Each part with what it may import; model, wording and errors know nobody, and everybody knows them.
MAY_IMPORT: dict[str, set[str]] = {
    "model": set(),
    "wording": set(),
    "errors": set(),
    "values": set(),
    "toml": set(),
    "markup": set(),
    "templating": {"markup"},
    "log": set(),
    "config": {"toml", "values"},
    "sources": set(),
    "scheduling": {"attention"},
    "matching": {"scheduling", "templating", "sources", "toml", "values"},
    "stories": set(),
    "attention": set(),
    "sieve": set(),
    "store": {"sieve", "attention"},
    "telegram": set(),
    "answers": {"matching", "store"},
    "estimating": {"matching", "store"},
    "delivery": {
        "attention",
        "markup",
        "templating",
        "sources",
        "matching",
        "store",
        "telegram",
    },
    "charting": {"matching", "store"},
    "chat": {
        "charting",
        "sieve",
        "silencing",
        "values",
        "attention",
        "answers",
        "estimating",
        "matching",
        "store",
        "telegram",
        "delivery",
        "sources",
    },
    "patterning": {"matching", "rendering", "silencing", "store", "weighing"},
    "backtesting": {"matching", "store"},
    "web": set(),
    "sandbox": set(),
    "watching": set(),
    "silencing": {"matching"},
    "storykeeping": {"matching", "sources", "stories", "store"},
    "weighing": {"matching", "store"},
    "priming": {"matching", "store", "weighing"},
    "wakes": {"store"},
    "roster": {"store", "wakes"},
    "following": {"matching", "store"},
    "handover": {"intake", "store"},
    "rules_in_force": {"matching", "store"},
    "intake": {
        "following",
        "weighing",
        "silencing",
        "storykeeping",
        "matching",
        "sources",
        "stories",
        "store",
    },
    "fetching": {"config", "sources"},
    "discovering": {"sources"},
    "backlog": {"matching"},
    "polling": {"intake", "sources", "store"},
    "seeding": {"intake", "sources", "store", "watching"},
    "rulekeeping": {"matching", "priming", "rules_in_force", "store", "watching"},
    "rendering": {"templating", "chat", "delivery", "matching", "store"},
    "amending": {"store"},
    "digesting": {"attention", "rendering", "store", "weekly_charts"},
    "weekly_charts": {"charting", "chat", "matching", "rendering", "store", "telegram"},
    "fanning": {"store"},
    "talking": {"chat", "config", "matching", "store", "telegram", "wakes"},
    "reporting": {"rulekeeping", "rules_in_force", "store", "web"},
    "remembering": {"matching", "store"},
    "housekeeping": {"matching", "stories", "store"},
    "forgetting": {"store"},
    "broadcasting": {"chat", "store"},
    "rule_trial": {"backtesting", "chat", "matching", "store"},
    "office": {
        "backlog",
        "chat",
        "config",
        "discovering",
        "matching",
        "rule_trial",
        "store",
    },
}
EVERYTHING = {"app", "roles", "cli", "__main__", "__init__"}
KNOWN_TO_ALL = {"model", "errors", "wording"}


def part_of(module: Path) -> str:
    """The folder or the module that it is in; each loop of the service is a part of its own."""
    parts = module.relative_to(BOT).parts
    return parts[parts[0] == "service"].removesuffix(".py")


def imported_parts(module: Path) -> set[str]:
    """The parts of ``bot`` that ``module`` imports, wherever in the file it does so."""
    parts: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = (
                [f"{node.module}.{alias.name}" for alias in node.names]
                if node.module in {"bot", "bot.service"}
                else [node.module]
            )
        else:
            continue
        inside = (
            name.removeprefix("bot.service.").removeprefix("bot.")
            for name in names
            if name.startswith("bot.")
        )
        parts.update(name.split(".")[0] for name in inside)
    return {part for part in parts if not part.startswith("__")}


MODULES = sorted(path for path in BOT.rglob("*.py") if "migrations" not in path.parts)


def test_every_part_has_its_place() -> None:
    parts = {part_of(module) for module in MODULES}
    assert parts == set(MAY_IMPORT) | EVERYTHING


@pytest.mark.parametrize(
    "module",
    [module for module in MODULES if part_of(module) not in EVERYTHING],
    ids=lambda module: str(module.relative_to(BOT)),
)
def test_imports_point_one_way(module: Path) -> None:
    part = part_of(module)
    extra = imported_parts(module) - MAY_IMPORT[part] - KNOWN_TO_ALL - {part}
    assert not extra, f"{part} must not import {', '.join(sorted(extra))}"


def test_only_the_command_line_imports_the_app() -> None:
    importers = {part_of(module) for module in MODULES if "app" in imported_parts(module)}
    assert importers == {"cli"}
    importers = {part_of(module) for module in MODULES if "roles" in imported_parts(module)}
    assert importers == {"app", "roles"}


def test_no_module_is_a_book() -> None:
    lengths = {module: len(module.read_text("utf-8").splitlines()) for module in MODULES}
    assert {str(module): n for module, n in lengths.items() if n > 400} == {}
