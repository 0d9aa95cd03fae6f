"""The first minute: start, a subscription, and the bell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox import people
from tests.chat.room import CLAIRE, MEHMET, OWNER

if TYPE_CHECKING:
    from tests.chat.room import Room


async def test_start_greets_in_the_language_of_the_client(room: Room) -> None:
    claire = room.person(CLAIRE)
    claire.says("/start")
    greeting = await claire.sees("Bonjour !", "Je lis l’actualité")
    assert "Accord céréalier" in claire.buttons(greeting)
    assert "Tous les sujets" in claire.buttons(greeting)


async def test_a_language_that_is_not_spoken_is_english(room: Room) -> None:
    mehmet = room.person(MEHMET)
    people.rename(room.telegram.world, MEHMET, language="de")
    mehmet.says("/start")
    await mehmet.sees("Hello! I read the news")


async def test_a_seed_that_was_there_before_rings_for_the_newcomer(room: Room) -> None:
    await room.publish("Poutine et Trump", "Vladimir Poutine appelle.", waiting=True, rings=False)
    you = room.person(OWNER)
    you.says("/subscribe Poutine")
    confirmed = await you.sees("Done! I will ring when the news names Vladimir Putin")
    assert "Only the word “Poutine”" in you.buttons(confirmed)
    await you.sees("Poutine et Trump", "Vladimir Poutine appelle")
    assert room.rules_of(OWNER) == ["query:@putin"]


async def test_what_arrives_later_rings_once(room: Room) -> None:
    you, claire = room.person(OWNER), room.person(CLAIRE)
    you.says("/subscribe ceasefire")
    await you.sees("Done!")
    claire.says("/help")
    await claire.sees("/subscribe")
    await room.publish("A ceasefire at last")
    await you.sees("A ceasefire at last")
    await room.publish("A ceasefire at last")
    await room.settled()
    assert len([each for each in you.messages() if "at last" in each.text]) == 1
    assert not [each for each in claire.messages() if "at last" in each.text]


async def test_a_press_on_a_topic_subscribes(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/start")
    await you.sees("Hello!")
    you.presses("Grain deal")
    await you.sees("I will ring for the topic Grain deal", "Ships & ports")
    await room.publish("Grain leaves the port")
    await you.sees("Grain leaves the port")


async def test_a_link_to_a_topic_subscribes(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/start topic-talks")
    await you.sees("I will ring for the topic Istanbul talks")
