"""From a config file and the environment to settings that the parts can use."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.config import environment
from bot.config.checks import find_contradictions
from bot.config.schema import (
    ConfigFile,
    DeliverySettings,
    FeedSettings,
    FetchSettings,
    LimitSettings,
    LogSettings,
    RuleSettings,
    SeedSettings,
    StoreSettings,
    TelegramSettings,
    WebSettings,
)
from bot.config.sources import name_sources
from bot.errors import ConfigError, Finding, InputError
from bot.toml import Document, find_problems, parse, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from bot.model import Source
    from bot.toml import Key, Problem

SECTIONS = frozenset(ConfigFile.model_fields)  # the tables that config.toml may have
_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the config file and the environment say, with the defaults filled in.

    ``path`` is the config file. The paths in ``store.url``, ``seeds.folders`` and
    ``rules.folder`` are reckoned from its folder already.
    """

    path: Path
    telegram: TelegramSettings
    limits: LimitSettings
    delivery: DeliverySettings
    store: StoreSettings
    fetch: FetchSettings
    feeds: tuple[FeedSettings, ...]
    seeds: SeedSettings
    rules: RuleSettings
    web: WebSettings
    log: LogSettings

    @property
    def sandboxed(self) -> bool:
        """Whether there is no bot token, so that the sandbox stands in for Telegram."""
        return not self.telegram.token.get_secret_value()

    def sources(self) -> tuple[Source, ...]:
        """The feeds and the seed folders, in the file's order, each under a key of its own."""
        return name_sources(self.feeds, self.seeds.folders)


def load(path: Path, environ: Mapping[str, str]) -> Settings:
    """The settings. Raises ConfigError with all that is wrong in the file and the environment."""
    try:
        document = read(path)
    except InputError as error:
        _, findings = environment.overrides(environ)
        raise ConfigError([*_reading_failed(path, error), *findings]) from None
    return _settings(document, path, environ)


def defaults(path: Path, environ: Mapping[str, str]) -> Settings:
    """The settings of an empty file at ``path``: for work that needs no config file.

    Raises ConfigError for the environment's faults.
    """
    return _settings(parse("", str(path)), path, environ)


def rules_folder(path: Path, environ: Mapping[str, str]) -> Path:
    """The folder of rule files, whatever else is wrong with the configuration."""
    values, _ = environment.overrides(environ)
    try:
        data = _merged(read(path).data, values)
    except InputError:
        data = _merged({}, values)
    section, _ = find_problems(RuleSettings, data.get("rules", {}))
    return path.parent / (section or RuleSettings()).folder


def _reading_failed(path: Path, error: InputError) -> Sequence[Finding]:
    if path.exists():
        return error.findings
    advice = f"there is no such file; copy config.example.toml to {path} to begin"
    return [Finding(str(path), 1, 1, advice)]


def _settings(document: Document, path: Path, environ: Mapping[str, str]) -> Settings:
    values, findings = environment.overrides(environ)
    data = _merged(document.data, values)
    file, problems = find_problems(ConfigFile, data)
    problems += find_contradictions(data)
    findings += [_finding(problem, document, values) for problem in problems]
    if file is None or findings:
        raise ConfigError(findings)
    folder = path.parent
    return Settings(
        path=path,
        telegram=file.telegram,
        limits=file.limits,
        delivery=file.delivery,
        store=file.store.model_copy(update={"url": _reckon_url(file.store.url, folder)}),
        fetch=file.fetch,
        feeds=file.feeds,
        seeds=file.seeds.model_copy(
            update={"folders": tuple(folder / seeds for seeds in file.seeds.folders)}
        ),
        rules=file.rules.model_copy(update={"folder": folder / file.rules.folder}),
        web=file.web,
        log=file.log,
    )


def _merged(data: dict[str, Any], values: Mapping[Key, Any]) -> dict[str, Any]:
    """The file's data with the environment's values in their places."""
    merged = deepcopy(data)
    for key, value in values.items():
        table: Any = merged
        for part in key[:-1]:
            table = table.setdefault(part, {})
            if not isinstance(table, dict):  # "telegram = 3": the schema says so
                break
        else:
            table[key[-1]] = value
    return merged


def _finding(problem: Problem, document: Document, values: Iterable[Key]) -> Finding:
    """The problem where it stands: in the file, or in the environment."""
    for key in values:
        if problem.key[: len(key)] == key:
            inner = f"{problem.name} " if len(problem.key) > len(key) else ""
            message = f"{environment.name_of(key)}: {inner}{problem.message}"
            return Finding(environment.PATH, 1, 1, message, problem.hint)
    return problem.finding(document)


def _reckon_url(url: str, folder: Path) -> str:
    """The store's URL with a relative SQLite file reckoned from the folder."""
    if not url.startswith(_SQLITE):
        return url
    name, mark, query = url.removeprefix(_SQLITE).partition("?")
    return f"{_SQLITE}{folder / name}{mark}{query}"
