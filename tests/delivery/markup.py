"""A reader of Telegram's HTML of its own, strict: what the renderer writes must satisfy it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TAGS = {"b", "i", "u", "s", "a", "code", "pre", "blockquote"}
_TOKEN = re.compile(
    r"""(?P<close></(?P<closed>[a-z]+)>)
      | (?P<open><(?P<opened>[a-z]+)(?:\ href="(?P<href>[^"<>]*)")?>)
      | (?P<entity>&(?P<name>lt|gt|amp|quot);)
      | (?P<text>[^<>&"]+)""",
    re.VERBOSE,
)
_NAMES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


@dataclass
class Parsed:
    text: str = ""
    bold: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)


def parse(markup: str) -> Parsed:
    """The text with its bold pieces and links. AssertionError for what is not well formed."""
    parsed = Parsed()
    stack: list[tuple[str, int, str]] = []
    at = 0
    while at < len(markup):
        token = _TOKEN.match(markup, at)
        assert token is not None, f"not markup: {markup[at : at + 20]!r}"
        at = token.end()
        if token["text"]:
            parsed.text += token["text"]
        elif token["name"]:
            parsed.text += _NAMES[token["name"]]
        elif token["opened"]:
            assert token["opened"] in TAGS, token["opened"]
            assert (token["opened"] == "a") == (token["href"] is not None)
            stack.append((token["opened"], len(parsed.text), token["href"] or ""))
        else:
            assert stack, "nothing is open"
            name, start, href = stack.pop()
            assert name == token["closed"], f"<{name}> closed by </{token['closed']}>"
            if name == "b":
                parsed.bold.append(parsed.text[start:])
            if name == "a":
                parsed.links.append((parsed.text[start:], href.replace("&amp;", "&")))
    assert not stack, f"left open: {stack}"
    return parsed
