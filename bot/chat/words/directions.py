"""Languages written from right to left: what is foreign within a message keeps its own direction.

A name in Latin letters within an Arabic sentence drags the punctuation beside it along, and
``/help`` shows as ``help/``. The marks that prevent it are Unicode's isolates (UAX 9, section 2.4);
catalogues stay free of them, and have them put in when they are read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.delivery.words import is_rtl

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

_LTR: Final = "\u2066"
_EITHER: Final = "\u2068"  # the first letter decides
_END: Final = "\u2069"
_RLM: Final = "\u200f"
_MARKS: Final = frozenset("\u200e\u200f")

_FOREIGN = re.compile(
    r"<(?:code|pre)>.*?</(?:code|pre)>|(?P<command>(?<![\w/<])/[a-z]+)|\{(?!n\})\w+\}",
    re.DOTALL,
)
_PRE = re.compile(r"(<pre>.*?</pre>)", re.DOTALL)
_TAG = re.compile(r"<[^>]+>|&[a-z]+;")


def isolated(text: str) -> str:
    """A piece of a message in its own direction, which its first letter decides."""
    return f"{_EITHER}{text}{_END}"


def keep_directions(catalogue: Catalog) -> None:
    """Put isolates around code, commands and what is filled in, in all messages of a catalogue."""
    for message in catalogue:
        if not message.id:
            continue
        if isinstance(message.string, str):
            message.string = _marked(message.string)
        else:
            message.string = tuple(map(_marked, message.string or ()))


def _marked(text: str) -> str:
    return _FOREIGN.sub(
        lambda found: f"{_LTR}{found[0]}{_END}" if found["command"] else isolated(found[0]), text
    )


def right_to_left(html: str) -> str:
    """A message in HTML of which each line runs from right to left, whatever its first letter.

    Lines that say which way they run, and text as it stands in ``pre``, are left alone.
    """
    pieces = _PRE.split(html)
    pieces[::2] = ["\n".join(map(_line, piece.split("\n"))) for piece in pieces[::2]]
    return "".join(pieces)


def _line(line: str) -> str:
    bare = _TAG.sub("", line)
    if bare[:1] in _MARKS or is_rtl(bare) is not False:
        return line
    return f"{_RLM}{line}"
