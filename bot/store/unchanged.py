"""Which of the items that a source gives are here already, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.store.paging import pages
from bot.store.rows import content_hash
from bot.store.schema import items, pruned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from bot.model import Item


def unchanged(conn: Connection, source: str, arrived: Sequence[Item]) -> set[str]:
    """The ids of the items that are here with this content, or were until their retention ended."""
    hashes = {item.id: content_hash(item) for item in arrived}
    same: set[str] = set()
    for page in pages(list(hashes)):
        kept = select(items.c.id, items.c.content_hash).where(
            items.c.source == source, items.c.id.in_(page)
        )
        same.update(id_ for id_, kept_hash in conn.execute(kept) if hashes[id_] == kept_hash)
        gone = select(pruned.c.id).where(pruned.c.source == source, pruned.c.id.in_(page))
        same.update(conn.scalars(gone))
    return same
