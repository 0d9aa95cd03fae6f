"""The buttons under an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.alerts.why import found_words
from bot.model import Item, Span
from tests.chat.room import CLAIRE, GROUP, OWNER

if TYPE_CHECKING:
    from tests.chat.room import Room


async def test_why_shows_the_query_and_what_was_found(room: Room) -> None:
    claire = room.person(CLAIRE)
    claire.says("/subscribe talks")
    await claire.sees("C’est fait")
    await room.publish("Les pourparlers de paix", "Des pourparlers\nde paix.", lang="fr")
    await claire.sees("Les pourparlers")
    claire.presses("Pourquoi\u202f?")
    await claire.sees(
        "vous suivez Pourparlers d’Istanbul",
        '"peace talks" OR "pourparlers de paix"',
        "Trouvé : pourparlers de paix.",
    )


async def test_unsubscribing_from_the_alert_and_its_undoing(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/subscribe truce")
    await you.sees("Done!")
    await room.publish("A truce")
    alert = await you.sees("A truce")
    you.presses("Unsubscribe")
    await you.sees("I will not ring for truce any more")
    assert alert.text in [each.text for each in you.messages()], "the alert stays as it is"
    assert room.rules_of(OWNER) == []
    notice = await you.sees_notice(you.presses("Why?"))
    assert notice["text"] == "You are not subscribed to this any more."
    you.presses("Undo")
    await you.sees("Done! I will ring for: truce")


async def test_fewer_like_this_narrows_to_the_title(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/subscribe truce OR war")
    await you.sees("Done!")
    await room.publish("A truce")
    await you.sees("A truce")
    you.presses("Fewer like this")
    await you.sees("How shall I ring less for truce or war?")
    you.presses("Only when it is in the title")
    await you.sees("I will ring for: (truce or war) in the title")
    await room.publish("Nothing new", "The truce holds.")
    await you.hears_nothing_of("Nothing new")
    await room.publish("Another truce")
    await you.sees("Another truce")
    you.presses("Fewer like this")
    choice = await you.sees("How shall I ring less")
    assert "Only when it is in the title" not in you.buttons(choice)


async def test_mute_asks_for_how_long_and_offers_to_stop(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/subscribe truce")
    await you.sees("Done!")
    await room.publish("A truce")
    await you.sees("A truce")
    you.presses("Mute")
    choice = await you.sees("For how long shall I not ring for truce?")
    assert you.buttons(choice) == [
        *("1 hour", "8 hours", "1 day", "1 week"),
        *("Always without a sound", "Unsubscribe"),
    ]


async def test_another_chats_alert_cannot_be_looked_at(room: Room) -> None:
    you, claire = room.person(OWNER), room.person(CLAIRE)
    you.says("/subscribe truce")
    await you.sees("Done!")
    await room.publish("A truce")
    alert = await you.sees("A truce")
    data = (alert.markup or {})["inline_keyboard"][0][-1]["callback_data"]
    assert data.startswith("a:w:")
    claire.says("/topics")
    await claire.sees("Sujets")
    menu = claire.messages()[-1]
    (menu.markup or {})["inline_keyboard"] = [[{"text": "Forged", "callback_data": data}]]
    notice = await claire.sees_notice(claire.presses("Forged"))
    assert "Vous n’y êtes plus abonné" in notice["text"]


async def test_forged_buttons_harm_nothing(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/topics")
    menu = await you.sees("Topics")
    for data in (
        "a:w:x",
        "a:?:1",
        "a:w:999",
        "q:1:2",
        "q:x:y:z",
        "t:9:#none",
        "zz",
        "s:=bad:@x",
        "u:-1",
        f"u:{10**40}",
    ):
        (menu.markup or {})["inline_keyboard"] = [[{"text": data, "callback_data": data}]]
        notice = await you.sees_notice(you.presses(data))
        assert "too old" in notice["text"], data
    you.says("/help")
    await you.sees("What you can say")


async def test_in_a_group_the_buttons_are_its_admins(room: Room) -> None:
    you, claire = room.person(OWNER, GROUP), room.person(CLAIRE, GROUP)
    you.says("/subscribe truce")
    await you.sees("Done!")
    await room.publish("A truce")
    await you.sees("A truce")
    notice = await claire.sees_notice(claire.presses("Unsubscribe"))
    assert "only its admins" in notice["text"]
    claire.presses("Why?")
    await claire.sees("I rang because")


def test_words_are_shown_once_and_never_beyond_the_text() -> None:
    item = Item("1", "s", None, "Truce, truce", "", tags=("truce",))
    spans = (
        Span("title", 0, 5, "truce"),
        Span("title", 7, 12, "truce"),
        Span("tags", 0, 5, "truce", index=0),
        Span("tags", 0, 5, "truce", index=7),
        Span("text", 5, 9, "gone"),
    )
    assert found_words(item, spans) == ["Truce", "truce"]
