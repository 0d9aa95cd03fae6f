"""Makes the pictures of the documentation, from the program as it is: ``python -m docs.pictures``.

It needs Chromium, as the browser tests do.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path

from bot.sandbox import Sandbox
from tests.browser import open_page
from tests.end_to_end.parts import OWNER, ROOT, Phone, Service, config, until

IMAGES = Path(__file__).parent / "images"
TITLE = "Le Kremlin confirme"


async def main() -> None:
    """Subscribe, wait for the alert of the seed, and take its picture."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("seeds", "rules"):
            shutil.copytree(ROOT / name, Path(folder, name))
        async with Sandbox() as telegram:
            service = Service(Path(folder), config(telegram))
            await service.start()
            phone = Phone(telegram, OWNER)
            phone.say("/subscribe Poutine")
            await until(lambda: phone.hears(TITLE), "the alert")
            async with open_page(f"{telegram.url}/") as page:
                alert = page.get_by_role("article").filter(has_text=TITLE).last
                await alert.wait_for()
                await page.screenshot(path=IMAGES / "sandbox.png")
                await alert.screenshot(path=IMAGES / "alert.png")
            await service.stop()


if __name__ == "__main__":
    asyncio.run(main())
