"""Rules are swapped whole, subscriptions follow their topics, and people are told."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.chat.admin.notices import Notices
from bot.chat.words.languages import Languages
from bot.matching.matcher import Matcher
from bot.model import Chat, Item, Match, Severity
from bot.service.rulekeeping import RuleKeeping
from bot.store import meta, people
from bot.store.engine import Store
from bot.store.incoming import Arrival
from bot.store.items import record
from bot.store.schema import deliveries, matches

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)
ADMIN, ANNA, BORIS = 1, 2, 3
KREMLIN = '[topics.kremlin]\ntitle = { en = "The Kremlin", fr = "Le Kremlin" }\nquery = "kremlin"\n'
MOSCOW = (
    '[topics.moscow]\nrenamed_from = "kremlin"\n'
    'title = { en = "Moscow", fr = "Moscou" }\nquery = "kremlin OR moscow"\n'
)


class Keeping:
    """The rules of a folder, kept; and two people who subscribe to a topic."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder = folder
        self.store = store
        self.notices = Notices(store, Languages.read(), {ADMIN}, lambda: NOW)
        self.keeping = RuleKeeping(folder, store=store, audience=self.notices, clock=lambda: NOW)
        self.matcher: Matcher

    async def begin(self, text: str) -> None:
        self.write(text)
        self.matcher = Matcher(await self.keeping.first())

    def write(self, text: str, name: str = "rules.toml") -> None:
        path = self.folder / name
        path.write_text(text, "utf-8")
        stamp = path.stat().st_mtime_ns + 1_000_000
        os.utime(path, ns=(stamp, stamp))

    async def change(self, text: str) -> None:
        self.write(text)
        await self.keeping.look(self.matcher)

    def told(self, chat: int) -> list[str]:
        """What the chat is owed, in order; it is taken away."""

        def work(conn: object) -> list[str]:
            mine = deliveries.c.chat_id == chat
            rows = conn.execute(select(deliveries.c.arguments).where(mine).order_by("id"))  # type: ignore[attr-defined]
            texts = [row.arguments["text"] for row in rows if row.arguments]
            conn.execute(deliveries.delete().where(mine))  # type: ignore[attr-defined]
            return texts

        return self.store.write_now(work)

    def rules_of(self, chat: int) -> list[str]:
        return self.store.read_now(
            lambda conn: [each.rule for each in people.subscriptions(conn, chat)]
        )


@pytest.fixture
async def keeping(tmp_path: Path) -> AsyncIterator[Keeping]:
    folder = tmp_path / "rules"
    folder.mkdir()
    with Store.open(f"sqlite:///{tmp_path / 'tocsin.db'}") as store:

        def work(conn: object) -> None:
            for chat, language in ((ANNA, "en"), (BORIS, "fr")):
                people.save_chat(conn, Chat(chat, "private", language=language), NOW)  # type: ignore[arg-type]
                people.subscribe(conn, chat, 0, "topic:kremlin", NOW)  # type: ignore[arg-type]

        store.write_now(work)
        yield Keeping(folder, store)


async def test_a_renamed_topic_keeps_its_subscribers_and_tells_them(keeping: Keeping) -> None:
    await keeping.begin(KREMLIN)
    matched = (Match("kremlin", None, 1.0, ()), Severity.NORMAL)
    item = Item("1", "s", None, "Kremlin", "")
    keeping.store.write_now(
        lambda conn: record(conn, [Arrival(item, (matched,), rings=False)], NOW)
    )
    keeping.store.write_now(lambda conn: people.subscribe(conn, BORIS, 0, "topic:moscow", NOW))
    await keeping.change(MOSCOW)
    assert list(keeping.matcher.rules.topics) == ["moscow"]
    assert keeping.rules_of(ANNA) == keeping.rules_of(BORIS) == ["topic:moscow"]
    assert keeping.told(ANNA) == [
        "The topic <b>The Kremlin</b> is now <b>Moscow</b>. You stay subscribed to it."
    ]
    assert keeping.told(BORIS) == [
        "Le sujet <b>Le Kremlin</b> s’appelle désormais <b>Moscou</b>. Vous y restez abonné."
    ]
    rules = keeping.store.read_now(lambda conn: list(conn.scalars(select(matches.c.rule))))
    assert rules == ["topic:moscow"]
    # Once: the line stays in the file, and says nothing more.
    await keeping.change(MOSCOW + "\n")
    assert keeping.told(ANNA) == []


