"""/settings, /language, /timezone, /help, and commands that there are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.chat.commands import LISTED, menu, publish
from bot.chat.router import COMMANDS
from tests.chat.room import CLAIRE, GROUP, OWNER

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


async def test_help_lists_commands_with_examples(room: Room) -> None:
    claire = room.person(CLAIRE)
    claire.says("/help")
    answer = await claire.sees("/subscribe – ", "/subscribe accord céréalier", "/latest Ukraine")
    assert "/admin" not in answer.text
    you = room.person(OWNER)
    you.says("/help")
    await you.sees("/admin – how the bot is doing")


async def test_an_unknown_command_points_to_help(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/frobnicate now")
    await you.sees("I do not know that command")


async def test_the_language_changes_and_stays(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/language")
    choice = await you.sees("Which language shall I speak?")
    assert you.buttons(choice) == ["العربية", "English", "Français", "Русский", "Türkçe"]
    you.presses("Français")
    changed = await you.sees("Désormais, je vous parle en français.")
    assert changed.id == choice.id
    you.says("/subscriptions")
    await you.sees("Vous n’avez pas encore d’abonnement")
    you.says("/language en")
    await you.sees("From now on I speak English with you.")
    you.says("/language tlh")
    await you.sees("Which language shall I speak?")


async def test_the_clients_language_does_not_change_what_was_chosen(room: Room) -> None:
    claire = room.person(CLAIRE)
    claire.says("/language en")
    await claire.sees("From now on I speak English with you.")
    claire.says("/subscriptions")
    await claire.sees("You have no subscriptions yet")


async def test_the_time_zone(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/timezone")
    await you.sees("Your time zone is UTC")
    you.presses("Europe/Istanbul")
    await you.sees("Your time zone is Europe/Istanbul now")
    you.says("/timezone europe/paris")
    await you.sees("Your time zone is Europe/Paris now")
    you.says("/settings")
    await you.sees("Language: English", "Time zone: Europe/Paris")
    you.presses("Language")
    await you.sees("Which language")


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


async def test_a_group_has_the_language_of_who_spoke_first(room: Room) -> None:
    claire, you = room.person(CLAIRE, GROUP), room.person(OWNER, GROUP)
    claire.says("/subscriptions")
    await claire.sees("pas encore d’abonnement")
    claire.says("/language en")
    await claire.sees("seuls ses administrateurs")
    you.says("/language en")
    await you.sees("From now on I speak English")
