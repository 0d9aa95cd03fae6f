"""The commands, put together. Each imports what it needs when it runs: ``--help`` is immediate."""

from __future__ import annotations

import inspect
import os
from typing import Annotated

import typer

from bot import __version__
from bot.cli import (
    backtesting,
    charting,
    deliveries,
    entities,
    explaining,
    feeds,
    formatting,
    rendering,
    rules,
    schemas,
    service,
    silences,
    sources,
    stored,
    upkeep,
)
from bot.cli.options import VARIABLE, Config

app = typer.Typer(
    name="tocsin",
    help="A news lookout that rings on Telegram.",
    epilog="Begin with `tocsin run`; `tocsin COMMAND --help` shows examples.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:  # noqa: FBT001 - typer's callback
    if value:
        typer.echo(f"tocsin {__version__}")
        raise typer.Exit


@app.callback()
def root(
    config: Config = None,
    version: Annotated[  # noqa: ARG001 - handled by its callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which.")
    ] = False,
) -> None:
    """A news lookout that rings on Telegram."""
    if config is not None:  # before the command it is as if the variable said so
        os.environ[VARIABLE] = str(config)


_MODULES = (
    service,
    rules,
    formatting,
    explaining,
    backtesting,
    rendering,
    sources,
    stored,
    charting,
    feeds,
    entities,
    schemas,
    deliveries,
    silences,
    upkeep,
)
for _module in _MODULES:
    _module.register(app)


def _help(told: str) -> str:
    """A docstring as help, whose examples at the end stay one a line.

    Markdown takes them for prose otherwise, however far they are indented: typer takes the indent
    away where a single line is all that stands before them.
    """
    *before, last = inspect.cleandoc(told).split("\n\n")
    lines = inspect.cleandoc(last).splitlines()
    if all(line.startswith(("tocsin ", "TOCSIN_")) for line in lines):
        last = "\n".join(["```", *lines, "```"])
    return "\n\n".join([*before, last])


def _explain(commands: typer.Typer) -> None:
    for command in commands.registered_commands:
        command.help = _help((command.callback or root).__doc__ or "")
    for group in commands.registered_groups:
        if (inner := group.typer_instance) is not None:
            _explain(inner)
            if (alone := inner.registered_callback) is not None and alone.callback is not None:
                group.help = _help(alone.callback.__doc__ or "")


_explain(app)