async def test_a_topic_that_is_gone_sleeps_and_wakes(keeping: Keeping) -> None:
    await keeping.begin(KREMLIN)
    await keeping.change(MOSCOW.replace('renamed_from = "kremlin"\n', ""))
    assert keeping.rules_of(ANNA) == ["topic:kremlin"]
    (text,) = keeping.told(ANNA)
    assert text.startswith("The topic <b>The Kremlin</b> is no longer watched")
    await keeping.change("")
    assert keeping.told(ANNA) == []
    await keeping.change(KREMLIN)
    assert keeping.told(ANNA) == [
        "The topic <b>The Kremlin</b> is back, and I ring you for it again."
    ]
    assert keeping.told(BORIS) == [
        (
            "Le sujet <b>Le Kremlin</b> n’est plus suivi, je ne sonne donc plus pour lui. Votre "
            "abonnement est gardé\N{NO-BREAK SPACE}: si le sujet revient, je sonnerai de nouveau."
        ),
        "Le sujet <b>Le Kremlin</b> est de retour, et je sonne de nouveau pour lui.",
    ]


async def test_what_happened_while_the_service_was_down_is_told_too(keeping: Keeping) -> None:
    await keeping.begin(KREMLIN)
    again = Keeping(keeping.folder, keeping.store)
    await again.begin(MOSCOW)
    assert again.rules_of(ANNA) == ["topic:moscow"]
    assert len(again.told(ANNA)) == 1


async def test_a_change_that_does_not_pass_moves_nobody(keeping: Keeping) -> None:
    await keeping.begin(KREMLIN)
    broken = MOSCOW + '[[topics.moscow.tests]]\ntext = "peace"\nmatch = true\n'
    await keeping.change(broken)
    assert list(keeping.matcher.rules.topics) == ["kremlin"]
    assert keeping.rules_of(ANNA) == ["topic:kremlin"]
    assert keeping.told(ANNA) == []
    (text,) = keeping.told(ADMIN)
    assert "rules.toml:5:17: error: moscow should match “peace”" in text


async def test_only_the_rule_files_are_followed(keeping: Keeping) -> None:
    await keeping.begin(KREMLIN)
    for name in (".hidden.toml", "#auto.toml"):
        keeping.write("nonsense", name)
    await keeping.keeping.look(keeping.matcher)
    keeping.write("[lists]\n", "lists.toml")
    await keeping.keeping.look(keeping.matcher)
    kept = keeping.store.read_now(lambda conn: meta.get(conn, "rules.last_good"))
    assert kept.keys() == {"rules.toml", "lists.toml"}


async def test_who_asks_for_a_reload_gets_an_answer(keeping: Keeping) -> None:
    await keeping.begin(KREMLIN)
    stop = asyncio.Event()
    following = asyncio.create_task(keeping.keeping.run(keeping.matcher, stop))
    keeping.keeping.reload()
    answers: list[str] = []
    async with asyncio.timeout(20):
        while not answers:
            await asyncio.sleep(0.01)
            answers = keeping.told(ADMIN)
    assert answers == ["✅ The rule files pass again and are in force: 1 topic."]
    stop.set()
    async with asyncio.timeout(20):
        await following


async def test_matching_goes_on_while_rules_are_swapped(keeping: Keeping) -> None:
    await keeping.begin(KREMLIN)
    item = Item("1", "s", None, "The Kremlin in Moscow", "")
    seen: set[tuple[str | None, ...]] = set()

    def match_on() -> None:
        while keeping.matcher.version < 6:
            found = keeping.matcher.match(item, None, NOW)
            seen.add(tuple(match.topic for match in found))

    matching = asyncio.create_task(asyncio.to_thread(match_on))
    for number in range(6):
        text = (KREMLIN, MOSCOW.replace("renamed_from", "# renamed_from"))[number % 2]
        await keeping.change(text + f"# {number}\n")
    async with asyncio.timeout(20):
        await matching
    assert seen <= {("kremlin",), ("moscow",)}
