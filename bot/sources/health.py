"""How a feed is doing, why it is asked when it is, and what there is to do: data in, words out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

from bot.model import Pace
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.model import FeedState, Source

Health = Literal["new", "good", "quiet", "failing", "given up"]

_DAY = timedelta(days=1)
_SILENCE = timedelta(days=30)
_WHY = {
    Pace.EVERY: "fetch.every: it brings news",
    Pace.OWN: "its own every",
    Pace.QUIET: "it brings little, so it is asked less often",
    Pace.SERVER: "its server asks for that (Cache-Control, Expires)",
    Pace.FEED: "the feed asks for that (ttl)",
    Pace.PUSH: "a hub pushes what is new; asking is the safety net",
    Pace.FAILING: "backing off while it fails",
    Pace.BUSY: "its server said: later (429, 503, Retry-After)",
    Pace.GIVEN_UP: "not asked any more",
}
_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_CLOSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_MISSING = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What ``feeds doctor`` says of a feed. ``advice`` is None where there is nothing to do."""

    health: Health
    interval: timedelta | None
    why: str
    advice: Wording | None

    @property
    def is_well(self) -> bool:
        """Whether nobody needs to look at it."""
        return self.health in {"new", "good", "quiet"} and not self.advice


def diagnose(
    source: Source, state: FeedState, *, last_item: datetime | None, now: datetime
) -> Diagnosis:
    """The diagnosis; ``last_item`` is when the feed last brought something new."""
    health = _health(state, last_item, now)
    wait = state.interval
    if state.next_poll and state.last_poll and state.pace in {Pace.FAILING, Pace.BUSY}:
        wait = state.next_poll - state.last_poll
    why = "not asked yet" if state.pace is None else _WHY[state.pace]
    return Diagnosis(health, None if state.disabled else wait, why, _advice(source, state, health))


def _health(state: FeedState, last_item: datetime | None, now: datetime) -> Health:
    if state.disabled:
        return "given up"
    if state.failures:
        return "failing"
    if state.first_read is None:
        return "new"
    silent_since = last_item or state.first_read
    return "quiet" if now - silent_since > _SILENCE else "good"


def _advice(source: Source, state: FeedState, health: Health) -> Wording | None:
    if health in {"failing", "given up"}:
        return _advice_on_failure(source, state)
    if health == "quiet":
        return Wording(
            "nothing new for a month: look whether the site has another feed (feeds discover)"
        )
    if state.location:
        return Wording("it has moved for good: write {url} as its address", url=state.location)
    if state.moved_to and state.moved_polls > 3:  # noqa: PLR2004 - it would have been kept by then
        return Wording(
            "it has moved onto {url}, which is another source: take one of them out",
            url=state.moved_to,
        )
    return None


def _advice_on_failure(source: Source, state: FeedState) -> Wording:
    status = state.answers[-1] if state.answers else 0
    if status in _MISSING:
        return Wording(
            "there is no such feed any more: feeds discover {url} may find the new one",
            url=_site(source),
        )
    if status in _CLOSED:
        return Wording(
            "its server refuses: set fetch.contact so that its owner knows you, or ask them"
        )
    if status in _BUSY:
        return Wording("too many requests: give it a longer every, or see fetch.retry_after")
    if status == HTTPStatus.OK:
        return Wording(
            "its address no longer gives a feed: feeds discover {url}", url=_site(source)
        )
    if status:
        return Wording("its server has trouble; wait")
    return Wording("no answer: check the address and the network")


def _site(source: Source) -> str:
    scheme, _, rest = source.address.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"
