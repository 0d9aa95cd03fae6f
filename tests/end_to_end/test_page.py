"""A newcomer's first minute, in a real browser: subscribe in the sandbox's page, see it ring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser import open_page
from tests.end_to_end.parts import Service, config

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.sandbox import Sandbox


@pytest.mark.browser
async def test_a_newcomer_subscribes_and_the_article_rings(
    telegram: Sandbox, serve: Callable[[str], Service], article: Path
) -> None:
    assert article.exists()
    service = serve(config(telegram))
    await service.start()
    async with open_page(f"{telegram.url}/") as page:
        messages = page.get_by_role("log").get_by_role("article")
        await page.get_by_role("textbox", name="Message").fill("/subscribe Poutine")
        await page.get_by_role("button", name="Send").click()
        alert = messages.filter(has_text="Le Kremlin confirme")
        await expect(alert).to_have_count(1, timeout=15_000)
        await expect(alert.locator("b, strong").filter(has_text="Poutine").first).to_be_visible()
        count = await messages.count()
        await alert.get_by_role("button", name="Why?").click()
        await expect(messages).to_have_count(count + 1, timeout=15_000)
        # Everything else that this person has subscribed to goes with one press.
        await alert.first.get_by_role("button", name="Unsubscribe").click()
        await page.get_by_role("textbox", name="Message").fill("/subscriptions")
        await page.get_by_role("button", name="Send").click()
        await expect(messages.last).to_contain_text("/subscribe", timeout=15_000)


@pytest.mark.browser
async def test_who_asks_is_answered_and_may_have_it_ring_and_sent_to_others(
    telegram: Sandbox, serve: Callable[[str], Service], article: Path
) -> None:
    assert article.exists()
    service = serve(config(telegram))
    await service.start()
    async with open_page(f"{telegram.url}/") as page:
        messages = page.get_by_role("log").get_by_role("article")
        box = page.get_by_role("textbox", name="Message")
        await box.fill("What is new about Poutine?")
        await page.get_by_role("button", name="Send").click()
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
