"""Strangers, invitations, admins, groups."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.chat.people.access import Patience, first_admin_code
from bot.sandbox import groups
from bot.sandbox import people as crowd
from bot.sandbox.records import Status
from bot.store import people
from tests.chat.room import CLAIRE, FORUM, GROUP, JAMES, MEHMET, OWNER, now

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.chat.room import Room

    OpenRoom = Callable[..., Awaitable[Room]]

NO = "I only ring for people who were invited"


async def test_a_stranger_gets_a_polite_no_and_nothing_else(open_room: OpenRoom) -> None:
    room = await open_room(access="invite")
    james = room.person(JAMES)
    for command in ("/start", "/subscribe Putin", "Putin"):
        james.says(command)
        await james.sees(NO)
    james.says("/topics")
    await james.hears_nothing()
    assert room.rules_of(JAMES) == []
    assert room.store.read_now(lambda conn: people.chat(conn, JAMES)) is None


async def test_a_good_code_works_after_many_bad_ones(open_room: OpenRoom) -> None:
    room = await open_room(access="invite")
    james = room.person(JAMES)
    for _ in range(5):
        james.says("/start wrong")
    await room.settled()
    assert len(james.messages()) == 3
    code = await room.store.write(
        lambda conn: people.invite(conn, "member", now(), now() + timedelta(days=1))
    )
    james.says(f"/start {code}")
    await james.sees("Hello! I read the news")


async def test_the_first_admin_comes_by_a_code(open_room: OpenRoom) -> None:
    room = await open_room(access="invite", admins=frozenset())
    code = await room.store.write(lambda conn: first_admin_code(conn, now()))
    you = room.person(OWNER)
    you.says(f"/start {code}")
    await you.sees("You are an admin")
    you.says("/admin")
    await you.sees("How I am doing", "Sources: 1", "Topics: 4")
    assert await room.store.write(lambda conn: first_admin_code(conn, now())) is None


async def test_with_access_for_admins_an_invited_member_stays_outside(
    open_room: OpenRoom,
) -> None:
    room = await open_room(access="admins")
    await room.store.write(lambda conn: people.admit(conn, CLAIRE, "member", now()))
    await room.store.write(lambda conn: people.admit(conn, JAMES, "admin", now()))
    claire, james = room.person(CLAIRE), room.person(JAMES)
    claire.says("/latest")
    await claire.sees("je ne sonne que pour les personnes invitées")
    james.says("/latest")
    await james.sees("I have read no news yet")


async def test_a_stale_button_does_not_open_the_door(open_room: OpenRoom) -> None:
    room = await open_room()
    james = room.person(JAMES)
    james.says("/topics")
    await james.sees("Topics")
    await room.stop()
    room.house = replace(room.house, access="invite")
    room.start()
    notice = await james.sees_notice(james.presses("Grain deal"))
    assert "I only answer people who were invited" in notice["text"]
    assert room.rules_of(JAMES) == []


class TestGroups:
    async def test_only_the_groups_admins_change_its_subscriptions(self, room: Room) -> None:
        you, claire = room.person(OWNER, GROUP), room.person(CLAIRE, GROUP)
        you.says("/subscribe truce")
        await you.sees("Done! I will ring for: truce")
        claire.says("/subscribe war")
        await claire.sees("only its admins can change this")
        claire.says("/unsubscribe truce")
        await claire.sees("only its admins can change this")
        notice = await claire.sees_notice(claire.presses("Unsubscribe"))
        assert notice["show_alert"] is True
        assert "only its admins" in notice["text"]
        assert room.rules_of(GROUP) == ["query:truce"]
        claire.says("/latest")
        await claire.sees("I have read no news yet")
        you.presses("Unsubscribe")
        await you.sees("I will not ring for truce any more")

    async def test_rights_are_looked_up_anew_at_each_press(self, room: Room) -> None:
        you, claire = room.person(OWNER, GROUP), room.person(CLAIRE, GROUP)
        groups.promote(room.telegram.world, GROUP, CLAIRE, Status.ADMINISTRATOR, OWNER)
        claire.says("/subscribe truce")
        await claire.sees("C’est fait")
        groups.promote(room.telegram.world, GROUP, CLAIRE, Status.MEMBER, OWNER)
        await claire.sees_notice(claire.presses("Se désabonner"))
        await room.settled()
        assert room.rules_of(GROUP) == ["query:truce"]
        assert you.messages()

    async def test_a_forum_subscribes_by_thread(self, room: Room) -> None:
        ukraine = room.person(CLAIRE, FORUM, 2)
        ukraine.says("/subscribe truce")
        await ukraine.sees("C’est fait")
        turkey = room.person(CLAIRE, FORUM, 3)
        turkey.says("/subscriptions")
        await turkey.sees("pas encore d’abonnement")
        await room.publish("A truce")
        await ukraine.sees("A truce")
        await turkey.hears_nothing_of("A truce")

    async def test_a_group_that_a_stranger_brings_the_bot_to_gets_a_no(
        self, open_room: OpenRoom
    ) -> None:
        room = await open_room(access="invite")
        world = room.telegram.world
        groups.kick_bot(world, GROUP, OWNER)
        groups.add_bot(world, GROUP, MEHMET)
        mehmet = room.person(MEHMET, GROUP)
        await mehmet.sees("yalnızca davet edilenlere")
        mehmet.says("/latest")
        await mehmet.sees("yalnızca davet edilenlere")

    async def test_a_group_that_a_member_brings_the_bot_to_is_greeted_once(
        self, open_room: OpenRoom
    ) -> None:
        room = await open_room(access="invite")
        world = room.telegram.world
        groups.kick_bot(world, GROUP, OWNER)
        await room.settled()
        groups.add_bot(world, GROUP, OWNER)
        mehmet = room.person(MEHMET, GROUP)
        await mehmet.sees("Hello everybody!")
        crowd.set_bot_status(world, world.chat(GROUP), Status.ADMINISTRATOR, OWNER)
        mehmet.says("/latest")
        await mehmet.sees("I have read no news yet")
        await room.settled()
        assert len([each for each in mehmet.messages() if "Hello everybody" in each.text]) == 1

    async def test_a_group_that_puts_the_bot_out_is_told_nothing_more(self, room: Room) -> None:
        you = room.person(OWNER, GROUP)
        you.says("/subscribe truce")
        await you.sees("Done!")
        groups.kick_bot(room.telegram.world, GROUP, OWNER)
        await room.settled()
        chat = room.store.read_now(lambda conn: people.chat(conn, GROUP))
        assert chat is not None
        assert chat.refuses is not None
        await room.publish("A truce")
        await you.hears_nothing_of("A truce")
        groups.add_bot(room.telegram.world, GROUP, OWNER)
        await you.sees("Hello everybody!")
        await room.publish("Another truce")
        await you.sees("Another truce")

    async def test_a_group_that_moves_takes_its_subscriptions_along(self, room: Room) -> None:
        you = room.person(OWNER, GROUP)
        you.says("/subscribe truce")
        await you.sees("Done!")
        moved = groups.upgrade(room.telegram.world, GROUP).id
        await room.settled()
        assert room.rules_of(GROUP) == []
        assert room.rules_of(moved) == ["query:truce"]
        await room.publish("A truce")
        await room.person(OWNER, moved).sees("A truce")


async def test_who_blocks_the_bot_is_left_alone_until_they_come_back(room: Room) -> None:
    claire = room.person(CLAIRE)
    claire.says("/subscribe truce")
    await claire.sees("C’est fait")
    crowd.block(room.telegram.world, CLAIRE)
    await room.settled()
    await room.publish("A truce")
    await claire.hears_nothing_of("A truce")
    crowd.unblock(room.telegram.world, CLAIRE)
    await room.settled()
    await room.publish("Another truce")
    await claire.sees("Another truce")


def test_patience_has_an_end_and_comes_back() -> None:
    patience = Patience(answers=2, within=timedelta(minutes=10), strangers=2)
    start = datetime(2025, 5, 18, tzinfo=UTC)
    assert [patience.allows(1, start) for _ in range(3)] == [True, True, False]
    assert patience.allows(2, start)
    assert patience.allows(1, start + timedelta(minutes=10))
    assert patience.allows(3, start), "the one who was told longest ago is forgotten"
    assert len(patience) == 2
