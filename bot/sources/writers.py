"""Which files somebody has open for writing, where the system tells (Linux, own processes)."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PROCESSES = Path("/proc")
_WRITING = os.O_WRONLY | os.O_RDWR


def open_for_writing(paths: Iterable[Path]) -> set[Path]:
    """Those of the files that a process has open for writing; none where nobody can tell."""
    wanted: dict[tuple[int, int], Path] = {}
    for path in paths:
        with contextlib.suppress(OSError):
            stat = path.stat()
            wanted[stat.st_dev, stat.st_ino] = path
    found: set[Path] = set()
    if not wanted or not _PROCESSES.is_dir():
        return found
    for process in _PROCESSES.iterdir():
        if process.name.isdigit():
            with contextlib.suppress(OSError):  # another's process, or one that has ended
                for descriptor in (process / "fd").iterdir():
                    meant = _wanted(descriptor, wanted)
                    if meant is not None and _writes(process / "fdinfo" / descriptor.name):
                        found.add(meant)
    return found


def _wanted(descriptor: Path, wanted: dict[tuple[int, int], Path]) -> Path | None:
    try:
        stat = descriptor.stat()
    except OSError:
        return None
    return wanted.get((stat.st_dev, stat.st_ino))


def _writes(info: Path) -> bool:
    for line in info.read_text("ascii", "replace").splitlines():
        if line.startswith("flags:"):
            return bool(int(line.split()[1], 8) & _WRITING)
    return False
