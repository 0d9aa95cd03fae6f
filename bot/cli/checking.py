"""What ``check`` looks at: configurations, rule files, and the store as their witness."""

from __future__ import annotations

import gc
import os
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.options import config_path, settings
from bot.errors import InputError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.config import Settings
    from bot.errors import Finding
    from bot.store.engine import Store


@dataclass(frozen=True, slots=True)
class Found:
    """All findings, in a word what was looked at, and which files may hold secrets."""

    findings: list[Finding]
    looked_at: str
    configs: frozenset[str]


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector of cycles, which looks at all rules again and again for nothing."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def find(paths: Sequence[Path] | None, config: Path | None, noisy: float) -> Found:
    """What is wrong with the paths; without any, with all that is configured."""
    from bot.matching.rules import check_rules  # noqa: PLC0415

    if paths:
        configs = list(dict.fromkeys(file for path in paths for file in _configs(path)))
        findings = [finding for path in configs for finding in _config_findings(path)]
        rest = [path for path in paths if path not in configs]
        if rest:
            findings += check_rules(rest, without=configs)
        looked_at = ", ".join(map(str, paths))
        return Found(sorted(findings), looked_at, frozenset(map(str, configs)))
    try:
        configured = settings(config)
    except InputError as error:
        return _beside_a_bad_config(config, error)
    folder = configured.rules.folder
    looked_at = f"{configured.path} and {folder}"
    if not folder.exists():  # nobody made it yet: no rules, and nothing wrong with them
        return Found([], looked_at, frozenset())
    feeds = {feed.lang for feed in configured.feeds if feed.lang}
    store = _store(configured.store.url)
    if store is None:
        findings = check_rules([folder], langs=feeds)
    else:
        findings = _with_witness(store, configured, feeds, noisy)
    return Found(findings, looked_at, frozenset({str(configured.path)}))


def _beside_a_bad_config(config: Path | None, error: InputError) -> Found:
    """What is wrong with the configuration, and with the rules, which it may still lead to.

    Raises the error where nothing can be read under the name that was given.
    """
    from bot.config import rules_folder  # noqa: PLC0415
    from bot.matching.rules import check_rules  # noqa: PLC0415

    path, named = config_path(config)
    if named and not path.is_file():
        raise error
    folder = rules_folder(path, os.environ)
    rules = check_rules([folder]) if folder.exists() else []
    secret = frozenset(finding.path for finding in error.findings)
    return Found([*error.findings, *rules], f"{path} and {folder}", secret)


def _store(url: str) -> Store | None:
    """The store, if there is one that a check may look into."""
    path = url.removeprefix("sqlite:///")
    if path != url and not Path(path).exists():
        return None  # and what reads it takes longer to import than most rules to check
    from bot.store.engine import Store  # noqa: PLC0415

    try:
        return Store.open_as_it_is(url)
    except StoreError:
        return None


def _with_witness(
    store: Store, configured: Settings, feeds: set[str], noisy: float
) -> list[Finding]:
    """What is wrong with the rules, and what they did with the stored items."""
    from bot.backtesting.witness import languages, rang  # noqa: PLC0415
    from bot.matching.rules import check_rules  # noqa: PLC0415

    sources = {source.key: source for source in configured.sources()}
    with store:
        return check_rules(
            [configured.rules.folder],
            langs=feeds | store.read_now(languages),
            rang=lambda rules: store.read_now(
                lambda conn: rang(conn, rules, sources, noisy=noisy / 100, now=datetime.now(UTC))
            ),
        )


def _configs(path: Path) -> Iterator[Path]:
    """The configurations that a path is or, going by their names, has in it."""
    from bot.matching.rule_files import rule_files  # noqa: PLC0415

    files = rule_files(path) if path.is_dir() else (path,)
    for file in files:
        if (file is path or file.name.startswith("config")) and _is_config(file):
            yield file


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
