"""TOML that people write by hand: read with places, checked with all that is wrong at once."""

from bot.toml.document import Document, parse, read
from bot.toml.places import Key
from bot.toml.validation import Problem, find_problems, nearest, validate

__all__ = [
    "Document",
    "Key",
    "Problem",
    "find_problems",
    "nearest",
    "parse",
    "read",
    "validate",
]
