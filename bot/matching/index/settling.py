"""What the compiled scanner leaves to ``text.py``: addresses, and words that it cannot trim or fold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bot.matching.apostrophes import bare_word
from bot.matching.index import layout, scan_kernel
from bot.matching.index.scanning import codes
from bot.matching.text import end_of_address, fold_word, tokens, without_ignored

if TYPE_CHECKING:
    from bot.matching.index.desk import Desk


def settle(desk: Desk, status: int) -> None:
    """Does what the scanner stopped for in the document in hand."""
    if status == scan_kernel.ADDRESS:
        _pass_address(desk)
    elif status == scan_kernel.BEYOND or not _settle(desk):
        _scan_slowly(desk)


def _pass_address(desk: Desk) -> None:
    state = desk.state
    field, start = int(state[scan_kernel.FIELD]), int(state[scan_kernel.START])
    offset = desk.offsets[field]
    end = end_of_address(desk.fields[field], start - offset)
    if end is None:
        state[scan_kernel.AT] = start
    else:
        state[scan_kernel.SKIP] = end + offset


def _settle(desk: Desk) -> bool:
    """Trims and folds the pending words; False where one of them is no word."""
    words, state = desk.words(), desk.state
    last = int(state[scan_kernel.LETTERS])
    pending = words.pending[: state[scan_kernel.PENDING]].tolist()
    state[scan_kernel.PENDING] = 0
    for index in pending:
        field = int(words.fields[index])
        text, offset = desk.fields[field], desk.offsets[field]
        start, end = bare_word(
            text, int(words.starts[index]) - offset, int(words.ends[index]) - offset
        )
        end = without_ignored(text, start, end)
        folded = fold_word(text[start:end])
        if not folded or last + len(folded) > len(words.letters):
            return False
        _write(desk, words, index, (start + offset, end + offset), folded, last)
        words.flags[index] &= ~np.uint8(scan_kernel.CAPITAL)
        words.flags[index] |= scan_kernel.CAPITAL if text[start].isupper() else 0
        last += len(folded)
    state[scan_kernel.LETTERS] = last
    return True


def _write(
    desk: Desk,
    words: scan_kernel.Words,
    index: int,
    place: tuple[int, int],
    folded: str,
    last: int,
) -> None:
    written = codes(folded)
    words.starts[index], words.ends[index] = place
    words.letters_from[index], words.letters_to[index] = last, last + len(written)
    words.letters[last : last + len(written)] = written
    words.hashes[index] = scan_kernel.hash_letters(written, desk.key)


def _scan_slowly(desk: Desk) -> None:
    """The words as ``text.tokens`` finds them: for what the compiled pass cannot decide."""
    state = desk.state
    begin = int(state[layout.FIELDS_BEFORE])
    end = desk.fields_end(int(state[layout.DOCUMENT]))
    found = [tokens(text) for text in desk.fields[begin:end]]
    desk.reserve_words(
        sum(map(len, found)), sum(len(token.text) for some in found for token in some)
    )
    words = desk.words()
    count = last = 0
    for field, each in enumerate(found, begin):
        text, offset = desk.fields[field], desk.offsets[field]
        words.small[field] = not text.isupper()
        sentence = 0
        for token in each:
            place = (token.start + offset, token.end + offset)
            _write(desk, words, count, place, token.text, last)
            last += len(token.text)
            words.fields[count] = field
            words.flags[count] = (
                (scan_kernel.FIRST if token.position == 0 else 0)
                | (scan_kernel.CAPITAL if text[token.start].isupper() else 0)
                | (scan_kernel.MAY_END_SENTENCE if token.sentence != sentence else 0)
            )
            sentence = token.sentence
            count += 1
    state[scan_kernel.COUNT], state[scan_kernel.LETTERS] = count, last
    state[scan_kernel.PENDING], state[scan_kernel.FIELD] = 0, end
    state[layout.STAGE] = layout.NAMING
