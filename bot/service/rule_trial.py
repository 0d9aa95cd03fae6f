"""A rule file from a chat: is it sound, and what would it change? Nothing is put in force here.

The rules as they are and as they would be are asked about the stored items of the last week.
"""

from __future__ import annotations

import os
import re
import secrets
import tempfile
import tomllib
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.backtesting.comparing import changes, rings_by_question
from bot.backtesting.trial import Trial
from bot.chat.turns.office import Difference, Tried
from bot.errors import Finding, RuleError
from bot.matching.rule_files import rule_files
from bot.matching.rules import load_rules, run_tests
from bot.store import items
from bot.store.sources import all_sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.backtesting.comparing import Change
    from bot.backtesting.trial import Ring
    from bot.matching.ruleset import RuleSet
    from bot.store.engine import Store

LARGEST: Final = 256 * 1024  # bytes of a file from a chat
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}\.toml")
_WEEK: Final = timedelta(days=7)
_EXAMPLES: Final = 3


def place_of(folder: Path, name: str, text: str) -> str | None:
    """Where below the folder a file of this name belongs; None where it has no place.

    A name that is there already is that file; a new one with nothing but entities goes among them.
    """
    name = name.lower()
    if not _NAME.fullmatch(name):
        return None
    same = [path for path in rule_files(folder) if path.name == name] if folder.is_dir() else []
    if len(same) > 1:
        return None
    if same:
        path = same[0].relative_to(folder)
    else:
        path = Path("entities", name) if _has_only_entities(text) else Path(name)
    inside = (folder / path).resolve().is_relative_to(folder.resolve())
    return path.as_posix() if inside else None


def try_file(folder: Path, name: str, text: str, store: Store, now: datetime) -> Tried:
    """What the file would do; takes its time where much is stored. Raises StoreError."""
    place = place_of(folder, name, text)
    if place is None:
        return Tried(problem="name")
    target = folder / place
    before = target.read_text("utf-8") if target.is_file() else None
    tried = Tried(place, before, text)
    if before == text:
        return replace(tried, problem="same")
    try:
        new = _passing(folder, place, text)
    except RuleError as error:
        lines = text.splitlines()
        return replace(tried, findings=tuple((each, _line(lines, each)) for each in error.findings))
    try:
        old = load_rules(folder)
    except RuleError:  # what is in force is not what the files say: all of it is new
        old = None
    return replace(tried, differences=tuple(_differences(old, new, store, now)))


def put(folder: Path, path: str, text: str | None) -> None:
    """Write a file of the folder, whole or not at all; None takes it away. Raises OSError.

    Raises ValueError for a path outside the folder, whoever asks.
    """
    target = folder / path
    if not target.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"{path} is outside the rule folder")
    if text is None:
        target.unlink(missing_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with unfinished.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def stands(folder: Path, path: str) -> str | None:
    """What a file of the folder says now; None where there is none."""
    target = folder / path
    return target.read_text("utf-8") if target.is_file() else None


def file_of_topic(folder: Path, topic: str) -> tuple[str, str] | None:
    """Name and text of the file that has a topic; None where none has it."""
    for path in rule_files(folder) if folder.is_dir() else ():
        try:
            text = path.read_text("utf-8")
            if topic in tomllib.loads(text).get("topics", {}):
                return path.name, text
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            continue
    return None


def _has_only_entities(text: str) -> bool:
    try:
        return set(tomllib.loads(text)) == {"entities"}
    except tomllib.TOMLDecodeError:
        return False


def _passing(folder: Path, place: str, text: str) -> RuleSet:
    """The rules as they would be. Raises RuleError, its places below the rule folder."""
    folder.mkdir(parents=True, exist_ok=True)
    # Within the folder, as tests look for their items from there upwards; hidden, so it is no rule.
    with tempfile.TemporaryDirectory(dir=folder, prefix=".trying-") as copy:
        written = {
            path.relative_to(folder).as_posix(): path.read_text("utf-8")
            for path in (rule_files(folder) if folder.is_dir() else ())
        }
        for name, content in (written | {place: text}).items():
            target = Path(copy, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, "utf-8")
        try:
            return _sound(Path(copy), place)
        except RuleError as error:
            raise RuleError([_below(each, copy) for each in error.findings]) from None


def _sound(folder: Path, place: str) -> RuleSet:
    """The rules of a folder, their tests included, if ``place`` reads no other files. RuleError."""
    rules = load_rules(folder)
    _refuse_strange_items(rules, str(folder / place))
    failed = [each.finding for each in run_tests(rules) if not each.passed]
    if failed:
        raise RuleError(failed)
    return rules


def _refuse_strange_items(rules: RuleSet, file: str) -> None:
    """A file from a chat must not look around on this machine: its tests name items beside it."""
    wrong = [
        Finding(test.path, test.line, test.col, f"{item}: not from a file that was sent in a chat")
        for test in rules.tests
        if test.path == file
        for item in filter(None, (test.item, *(each.item for each in test.items)))
        if Path(item).is_absolute() or ".." in Path(item).parts
    ]
    if wrong:
        raise RuleError(wrong)


def _below(finding: Finding, folder: str) -> Finding:
    return replace(finding, path=finding.path.removeprefix(folder).lstrip("/\\"))


def _line(lines: Sequence[str], finding: Finding) -> str:
    """The line that a finding points at, and a caret below the place."""
    if not 1 <= finding.line <= len(lines):
        return ""
    line = lines[finding.line - 1].replace("\t", " ")
    start = max(0, finding.col - 30)
    return f"{line[start : start + 60]}\n{' ' * (finding.col - 1 - start)}^"


def _differences(
    old: RuleSet | None, new: RuleSet, store: Store, now: datetime
) -> list[Difference]:
    keys = dict.fromkeys([*(old.topics if old is not None else ()), *new.topics])
    found, questions = changes(old if old is not None else _none(new), new, keys)
    sources = store.read_now(all_sources)
    trial = Trial(store.url, questions, sources, now, now - _WEEK)
    tasks = store.read_now(trial.tasks)
    rings = rings_by_question(trial.run(store, tasks, lambda: None))
    return [_difference(change, rings, store) for change in found]


def _none(rules: RuleSet) -> RuleSet:
    return replace(rules, topics={}, filters={})


def _difference(change: Change, rings: Mapping[int, Sequence[Ring]], store: Store) -> Difference:
    def of(question: int | None) -> set[int]:
        return {ring.item for ring in rings.get(question, ())} if question is not None else set()

    before, after = of(change.old), of(change.new)
    more = after - before
    kind = "new" if change.old is None else "gone" if change.new is None else "changed"
    newest = sorted(more, reverse=True)[:_EXAMPLES]
    titles = store.read_now(partial(_titles, numbers=newest))
    return Difference(change.key, kind, len(more), len(before - after), tuple(titles))


def _titles(conn: Connection, numbers: Iterable[int]) -> list[str]:
    stored = [items.get_item(conn, number) for number in numbers]
    return [each.item.title or each.item.text[:80] for each in stored if each is not None]
