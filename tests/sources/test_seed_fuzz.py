"""Mutated seed files of every format, and files made to break their reader."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import ParseError
from bot.model import Source, SourceKind
from bot.sources.pool import ParsePool
from bot.sources.seeds import open_seed
from tests.sources import hostile
from tests.sources.hostile import printable
from tests.sources.test_seed_formats import CASES

if TYPE_CHECKING:
    from collections.abc import Callable

DUMPS = Path(__file__).parent.parent / "cases" / "seeds"
SAMPLES = {
    "dump": [("a.txt", path.read_bytes()) for path in sorted(DUMPS.glob("*.txt"))],
    **{
        f"{reader} {number}": [(name, body.encode())]
        for number, (name, body, reader, _) in enumerate(CASES)
    },
}
SPLICES = [
    *(b"<", b">", b"&", b'"', b"'", b"\n", b"\r", b"\n\n", b"\0", b"\xff", b"\xed\xa0\x80", b"=", b":"),
    *(b"{", b"}", b"[", b"]", b",", b";", b"null", b"1e999", b'"title":', b"\\ud800", b"\\u0000"),
    *(b"<p>", b"</p>", b"<!--", b"<script>", b"<!DOCTYPE x [", b"&#xD800;", b"<?xml", b"--x", b"--x--"),
    *(b"=?utf-8?q?=", b"base64", b"Content-Type: multipart/mixed; boundary=x\n\n", b"Date: 0\n"),
    *(b"18/05/2025, Pazar", b"99/99/9999", "il y a 5 ⁵ h".encode(), b"#", b"AA\n", b"MAJ: ", b"-" * 9),
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, samples: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    name, sample = draw(st.sampled_from(samples))
    body = bytearray(sample)
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(body)))
        end = min(len(body), start + draw(st.integers(0, 60)))
        body[start:end] = draw(st.one_of(st.sampled_from(SPLICES), st.binary(max_size=4)))
    return name, bytes(body)


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_mutated_file_is_items_or_a_parse_error(
    kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("mutated")
    source = Source("s", SourceKind.FOLDER, str(folder))

    @settings(
        derandomize=True,
        deadline=None,
        max_examples={"dump": 150, "page 0": 15}.get(kind, 60),
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(mutated(SAMPLES[kind]))
    def read(document: tuple[str, bytes]) -> None:
        name, body = document
        path = folder / name
        path.write_bytes(body)
        try:
            seed = open_seed(path, source)
        except ParseError as error:
            assert str(error)  # noqa: PT017 - either end is right
            return
        assert len({item.id for item in seed.items}) == len(seed.items)
        assert all(item.id and printable(item) for item in seed.items)
        assert open_seed(path, source) == seed

    read()


LIMIT = 0.6  # seconds; the service allows eight
MEMORY = 512 << 20


def peak(pid: int) -> int:
    """The most memory that a process has had, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) << 10


@pytest.mark.parametrize("name", hostile.SEEDS)
async def test_hostile_files_end_in_time_and_within_memory(name: str, tmp_path: Path) -> None:
    make: Callable[[], str] = hostile.SEEDS[name]
    source = Source("s", SourceKind.FOLDER, str(tmp_path))
    path, good = tmp_path / name, tmp_path / "good.json"
    path.write_text(make(), "utf-8", errors="surrogatepass")
    good.write_text('{"title": "a"}', "utf-8")
    async with ParsePool(timeout=timedelta(seconds=LIMIT), memory=MEMORY) as pool:
        await pool.open_seed(good, source)
        (worker,) = pool._alive
        try:
            async with asyncio.timeout(20 * LIMIT):  # of which the machine's other business is most
                seed = await pool.open_seed(path, source)
        except ParseError as error:
            assert "MemoryError" not in str(error)  # noqa: PT017 - either end is right
        else:
            assert all(printable(item) for item in seed.items)
        if worker in pool._alive:
            assert peak(worker._process.pid) <= MEMORY
        assert len((await pool.open_seed(good, source)).items) == 1
