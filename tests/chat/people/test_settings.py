"""/language and /timezone where scenarios are not enough, and the list of commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.chat.router import COMMANDS
from bot.chat.words.commands import LISTED, menu, publish
from tests.chat.room import OWNER

if TYPE_CHECKING:
    from tests.chat.room import Room

# The chat commands of the contract.
CONTRACT = {
    *("start", "help", "settings", "language", "timezone", "privacy", "export", "forgetme"),
    *("topics", "subscribe", "subscriptions", "unsubscribe", "latest", "search", "admin"),
    *("quiet", "mute", "resume", "chart"),
}


def test_every_command_of_the_contract_is_listed_and_answered() -> None:
    listed = {each.name for each in LISTED}
    assert listed == CONTRACT | {"channel", "invite", "reload"}
    assert set(COMMANDS) == listed


async def test_the_menu_is_published_in_each_language(room: Room) -> None:
    await publish(room.bot, room.languages)
    published = room.telegram.world.profile.commands
    by_language = {language: commands for (_, language), commands in published.items()}
    assert set(by_language) == {"", "ar", "fr", "ru", "tr"}
    assert {"command": "help", "description": "كيف يُخاطَب هذا البوت"} in by_language["ar"]
    french = {each["command"]: each["description"] for each in by_language["fr"]}
    assert french["subscriptions"] == "vos abonnements"
    assert "admin" not in french
    assert len(menu(room.languages.find("en"))) == len(french)


@pytest.mark.parametrize("wanted", ["Parris", "Europe/Pariss", "europe paaris", "<b>Parris"])
async def test_a_misspelt_time_zone_is_guessed(room: Room, wanted: str) -> None:
    you = room.person(OWNER)
    you.says(f"/timezone {wanted}")
    answer = await you.sees(f"I know no time zone {wanted}.")
    assert you.buttons(answer)[0] == "Europe/Paris"
    you.presses("Europe/Paris")
    await you.sees("Your time zone is Europe/Paris now")


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        ("Paris", "Europe/Paris"),
        ("Lyon", "Europe/Paris"),
        ("Анкара", "Europe/Istanbul"),
        ("القاهرة", "Africa/Cairo"),
        ("موسكو", "Europe/Moscow"),
        ("new york", "America/New_York"),
    ],
)
async def test_a_city_tells_the_time_zone(room: Room, place: str, zone: str) -> None:
    you = room.person(OWNER)
    you.says(f"/timezone {place}")
    await you.sees(f"Your time zone is {zone} now")


async def test_a_country_of_several_time_zones_is_asked_about(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/timezone Canada")
    answer = await you.sees("I know no time zone Canada.")
    assert len(you.buttons(answer)) == 8
