"""A PostgreSQL of its own for a benchmark, where the machine has one installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.matching.query.tree import And, Node, Not, Or, Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """A server on a socket in a folder of its own; how to reach it."""
    with tempfile.TemporaryDirectory() as folder:
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if as_user:
            shutil.chown(folder, "postgres")
        data, log = f"{folder}/data", f"{folder}/log"

        def run(program: str, *arguments: str) -> None:
            subprocess.run(  # noqa: S603 - the server's own programs
                [*as_user, programs / program, "-D", data, *arguments],
                check=True,
                stdout=subprocess.DEVNULL,
                cwd=folder,
            )

        run("initdb", "-A", "trust")
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c jit=off"
        run("pg_ctl", "-w", "-o", options, "-l", log, "start")
        try:
            yield f"host={folder} dbname=postgres" + (" user=postgres" if as_user else "")
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")


def written(node: Node) -> str:
    """A boolean tree as a tsquery."""
    match node:
        case And(children):
            return "(" + " & ".join(map(written, children)) + ")"
        case Or(children):
            return "(" + " | ".join(map(written, children)) + ")"
        case Not(child):
            return f"!{written(child)}"
        case Phrase(_, (word,)):
            return "'" + word.replace("'", "''") + "'"
        case _:
            raise TypeError(node)


def tsquery_table(
    trees: Sequence[Node], documents: list[list[str]]
) -> tuple[float, list[list[int]]] | None:
    """Seconds and matches of a table of tsquery; None where there is no PostgreSQL or no psycopg."""
    programs = _programs()
    try:
        import psycopg  # noqa: PLC0415 - of the group bench
    except ImportError:
        return None
    if programs is None:
        return None
    with server(programs) as address, psycopg.connect(address, autocommit=True) as connection:
        connection.execute("create table asked (id int, query tsquery)")
        with connection.cursor().copy("copy asked from stdin") as copy:
            for number, tree in enumerate(trees):
                copy.write_row((number, written(tree)))
        connection.execute("analyze asked")
        found = []
        start = time.perf_counter()
        for words in documents:
            rows = connection.execute(
                "select id from asked, to_tsvector('simple', %s) text where text @@ query",
                (" ".join(words),),
            )
            found.append(sorted(number for (number,) in rows))
        return time.perf_counter() - start, found
