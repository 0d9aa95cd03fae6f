"""A channel is seen to from the private chat of one of its admins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox import groups
from bot.sandbox.cast import WIRE
from bot.sandbox.records import Status
from tests.chat.room import CLAIRE, GROUP, JAMES, OWNER

if TYPE_CHECKING:
    from tests.chat.room import Room


async def test_a_channel_subscribes_and_is_rung(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/channel @tocsin_wire")
    await you.sees("Now you see to The Wire")
    you.says("/subscribe truce")
    await you.sees("The Wire", "Done! I will ring for: truce")
    assert room.rules_of(WIRE) == ["query:truce"]
    assert room.rules_of(OWNER) == []
    await room.publish("A truce")
    await room.person(OWNER, WIRE).sees("A truce")
    await you.hears_nothing_of("A truce")
    you.says("/subscriptions")
    await you.sees("The Wire", "You have 1 subscription", "1. truce")
    you.presses("⚙️ 1. truce")
    await you.sees("The Wire", "When: at once")
    you.presses("Every day")
    await you.sees("every day at 08:00")
    you.says("/channel off")
    await you.sees("about you again")
    you.says("/subscriptions")
    await you.sees("You have no subscriptions yet")


async def test_a_forwarded_post_names_its_channel(room: Room) -> None:
    you = room.person(OWNER)
    post = room.telegram.say(OWNER, "Today", WIRE)
    you.forwards(post)
    await you.sees("Now you see to The Wire")
    you.presses("Back to myself")
    await you.sees("about you again")
    you.says("/channel")
    await you.sees("Which channel")
    you.presses("📢 The Wire")
    await you.sees("Now you see to The Wire")


async def test_only_its_admins_and_only_where_the_bot_is_one(room: Room) -> None:
    james, you = room.person(JAMES), room.person(OWNER)
    james.says("/channel @tocsin_wire")
    await james.sees("You are no admin of that channel")
    you.says("/channel @nowhere")
    await you.sees("I do not know such a channel")
    you.says("/channel -4001")
    await you.sees("I do not know such a channel")
    groups.promote(room.telegram.world, WIRE, room.telegram.world.bot.id, Status.MEMBER, OWNER)
    you.says("/channel https://t.me/tocsin_wire")
    await you.sees("I am no admin of that channel")
    assert room.rules_of(WIRE) == []


async def test_who_is_no_admin_any_more_sees_to_it_no_longer(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/channel @tocsin_wire")
    await you.sees("Now you see to The Wire")
    you.says("/subscribe truce")
    confirmation = await you.sees("Done!")
    groups.promote(room.telegram.world, WIRE, OWNER, Status.MEMBER, CLAIRE)
    room.telegram.press(OWNER, confirmation, "Unsubscribe")
    await you.sees("You are no longer an admin of The Wire")
    assert room.rules_of(WIRE) == ["query:truce"]
    you.says("/subscribe war")
    await you.sees("Done!")
    assert room.rules_of(OWNER) == ["query:war"]


async def test_buttons_in_the_channel_are_answered_in_private(room: Room) -> None:
    you, james = room.person(OWNER), room.person(JAMES)
    you.says("/channel @tocsin_wire")
    await you.sees("Now you see to")
    you.says("/subscribe truce")
    await you.sees("Done!")
    you.says("/channel off")
    await you.sees("about you again")
    await room.publish("A truce")
    alert = await room.person(OWNER, WIRE).sees("A truce")
    notice = await you.sees_notice(room.telegram.press(JAMES, alert, "Mute").id)
    assert "only its admins" in notice["text"]
    notice = await james.sees_notice(room.telegram.press(JAMES, alert, "Why?").id)
    assert "truce" in notice["text"]
    assert notice["show_alert"]
    notice = await you.sees_notice(room.telegram.press(OWNER, alert, "Unsubscribe").id)
    assert notice["text"] == "I answer in our private chat."
    await you.sees("The Wire", "I will not ring for truce any more")
    assert room.rules_of(WIRE) == []
    await room.settled()
    assert [each.text for each in room.telegram.answers(WIRE)] == [alert.text], (
        "nothing is said there"
    )


async def test_forgetting_is_about_the_person_and_leaves_the_channel(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/channel @tocsin_wire")
    await you.sees("Now you see to")
    you.says("/subscribe truce")
    await you.sees("Done!")
    you.says("/forgetme")
    await you.sees("Shall I forget everything")
    you.presses("Yes, forget everything")
    await you.sees("I have forgotten everything")
    assert room.rules_of(WIRE) == ["query:truce"]


async def test_an_anonymous_admin_changes_what_the_group_hears(room: Room) -> None:
    group = room.person(OWNER, GROUP)
    group.says("/subscribe truce", anonymous=True)
    await group.sees("Done!")
    assert room.rules_of(GROUP) == ["query:truce"]
    group.says("/latest@other_bot")
    await group.hears_nothing()
