"""/latest, /search and plain text."""

from __future__ import annotations

import pytest

from tests.chat.room import CLAIRE, GROUP, OWNER, Person, Room


def titles(you: Person, text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("News ")]


async def test_latest_by_page_in_place_while_news_come_in(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/latest")
    await you.sees("I have read no news yet")
    for number in range(1, 13):
        await room.publish(f"News {number}")
    you.says("/latest")
    first = await you.sees("The latest news", "News 12")
    assert titles(you, first.text) == [f"News {number}" for number in (12, 11, 10, 9, 8)]
    assert "The <Wire> · " in first.text
    await room.publish("News 13")
    you.presses("▶")
    second = await you.sees("News 7")
    assert second.id == first.id
    assert titles(you, second.text) == [f"News {number}" for number in (7, 6, 5, 4, 3)]
    you.presses("▶")
    last = await you.sees("News 2")
    assert you.buttons(last) == ["◀"]
    you.presses("◀")
    await you.sees("News 7")


async def test_an_answer_has_its_matched_words_in_bold(room: Room) -> None:
    await room.publish(
        "Peace & <talks>", "They met.\n\nThe talks went on.", url="https://example.org/a?b=1&c=2"
    )
    you = room.person(OWNER)
    you.says("/search =talks")
    answer = await you.sees(
        "🔎 talks in exactly this spelling", "Peace & <talks>", "The talks went on."
    )
    encoded = answer.text.encode("utf-16-le")
    bold = [
        encoded[2 * each["offset"] : 2 * (each["offset"] + each["length"])].decode("utf-16-le")
        for each in answer.entities
        if each["type"] == "bold"
    ]
    assert bold == ["talks", "talks", "talks"]
    assert [each["url"] for each in answer.entities if each["type"] == "text_link"] == [
        "https://example.org/a?b=1&c=2"
    ]


async def test_ring_me_for_this(room: Room) -> None:
    await room.publish("A truce")
    you = room.person(OWNER)
    you.says("truce")
    await you.sees("A truce")
    you.presses("🔔 Ring me for this")
    await you.sees("I will ring for: truce")
    assert room.rules_of(OWNER) == ["query:truce"]


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("putin", "🔎 Vladimir Putin"),
        ("Quoi de neuf sur l’Ukraine ?", "🔎 Ukraine"),
        ("quoi de neuf sur Poutine ?", "🔎 Vladimir Putin"),
        ("What's new about the truce?", "🔎 truce"),
        ("nouvelles de Путин", "🔎 Vladimir Putin"),
        ("peace (talks", "🔎 peace and talks"),
        ("grain deal", "🔎 Grain deal"),
        ('"peace talks" -sport', "🔎 “peace talks”, but not sport"),
        ("-sport", "🔎 sport"),
    ],
)
async def test_plain_text_is_understood(room: Room, text: str, understood: str) -> None:
    you = room.person(OWNER)
    you.says(text)
    answer = await you.sees("I have read nothing about")
    said = answer.text.replace("I have read nothing about ", "").split(" so far")[0]
    assert said == understood


async def test_a_question_about_nothing_is_one_for_the_latest(room: Room) -> None:
    await room.publish("A truce")
    you = room.person(OWNER)
    you.says("News about")
    await you.sees("A truce")


async def test_text_without_words_gets_a_hint(room: Room) -> None:
    you = room.person(OWNER)
    you.says("🤷 …")
    await you.sees("Send me a few words")


async def test_searching_for_nothing_gets_a_hint(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/search")
    await you.sees("Tell me what to look for")
    you.says("/search (")
    await you.sees("I cannot read that:")


async def test_the_entity_or_only_the_word(room: Room) -> None:
    await room.publish("Poutine speaks", lang="fr")
    await room.publish("Putin speaks")
    you = room.person(OWNER)
    you.says("/latest Putin")
    await you.sees("🔎 Vladimir Putin", "Poutine speaks", "Putin speaks")
    you.presses("Only the word “Putin”")
    answer = await you.sees("🔎 Putin\n")
    assert "Poutine" not in answer.text


async def test_a_long_query_turns_its_pages_after_a_restart(room: Room) -> None:
    for number in range(1, 8):
        await room.publish(f"News {number} of things")
    words = sorted(f"alternative{number}" for number in range(20))
    you = room.person(OWNER)
    you.says(f"/search things OR {' OR '.join(words)}")
    await you.sees("News 7 of things")
    await room.stop()
    room.start()
    you.presses("▶")
    await you.sees("News 2 of things")
    you.presses("🔔 Ring me for this")
    await you.sees("Done!", "alternative1")
    assert room.rules_of(OWNER) == [f"query:{' OR '.join(words)} OR things"]


async def test_in_a_group_plain_text_is_answered_only_when_it_is_meant_for_the_bot(
    room: Room,
) -> None:
    await room.publish("A truce")
    room.telegram.world.privacy = False
    you, claire = room.person(OWNER, GROUP), room.person(CLAIRE, GROUP)
    you.says("truce")
    await you.hears_nothing()
    you.says("@tocsin_bot truce")
    answer = await you.sees("A truce")
    claire.says("and the grain deal?", reply_to=answer.id)
    await claire.sees("Grain deal")
    you.says("/latest@tocsin_bot truce")
    await you.sees("🔎 truce")
    you.says("/latest@another_bot truce")
    await you.hears_nothing()
    you.says("/weather")
    await you.hears_nothing()
