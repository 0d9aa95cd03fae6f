"""``chat``: what people write is received and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discovering import Discovering
from bot.service.office import ServiceOffice
from bot.service.talking import Talking
from bot.service.wakes import Concern

if TYPE_CHECKING:
    from bot.roles.parts import Parts


async def chat(parts: Parts) -> None:
    """Talk with people."""
    store = parts.roster.guarded("chat")
    office = ServiceOffice(
        store,
        parts.matcher,
        parts.settings.rules.folder,
        Discovering(parts.fetcher, parts.pool),
        reload=parts.wakes.ringer(Concern.RELOAD),
        broadcast=parts.wakes.ringer(Concern.BROADCASTS),
    )
    talking = Talking(
        parts.settings,
        parts.telegram,
        store,
        parts.matcher,
        parts.languages,
        parts.bot,
        parts.say,
        office,
        wakes=parts.wakes,
        unready=lambda why: parts.roster.say("chat", why),
        hook=parts.hook(),
    )
    await talking.run()
