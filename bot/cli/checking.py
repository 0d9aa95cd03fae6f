"""What ``check`` looks at: configurations, rule files, and the store as their witness."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.cli.options import settings
from bot.errors import InputError, StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.errors import Finding


@dataclass(frozen=True, slots=True)
class Found:
    """All findings, in a word what was looked at, and which files may hold secrets."""

    findings: list[Finding]
    looked_at: str
    configs: frozenset[str]


def find(paths: Sequence[Path] | None, config: Path | None, noisy: float) -> Found:
    """What is wrong with the paths; without any, with all that is configured."""
    from bot.backtesting.witness import languages, rang  # noqa: PLC0415
    from bot.matching.rules import check_rules  # noqa: PLC0415
    from bot.store.engine import Store  # noqa: PLC0415

    if paths:
        configs = [path for path in paths if _is_config(path)]
        findings = [finding for path in configs for finding in _config_findings(path)]
        rest = [path for path in paths if path not in configs]
        if rest:
            findings += check_rules(rest)
        looked_at = ", ".join(map(str, paths))
        return Found(sorted(findings), looked_at, frozenset(map(str, configs)))
    try:
        configured = settings(config)
    except InputError as error:
        secret = frozenset(finding.path for finding in error.findings)
        return Found(list(error.findings), "the configuration", secret)
    folder = configured.rules.folder
    looked_at = f"{configured.path} and {folder}"
    if not folder.exists():  # nobody made it yet: no rules, and nothing wrong with them
        return Found([], looked_at, frozenset())
    feeds = {feed.lang for feed in configured.feeds if feed.lang}
    sources = {source.key: source for source in configured.sources()}
    try:
        store = Store.open_as_it_is(configured.store.url)
    except StoreError:  # there is none, or not one that a check may touch
        findings = check_rules([folder], langs=feeds)
    else:
        with store:
            langs = feeds | store.read_now(languages)
            findings = check_rules(
                [folder],
                langs=langs,
                rang=lambda rules: store.read_now(
                    lambda conn: rang(
                        conn, rules, sources, noisy=noisy / 100, now=datetime.now(UTC)
                    )
                ),
            )
    return Found(findings, looked_at, frozenset({str(configured.path)}))


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
