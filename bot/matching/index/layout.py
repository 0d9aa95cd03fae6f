"""How the arrays lie that Python and the compiled pass share: which is where, and what is in it."""

from __future__ import annotations

from bot.matching.index.scan_kernel import STATE_SIZE

# The rows of the three lists of arrays that the call is given: what is known of characters,
ROWS, POOL, ELISIONS, ENDINGS = range(4)
# what the engine holds,
(
    TERMS,
    TERM_FILTER,
    PAIRS,
    PAIR_FILTER,
    PREFIXES,
    PREFIX_FILTER,
    EMISSIONS,
    PHRASES,
    FACTS,
    INSIDES,
    INSIDE_FILTER,
    INSIDE_LEAVES,
    LISTS,
    ENTRIES,
    ALIVE,
) = range(15)
# and what lies on the desk.
(
    STATE,
    PLAN,
    STARTS,
    ENDS,
    HASHES,
    FLAGS,
    FIELDS,
    LETTERS_FROM,
    LETTERS_TO,
    LETTERS_ROOM,
    PENDING_WORDS,
    SMALL,
    NAMES,
    NAME_BITS,
    HITS,
    UNKNOWN,
    SEEN,
    TOUCHED,
    NEAR,
    RUNG,
    LAST,
    LAID_TEXT,
) = range(22)

# ``state`` goes on behind what the scanner keeps there.
(
    DOCUMENT,  # the one in hand; FRESH where nothing of the plan is done yet
    FIELDS_BEFORE,  # its first field
    STAGE,  # what is to be done with it
    HIT_COUNT,
    UNKNOWN_COUNT,
    NAME_COUNT,
    RUNG_COUNT,
    WORDS_BEFORE,  # its first word, and the letters before those of its words
    LETTERS_BEFORE,
    CLOCK,  # never set back
    KEEPING,  # whether the words of all documents are to stay
) = range(STATE_SIZE, STATE_SIZE + 11)
DESK_STATE_SIZE = STATE_SIZE + 11
FRESH = -1

# The plan: how many documents and fields there are, a row for each document and for each field, and
# the leaves that are marked in any case. The columns of a document, and of a field:
FIELDS_END, LANG, MARKS_END, RUNG_END, WORDS_END, LETTERS_END = range(6)
BEGIN, END, BIT = range(3)
HEADER, DOCUMENT_SIZE, FIELD_SIZE = 2, 6, 3

# The stages of a document.
SCANNING, NAMING, COLLECTING, RINGING = range(4)
# Why the call came back, beside the scanner's reasons: words to be folded, words to be learnt,
# places where a name may be, no more room.
SETTLE, LEARN, NAMED, FULL = range(3, 7)
