"""What was read for a turn before it began, beside the writer, since it takes long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.estimating import Estimate
    from bot.store.rows import StoredItem


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a wish would have rung for: how often in the last week, and the latest item of all."""

    rule: str
    week: Estimate | None
    latest: StoredItem | None
