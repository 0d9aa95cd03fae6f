"""Every conversation of ``scenarios/*.chat``, over real HTTP with the bot's own loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from bot.chat.router import COMMANDS
from tests.chat.acting import open_stage
from tests.chat.script import Scenario, ScriptError, read, scenarios

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.chat.script import Step


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda each: f"{each.place}: {each.title}")
async def test_scenario(scenario: Scenario, tmp_path: Path) -> None:
    async with open_stage(scenario, tmp_path) as stage:
        await stage.play()


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("You say: hi", "a.chat:1: a scenario begins"),
        ("== x\nYou sing: hi", "a.chat:2: nobody knows how to 'sing'"),
        ("== x\nYou say: hi\n  loudly: yes", "a.chat:3: 'loudly' is none of"),
        ("== x\n  color: red", "a.chat:2: 'color' is none of"),
        ("== x\nhi", "a.chat:2: a step is"),
    ],
)
def test_a_mistake_in_a_scenario_is_pointed_at(tmp_path: Path, script: str, complaint: str) -> None:
    path = tmp_path / "a.chat"
    path.write_text(script, "utf-8")
    with pytest.raises(ScriptError, match=complaint.replace(".", r"\.")):
        list(read(path))


@pytest.mark.parametrize(
    ("step", "complaint"),
    [
        ("You see: Goodbye", "is nowhere in"),
        ("You see: Hello\n  bold: news", "in bold there is"),
        ("You see: Hello\n  not: news", "there is 'news'"),
        ("You see: Hello\n  buttons: A | B", "the buttons are"),
        ("You see nothing", "there is"),
        ("You press: Nonsense", "waited in vain for a button"),
        ("You see 2 times: Hello", "1 times"),
    ],
)
async def test_a_scenario_can_fail_and_says_where(
    tmp_path: Path, step: str, complaint: str
) -> None:
    path = tmp_path / "a.chat"
    path.write_text(f"== x\nYou say: /start\nTime passes: 1m\n{step}\n", "utf-8")
    (scenario,) = read(path)
    async with open_stage(scenario, tmp_path, patience=0.5) as stage:
        with pytest.raises(AssertionError, match=r"a\.chat:[45]: ") as failure:
            await stage.play()
    assert complaint in str(failure.value)
    assert "Hello! I read the news" in str(failure.value), "what was seen instead"


# What people do besides saying a command: a verb of a scenario, or a detail, or a place.
CONVERSATIONS: Final[dict[str, Callable[[Step], bool]]] = {
    "a question in plain words": lambda step: step.verb == "says" and step.value[:1] != "/",
    "a button under an alert": lambda step: step.verb == "presses" and step.value == "Mute",
    "a reply to an alert": lambda step: step.detail("reply to") is not None,
    "inline": lambda step: step.verb == "asks inline",
    "a deep link": lambda step: step.verb == "follows",
    "a document": lambda step: step.verb == "uploads",
    "a forwarded post": lambda step: step.verb == "forwards",
    "a group": lambda step: step.where == "group",
    "a forum topic": lambda step: step.where.startswith("forum"),
    "a channel": lambda step: step.where == "channel",
    "an anonymous admin": lambda step: step.detail("anonymously") is not None,
    "an edited message": lambda step: step.verb == "edits",
    "a restart": lambda step: step.verb == "restarts",
    "a change of the rules": lambda step: step.verb == "change",
    "an admin's silence": lambda step: step.value.startswith("/admin silence"),
    "an admin's broadcast": lambda step: step.value.startswith("/admin broadcast"),
}


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_a_scenario(command: str) -> None:
    said = {step.value.split()[0] for each in scenarios() for step in each.steps if step.value}
    assert f"/{command}" in said


@pytest.mark.parametrize("what", CONVERSATIONS)
def test_every_kind_of_conversation_has_a_scenario(what: str) -> None:
    assert any(CONVERSATIONS[what](step) for each in scenarios() for step in each.steps)
