"""What compiled code takes the arrays for that it is given by address, in the order of ``layout``."""

from __future__ import annotations

import numpy as np

from bot.matching.index import layout

# The type of each array, and how many columns it has: 0 for no rows.
LETTERS = ((np.uint64, 0), (np.uint32, 0), (np.uint64, 0), (np.uint64, 2))
_SLOTS, _FILTER = (np.uint64, 2), (np.uint64, 0)
ENGINE = (
    *(_SLOTS, _FILTER) * 3,
    *((np.int32, 4), (np.int32, 5), (np.uint64, 0)),
    *(_SLOTS, _FILTER, (np.int32, 0)),
    *((np.int32, 3), (np.int32, 0), (np.uint8, 0)),
)
_ON_DESK: dict[int, type[np.generic]] = {
    layout.STATE: np.int64,
    layout.PLAN: np.int64,
    layout.STARTS: np.int32,
    layout.ENDS: np.int32,
    layout.HASHES: np.uint64,
    layout.FLAGS: np.uint8,
    layout.FIELDS: np.int32,
    layout.LETTERS_FROM: np.int32,
    layout.LETTERS_TO: np.int32,
    layout.LETTERS_ROOM: np.uint32,
    layout.PENDING_WORDS: np.int32,
    layout.SMALL: np.uint8,
    layout.NAMES: np.int32,
    layout.NAME_BITS: np.uint16,
    layout.HITS: np.int32,
    layout.UNKNOWN: np.int32,
    layout.SEEN: np.uint16,
    layout.TOUCHED: np.int32,
    layout.NEAR: np.uint64,
    layout.RUNG: np.int32,
    layout.LAST: np.int64,
    layout.LAID_TEXT: np.uint32,
}
DESK = [(_ON_DESK[row], 0) for row in range(len(_ON_DESK))]
