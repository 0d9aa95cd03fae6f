"""Times as scenarios write them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.values import parse_duration


def moment(verb: str, value: str, now: datetime) -> datetime:
    """“Time passes: 2h” and “Time is: tomorrow 22:30” (or “23:00”, the next one), in UTC."""
    if verb == "passes":
        return now + parse_duration(value)
    found = re.fullmatch(r"(tomorrow |in (\d+) days )?(\d\d):(\d\d)", value)
    assert found, f"{value!r} is no time"
    when = now.replace(hour=int(found[3]), minute=int(found[4]), second=0, microsecond=0)
    if found[1]:
        return when + timedelta(days=int(found[2] or 1))
    return when if when > now else when + timedelta(days=1)
