"""Two presses at once, and answers that go on: what a scenario cannot say."""

from __future__ import annotations

from typing import Any

from bot.sandbox import people
from tests.chat.room import CLAIRE, GROUP, OWNER, Room, plain, until


async def test_a_topic_pressed_twice_at_once_is_one_subscription(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/start")
    await you.sees("Or begin with one of these")
    first, second = you.presses("Grain deal"), you.presses("Grain deal")
    await you.sees_notice(first)
    await you.sees_notice(second)
    await room.settled()
    assert room.rules_of(OWNER) == ["topic:grain"]
    await room.publish("Grain leaves the port")
    await room.settled()
    assert len([each for each in you.messages() if "Grain leaves the port" in each.text]) == 1


async def test_of_two_unsubscribings_at_once_the_second_says_that_it_is_gone(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/subscribe truce")
    await you.sees("I will ring for: truce.")
    first, second = you.presses("Unsubscribe"), you.presses("Unsubscribe")
    await you.sees_notice(first)
    assert (await you.sees_notice(second))["text"] == "It is gone already."
    await you.sees("I will not ring for truce any more")
    assert room.rules_of(OWNER) == []
    you.presses("Undo")
    await you.sees("I will ring for: truce.")


async def test_two_people_press_the_same_button_of_a_group_at_once(room: Room) -> None:
    owner, claire = room.person(OWNER, GROUP), room.person(CLAIRE, GROUP)
    owner.says("/subscribe truce")
    await owner.sees("I will ring for: truce.")
    hers, his = claire.presses("Unsubscribe"), owner.presses("Unsubscribe")
    assert "admins" in (await claire.sees_notice(hers))["text"]
    await owner.sees_notice(his)
    await owner.sees("I will not ring for truce any more")
    assert room.rules_of(GROUP) == []


async def test_results_of_inline_mode_go_on_to_their_end(room: Room) -> None:
    for number in range(45):
        await room.publish(f"A truce of {number} villages", rings=False)
    seen: list[list[str]] = []
    offset = ""
    while offset or not seen:
        answer = await ask_inline(room, "truce", offset)
        seen.append([plain(each["title"]) for each in answer["results"]])
        offset = answer["next_offset"]
    assert [len(page) for page in seen] == [20, 20, 5]
    assert [title for page in seen for title in page] == [
        f"A truce of {number} villages" for number in reversed(range(45))
    ]


async def test_an_offset_that_is_none_is_the_beginning(room: Room) -> None:
    await room.publish("A truce", rings=False)
    answer = await ask_inline(room, "truce", "٣ or 1; DROP")
    assert [each["title"] for each in answer["results"]] == ["A truce"]


async def ask_inline(room: Room, text: str, offset: str) -> dict[str, Any]:
    query = people.inline(room.telegram.world, OWNER, text, offset)
    await until(lambda: query.answer is not None, "an answer")
    return dict(query.answer or {})
