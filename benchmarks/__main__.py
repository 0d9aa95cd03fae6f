"""Runs benchmarks and writes what each says beside it, with the machine it was said on.

``python -m benchmarks [NAME…]``; without a name, all of them.
"""

from __future__ import annotations

import argparse
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
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    names = parser.parse_args().names or list(BENCHMARKS)
    if unknown := sorted(set(names) - set(BENCHMARKS)):
        parser.error(f"no benchmark {', '.join(unknown)}; there are: {', '.join(BENCHMARKS)}")
    machine = f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores"
    failed = 0
    RESULTS.mkdir(exist_ok=True)
    for name in names:
        module, *arguments = BENCHMARKS[name]
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
