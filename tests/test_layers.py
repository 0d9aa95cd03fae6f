"""Imports point one way. A package may import those that stand before it, and nothing else."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    "interpreter": set(),
    "silencing": {"matching"},
    "storykeeping": {"matching", "sources", "stories", "store"},
    "weighing": {"matching", "store"},
    "priming": {"matching", "store", "weighing"},
    "wakes": {"store"},
    "roster": {"store", "wakes"},
    "following": {"matching", "store"},
    "reading": {"store"},
    "handover": {"reading", "store"},
    "rules_in_force": {"matching", "store"},
    "intake": {
        "following",
        "reading",
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
    "polling": {"reading", "sources", "store"},
    "seeding": {"reading", "sources", "store", "watching"},
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
# The same within the chat: the loops of its inbox at the end join all the others.
WITHIN_CHAT: dict[str, set[str]] = {
    "words": set(),
    "turns": {"words"},
    "meaning": {"turns", "words"},
    "asking": {"meaning", "turns", "words"},
    "subscribing": {"meaning", "turns", "words"},
    "alerts": {"subscribing", "meaning", "turns", "words"},
    "people": {"alerts", "subscribing", "meaning", "turns", "words"},
    "admin": {"alerts", "asking", "meaning", "turns", "words"},
    "router": {
        *("admin", "people", "alerts", "subscribing", "asking", "turns", "words"),
    },
    "conversation": {"router", "people", "asking", "turns"},
    "dispatcher": {"conversation", "people", "turns"},
    "receiver": set(),
    "hook": {"receiver"},
}
# Packages from which modules are imported by name.
PACKAGES = {"bot", "bot.service", "bot.chat", *(f"bot.chat.{part}" for part in WITHIN_CHAT)}
EVERYTHING = {"app", "roles", "cli", "__main__", "__init__"}
KNOWN_TO_ALL = {"model", "errors", "wording"}


def part_of(module: Path) -> str:
    """The folder or the module that it is in; each loop of the service is a part of its own."""
    parts = module.relative_to(BOT).parts
    return parts[parts[0] == "service"].removesuffix(".py")


def imported_modules(module: Path) -> Iterator[str]:
    """What ``module`` imports, wherever in the file it does so."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            if node.module in PACKAGES:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module


def imported_parts(module: Path) -> set[str]:
    """The parts of ``bot`` that ``module`` imports."""
    inside = (
        name.removeprefix("bot.service.").removeprefix("bot.")
        for name in imported_modules(module)
        if name.startswith("bot.")
    )
    parts = {name.split(".")[0] for name in inside}
    return {part for part in parts if not part.startswith("__")}


MODULES = sorted(path for path in BOT.rglob("*.py") if "migrations" not in path.parts)
CHAT = [
    path
    for path in MODULES
    if path.is_relative_to(BOT / "chat") and path != BOT / "chat" / "__init__.py"
]


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


@pytest.mark.parametrize("module", CHAT, ids=lambda module: str(module.relative_to(BOT / "chat")))
def test_imports_within_the_chat_point_one_way(module: Path) -> None:
    part = module.relative_to(BOT / "chat").parts[0].removesuffix(".py")
    imported = {
        name.removeprefix("bot.chat.").split(".")[0]
        for name in imported_modules(module)
        if name.startswith("bot.chat.")
    }
    extra = imported - WITHIN_CHAT[part] - {part}
    assert not extra, f"chat/{part} must not import {', '.join(sorted(extra))}"


def test_no_circles_within_the_chat() -> None:
    known = {".".join(path.relative_to(BOT.parent).with_suffix("").parts): path for path in CHAT}
    graph = {name: set(imported_modules(path)) & set(known) for name, path in known.items()}
    assert len(list(TopologicalSorter(graph).static_order())) == len(known)


def test_only_the_command_line_imports_the_app() -> None:
    importers = {part_of(module) for module in MODULES if "app" in imported_parts(module)}
    assert importers == {"cli"}
    importers = {part_of(module) for module in MODULES if "roles" in imported_parts(module)}
    assert importers == {"app", "roles"}


def test_no_module_is_a_book() -> None:
    lengths = {module: len(module.read_text("utf-8").splitlines()) for module in MODULES}
    assert {str(module): n for module, n in lengths.items() if n > 400} == {}
