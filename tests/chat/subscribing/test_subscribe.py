"""/subscribe, /topics, /subscriptions, /unsubscribe."""

from __future__ import annotations

from functools import partial

import pytest

from bot.chat.subscribing.taking import MOST
from bot.store import people
from tests.chat.room import CLAIRE, OWNER, Room, now


async def test_a_name_becomes_the_entity_with_the_word_a_press_away(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/subscribe putin")
    await you.sees("names Vladimir Putin; I know 5 spellings in 3 languages")
    you.presses("Only the word “putin”")
    await you.sees("I will ring for: putin.")
    assert room.rules_of(OWNER) == ["query:putin"]
    await room.publish("La poutine de putin")
    await you.sees("La poutine de putin")


async def test_a_name_of_two_entities_is_asked_about_after_the_fact(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/subscribe Kirov")
    confirmed = await you.sees("I will ring for: Kirov.")
    assert you.buttons(confirmed)[:2] == ["I mean Kirov (city)", "I mean Sergei Kirov"]
    you.presses("I mean Sergei Kirov")
    await you.sees("names Sergei Kirov")
    assert room.rules_of(OWNER) == ["query:@kirov-man"]


@pytest.mark.parametrize("wanted", ["grain", "Grain deal", "accord cerealier", "ACCORD CÉRÉALIER"])
async def test_a_topic_by_its_key_or_title_in_any_language(room: Room, wanted: str) -> None:
    you = room.person(OWNER)
    you.says(f"/subscribe {wanted}")
    await you.sees("for the topic Grain deal")
    assert room.rules_of(OWNER) == ["topic:grain"]


async def test_a_topic_that_is_not_enabled_is_only_a_word(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/subscribe secret")
    await you.sees("I will ring for: secret.")


async def test_a_mistake_is_pointed_at(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/subscribe peace AND (talks")
    answer = await you.sees("I cannot read that:")
    excerpt, caret, reason = answer.text.splitlines()[1:4]
    assert (excerpt, caret.strip()) == ("peace AND (talks", "^")
    assert reason
    assert answer.entities[0]["type"] == "pre"


async def test_what_people_write_is_never_markup(room: Room) -> None:
    you = room.person(OWNER)
    you.says('/subscribe "<b>&lt;i" OR "{0}"')
    await you.sees("“<b>&lt;i” or “{0}”")
    you.says("/subscribe (<u>&")
    await you.sees("(<u>&")
    you.says("/subscriptions")
    await you.sees("“{0}” or “<b>&lt;i”")  # the canonical order


async def test_the_same_again_changes_nothing(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/subscribe truce")
    await you.sees("Done!")
    you.says("/subscribe truce")
    await you.sees("You have this one already: truce")
    assert room.rules_of(OWNER) == ["query:truce"]


async def test_two_chats_share_a_query_and_one_leaves(room: Room) -> None:
    you, claire = room.person(OWNER), room.person(CLAIRE)
    for person in (you, claire):
        person.says("/subscribe truce")
    await you.sees("Done!")
    await claire.sees("C’est fait")
    claire.says("/unsubscribe truce")
    await claire.sees("Je ne sonnerai plus pour truce")
    await room.publish("A truce holds")
    await you.sees("A truce holds")
    await claire.hears_nothing_of("A truce holds")
    you.says("/unsubscribe 1")
    await you.sees("I will not ring for truce any more")
    assert room.matcher.watched == 0


async def test_a_chat_cannot_subscribe_without_end(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/subscribe word0")
    await you.sees("Done!")
    moment = now()
    for number in range(1, MOST):
        rule = f"query:word{number}"
        await room.store.write(
            partial(people.subscribe, chat_id=OWNER, thread_id=0, rule=rule, now=moment)
        )
    you.says("/subscribe onemore")
    await you.sees("You have 200 subscriptions, which is as many as I can take")
    assert len(room.rules_of(OWNER)) == MOST


async def test_a_topic_that_is_only_for_french_items_rings_what_waits_in_french(
    room: Room,
) -> None:
    await room.publish("Le ceasefire", waiting=True, rings=False, lang="fr")
    await room.publish("The ceasefire", waiting=True, rings=False, lang="en")
    you = room.person(OWNER)
    you.says("/subscribe french-only")
    await you.sees("Le ceasefire")
    await you.hears_nothing_of("The ceasefire")


async def test_what_waits_rings_a_few_times_at_most_and_no_story_twice(room: Room) -> None:
    for number in range(8):
        await room.publish(f"Truce number {number}", waiting=True, rings=False)
    you = room.person(OWNER)
    you.says("/subscribe truce")
    await you.sees("Truce number 7")
    await room.settled()
    assert len([each for each in you.messages() if "Truce number" in each.text]) == 5
    you.says("/subscribe truce number")
    await you.sees("Truce number 2")
    await room.settled()
    texts = [each.text for each in you.messages() if "Truce number" in each.text]
    assert len(texts) == len(set(texts)) == 8


class TestTopics:
    async def test_pressing_subscribes_and_pressing_again_stops(self, room: Room) -> None:
        you = room.person(OWNER)
        you.says("/topics")
        page = await you.sees("Press one", "Grain deal – Ships & ports")
        assert you.buttons(page) == ["Grain deal", "Istanbul talks", "Ceasefire in French"]
        notice = await you.sees_notice(you.presses("Grain deal"))
        assert notice["text"] == "Done! I will ring for it."
        page = await you.sees("Press one")
        assert you.buttons(page)[0] == "✅ Grain deal"
        you.presses("✅ Grain deal")
        page = await you.sees("Press one")
        assert you.buttons(page)[0] == "Grain deal"
        assert room.rules_of(OWNER) == []


class TestSubscriptions:
    async def test_a_list_by_page_with_a_button_each(self, room: Room) -> None:
        you = room.person(OWNER)
        you.says("/subscriptions")
        await you.sees("You have no subscriptions yet")
        for number in range(10):
            you.says(f"/subscribe word{number}")
            await you.sees("Done!")
        you.says("/subscriptions")
        page = await you.sees("You have 10 subscriptions", "1. word0", "8. word7")
        assert you.buttons(page)[0] == "⚙️ 1. word0"
        you.presses("▶")
        page = await you.sees("9. word8", "10. word9")
        assert "⚙️ 10. word9" in you.buttons(page)
        you.says("/unsubscribe")
        page = await you.sees("You have 10 subscriptions", "1. word0", "8. word7")
        assert you.buttons(page)[0] == "🗑 1. word0"
        you.presses("▶")
        await you.sees("9. word8", "10. word9")
        notice = await you.sees_notice(you.presses("🗑 10. word9"))
        assert notice["text"] == "I will not ring for it any more."
        page = await you.sees("You have 9 subscriptions", "9. word8")
        assert "10." not in page.text

    async def test_unsubscribing_can_be_undone(self, room: Room) -> None:
        you = room.person(OWNER)
        you.says("/subscribe Putin")
        await you.sees("Done!")
        you.presses("Unsubscribe")
        await you.sees("I will not ring for Vladimir Putin any more")
        assert room.rules_of(OWNER) == []
        you.presses("Undo")
        await you.sees("I will ring when the news names Vladimir Putin")
        assert room.rules_of(OWNER) == ["query:@putin"]

    @pytest.mark.parametrize("named", ["putin", "@putin", "Vladimir Poutine", "1"])
    async def test_unsubscribing_by_name(self, room: Room, named: str) -> None:
        you = room.person(OWNER)
        you.says("/subscribe Putin")
        await you.sees("Done!")
        you.says(f"/unsubscribe {named}")
        await you.sees("I will not ring for Vladimir Putin any more")

    async def test_unsubscribing_from_what_is_not_there_shows_what_is(self, room: Room) -> None:
        you = room.person(OWNER)
        you.says("/subscribe truce")
        await you.sees("Done!")
        you.says("/unsubscribe war")
        await you.sees("You have no such subscription")
        await you.sees("You have 1 subscription.", "1. truce")

    async def test_an_old_button_is_answered_politely(self, room: Room) -> None:
        you = room.person(OWNER)
        you.says("/subscribe truce")
        await you.sees("Done!")
        you.says("/unsubscribe truce")
        await you.sees("I will not ring")
        notice = await you.sees_notice(you.presses("Unsubscribe"))
        assert notice["text"] == "It is gone already."


async def test_what_would_ring_too_often_is_warned_of(room: Room) -> None:
    for number in range(140):
        await room.publish(f"A truce of {number} villages", rings=False)
    you = room.person(OWNER)
    you.says("/subscribe truce")
    told = await you.sees("I would have rung 140 times.")
    assert "⚠️" not in told.text
    assert "Only when it is in the title" not in you.buttons(told)
    you.says("/unsubscribe truce")
    await you.sees("I will not ring for truce")

    await room.publish("A truce at last", rings=False)
    you.says("/subscribe truce")
    told = await you.sees("⚠️ In the last week I would have rung 141 times.")
    assert "Only when it is in the title" in you.buttons(told)
    you.presses("Only when it is in the title")
    await you.sees("truce in the title")
    assert room.rules_of(OWNER) == ["query:title:truce"]
