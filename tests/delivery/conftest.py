from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.delivery.post import Post, open_post

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    async with open_post(tmp_path) as opened:
        yield opened
