"""Runs every benchmark and writes what it says beside it, with the machine it was said on."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
BENCHMARKS = {
    "parsing": ["benchmarks.parsing"],
    "matching": ["benchmarks.matching"],
    "loading": ["benchmarks.loading"],
    "check": ["benchmarks.check"],
    "backtest": ["benchmarks.backtest"],
    "stories": ["benchmarks.stories"],
    "fan-out": ["benchmarks.fan_out"],
    "asking": ["benchmarks.asking"],
    "answers": ["benchmarks.answers"],
    "many-feeds": ["benchmarks.many_feeds"],
    "broadcast": ["benchmarks.broadcast"],
    "kills": ["tests.end_to_end.crash"],
}


def main() -> int:
    machine = f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores"
    failed = 0
    RESULTS.mkdir(exist_ok=True)
    for name, (module, *arguments) in BENCHMARKS.items():
        print(f"== {name}", flush=True)
        done = subprocess.run(  # noqa: S603 - our own modules
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            check=False,
            text=True,
        )
        print(done.stdout)
        (RESULTS / f"{name}.txt").write_text(f"{done.stdout}{machine}\n", "utf-8")
        failed += done.returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
