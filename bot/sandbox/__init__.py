"""A local Telegram: a Bot API server that enforces what Telegram does, and a chat page.

It is what a newcomer sees and what the tests talk to over real HTTP. Everything is in memory and
on loopback. It knows nothing of the rest of Tocsin: any bot can talk to it.
"""

from bot.sandbox.faults import FaultKind
from bot.sandbox.limits import Limits
from bot.sandbox.server import Sandbox

__all__ = ["FaultKind", "Limits", "Sandbox"]
