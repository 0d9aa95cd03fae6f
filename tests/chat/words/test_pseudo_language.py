"""A made-up language, longer than any: what is not translated shows, and what is too long is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bot.chat.words.commands import LISTED, publish
from bot.chat.words.languages import Languages
from bot.model import DeliveryState
from bot.sandbox import people as crowd
from bot.store import outbox
from tests.chat.catalogues import flat, said
from tests.chat.room import JAMES, OWNER, plain, until
from tests.chat.seeing import labels

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.chat.room import Room

OPEN, CLOSE = "⟦", "⟧"
PADDING = "one two three four"  # a third more is what translations need
# What needs no translation: names, titles, times, numbers, signs.
DATA = re.compile(
    r"[\W\d_]*|.*(grain|peace|talks|ceasefire|Putin|Kirov|truce|zeppelin|JSON|OPML"
    r"|Europe/|America/|Africa/|Asia/|Australia/|UTC|English|Français|Türkçe|Русский|العربية|Esperanto"
    r"|esperanto|the <?wire|zulu|nothing|\d\d:\d\d|news).*",
    re.DOTALL | re.IGNORECASE,
)
TOUR = (
    "/start", "/help", "/topics", "/subscribe grain", "/subscribe Putin", "/subscribe Kirov",
    "/subscribe truce OR -", "/subscribe", '/subscribe "peace talks" OR ceasefire', "/subscriptions",
    "/latest", "/latest truce", "/search", "/search zeppelin", "truce", "🤷", "/chart", "/chart truce",
    "/quiet", "/quiet 25", "/quiet 22:00-07:00", "/mute", "/mute 2h", "/mute x", "/resume",
    "/settings", "/language", "/timezone", "/timezone Pariss", "/privacy", "/export", "/forgetme",
    "/admin", "/admin silence", "/admin silences", "/invite", "/reload", "/unsubscribe",
    "/unsubscribe nothing", "/nothing", "/channel", "/start wrong",
)  # fmt: skip


def pseudo(text: str) -> str:
    """The message in brackets, longer; choices (parted by |) and commands stay what they are."""
    return f"{OPEN}{text} {PADDING}{CLOSE}"


@pytest.fixture
def languages(tmp_path: Path) -> Languages:
    folder = tmp_path / "locale"
    folder.mkdir()
    entries = ['msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n']
    for message in said():
        ids = [_quoted(each) for each in flat(message)]
        made = [_quoted(pseudo(each)) for each in flat(message)]
        if len(ids) == 1:
            entries.append(f"msgid {ids[0]}\nmsgstr {made[0]}\n")
        else:
            forms = "".join(f"msgstr[{n}] {each}\n" for n, each in enumerate(made))
            entries.append(f"msgid {ids[0]}\nmsgid_plural {ids[1]}\n{forms}")
    (folder / "eo.po").write_text("\n".join(entries), "utf-8")
    return Languages.read(folder)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


async def test_a_longer_language_breaks_nothing_and_leaves_nothing_in_english(
    open_room: Callable[..., Awaitable[Room]], languages: Languages
) -> None:
    room = await open_room(languages=languages)
    await publish(room.bot, languages)
    crowd.rename(room.telegram.world, OWNER, language="eo")
    you = room.person(OWNER)
    for number in range(1, 8):
        await room.publish(f"News {number} of a truce")
    for command in TOUR:
        you.says(command)
        await room.settled()
        await press_each_kind(room)
    await room.publish("A truce for grain, says Putin")
    await room.settled()
    await press_each_kind(room)
    await room.settled()
    counts = room.store.read_now(outbox.counts)
    assert counts[DeliveryState.REFUSED] == 0
    for message in you.messages():
        left = [*untranslated(message.text).split("\n\n"), *map(untranslated, labels(message))]
        english = [each for each in left if not DATA.fullmatch(each)]
        assert english == [], message.text
        assert not any(label.endswith("…") and OPEN in label for label in labels(message))
    for commands in room.telegram.world.profile.commands.values():
        assert len(commands) == len([each for each in LISTED if not each.for_admins])


def untranslated(text: str) -> str:
    """What is left of a text without what a catalogue gave."""
    text = "\n".join(line for line in plain(text).split("\n") if not line.startswith("    "))
    before = ""
    while text != before:
        before, text = text, re.sub(r"⟦[^⟦⟧]*⟧", "", text)
    return re.sub(r"/[a-z]+", "", text)


async def press_each_kind(room: Room, pressed: set[str] | None = None) -> None:
    """Press one button of each kind under the newest message."""
    messages = room.telegram.answers(OWNER)
    rows = (messages[-1].markup or {}).get("inline_keyboard", []) if messages else []
    done: set[str] = pressed if pressed is not None else set()
    for key in [key for row in rows for key in row]:
        kind = key.get("callback_data", "").split(":")[0]
        if not kind or kind in done or kind == "l":  # it would speak another language
            continue
        done.add(kind)
        if key["callback_data"] == "f:yes":
            continue
        current = messages[-1]
        still = [each for row in (current.markup or {}).get("inline_keyboard", []) for each in row]
        if key in still:
            query = room.telegram.press(OWNER, current, key["callback_data"])
            await until(lambda query=query: query.answer is not None, "an answer")  # type: ignore[misc]
            assert len((query.answer or {}).get("text", "")) <= 200
            await room.settled()


async def test_a_stranger_hears_it_too(
    open_room: Callable[..., Awaitable[Room]], languages: Languages
) -> None:
    room = await open_room(languages=languages, access="invite")
    crowd.rename(room.telegram.world, JAMES, language="eo")
    james = room.person(JAMES)
    james.says("/start")
    await james.sees(OPEN, PADDING + CLOSE)
