"""From raw text to the queries that it rings, in one call for many documents.

The call comes back before its end where Python has to help (``state[STATUS]`` says with what) and
goes on from there. All else happens without the interpreter, and without its lock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bot.matching.index.alphabet import Alphabet
from bot.matching.index.collect_kernel import (
    FAR,
    PERHAPS_SHIFT,
    Index,
    collect,
    collect_phrases,
    collect_prefixes,
    mark,
    mark_all,
)
from bot.matching.index.compiling import njit
from bot.matching.index.inside_kernel import collect_inside
from bot.matching.index.layout import (
    ALIVE,
    BEGIN,
    BIT,
    CLOCK,
    COLLECTING,
    DOCUMENT,
    DOCUMENT_SIZE,
    ELISIONS,
    EMISSIONS,
    END,
    ENDINGS,
    ENDS,
    ENTRIES,
    FACTS,
    FIELD_SIZE,
    FIELDS,
    FIELDS_BEFORE,
    FIELDS_END,
    FLAGS,
    FRESH,
    FULL,
    HASHES,
    HEADER,
    HIT_COUNT,
    HITS,
    INSIDE_FILTER,
    INSIDE_LEAVES,
    INSIDES,
    KEEPING,
    LAID_TEXT,
    LANG,
    LAST,
    LEARN,
    LETTERS_BEFORE,
    LETTERS_END,
    LETTERS_FROM,
    LETTERS_ROOM,
    LETTERS_TO,
    LISTS,
    MARKS_END,
    NAME_BITS,
    NAME_COUNT,
    NAMED,
    NAMES,
    NAMING,
    NEAR,
    PAIR_FILTER,
    PAIRS,
    PENDING_WORDS,
    PHRASES,
    PLAN,
    POOL,
    PREFIX_FILTER,
    PREFIXES,
    RINGING,
    ROWS,
    RUNG,
    RUNG_COUNT,
    RUNG_END,
    SCANNING,
    SEEN,
    SETTLE,
    SMALL,
    STAGE,
    STARTS,
    STATE,
    TERM_FILTER,
    TERMS,
    TOUCHED,
    UNKNOWN,
    UNKNOWN_COUNT,
    WORDS_BEFORE,
    WORDS_END,
)
from bot.matching.index.naming_kernel import places
from bot.matching.index.order_kernel import put_in_order
from bot.matching.index.plan import ANYWHERE
from bot.matching.index.pointers import pinned, pinned_rows
from bot.matching.index.ring_kernel import Filed, ring
from bot.matching.index.scan_kernel import (
    AT,
    COUNT,
    DONE,
    LETTERS,
    PENDING,
    START,
    Words,
    scan,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


@njit(nogil=True, cache=True, inline="always")
def _documents(desk: NDArray[np.int64]) -> Any:
    plan = pinned(desk, PLAN, np.int64)
    return plan[HEADER : HEADER + DOCUMENT_SIZE * plan[0]].reshape(plan[0], DOCUMENT_SIZE)


@njit(nogil=True, cache=True, inline="always")
def _fields(desk: NDArray[np.int64]) -> Any:
    plan = pinned(desk, PLAN, np.int64)
    begin = HEADER + DOCUMENT_SIZE * plan[0]
    return plan[begin : begin + FIELD_SIZE * plan[1]].reshape(plan[1], FIELD_SIZE)


@njit(nogil=True, cache=True, inline="always")
def _marks(desk: NDArray[np.int64]) -> Any:
    plan = pinned(desk, PLAN, np.int64)
    return plan[HEADER + DOCUMENT_SIZE * plan[0] + FIELD_SIZE * plan[1] :]


@njit(nogil=True, cache=True)
def read(key: int, letters: NDArray[np.int64], desk: NDArray[np.int64]) -> int:
    """Scans the document in hand."""
    state = pinned(desk, STATE, np.int64)
    documents = _documents(desk)
    status = scan(
        pinned(desk, LAID_TEXT, np.uint32),
        _fields(desk),
        documents[state[DOCUMENT], FIELDS_END],
        key,
        Alphabet(
            pinned(letters, ROWS, np.uint64),
            pinned(letters, POOL, np.uint32),
        ),
        pinned(letters, ELISIONS, np.uint64),
        pinned_rows(letters, ENDINGS, 2, np.uint64),
        state,
        _words(desk),
    )
    if status == DONE:
        state[STAGE] = NAMING
        if state[PENDING]:
            return SETTLE
    return status


@njit(nogil=True, cache=True, inline="always")
def _words(desk: NDArray[np.int64]) -> Words:
    """Room for the words of the document in hand, behind those that are kept."""
    state = pinned(desk, STATE, np.int64)
    first = state[WORDS_BEFORE]
    return Words(
        pinned(desk, STARTS, np.int32)[first:],
        pinned(desk, ENDS, np.int32)[first:],
        pinned(desk, HASHES, np.uint64)[first:],
        pinned(desk, FLAGS, np.uint8)[first:],
        pinned(desk, FIELDS, np.int32)[first:],
        pinned(desk, LETTERS_FROM, np.int32)[first:],
        pinned(desk, LETTERS_TO, np.int32)[first:],
        pinned(desk, LETTERS_ROOM, np.uint32)[state[LETTERS_BEFORE] :],
        pinned(desk, PENDING_WORDS, np.int32),
        pinned(desk, SMALL, np.uint8),
    )


@njit(nogil=True, cache=True, inline="always")
def _begin(state: NDArray[np.int64]) -> None:
    """Takes the first document in hand."""
    state[:CLOCK] = 0
    state[AT] = state[START] = -1


@njit(nogil=True, cache=True)
def read_all(key: int, letters: NDArray[np.int64], desk: NDArray[np.int64]) -> int:
    """Scans the documents on the desk, and counts their words where else what rings is counted."""
    state = pinned(desk, STATE, np.int64)
    if state[DOCUMENT] == FRESH:
        _begin(state)
    while state[DOCUMENT] < len(_documents(desk)):
        if state[STAGE] == SCANNING:
            status = read(key, letters, desk)
            if status != DONE:
                return status
        state[RUNG_COUNT] += state[COUNT]
        _go_on(desk)
    return DONE


@njit(nogil=True, cache=True)
def _go_on(desk: NDArray[np.int64]) -> None:
    """Takes the next document in hand; where there is none, the words of the last one stay."""
    state = pinned(desk, STATE, np.int64)
    documents = _documents(desk)
    document = state[DOCUMENT]
    documents[document, RUNG_END] = state[RUNG_COUNT]
    documents[document, WORDS_END] = state[WORDS_BEFORE] + state[COUNT]
    documents[document, LETTERS_END] = state[LETTERS_BEFORE] + state[LETTERS]
    state[DOCUMENT] += 1
    if state[DOCUMENT] < len(documents):
        if state[KEEPING]:
            state[WORDS_BEFORE] = documents[document, WORDS_END]
            state[LETTERS_BEFORE] = documents[document, LETTERS_END]
        state[FIELDS_BEFORE] = documents[document, FIELDS_END]
        state[STAGE] = SCANNING
        state[COUNT] = state[LETTERS] = state[NAME_COUNT] = 0
        state[AT] = state[START] = -1


@njit(nogil=True, cache=True)
def match(
    key: int,
    letters: NDArray[np.int64],
    desk: NDArray[np.int64],
    engine: NDArray[np.int64],
    prefix_lengths: int,
    names: NDArray[np.uint64],
) -> int:
    """Goes on with the documents on the desk; DONE, or with what help is needed.

    ``names`` has the words with which names may begin; it is empty where nobody asks for entities.
    """
    state = pinned(desk, STATE, np.int64)
    if state[DOCUMENT] == FRESH:
        _begin(state)
    while state[DOCUMENT] < len(_documents(desk)):
        if state[STAGE] == SCANNING:
            status = read(key, letters, desk)
            if status != DONE:
                return status
        words = _words(desk)
        if state[STAGE] == NAMING:
            if len(names):
                found, new = places(
                    words,
                    state[COUNT],
                    names,
                    pinned(desk, HITS, np.int32),
                    pinned(desk, UNKNOWN, np.int32),
                )
                state[HIT_COUNT], state[UNKNOWN_COUNT] = found, new
                if new:
                    return LEARN
                state[STAGE] = COLLECTING
                if found:
                    return NAMED
            state[STAGE] = COLLECTING
        if state[STAGE] == COLLECTING:
            _collect(key, letters, desk, engine, prefix_lengths, words)
            state[STAGE] = RINGING
        if not _ring(desk, engine):
            return FULL
        _go_on(desk)
    return DONE


@njit(nogil=True, cache=True)
def _collect(
    key: int,
    letters: NDArray[np.int64],
    desk: NDArray[np.int64],
    engine: NDArray[np.int64],
    prefix_lengths: int,
    words: Words,
) -> None:
    """Marks the leaves that are in the document in hand; ``touched`` begins with their number."""
    state = pinned(desk, STATE, np.int64)
    documents, fields = _documents(desk), _fields(desk)
    seen, touched = pinned(desk, SEEN, np.uint16), pinned(desk, TOUCHED, np.int32)
    text, rows = pinned(desk, LAID_TEXT, np.uint32), pinned(letters, ROWS, np.uint64)
    emissions = pinned_rows(engine, EMISSIONS, 4, np.int32)
    document = state[DOCUMENT]
    count, lang = state[COUNT], documents[document, LANG]
    index = Index(
        pinned_rows(engine, TERMS, 2, np.uint64),
        pinned(engine, TERM_FILTER, np.uint64),
        pinned_rows(engine, PAIRS, 2, np.uint64),
        pinned(engine, PAIR_FILTER, np.uint64),
        pinned_rows(engine, PREFIXES, 2, np.uint64),
        pinned(engine, PREFIX_FILTER, np.uint64),
        emissions,
        pinned_rows(engine, PHRASES, 5, np.int32),
        pinned(engine, FACTS, np.uint64),
    )
    found = collect(
        words,
        count,
        fields,
        lang,
        key,
        index,
        text,
        rows,
        pinned(desk, LAST, np.int64),
        state[CLOCK],
        pinned(desk, HITS, np.int32),
        pinned(desk, UNKNOWN, np.int32),
        seen,
        touched[1:],
    )
    state[CLOCK] += FAR * (documents[document, FIELDS_END] + 1)
    if len(index.phrases):
        found = collect_phrases(words, count, fields, lang, index, seen, touched[1:], found)
    if prefix_lengths:
        found = collect_prefixes(
            words, count, fields, key, index, prefix_lengths, seen, touched[1:], found
        )
    inside = pinned(engine, INSIDE_LEAVES, np.int32)
    if len(inside):
        for field in range(state[FIELDS_BEFORE], documents[document, FIELDS_END]):
            found, told = collect_inside(
                text,
                fields[field, BEGIN],
                fields[field, END],
                fields[field, BIT],
                rows,
                pinned_rows(engine, INSIDES, 2, np.uint64),
                pinned(engine, INSIDE_FILTER, np.uint64),
                emissions,
                index.facts,
                seen,
                touched[1:],
                found,
            )
            if not told:
                perhaps = fields[field, BIT] << PERHAPS_SHIFT
                found = mark_all(inside, perhaps, seen, touched[1:], found)
    named = state[NAME_COUNT]
    begin = documents[document - 1, MARKS_END] if document else 0
    marks = _marks(desk)[begin : documents[document, MARKS_END]]
    found = mark_all(marks, ANYWHERE, seen, touched[1:], found)
    names, name_bits = pinned(desk, NAMES, np.int32), pinned(desk, NAME_BITS, np.uint16)
    found = mark(names[:named], name_bits[:named], seen, touched[1:], found)
    seen[0] = ANYWHERE << PERHAPS_SHIFT
    touched[1 + found] = 0
    touched[0] = found + 1


@njit(nogil=True, cache=True)
def _ring(desk: NDArray[np.int64], engine: NDArray[np.int64]) -> bool:
    """Adds what the document in hand rings, if there is room for it."""
    state = pinned(desk, STATE, np.int64)
    touched, rung = pinned(desk, TOUCHED, np.int32), pinned(desk, RUNG, np.int32)
    there = rung[state[RUNG_COUNT] :]
    found = ring(
        touched[1:],
        touched[0],
        pinned(desk, SEEN, np.uint16),
        Filed(
            pinned_rows(engine, LISTS, 3, np.int32),
            pinned(engine, ENTRIES, np.int32),
            pinned(engine, ALIVE, np.uint8),
        ),
        pinned(desk, NEAR, np.uint64),
        there,
    )
    if found < 0:
        return False
    state[RUNG_COUNT] += put_in_order(there, found)
    return True
