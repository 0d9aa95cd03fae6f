"""``fmt``: rule, entity and configuration files in one tidy way."""

from __future__ import annotations

import os
import sys
import tempfile
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from bot.cli.options import Config, settings
from bot.cli.output import complaints, console, print_findings
from bot.errors import InputError, TocsinError

if TYPE_CHECKING:
    from collections.abc import Callable

STANDARD_INPUT = Path("-")
_TONES = {"+": "green", "-": "red", "@": "cyan"}


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command("fmt")(fmt)


def fmt(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATH]…", help="Files or folders, or -; the configured rules if none."
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; say whether something would.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Change nothing; show what would.")] = False,
    queries: Annotated[
        bool, typer.Option("--queries", help="Tidy the blanks inside of queries, too.")
    ] = False,
    config: Config = None,
) -> None:
    """Tidy rule, entity and configuration files: spacing, quotes, indent, order of keys.

    Comments stay where they belong, and what the files say does not change.

        tocsin fmt
        tocsin fmt --check rules
        tocsin fmt --diff rules/war.toml
        tocsin fmt - < draft.toml
    """
    from bot.cli.schemas import key_order  # noqa: PLC0415
    from bot.matching.query.tidying import tidy_query  # noqa: PLC0415
    from bot.matching.rule_files import rule_files  # noqa: PLC0415
    from bot.toml.formatting import format_toml  # noqa: PLC0415

    def rewrite(path: tuple[str, ...], text: str) -> str:
        return tidy_query(text) if path[-1] == "query" else text

    def tidied(text: str, name: str) -> str:
        return format_toml(text, name, key_order(), rewrite if queries else None)

    if paths == [STANDARD_INPUT]:
        sys.stdout.write(tidied(sys.stdin.buffer.read().decode(), "standard input"))
        return
    roots = paths or [settings(config).rules.folder]
    for root in roots:
        if not root.exists():
            raise TocsinError(f"{root}: there is no such file or folder")
    files = list(dict.fromkeys(file for root in roots for file in rule_files(root)))
    broken, changed = 0, 0
    for file in files:
        try:
            changed += _tidy(file, tidied, write=not (check or diff), show=diff)
        except InputError as error:
            print_findings(error.findings, complaints())
            broken += 1
    verb = "would change" if check or diff else "changed"
    left = f", {broken} cannot be read" if broken else ""
    bad = broken or (changed and (check or diff))
    complaints().print(
        f"{changed} of {len(files)} files {verb}{left}", style="red" if bad else "green"
    )
    if bad:
        raise typer.Exit(1)


def _tidy(file: Path, tidied: Callable[[str, str], str], *, write: bool, show: bool) -> bool:
    """Whether the file is not tidy; it is written anew, or only what would change is shown."""
    from bot.matching.rule_files import read_file  # noqa: PLC0415

    read_file(file)  # says what is wrong, and leaves alone what is no file or far too large
    before = file.read_bytes().decode()
    after = tidied(before, str(file))
    if after == before:
        return False
    if show:
        lines = unified_diff(
            _shown(before), _shown(after), str(file), f"{file} (tidy)", lineterm=""
        )
        for line in lines:
            console().print(Text(line, _TONES.get(line[:1], "")))
    elif write:
        write_whole(file, after)
    else:
        console().print(f"{file}")
    return True


def _shown(text: str) -> list[str]:
    """The lines of a text, with signs for what ends or begins them and is not seen."""
    seen = text.replace("\r\n", "␍\n").replace("\ufeff", "<BOM>", 1)
    *lines, last = seen.split("\n")
    return [*lines, f"{last}<no line end>"] if last else lines


def write_whole(file: Path, text: str) -> None:
    """Put the text in the file's place at once: who follows the folder never sees half of it."""
    target = file.resolve()  # a link stays a link
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        if target.exists():
            Path(name).chmod(target.stat().st_mode & 0o7777)
        else:
            Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
