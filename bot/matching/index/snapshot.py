"""A compiled engine on the disk: a million queries are there again in a second, not in a minute.

A snapshot is only a shortcut. It holds what the same code made of the same queries; one that was
made by other code (of what a query means, its words' forms, how it is filed), or that cannot be read, is
left aside and the queries are read again.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
import zipfile
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import orjson
import structlog

from bot.matching.index.compiled import CompiledEngine
from bot.matching.index.holding import Holding

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.matching.query import Query
    from bot.matching.vocabulary import Vocabulary

logger = structlog.get_logger(__name__)

_FACTS = "about"
_DICTIONARIES = ("pymorphy3", "pymorphy3-dicts-ru", "pymorphy3-dicts-uk")


def sources() -> list[Path]:
    """The files that have a say in how a query is filed. Most new versions change none of them."""
    matching = Path(__file__).parents[1]
    folders = (matching / name for name in ("index", "inflection", "query"))
    names = ("apostrophes", "regexes", "sentences", "tables", "text")
    return sorted(
        [
            *(path for folder in folders for path in folder.glob("*.py")),
            *(matching / f"{name}.py" for name in names),
            matching.with_name("sources") / "languages.py",
        ]
    )


@cache
def _fingerprint() -> str:
    """What that code is, and what it looks up: others may file the same query elsewhere."""
    digest = hashlib.sha256()
    for path in sources():
        digest.update(path.name.encode() + path.read_bytes())
    for each in (*map(version, _DICTIONARIES), unicodedata.unidata_version):
        digest.update(each.encode())
    return digest.hexdigest()


def save(engine: CompiledEngine, path: Path) -> None:
    """Writes an engine, whole or not at all. Raises OSError."""
    arrays, facts = engine.dump()
    written = orjson.dumps({"code": _fingerprint(), **facts})
    unfinished = path.with_name(f"{path.name}.new")
    with unfinished.open("wb") as file:
        np.savez(file, allow_pickle=False, **{_FACTS: np.frombuffer(written, np.uint8)}, **arrays)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def load(path: Path, read: Callable[[str], Query], vocabulary: Vocabulary) -> CompiledEngine | None:
    """The engine of a snapshot; None where there is none that this code can use."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            facts = orjson.loads(arrays[_FACTS].tobytes())
            if facts.pop("code") != _fingerprint():
                return None
            kept = {name: arrays[name] for name in arrays.files if name != _FACTS}
            return CompiledEngine(read, vocabulary, held=Holding.restored(kept, facts))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        logger.warning("the snapshot of the queries is left aside", path=str(path), reason=error)
        return None
