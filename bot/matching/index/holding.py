"""The queries that the compiled engine holds, filed under their leaves, while others read them.

Who reads enters ``gate``; who changes something has it alone for some microseconds.
"""

from __future__ import annotations

import secrets
import threading
from typing import TYPE_CHECKING, Any

from bot.matching.index import kinds, layout
from bot.matching.index.filing import Filing
from bot.matching.index.gate import Gate
from bot.matching.index.leaves import Leaves
from bot.matching.index.planning import plan_of
from bot.matching.index.pointers import Pinned
from bot.matching.index.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from bot.matching.query.tree import Node

# Dead queries are swept out when they are so many, and more than a quarter of all.
_WORTH_SWEEPING = 4096


class Holding:
    """Queries by number, in the order in which they came, each under a key."""

    def __init__(
        self, key: int | None = None, frequencies: Mapping[str, int] | None = None
    ) -> None:
        self.leaves = Leaves(secrets.randbits(62) if key is None else key, frequencies or {})
        self.keys = Texts()
        self.gate = Gate()
        self._filing = Filing(self.leaves)
        self._changing = threading.Lock()
        self._arrays: Pinned | None = None  # None once they have changed
        self._living = 0
        self._sweeping = False

    def __len__(self) -> int:
        return self._living

    def __contains__(self, key: str) -> bool:
        return self.keys.number(key) is not None

    @property
    def nbytes(self) -> int:
        """Its size in bytes."""
        return self.leaves.nbytes + self._filing.nbytes + self.keys.nbytes

    @property
    def arrays(self) -> Pinned:
        """What compiled code reads; to be held by a name until it has read. Within the gate."""
        return self._arrays or self._pin()

    def _pin(self) -> Pinned:
        arrays = self._arrays = Pinned((*self.leaves.arrays, *self._filing.arrays), kinds.ENGINE)
        return arrays

    @property
    def room(self) -> dict[int, int]:
        """The room that a desk must have: for each leaf, and each word that is one of a group."""
        # A query that could not be added may have left leaves that nothing is filed under.
        leaves = max(self._filing.room, len(self.leaves))
        return {
            layout.SEEN: leaves,
            layout.TOUCHED: leaves + 1,
            layout.NEAR: 1 << (leaves // 64).bit_length(),
            layout.LAST: self.leaves.slots,
        }

    def add(self, key: str, tree: Node) -> None:
        """Hold a query; one that is held under the key makes way."""
        with self._changing:
            self._remove(key)
            with self.gate.writing:
                self._arrays = None  # first: whatever happens, nobody goes on with the old ones
                plan = plan_of(tree, self.leaves)
                self.leaves.settle()
                number = self.keys.add(key)
                self._living += 1
                try:
                    self._filing.file(number, plan)
                except BaseException:  # half of it may stand there
                    self._remove(key)
                    raise

    def remove(self, key: str) -> None:
        """Let go of a query; nothing happens where none is held."""
        with self._changing:
            self._remove(key)
            dead = len(self.keys) - self._living
            if dead > max(_WORTH_SWEEPING, self._living // 3) and not self._sweeping:
                self._sweeping = True
                threading.Thread(target=self._sweep, name="tocsin-sweep", daemon=True).start()

    def _sweep(self) -> None:
        try:
            self.sweep()
        finally:
            self._sweeping = False

    def _remove(self, key: str) -> None:
        number = self.keys.remove(key)
        if number is not None:
            self._filing.forget(number)
            self._living -= 1

    def sweep(self) -> None:
        """Make the room of removed queries free. Matching goes on; adding waits for it."""
        with self._changing:
            self._sweep_out()

    def _sweep_out(self) -> None:
        filing, left = self._filing.swept()
        keys = Texts(self.keys[number] for number in left.tolist())
        with self.gate.writing:
            self._arrays = None
            self._filing, self.keys = filing, keys

    def dump(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """All of it as arrays, and as facts that JSON can hold; nobody adds meanwhile."""
        with self._changing:
            self._sweep_out()
            arrays, facts = self.leaves.dump()
            arrays |= {f"filing.{name}": each for name, each in self._filing.dump().items()}
            arrays |= {f"keys.{name}": each for name, each in self.keys.dump().items()}
            return {name: each.copy() for name, each in arrays.items()}, facts

    @classmethod
    def restored(cls, arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any]) -> Holding:
        """The queries of a dump."""
        held = cls(facts["key"])
        held.leaves = Leaves.restored(arrays, facts, {})
        held._filing = Filing.restored(held.leaves, _part(arrays, "filing."))
        held.keys = Texts.restored(_part(arrays, "keys."))
        held._living = len(held.keys)
        held._pin()
        return held

    def held(self) -> Iterator[str]:
        """The keys, if nothing was removed since the last sweep."""
        return (self.keys[number] for number in range(len(self.keys)))


def _part(arrays: Mapping[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    return {
        name.removeprefix(prefix): each for name, each in arrays.items() if name.startswith(prefix)
    }
