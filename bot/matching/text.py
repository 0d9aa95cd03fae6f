"""One definition of words and of which spellings are equal, for items, queries and search.

Words are found in the text as it stands, so their offsets are exact by construction; each word is
then folded by itself. What folding equates: case, accents, Unicode forms, the dotted and dotless
i, ligatures, Arabic letter forms, invisible characters (contract, "Query language").
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from bot.matching import tables
from bot.matching.apostrophes import bare_word
from bot.matching.sentences import sentence_ends

if TYPE_CHECKING:
    from collections.abc import Iterator


class Token(NamedTuple):
    """A word: its folded text, where it stands (code points), its position among the words.

    ``sentence`` counts the sentences and paragraphs before it; phrases stay within one.
    """

    text: str
    start: int
    end: int
    position: int
    sentence: int


_PART = f"[{tables.WORD}][{tables.WORD}{tables.MARK}{tables.IGNORED}]*"
_APOSTROPHE = f"[{re.escape(tables.APOSTROPHES)}]"
# Most words are of these letters and end before one of those signs, so that nothing about them needs a
# second look. The whole class of letters has hundreds of ranges, and a space is none of them only when
# all have been asked.
_USUAL = "A-Za-z0-9À-ÖØ-öø-ʯͰ-ͳͶͷΆΈ-ΊΌΎ-ΡΣ-ώЀ-ҁҊ-ԯ"
_RUN = re.compile(
    rf"(?<![#＃_])(?P<usual>[{_USUAL}]++)(?=[ ,;!?»)\n]|[.:]\s|\Z)[ ,;\n]*+"
    f"|(?P<word>{_PART})(?P<more>(?:{_APOSTROPHE}{_PART})+)?"
    f"|[{tables.UNSPACED}][{tables.MARK}{tables.IGNORED}]*"
)
_ONE_WORD = re.compile(f"[{_USUAL}]+")
_IGNORED = re.compile(f"[{tables.IGNORED}]+")
_TRAILING_IGNORED = re.compile(f"[{tables.IGNORED}]+$")
_UNSPACED = re.compile(f"[{tables.UNSPACED}]")
_FIRST_UNSPACED = tables.UNSPACED[0]  # of a sorted list

# Tried only where a word runs into one of these characters, so the bounds keep it linear.
_ADDRESS_SIGNS = frozenset(".@:+-_")
_URL_CHAR = f"""[^\\s<>"«»“”{tables.UNSPACED}\u3000-\u303f\uff01-\uff60]"""
_TLDS = (
    "com|org|net|info|gov|edu|int|eu|fr|de|ru|uk|ua|by|tr|us|es|it|pl|be|ch|at|nl|se|no|fi|dk|cz"
    "|gr|cn|jp|kr|in|br|ca|au|io|tv|me|il|ir|ae|qa"
)
# Behind a host with capitals: none that is a word too, as in “seen by Putin.it was late”.
_NO_WORDS = "com|org|net|info|gov|edu|eu|ru|uk|ua|fr|tr|io|tv|cn|jp|kr|ir|qa|рф|укр|бел|COM|ORG|NET"
_PATH = rf"(?::\d{{1,5}}(?!\d))?(?:/{_URL_CHAR}*)?"
_ADDRESS = re.compile(
    f"(?i:[a-z][a-z0-9+.-]{{1,15}})://{_URL_CHAR}+"
    f"|(?i:www)\\.{_URL_CHAR}+"
    r"|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
    rf"|(?:[a-z0-9-]{{1,63}}\.){{1,8}}(?:(?:{_TLDS})(?![\w-])|[a-z]{{2,24}}(?=/)){_PATH}"
    rf"|(?:[\w-]{{1,63}}\.){{1,8}}(?:{_NO_WORDS})(?![\w-]){_PATH}"
)

# What NFKD and case folding leave apart.
_LETTERS = {
    "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe",
    "þ": "th", "ŋ": "n", "ĸ": "k",
    "ى": "ي", "ی": "ي", "ې": "ي", "ة": "ه", "ہ": "ه", "ۀ": "ه", "ک": "ك", "ٱ": "ا",
}  # fmt: skip


def expand(body: str) -> Iterator[int]:
    """The code points of a character class that ``make_tables.ranges`` wrote."""
    for first, last in re.findall(r"(.)(?:-(.))?", body, re.DOTALL):
        yield from range(ord(first), ord(last or first) + 1)


_BREVE = 0x306
_TRANSLATION: dict[int, str | None] = {
    **{ord(letter): plain for letter, plain in _LETTERS.items()},
    **{accent: None for accent in expand(tables.ACCENT) if accent != _BREVE},  # й keeps its breve
    **dict.fromkeys(expand(tables.IGNORED)),
    **{zero + value: str(value) for zero in expand(tables.ZEROS) for value in range(10)},
}
_ONE_APOSTROPHE = dict.fromkeys(map(ord, tables.APOSTROPHES), "'")
_NOT_WORD = re.compile(f"[^{tables.WORD}{tables.UNSPACED}{tables.MARK}]+")


@lru_cache(maxsize=65_536)
def fold_word(word: str) -> str:
    """The folded form of one word; empty when nothing of it is a letter or a digit.

    й and its и are different letters, ё and е are not: the breve is kept on that one letter.
    """
    if word.isalnum() and word.isascii():
        return word.lower()
    letters = unicodedata.normalize("NFKD", word).casefold()
    letters = unicodedata.normalize("NFKD", letters).translate(_TRANSLATION)
    letters = letters.replace("и\u0306", "й").replace("\u0306", "")
    # Composition puts Korean syllables and voiced kana back together; the accents are gone by now.
    folded = unicodedata.normalize("NFC", letters)
    return _NOT_WORD.sub("", folded)


def surface(word: str) -> str:
    """The word as written, for ``=``: composed, without invisible characters, one apostrophe."""
    return word if word.isascii() else _surface(word)


@lru_cache(maxsize=8192)
def _surface(word: str) -> str:
    return unicodedata.normalize("NFC", _IGNORED.sub("", word)).translate(_ONE_APOSTROPHE)


def is_unspaced(word: str) -> bool:
    """Whether the folded word is a character of a script that is written without spaces."""
    return word >= _FIRST_UNSPACED and _UNSPACED.match(word) is not None


def fold(text: str) -> str:
    """The folded words joined with one space: equal for texts that read the same."""
    return " ".join(token.text for token in tokens(text))


def folded_words(text: str) -> tuple[str, ...]:
    """The folded words of a few words, such as a query has."""
    if _ONE_WORD.fullmatch(text):
        return (fold_word(text),)
    return tuple(token.text for token in tokens(text))


def tokens(text: str) -> list[Token]:
    """The words of a text in order. Addresses of pages and mail give none."""
    found: list[Token] = []
    ends = sentence_ends(text)
    upcoming, sentence = next(ends, None), 0
    new = tuple.__new__  # twice as quick as the class itself
    for start, end in _words(text):
        folded = fold_word(text[start:end])
        if not folded:
            continue
        while upcoming is not None and upcoming <= start:
            sentence += 1
            upcoming = next(ends, None)
        found.append(new(Token, (folded, start, end, len(found), sentence)))
    return found


def _words(text: str) -> Iterator[tuple[int, int]]:
    """The start and end of each word, apostrophes and hashtags resolved."""
    skip, hashtag_end = 0, -1
    for run in _RUN.finditer(text):
        if run.lastgroup == "usual":
            if run.start() >= skip:
                yield run.span("usual")
            continue
        start, end = run.span()
        if start < skip:
            continue
        if text[end : end + 1] in _ADDRESS_SIGNS and (address_end := end_of_address(text, start)):
            skip = address_end
            continue
        if run.group("more"):
            start, end = bare_word(text, start, end)
        end = without_ignored(text, start, end)
        before = text[start - 1 : start]
        if before in {"#", "＃"} or (before == "_" and hashtag_end == start - 1):
            yield from _hashtag_words(text, start, end)
            hashtag_end = end
        else:
            yield start, end


def end_of_address(text: str, start: int) -> int | None:
    """Where the address of a page or of mail ends that begins here; None where none does."""
    address = _ADDRESS.match(text, start)
    return address.end() if address else None


def without_ignored(text: str, start: int, end: int) -> int:
    """The end of a word without the invisible characters behind it."""
    if text[end - 1] > "\x7f" and (tail := _TRAILING_IGNORED.search(text, start, end)):
        return tail.start()
    return end


def _hashtag_words(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Parts #VladimirPoutine and #NATOSummit at their capitals."""
    begin = start
    for index in range(start + 1, end):
        if text[index].isupper() and (
            not text[index - 1].isupper() or text[index + 1 : min(index + 2, end)].islower()
        ):
            yield begin, index
            begin = index
    yield begin, end
