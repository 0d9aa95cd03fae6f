"""Chats change: each change ends in the right state, and comes back when the person does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox import groups, people
from bot.store import people as store_people
from tests.chat.room import CLAIRE, FORUM, OWNER, until

if TYPE_CHECKING:
    from bot.model import Chat
    from tests.chat.room import Room

NEWS_THREAD = 2


def chat(room: Room, number: int) -> Chat:
    found = room.store.read_now(lambda conn: store_people.chat(conn, number))
    assert found is not None
    return found


def refuses(room: Room) -> bool:
    """Whether the forum's topic is known to refuse."""
    return room.store.read_now(lambda conn: store_people.thread_refuses(conn, FORUM, NEWS_THREAD))


async def test_who_blocks_is_left_alone_and_comes_back(room: Room) -> None:
    claire = room.person(CLAIRE)
    claire.says("/subscribe zeppelin")
    await claire.sees("zeppelin")
    people.block(room.telegram.world, CLAIRE)
    await until(lambda: chat(room, CLAIRE).refuses, "the block on record")
    await room.publish("A zeppelin one")

    people.unblock(room.telegram.world, CLAIRE)
    await until(lambda: not chat(room, CLAIRE).refuses, "her return")
    await room.publish("A zeppelin two")
    await claire.sees("zeppelin two")
    await claire.hears_nothing_of("zeppelin one")


async def test_a_deleted_account_that_comes_back(room: Room) -> None:
    claire = room.person(CLAIRE)
    claire.says("/subscribe zeppelin")
    await claire.sees("zeppelin")
    people.deactivate(room.telegram.world, CLAIRE)
    await room.publish("A zeppelin one")
    await until(lambda: chat(room, CLAIRE).refuses, "the refusal on record")
    people.deactivate(room.telegram.world, CLAIRE, deactivated=False)

    claire.says("/subscriptions")
    await claire.sees("zeppelin")
    assert chat(room, CLAIRE).refuses is None
    await room.publish("A zeppelin two")
    await claire.sees("zeppelin two")


async def test_rights_that_are_lost_and_given_back(room: Room) -> None:
    claire = room.person(CLAIRE, FORUM)
    claire.says("/subscribe zeppelin")
    await claire.sees("zeppelin")
    groups.mute(room.telegram.world, FORUM, muted=True)
    await until(lambda: chat(room, FORUM).refuses, "the loss on record")
    groups.mute(room.telegram.world, FORUM, muted=False)
    await until(lambda: not chat(room, FORUM).refuses, "the rights")
    await room.publish("A zeppelin two")
    await claire.sees("zeppelin two")


async def test_a_topic_that_closes_opens_again(room: Room) -> None:
    world = room.telegram.world
    claire, elsewhere = room.person(CLAIRE, FORUM, NEWS_THREAD), room.person(CLAIRE, FORUM)
    for here in (claire, elsewhere):
        here.says("/subscribe zeppelin")
        await here.sees("zeppelin")
    groups.change_thread(world, FORUM, NEWS_THREAD, "close")
    await room.publish("A zeppelin one")
    await until(lambda: refuses(room), "the refusal on record")
    await elsewhere.sees("zeppelin one")  # the rest of the forum goes on
    await room.publish("A zeppelin two")
    await room.settled()

    groups.change_thread(world, FORUM, NEWS_THREAD, "reopen")
    await until(lambda: not refuses(room), "the topic")
    await room.publish("A zeppelin three")
    await claire.sees("zeppelin three")
    await claire.hears_nothing_of("zeppelin two")


async def test_an_admin_sees_what_was_refused_and_tries_it_again(room: Room) -> None:
    claire, owner = room.person(CLAIRE), room.person(OWNER)
    claire.says("/subscribe zeppelin")
    await claire.sees("zeppelin")
    people.deactivate(room.telegram.world, CLAIRE)
    await room.publish("A zeppelin one")
    await until(lambda: chat(room, CLAIRE).refuses, "the refusal on record")
    people.deactivate(room.telegram.world, CLAIRE, deactivated=False)

    owner.says("/admin")
    await owner.sees("How I am doing")
    owner.presses("Refused deliveries")
    await owner.sees("A zeppelin one", "deactivated")
    owner.presses("Try all again")
    await owner.sees("No delivery is refused.")
    await claire.sees("zeppelin one")
    await until(lambda: not chat(room, CLAIRE).refuses, "her return")


async def test_a_subscription_can_have_pictures(room: Room) -> None:
    claire = room.person(CLAIRE)
    claire.says("/subscribe zeppelin")
    await claire.sees("zeppelin")
    claire.says("/subscriptions")
    message = await claire.sees("zeppelin")
    claire.presses(claire.buttons(message)[0])
    await claire.sees("Sans images")
    claire.presses("Avec images")
    await claire.sees("Avec images", "Quand")
    (mine,) = room.store.read_now(lambda conn: store_people.subscriptions(conn, CLAIRE))
    assert mine.pictures


async def test_a_subscription_can_want_every_report(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/subscribe peace")
    await you.sees("I will ring")
    you.says("/subscriptions")
    await you.sees("You have 1 subscription")
    you.presses("⚙️ 1. peace")
    await you.sees("Each story once")
    you.presses("Every report of a story")
    await you.sees("Every report of a story")
    (mine,) = room.store.read_now(lambda conn: store_people.subscriptions(conn, OWNER))
    assert mine.every_report
    you.says("/export")
    exported = await you.sees("as JSON")
    assert exported.document is not None
    assert b'"every report": true' in exported.document.body
    for title in ("Peace at last, says everybody", "PEACE AT LAST, says everybody"):
        await room.publish(title, "Really.")
    await room.settled()
    assert sum("says everybody" in each.text for each in you.messages()) == 2
