"""Which files of a folder are read, and when: real files, real writers."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.model import Source, SourceKind
from bot.service.seeding import Seeding
from bot.sources.seeds import seed_files
from bot.sources.writers import open_for_writing

if TYPE_CHECKING:
    from pathlib import Path

# Longer pauses than a file has to stand still for.
WRITER = """
import sys, time
with open(sys.argv[1], "w") as file:
    for part in range(3):
        file.write(f"Part {part} of the text.\\n" * 50)
        file.flush()
        print(part, flush=True)
        time.sleep(0.8)
    file.write("The end.")
"""


def folder(path: Path) -> Seeding:
    nothing: Any = None  # looking at files needs neither store nor pool
    return Seeding(
        Source("seeds", SourceKind.FOLDER, str(path)),
        store=nothing,
        pool=nothing,
        intake=nothing,
        backlog=True,
        clock=lambda: datetime.now(UTC),
    )


async def test_a_file_that_a_slow_process_still_writes_is_not_read_half(tmp_path: Path) -> None:
    seeding, path = folder(tmp_path), tmp_path / "slow.txt"
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, str(path), stdout=asyncio.subprocess.PIPE
    )
    assert writer.stdout is not None
    await writer.stdout.readline()
    assert open_for_writing([path]) == {path}
    async with asyncio.timeout(20):
        while not (found := await seeding._settled()):
            pass
    assert [each for each, _ in found] == [path]
    assert path.read_text().endswith("The end.")
    await writer.wait()
    assert open_for_writing([path]) == set()


async def test_an_atomic_rename_is_read_and_the_name_before_it_is_not(tmp_path: Path) -> None:
    seeding = folder(tmp_path)
    (tmp_path / "a.txt.part").write_text("half")
    assert await seeding._settled() == []
    (tmp_path / "a.txt.part").rename(tmp_path / "a.txt")
    assert [path.name for path, _ in await seeding._settled()] == ["a.txt"]


async def test_a_file_that_comes_back_is_read_again(tmp_path: Path) -> None:
    seeding, path = folder(tmp_path), tmp_path / "a.txt"
    path.write_text("one")
    ((_, stamp),) = await seeding._settled()
    seeding._read[path] = stamp
    assert await seeding._settled() == []
    path.unlink()
    assert await seeding._settled() == []
    path.write_text("one")
    assert [each for each, _ in await seeding._settled()] == [path]


def test_links_in_circles_and_what_is_no_file_are_stepped_over(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "a.txt").write_text("a")
    (inner / "up").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "nowhere").symlink_to(tmp_path / "missing")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "b.txt").write_text("b")
    assert list(seed_files(tmp_path)) == [inner / "a.txt"]
    assert list(seed_files(tmp_path / "missing")) == []
