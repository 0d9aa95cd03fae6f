"""Feeds that are due: claimed, asked politely, read, and put on record."""

from bot.service.polling.loop import Polling
from bot.service.polling.poll import Poller
from bot.service.polling.pushes import Pushing
from bot.service.polling.records import Records

__all__ = ["Poller", "Polling", "Pushing", "Records"]
