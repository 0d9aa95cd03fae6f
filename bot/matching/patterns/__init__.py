"""Patterns in time: a topic that rings for how often it is matched, not for each item.

Everything here is data in, data out. What a topic knows of the past is a small state; a match, or
the clock, makes another state of it and perhaps a ring. The service keeps the states in the store,
rule tests and backtests in a variable: all of them take the same steps.

The clock is that of the lookout: an item counts when it is seen, whenever it says that it was
published. Feeds date their items falsely, late, in other zones, or not at all.
"""

from bot.matching.patterns.detector import begin, due, hear, missed, note, tick, void
from bot.matching.patterns.pattern import Pattern
from bot.matching.patterns.replay import Heard, Rung, replay
from bot.matching.patterns.state import State

__all__ = [
    "Heard",
    "Pattern",
    "Rung",
    "State",
    "begin",
    "due",
    "hear",
    "missed",
    "note",
    "replay",
    "tick",
    "void",
]
