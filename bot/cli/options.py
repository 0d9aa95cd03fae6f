"""The options that every command shares, and the configuration they lead to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.config import Settings

DEFAULT_CONFIG = Path("config.toml")
VARIABLE = "TOCSIN_CONFIG"

Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="The configuration; config.toml, or what TOCSIN_CONFIG names, where not given.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="JSON lines instead of text.")]
Rules = Annotated[
    Path | None,
    typer.Option("--rules", metavar="DIR", help="These rule files instead of the configured ones."),
]


def config_path(given: Path | None) -> tuple[Path, bool]:
    """The configuration's path, and whether anybody named it."""
    if given is None and (variable := os.environ.get(VARIABLE)):
        given = Path(variable)
    return (DEFAULT_CONFIG, False) if given is None else (given, True)


def settings(given: Path | None) -> Settings:
    """The settings. A ``config.toml`` that nobody named may be missing: the defaults apply then.

    Raises ConfigError.
    """
    from bot import config  # noqa: PLC0415 - pydantic is not loaded for `tocsin --help`

    path, named = config_path(given)
    if not named and not path.exists():
        return config.defaults(path, os.environ)
    return config.load(path, os.environ)
