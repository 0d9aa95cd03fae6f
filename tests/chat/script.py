"""Reads scenarios: conversations written down as files, see ``tests/chat/scenarios``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER: Final = Path(__file__).parent / "scenarios"
_ROOT: Final = Path(__file__).parents[2]
_STEP = re.compile(r"(?P<who>\w+)(?: \((?P<place>[^)]+)\))? (?P<verb>[^:]+)(?::(?P<value>.*))?")
_DETAIL = re.compile(r"\s+(?P<word>[a-z][a-z ]*)(?::(?P<value>.*))?")
# “You see” and “Claire sees” are one verb.
_THIRD_PERSON = re.compile(r"^(press|ask|say|see|speak|follow|forward|upload|edit|choose|mute|unmute"
                           r"|join|leave|block|unblock|add|remove|make|close|reopen|create)(e?s)\b")  # fmt: skip

# Every verb with the details that it takes.
_NEWS: Final = frozenset({"text", "lang", "url", "source", "ago", "stored", "waiting"})
_SEEN: Final = frozenset({
    "and", "not", "line", "bold", "not bold", "code", "link", "buttons", "button", "no button",
    "no buttons", "edited", "new", "silent", "loud", "photo", "document", "has", "reply",
    "right to left", "left to right", "keep",
})  # fmt: skip
VERBS: Final[dict[str, frozenset[str]]] = {
    "says": frozenset({"reply to", "anonymously"}),
    "presses": frozenset({"under", "notice", "alert", "no notice"}),
    "sees": _SEEN,
    "sees nothing": frozenset(),
    "sees nothing about": frozenset(),
    "sees times": frozenset(),
    "speaks": frozenset(),
    "follows": frozenset(),
    "forwards": frozenset(),
    "uploads": frozenset({"caption"}),
    "edits": frozenset(),
    "asks inline": frozenset({"results", "result", "nothing"}),
    "chooses": frozenset(),
    "joins": frozenset(),
    "leaves": frozenset(),
    "blocks the bot": frozenset(),
    "unblocks the bot": frozenset(),
    "adds the bot": frozenset(),
    "removes the bot": frozenset(),
    "mutes the bot": frozenset(),
    "unmutes the bot": frozenset(),
    "makes admin": frozenset(),
    "makes member": frozenset(),
    "creates topic": frozenset(),
    "closes topic": frozenset(),
    "reopens topic": frozenset(),
    "come": _NEWS,
    "passes": frozenset(),
    "is": frozenset(),
    "change": frozenset(),
    "restarts": frozenset(),
}
OPTIONS: Final = frozenset({"access", "admins", "rules", "privacy"})


class ScriptError(Exception):
    """A scenario that cannot be read; says where and why."""


@dataclass(frozen=True, slots=True)
class Detail:
    """An indented line under a step."""

    word: str
    value: str
    place: str


@dataclass(slots=True)
class Step:
    """Somebody does or sees something. ``body`` are the lines behind ``|``."""

    who: str
    where: str
    verb: str
    value: str
    place: str
    line: str
    details: list[Detail] = field(default_factory=list)
    body: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The value with the lines of the body under it."""
        return "\n".join([self.value, *self.body] if self.value else self.body)

    def detail(self, word: str) -> str | None:
        """The value of the first detail of this name; None where there is none."""
        return next((each.value for each in self.details if each.word == word), None)


@dataclass(slots=True)
class Scenario:
    """A conversation: a title, what the bot is like, and steps."""

    title: str
    place: str
    options: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)


def scenarios(folder: Path = FOLDER) -> list[Scenario]:
    """All scenarios under ``folder``. Raises ScriptError."""
    return [each for path in sorted(folder.glob("*.chat")) for each in read(path)]


def read(path: Path) -> Iterator[Scenario]:
    """The scenarios of one file. Raises ScriptError."""
    name = path.relative_to(_ROOT) if path.is_relative_to(_ROOT) else path
    scenario: Scenario | None = None
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        place = f"{name}:{number}"
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("== "):
            if scenario is not None:
                yield scenario
            scenario = Scenario(line[3:].strip(), place)
        elif scenario is None:
            raise ScriptError(f"{place}: a scenario begins with “== ” and its title")
        elif line[0].isspace():
            _add_detail(scenario, line, place)
        else:
            scenario.steps.append(_step(line, place))
    if scenario is not None:
        yield scenario


def _add_detail(scenario: Scenario, line: str, place: str) -> None:
    step = scenario.steps[-1] if scenario.steps else None
    if (body := line.strip()).startswith("|"):
        if step is None:
            raise ScriptError(f"{place}: lines behind | belong to a step")
        step.body.append(body[1:].removeprefix(" "))
        return
    found = _DETAIL.fullmatch(line)
    known = OPTIONS if step is None else VERBS[step.verb]
    word = found["word"].strip() if found else body
    if found is None or word not in known:
        raise ScriptError(
            f"{place}: {word!r} is none of {', '.join(sorted(known)) or 'no details'}"
        )
    value = (found["value"] or "").strip()
    if step is None:
        scenario.options[word] = value
    else:
        step.details.append(Detail(word, value, place))


def _step(line: str, place: str) -> Step:
    if line.startswith("News:"):
        return Step("News", "", "come", line[5:].strip(), place, line)
    found = _STEP.fullmatch(line)
    if found is None:
        raise ScriptError(f"{place}: a step is “Who does: what”, not {line!r}")
    verb, value = found["verb"].strip(), (found["value"] or "").strip()
    if counted := re.fullmatch(r"sees? (\d+) times", verb):
        verb, value = "sees times", f"{counted[1]} {value}"
    known = next((name for name in VERBS if _same(verb, name)), None)
    if known is None:
        raise ScriptError(f"{place}: nobody knows how to {verb!r}; there are {', '.join(VERBS)}")
    return Step(found["who"], found["place"] or "", known, value, place, line)


def _same(said: str, verb: str) -> bool:
    return _plain_verb(said) == _plain_verb(verb)


def _plain_verb(verb: str) -> str:
    first, _, rest = verb.partition(" ")
    base = _THIRD_PERSON.sub(r"\1", first)
    return f"{base} {rest}".strip()
