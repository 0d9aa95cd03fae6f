"""The main conversations as a person has them: in a real browser, on the sandbox's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.sandbox import people
from tests.browser import open_page
from tests.chat.room import CLAIRE, FORUM, PATIENCE

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

    from tests.chat.room import Room

PATIENT = PATIENCE * 3_000  # milliseconds
# Where the first line of a message begins: at its right edge, or at its left.
RUNS = """element => {
  const range = document.createRange();
  range.selectNodeContents(element);
  const line = [...range.getClientRects()].find((each) => each.width > 0);
  const box = element.getBoundingClientRect();
  return box.right - line.right < line.left - box.left ? "rtl" : "ltr";
}"""


class Screen:
    """The page, and what is done on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.messages = page.get_by_role("log").get_by_role("article")

    async def says(self, text: str) -> None:
        await self.page.get_by_role("textbox", name="Message").fill(text)
        await self.page.get_by_role("button", name="Send").click()

    async def sees(self, text: str) -> Locator:
        message = self.messages.filter(has_text=text).last
        await expect(message).to_be_visible(timeout=PATIENT)
        return message

    async def presses(self, label: str, under: str) -> None:
        message = await self.sees(under)
        await message.get_by_role("button", name=label, exact=True).click()


@pytest.mark.browser
async def test_from_the_start_to_an_alert_and_its_buttons(room: Room) -> None:
    async with open_page(f"{room.telegram.url}/") as page:
        screen = Screen(page)
        await screen.says("/start")
        await screen.presses("Grain deal", "Hello! I read the news")
        await screen.sees("I will ring for the topic Grain deal")
        await room.publish("Grain leaves the port", "The grain is on its way.")
        alert = await screen.sees("Grain leaves the port")
        await expect(alert.locator("b").filter(has_text="grain").first).to_be_visible()
        await screen.presses("Mute", "Grain leaves the port")
        await screen.presses("1 hour", "For how long")
        await screen.sees("I do not ring for Grain deal until")


@pytest.mark.browser
async def test_asking_and_turning_pages_in_place(room: Room) -> None:
    for number in range(1, 8):
        await room.publish(f"A truce, day {number}")
    async with open_page(f"{room.telegram.url}/") as page:
        screen = Screen(page)
        await screen.says("truce")
        await screen.sees("day 7")
        count = await screen.messages.count()
        await screen.presses("▶", "day 7")
        await screen.sees("day 2")
        await expect(screen.messages).to_have_count(count)


@pytest.mark.browser
async def test_arabic_runs_from_right_to_left_and_is_chosen_with_a_tap(room: Room) -> None:
    async with open_page(f"{room.telegram.url}/") as page:
        screen = Screen(page)
        await screen.says("/help")
        helped = await screen.sees("What you can say to me")
        assert await helped.locator(".text").evaluate(RUNS) == "ltr"
        await screen.says("/language")
        await screen.presses("العربية", "Which language shall I speak?")
        await screen.sees("أخاطبك بالعربية")
        await screen.says("/help")
        helped = await screen.sees("ما يمكن قوله لي")
        assert await helped.locator(".text").evaluate(RUNS) == "rtl"


@pytest.mark.browser
async def test_pictures_files_and_topics_of_a_forum(room: Room) -> None:
    await room.publish("Putin speaks")
    async with open_page(f"{room.telegram.url}/") as page:
        screen = Screen(page)
        await screen.says("/chart Putin")
        picture = (await screen.sees("Items a day")).locator("img")
        await expect(picture).to_have_js_property("naturalWidth", 1200)
        await screen.says("/export")
        link = (await screen.sees(".json")).get_by_role("link").first
        async with page.expect_download() as download:
            await link.click()
        assert (await download.value).suggested_filename.endswith(".json")
        people.say(room.telegram.world, CLAIRE, FORUM, "/topics", thread_id=2)
        await page.get_by_label("Speak as").select_option(str(CLAIRE))
        await page.get_by_role("button", name="Newsroom Türkiye").click()
        await expect(screen.messages).to_have_count(0)
        await page.get_by_role("button", name="Newsroom Ukraine").click()
        await screen.sees("Sujets")
