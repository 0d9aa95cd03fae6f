"""The compiler of the loops, told to keep its machine code under a name made of all their sources.

By itself numba looks only at the file in which a function stands: a change in another that it calls
would go unnoticed, and an upgraded program would run old loops.
"""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from pathlib import Path

from numba import core, njit

__all__ = ["njit", "sources"]

_KEPT, _LEFT = "compiled-", 3


def sources() -> list[Path]:
    """The files that have loops, or numbers that are compiled into them."""
    folder = Path(__file__).parent
    names = ("alphabet", "compiling", "layout", "plan", "pointers", "tables")
    return sorted([*folder.glob("*_kernel.py"), *(folder / f"{name}.py" for name in names)])


def _keep_by_sources() -> None:
    digest = hashlib.sha256()
    for path in sources():
        digest.update(path.name.encode() + path.read_bytes())
    chosen = vars(core.config).get("CACHE_DIR")
    folder = Path(chosen or Path(__file__).parent / "__pycache__")
    kept = folder / f"{_KEPT}{digest.hexdigest()[:16]}"
    with suppress(OSError):  # where it may not write, numba looks for another place
        kept.mkdir(parents=True, exist_ok=True)
        others = [each for each in folder.glob(f"{_KEPT}*") if each != kept]
        # The last few stay: a program that has not been restarted yet may still write there.
        for old in sorted(others, key=lambda each: each.stat().st_mtime)[:-_LEFT]:
            shutil.rmtree(old, ignore_errors=True)
        vars(core.config)["CACHE_DIR"] = str(kept)


_keep_by_sources()
