"""Templates that admins write for alerts: Jinja2 in its sandbox, and less of it.

A template is a text with tags of Telegram's HTML. It may name the fields below, choose with ``if``,
walk through the lists with ``for`` and pass values through the filters below. It can call nothing,
import nothing and count to nothing, so neither its time nor what it writes has to be watched: two
nested walks over lists of a hundred are the most that it can do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from bot.errors import TemplateError
from bot.markup import fault, seen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jinja2 import Environment, Template, nodes

FIELDS: Final[dict[str, str | list[str]]] = {
    "topic": "the topic's title, or the query",
    "pattern": "5 reports within 1 hour",
    "severity": "low, normal, high or urgent",
    "mark": "the sign for it",
    "title": "the item's title",
    "url": "its address",
    "snippet": "the passage that rang",
    "text": "the beginning of the text",
    "source": "the source's name",
    "agency": "its agency",
    "when": "its time",
    "lang": "its language",
    "tags": ["tag", "another"],
    "authors": ["author"],
    "words": ["word that was found"],
}
"""What a template may name, each with an example."""

LONGEST: Final = 8192  # code points of a template
MOST_WRITTEN: Final = 32_768  # code points that one may write; Telegram takes 4096 of them
_MOST_LISTED: Final = 100
_DEEPEST: Final = 2
_FILTERS: Final = ("upper", "lower", "title", "capitalize", "trim", "default", "first", "last")
_NODES: Final = frozenset(
    {
        *("Template", "Output", "TemplateData", "Name", "Const", "If", "For", "CondExpr"),
        *("And", "Or", "Not", "Compare", "Operand", "Filter", "Keyword", "Getattr", "Test"),
        "Concat",
    }
)
_LOOP: Final = frozenset({"first", "last", "index"})
_TESTS: Final = frozenset({"defined", "none", "in", "eq", "ne"})


@dataclass(frozen=True, slots=True)
class AlertTemplate:
    """A template that passed; ``text`` is as it was written."""

    text: str
    _compiled: Template = field(compare=False, repr=False)

    def render(self, fields: Mapping[str, object]) -> str:
        """What it says of these fields, in Telegram's HTML; empty where it says nothing.

        Raises TemplateError where it comes to what Telegram would refuse.
        """
        try:
            written: list[str] = []
            length = 0
            for piece in self._compiled.generate(_bounded(fields)):
                written.append(piece)
                length += len(piece)
                if length > MOST_WRITTEN:
                    raise TemplateError(f"it writes more than {MOST_WRITTEN:,} characters")
        except (ValueError, TypeError, ArithmeticError, AttributeError, LookupError) as error:
            raise TemplateError(f"it fails: {error}") from error
        text = "".join(written).strip()
        if (wrong := fault(text)) is not None:
            raise TemplateError(wrong[1])
        return text if seen(text).strip() else ""


def read_template(text: str) -> AlertTemplate:
    """The template of a text, tried with all fields filled and with all empty.

    Raises TemplateError, which names the line of the text.
    """
    from jinja2 import TemplateSyntaxError  # noqa: PLC0415 - only who has templates loads it

    if len(text) > LONGEST:
        raise TemplateError(f"a template has at most {LONGEST:,} characters")
    environment = _environment()
    try:
        _check(environment.parse(text), frozenset(FIELDS), 0)
        template = AlertTemplate(text, environment.from_string(text))
    except TemplateSyntaxError as error:  # an unknown filter or test among them
        raise TemplateError(error.message or "it does not read", error.lineno) from error
    if not template.render(_samples(full=True)):
        raise TemplateError("it says nothing")
    template.render(_samples(full=False))
    return template


def markup(text: str) -> str:
    """A text that is Telegram's HTML already, and not escaped again."""
    from markupsafe import Markup  # noqa: PLC0415

    return Markup(text)  # noqa: S704 - it is our own renderer's


def _samples(*, full: bool) -> dict[str, object]:
    return {name: value if full else type(value)() for name, value in FIELDS.items()}


def _bounded(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields, their lists cut: a text is cut by who made it."""
    return {
        name: value[:_MOST_LISTED] if isinstance(value, (list, tuple)) else value
        for name, value in fields.items()
    }


@cache
def _environment() -> Environment:
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    environment = ImmutableSandboxedEnvironment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, cache_size=0
    )
    own = {name: environment.filters[name] for name in _FILTERS}
    environment.filters.clear()
    environment.filters.update(own | {"join": _join, "cut": _cut, "hashtag": _hashtag})
    environment.globals.clear()
    for name in set(environment.tests) - _TESTS:
        del environment.tests[name]
    return environment


def _join(values: object, between: str = ", ") -> str:
    """The members of a list, with something between them."""
    from markupsafe import Markup, escape  # noqa: PLC0415

    if not isinstance(values, (list, tuple)):
        return str(values)
    return Markup(escape(between[:_MOST_LISTED])).join(values)  # noqa: S704 - what joins is escaped


def _cut(text: str, length: int = 200) -> str:
    """At most so many characters, cut between words."""
    plain = seen(text) if hasattr(text, "__html__") else str(text)
    if len(plain) <= length:
        return text
    whole = plain[: max(length, 1)].rpartition(" ")[0] or plain[: max(length, 1)]
    return f"{whole.rstrip(' ,;:')}…"


def _hashtag(text: str) -> str:
    """``#PeaceTalks`` of "peace talks"."""
    words = "".join(char if char.isalnum() else " " for char in str(text)).split()
    return "#" + "".join(word[:1].upper() + word[1:] for word in words) if words else ""


def _check(node: nodes.Node, known: frozenset[str], depth: int) -> None:
    """Refuses what a template may not say. Raises TemplateError with the line."""
    from jinja2 import nodes  # noqa: PLC0415

    kind = type(node).__name__
    if kind not in _NODES:
        raise TemplateError(f"a template cannot have this ({kind.lower()})", node.lineno)
    if isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in known:
        names = ", ".join(sorted(FIELDS))
        raise TemplateError(f"there is no {node.name}; there are {names}", node.lineno)
    if isinstance(node, nodes.Getattr) and not _is_of_loop(node, known):
        raise TemplateError(f"there is no .{node.attr} here", node.lineno)
    if isinstance(node, nodes.Const) and not isinstance(node.value, (str, int, type(None))):
        raise TemplateError("only texts and whole numbers", node.lineno)
    if isinstance(node, nodes.For):
        depth += 1
        if depth > _DEEPEST or node.recursive:
            raise TemplateError("at most two loops within each other", node.lineno)
        if not isinstance(node.iter, nodes.Name) or not isinstance(
            FIELDS.get(node.iter.name), list
        ):
            lists = ", ".join(name for name, value in FIELDS.items() if isinstance(value, list))
            raise TemplateError(f"a loop walks through one of {lists}", node.lineno)
        known |= {*_targets(node.target), "loop"}
    for child in node.iter_child_nodes():
        _check(child, known, depth)


def _is_of_loop(node: nodes.Getattr, known: frozenset[str]) -> bool:
    return getattr(node.node, "name", "") == "loop" and "loop" in known and node.attr in _LOOP


def _targets(node: nodes.Node) -> Iterator[str]:
    name: Any = getattr(node, "name", None)
    if name is None:
        raise TemplateError("a loop has one name for what it walks through", node.lineno)
    yield name
