"""The five parts of the work, and the upkeep: each puts its loops together and runs them.

A role is a function that runs until it is cancelled. It builds everything anew each time, so that
a process may lose a role and have it again. ``bot/app.py`` runs those that the process was given.
"""

from bot.roles.chat import chat
from bot.roles.deliver import deliver
from bot.roles.match import match
from bot.roles.parts import Matching, Parts, now, ticking, together
from bot.roles.poll import poll
from bot.roles.upkeep import upkeep
from bot.roles.web import web

__all__ = [
    "Matching",
    "Parts",
    "chat",
    "deliver",
    "match",
    "now",
    "poll",
    "ticking",
    "together",
    "upkeep",
    "web",
]
