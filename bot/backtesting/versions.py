"""An earlier version of the rules: another folder, or what git has of this one."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import RuleError, TocsinError
from bot.matching.rules import load_rules

if TYPE_CHECKING:
    from bot.matching.ruleset import RuleSet

_SECONDS = 60


def rules_of(version: str, folder: Path) -> RuleSet:
    """The rules of another folder, or of ``folder`` as it was at a revision such as ``HEAD~1``.

    Raises TocsinError where there is no such version, RuleError where its rules do not load.
    """
    other = Path(version)
    if other.exists():
        return load_rules(other)
    with tempfile.TemporaryDirectory() as place:
        inside = _extract(version, folder.resolve(), Path(place))
        try:
            return load_rules(Path(place, inside))
        except RuleError as error:
            raise RuleError(
                [
                    replace(it, path=f"{version}:{it.path.removeprefix(place).lstrip('/')}")
                    for it in error.findings
                ]
            ) from None


def _extract(version: str, folder: Path, to: Path) -> str:
    """Puts the revision's files below ``to``; where in it the folder is."""
    inside_git = folder if folder.is_dir() else folder.parent
    top = _git(inside_git, "rev-parse", "--show-toplevel")
    if top is None:
        raise TocsinError(
            f"there is no folder {version}, and {folder} is not in a git checkout, "
            "which could have such a revision"
        )
    root = Path(top.decode().rstrip("\n"))
    commit = _git(root, "rev-parse", "--verify", "--end-of-options", f"{version}^{{commit}}")
    if commit is None:
        raise TocsinError(f"{version} is neither a folder nor a revision that git knows in {root}")
    inside = folder.relative_to(root).as_posix()
    packed = _git(root, "archive", "--format=tar", commit.decode().strip(), "--", inside)
    if packed is None:
        raise TocsinError(f"the revision {version} has no {inside}")
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(to, filter="data")
    return inside


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git says; None where it says no. Raises TocsinError where there is no git."""
    program = shutil.which("git")
    if program is None:
        raise TocsinError("git is not installed; name a folder with the earlier rules instead")
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and what a person gave is an argument
            [program, "-C", str(folder), *arguments],
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise TocsinError(f"git does not answer in {folder}") from None
    return done.stdout if done.returncode == 0 else None
