"""The real browser that tests drive: Debian's Chromium, or Chrome where there is one."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import async_playwright

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Page

# Without these it looks for its maker's servers at every start.
LAUNCH_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str:
    """The browser's path. Where there is none the test is skipped, but in CI it fails."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    if os.environ.get("CI") == "true":
        pytest.fail("CI must have a Chromium: .ci/run installs it")
    pytest.skip("no Chromium here: install your system's package `chromium` to run this test")


@asynccontextmanager
async def open_page(url: str, *, width: int = 1000, height: int = 760) -> AsyncIterator[Page]:
    """A page of a fresh browser at ``url``; an error in its console or script fails the test."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        # The browser may write into its cache for a moment after it has gone.
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            context = await playwright.chromium.launch_persistent_context(
                profile,
                executable_path=find_chromium(),
                args=LAUNCH_ARGUMENTS,
                viewport={"width": width, "height": height},
                device_scale_factor=2,
            )
            page = context.pages[0]
            page.on("pageerror", lambda error: complaints.append(str(error)))
            await page.goto(url)
            yield page
            await context.close()
    assert complaints == []
