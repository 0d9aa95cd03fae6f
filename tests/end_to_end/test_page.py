"""People at the sandbox's page, in a real browser: they subscribe, ask, press, and see it ring."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser import open_page
from tests.end_to_end.parts import Service, config

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from playwright.async_api import Page

    from bot.sandbox import Sandbox


@asynccontextmanager
async def at_the_page(telegram: Sandbox, serve: Callable[[str], Service]) -> AsyncIterator[Page]:
    """The sandbox's page in a browser, with the service running."""
    await serve(config(telegram)).start()
    async with open_page(f"{telegram.url}/") as page:
        yield page


async def say(page: Page, text: str) -> None:
    """Send a message as a person does."""
    await page.get_by_role("textbox", name="Message").fill(text)
    await page.get_by_role("button", name="Send").click()


@pytest.mark.browser
async def test_a_newcomer_subscribes_and_the_article_rings(
    telegram: Sandbox, serve: Callable[[str], Service], article: Path
) -> None:
    assert article.exists()
    async with at_the_page(telegram, serve) as page:
        messages = page.get_by_role("log").get_by_role("article")
        await say(page, "/subscribe Poutine")
        alert = messages.filter(has_text="Le Kremlin confirme")
        await expect(alert).to_have_count(1, timeout=15_000)
        await expect(alert.locator("b, strong").filter(has_text="Poutine").first).to_be_visible()
        count = await messages.count()
        await alert.get_by_role("button", name="Why?").click()
        await expect(messages).to_have_count(count + 1, timeout=15_000)
        # Everything else that this person has subscribed to goes with one press.
        await alert.first.get_by_role("button", name="Unsubscribe").click()
        await say(page, "/subscriptions")
        await expect(messages.last).to_contain_text("/subscribe", timeout=15_000)


@pytest.mark.browser
async def test_who_asks_is_answered_and_may_have_it_ring_and_sent_to_others(
    telegram: Sandbox, serve: Callable[[str], Service], article: Path
) -> None:
    assert article.exists()
    async with at_the_page(telegram, serve) as page:
        messages = page.get_by_role("log").get_by_role("article")
        box = page.get_by_role("textbox", name="Message")
        await say(page, "What is new about Poutine?")
        answer = messages.filter(has_text="🔎").filter(has_text="Le Kremlin confirme")
        await expect(answer).to_have_count(1, timeout=15_000)
        # An alert has its buttons; the answer had others.
        await answer.get_by_role("button", name="Ring me for this").click()
        alert = messages.filter(has=page.get_by_role("button", name="Why?"))
        await expect(alert).to_have_count(1, timeout=15_000)
        await expect(alert).to_contain_text("Le Kremlin confirme")
        count = await messages.count()
        await box.press_sequentially(f"@{telegram.world.bot.username} Istanbul")
        result = page.get_by_role("option").filter(has_text="Le Kremlin confirme")
        await expect(result).to_have_count(1, timeout=15_000)
        await result.click()
        await expect(messages).to_have_count(count + 1, timeout=15_000)
        await expect(messages.last).to_contain_text("Le Kremlin confirme")
        await expect(box).to_have_value("")
