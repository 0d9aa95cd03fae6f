"""How the interpreter itself is set while the service runs."""

from __future__ import annotations

import gc
import sys
from typing import Final

_COLLECT_AFTER: Final = 10_000  # new objects
# Seconds that a thread keeps the interpreter while others want it. Matching and storing have threads;
# with the usual 5 ms each turn of the event loop would wait so long for its own.
_KEEPS_INTERPRETER: Final = 0.0005


def tune() -> None:
    """To be called when the start is over.

    What it has made stays, so that the collector need not look through it at every turn.
    """
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
    sys.setswitchinterval(_KEEPS_INTERPRETER)
