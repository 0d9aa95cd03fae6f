"""Feeds that are due: claimed, asked politely, read, and put on record."""

from bot.polling.loop import Polling
from bot.polling.poll import Poller
from bot.polling.pushes import Pushing
from bot.polling.records import Records

__all__ = ["Poller", "Polling", "Pushing", "Records"]
