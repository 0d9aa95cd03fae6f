"""``match``: what arrives is matched and owed; the rule files and patterns in time are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.roles.parts import now, ticking, together
from bot.service.fanning import Fanning
from bot.service.handover import Matching
from bot.service.intake import Intake
from bot.service.patterning import Patterning
from bot.service.storykeeping import StoryKeeping
from bot.service.wakes import Concern

if TYPE_CHECKING:
    from bot.roles.parts import Parts


async def match(parts: Parts) -> None:
    """Match what sources bring, ring whom it concerns, and put changed rules in force."""
    matcher, mine = parts.matcher, parts.matching
    if mine is None:
        return  # a process that was not given the role never holds it
    store = parts.roster.guarded("match")
    if parts.rules is not None:
        await parts.rules.look()  # those of the process that had this role before
    stories = StoryKeeping()
    await store.read(lambda conn: stories.follow(conn, now()))
    fanning = Fanning(store, parts.owed, now=now)
    intake = Intake(store, matcher, parts.owed, fanning.wake, stories, mine.following)
    matching = Matching(store, intake)
    patterning = Patterning(store, matcher, parts.rendering(), parts.owed, clock=now)
    hears = {
        Concern.ARRIVALS: lambda _: matching.wake(),
        Concern.RELOAD: lambda _: mine.keeping.reload(),
    }
    with (
        parts.wakes.hearing(hears),
        parts.handover.directly(intake),
        ticking((patterning.tick, 1)),
    ):
        await together(matching.run(), fanning.run(), mine.keeping.run(matcher, parts.stop))
