"""Whether two items report the same thing, and why.

Copies and light rewrites share runs of words from their beginning on. What looks the same and is not,
because it fills the same form with other facts, is told apart by these (``facts.py``). Where it is
doubtful the answer is no: a report twice is a nuisance, one that never came is a loss.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.stories.facts import differing
from bot.stories.trace import WINDOW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.stories.facts import Facts
    from bot.stories.trace import Trace

# The part of the shorter text's runs that the other has, too.
_NEAR: Final = 0.45
_FAR: Final = 0.25  # where the titles, or the words in any order, are alike, too
_MOST_WORDS: Final = 0.6
_FEWEST_RUNS: Final = 6
_SHORT: Final = 12  # words of a text that says little more than its title
_LEAD: Final = 30  # words: what two reports share begins here, in one of them at least
_BOTH_LEAD: Final = 15
_SAME_TITLE: Final = 0.75  # of the words of both
_LIKE_TITLE: Final = 0.5
_ADDRESS: Final = 0.15  # of either, for two items at one address
_TITLE_WORDS: Final = 4
_DAY: Final = timedelta(hours=24)
_HALF_DAY: Final = timedelta(hours=12)
_LEAST_NUMBERS: Final = 2
_LEAST_NAMES: Final = 3
_LEAST_NOUNS: Final = 5
_NOUNS_HAVE_CAPITALS: Final = frozenset({"de", "lb"})

_CORRECTS: Final = re.compile(
    r"\b(?:correct(?:ion|ed)|update[ds]?\s*\d*|refiles?|maj|mise à jour|rectificatif|actualisé|korrektur|"
    r"berichtigung|aktualisiert|corrección|corrige|actualización|correção|atualização|correzione|"
    r"aggiornamento|düzeltme|güncelleme|correctie|korekta|aktualizacja|rättelse)\b"
    r"|\b(?:исправлен|уточн[её]н|обновл[её]н|поправка|виправлен|оновлен|уточнення)"
    r"|تصحيح|تحديث|更正|订正|訂正|更新|정정|διόρθωση|ενημέρωση|תיקון|עדכון",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Kinship:
    """Why an item is of another's story: ``how`` is "address", "text", "title" or "near".

    ``share`` is the part of the shorter text's runs that both have. ``changed``: it says something
    else than before, and may ring once more.
    """

    how: str
    share: float = 1.0
    changed: bool = False

    @property
    def sure(self) -> bool:
        """Whether it is a key that both have, and not likeness alone."""
        return self.how in {"address", "text"}

    @property
    def rank(self) -> tuple[bool, float]:
        """The larger the surer."""
        return self.sure, self.share

    def __str__(self) -> str:
        return f"{self.how} {round(100 * self.share)}"


def corrects(title: Sequence[str]) -> bool:
    """Whether a title says that the item corrects or updates an earlier one."""
    return _CORRECTS.search(" ".join(title)) is not None


def same_text(old: Trace, new: Trace) -> Kinship | None:
    """The judgement of two items that have all words in common; few words are news again later."""
    few = len(old.title) + len(old.body) < _SHORT
    return None if few and abs(new.moment - old.moment) > WINDOW else Kinship("text")


def revises(old: Trace, new: Trace) -> bool:
    """Whether an item that was edited says something else: a correction, or other figures in front."""
    return _is_marked(old, new) or _other_title_facts(old, new)


def _is_marked(old: Trace, new: Trace) -> bool:
    """Whether the newer one says that it corrects, and the older does not."""
    return corrects(new.shown_title) and not corrects(old.shown_title)


def judged(
    old: Trace, new: Trace, days: frozenset[str], *, address: bool = False
) -> Kinship | None:
    """How ``new`` belongs to the story of ``old``; None where it does not.

    ``address``: both stand at the same address. ``days`` are the folded names of weekdays and months.
    """
    apart = abs(new.moment - old.moment)
    share, runs = _shared(old, new)
    title = _title_likeness(old, new)
    if address and max(share, title) >= _ADDRESS:
        return _at_one_address(old, new, days, share, apart)
    if apart > WINDOW:
        return None
    if min(len(old.body), len(new.body)) < _SHORT:
        return _short(old, new, days, title, apart)
    near = share >= _NEAR
    if share < _FAR or runs < _FEWEST_RUNS or not _from_the_lead(old, new, both=not near):
        return None
    if not (near or title >= _LIKE_TITLE or _words_shared(old, new) >= _MOST_WORDS):
        return None
    facts = differing(old, new, days)
    marked = _is_marked(old, new)
    if _of_another(facts, new.lang, marked=marked, near=near, apart=apart):
        return None
    return Kinship("near", share, marked or _other_title_facts(old, new))


def _of_another(
    facts: Facts, lang: str | None, *, marked: bool, near: bool, apart: timedelta
) -> bool:
    """Whether the facts are those of another report of the same form.

    ``marked``: the newer one says that it corrects, so that a few may differ. ``near``: what both
    share is much.
    """
    if facts.days:
        return True
    if marked:
        return not near or facts.names >= _LEAST_NAMES or (facts.names > 0 and facts.numbers > 2)  # noqa: PLR2004 - a few
    many = _LEAST_NOUNS if lang in _NOUNS_HAVE_CAPITALS else _LEAST_NAMES
    if facts.recurring or facts.names >= many or (facts.names and facts.numbers > 1):
        return True
    if facts.numbers and (apart >= _HALF_DAY or not near):
        return True
    return facts.numbers >= _LEAST_NUMBERS and facts.numbers >= facts.kept


def _at_one_address(
    old: Trace, new: Trace, days: frozenset[str], share: float, apart: timedelta
) -> Kinship | None:
    """A page that is listed again; one that has new figures every day is not the same news."""
    facts = differing(old, new, days)
    if apart >= _HALF_DAY and (facts.days or facts.numbers):
        return None
    return Kinship("address", share, revises(old, new))


def _short(
    old: Trace, new: Trace, days: frozenset[str], title: float, apart: timedelta
) -> Kinship | None:
    """Items of which one is little more than its title: the titles are the same, but for a word."""
    if apart > _DAY or title < _SAME_TITLE or min(len(old.title), len(new.title)) < _TITLE_WORDS:
        return None
    facts = differing(old, new, days)
    if facts.numbers or facts.days or facts.names or facts.recurring:
        return None
    if _numbers(old.title) != _numbers(new.title):
        return None
    return Kinship("title", title)


def _shared(old: Trace, new: Trace) -> tuple[float, int]:
    """The part of the shorter text's runs that the other has, and how many these are."""
    both = len(old.runs & new.runs)
    return both / max(min(len(old.runs), len(new.runs)), 1), both


def _words_shared(old: Trace, new: Trace) -> float:
    """The part of the shorter text's different words that the other has."""
    a, b = set(old.body), set(new.body)
    return len(a & b) / max(min(len(a), len(b)), 1)


def _title_likeness(old: Trace, new: Trace) -> float:
    """Dice's measure over the words of the titles."""
    a, b = set(old.title), set(new.title)
    return 2 * len(a & b) / max(len(a) + len(b), 1)


def _from_the_lead(old: Trace, new: Trace, *, both: bool) -> bool:
    """Whether what both share begins early, in ``both`` or in one: background comes later."""
    if both:
        return not frozenset(old.ordered[:_BOTH_LEAD]).isdisjoint(new.ordered[:_BOTH_LEAD])
    return not (
        old.runs.isdisjoint(new.ordered[:_LEAD]) and new.runs.isdisjoint(old.ordered[:_LEAD])
    )


def _other_title_facts(old: Trace, new: Trace) -> bool:
    """Whether each title has a number that the other item does not know of."""
    was, now = _numbers(old.title), _numbers(new.title)
    return bool(was - {*new.title, *new.body} and now - {*old.title, *old.body})


def _numbers(words: Sequence[str]) -> set[str]:
    return {word for word in words if word[:1].isdigit()}
