"""Makes the pictures of the documentation, from the program as it is: ``python -m docs.pictures``.

It needs Chromium, as the browser tests do. Look at each picture afterwards: it is what a newcomer sees.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.sandbox import Sandbox, people
from bot.sandbox.cast import NEWSROOM
from tests.browser import open_page
from tests.end_to_end.parts import OWNER, ROOT, Phone, Service, config, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Page

IMAGES = Path(__file__).parent / "images"
PATIENCE = 120_000  # milliseconds: a picture may take its time on a busy machine
TITLE = "Le Kremlin confirme"
CLAIRE, LAYLA = 1002, 1005
NEWS = (
    ("en", "Grain ships leave the port after weeks of talks"),
    ("en", "Zelensky and Putin will not meet in Istanbul, says the Kremlin"),
    ("fr", "Istanbul attend les délégations pour des pourparlers de paix"),
    ("en", "Ceasefire talks: what is known so far"),
    ("tr", "İstanbul'da ateşkes görüşmeleri sürüyor"),
    ("ru", "Переговоры в Стамбуле: что известно о перемирии"),
    ("ar", "إسطنبول تستضيف جولة جديدة من محادثات السلام"),
    ("en", "Putin addresses the press in Moscow"),
)


async def main() -> None:
    """Every screen, one after the other."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("seeds", "rules"):
            shutil.copytree(ROOT / part, folder / part)
        async with Sandbox() as telegram:
            service = Service(folder, config(telegram))
            await service.start()
            async with open_page(f"{telegram.url}/", width=1000, height=760) as page:
                await _alert(telegram, page)
                await _read_news(page, folder)
            async with phone(telegram, OWNER) as page:
                await _conversation(page)
            async with phone(telegram, OWNER, dark=True) as page:
                await _chart(page)
            async with phone(telegram, LAYLA) as page:
                await _arabic(page)
            async with open_page(f"{telegram.url}/", width=1000, height=620) as page:
                await _forum(telegram, page)
            await service.stop()


def _news() -> str:
    """A month of made-up news, more of it lately."""
    now = datetime.now(UTC)
    lines = []
    for number in range(120):
        lang, title = NEWS[number % len(NEWS)]
        when = now - timedelta(hours=3 + number**1.38)
        item = {"id": str(number), "title": f"{title} ({number})", "text": "", "lang": lang}
        lines.append(json.dumps(item | {"published": when.isoformat()}, ensure_ascii=False))
    return "\n".join(lines)


@asynccontextmanager
async def phone(telegram: Sandbox, person: int, *, dark: bool = False) -> AsyncIterator[Page]:
    """The page as wide as a phone, in the private chat of one of the people."""
    async with open_page(f"{telegram.url}/", width=420, height=800) as page:
        page.set_default_timeout(PATIENCE)
        await page.emulate_media(color_scheme="dark" if dark else "light")
        await page.get_by_label("Speak as").select_option(str(person))
        yield page


async def say(page: Page, text: str, answer: str) -> None:
    """Write to the bot, and wait for its answer."""
    await page.get_by_role("textbox", name="Message").fill(text)
    await page.get_by_role("button", name="Send").click()
    await page.get_by_role("article").filter(has_text=answer).last.wait_for()


async def shoot(page: Page, name: str) -> None:
    """The page as it is, without the blinking caret."""
    await page.wait_for_timeout(200)
    await page.screenshot(path=IMAGES / f"{name}.png", animations="disabled", caret="hide")


async def _alert(telegram: Sandbox, page: Page) -> None:
    you = Phone(telegram, OWNER)
    you.say("/subscribe Poutine")
    await until(lambda: you.hears(TITLE), "the alert")
    alert = page.get_by_role("article").filter(has_text=TITLE).last
    await alert.wait_for()
    await shoot(page, "sandbox")
    await alert.screenshot(path=IMAGES / "alert.png")


async def _read_news(page: Page, folder: Path) -> None:
    """A month of news comes in, of which nothing rings."""
    await say(page, "/unsubscribe Poutine", "🔕")
    (folder / "seeds" / "news.jsonl").write_text(_news(), "utf-8")
    while await page.get_by_role("article").filter(has_text=NEWS[-1][1]).count() == 0:
        await say(page, "/latest", "📰")


async def _conversation(page: Page) -> None:
    await say(page, "/start", "👋")
    await shoot(page, "start")
    await say(page, "istanbul", "🔎")
    await shoot(page, "asking")
    for wish in ("istanbul-talks", "@zelensky"):
        await say(page, f"/subscribe {wish}", "🔔")
    await say(page, "/subscriptions", "You have 2")
    await shoot(page, "subscriptions")


async def _chart(page: Page) -> None:
    await say(page, "/chart Putin", "📊")
    await page.get_by_role("article").locator("img").last.wait_for()
    await shoot(page, "chart")


async def _arabic(page: Page) -> None:
    await say(page, "/start", "مرحبًا")
    await say(page, "إسطنبول", "🔎")
    await shoot(page, "arabic")


async def _forum(telegram: Sandbox, page: Page) -> None:
    people.say(telegram.world, CLAIRE, NEWSROOM, "/subscribe grain", thread_id=2)
    await page.get_by_label("Speak as").select_option(str(CLAIRE))
    await page.get_by_role("button", name="Newsroom Ukraine").click()
    await page.get_by_role("article").filter(has_text="🔔").last.wait_for()
    await shoot(page, "forum")


if __name__ == "__main__":
    asyncio.run(main())
