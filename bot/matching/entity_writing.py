"""Entities as the text of a rule file: a new one, or languages that an old one lacks.

Lines that are there already are never touched.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from bot.matching.text import fold
from bot.toml import parse
from bot.toml.formatting import format_toml, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.matching.vocabulary import Entity

MOST_NAMES = 12  # in one language: what Wikidata has beyond is spellings that nobody uses
_LONGEST = 6  # words
_SHORTEST = 3  # letters, where a letter is not a word


def key_of(label: str) -> str:
    """A key for a name: lower case, plain letters, hyphens. Empty where nothing of it is left."""
    plain = unicodedata.normalize("NFKD", fold(label)).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:64].strip("-")


def sound_names(label: str | None, aliases: Iterable[str]) -> tuple[str, ...]:
    """The names worth keeping, each once: no initials, no titles as long as a sentence."""
    kept: dict[str, str] = {}
    for name in [*([label] if label else []), *aliases]:
        folded = fold(name)
        words = folded.split()
        if not words or len(words) > _LONGEST or "\n" in name:
            continue
        # The label stands whatever it is; in Chinese or Japanese two characters are a name.
        short = len(folded.replace(" ", "")) < _SHORTEST and folded.isascii()
        if short and name != label:
            continue
        kept.setdefault(folded, " ".join(name.split()))
    return tuple(kept.values())[:MOST_NAMES]


def written_entity(entity: Entity) -> str:
    """The tables of one entity, tidy."""
    lines = [f"[entities.{entity.key}]", f'kind = "{entity.kind}"']
    if entity.wikidata:
        lines.append(f'wikidata = "{entity.wikidata}"')
    if entity.case:
        lines.append("case = true")
    lines += ["", f"[entities.{entity.key}.title]"]
    lines += [f"{lang} = {quoted(title)}" for lang, title in sorted(entity.title.items())]
    lines += ["", f"[entities.{entity.key}.names]"]
    lines += [f"{lang} = {_listed(names)}" for lang, names in sorted(entity.names.items())]
    return format_toml("\n".join(lines) + "\n", entity.key)


def with_languages(text: str, path: str, key: str, names: Mapping[str, Sequence[str]]) -> str:
    """The file's text with names in languages that the entity does not have; the rest as it is."""
    document = parse(text, path)
    there = document.data["entities"][key]["names"]
    new = {lang: names[lang] for lang in sorted(names) if lang not in there}
    if not new:
        return document.text
    place = ("entities", key, "names")
    span = document.places.span(*place)
    if span is not None and document.text[span[1] - 1] == "}":
        pairs = ", ".join(f"{lang} = {_listed(new[lang])}" for lang in new)
        end = span[1] - 1
        while document.text[end - 1] in " \t":
            end -= 1
        comma = "" if document.text[end - 1] == "{" else ","
        return f"{document.text[:end]}{comma} {pairs} {document.text[span[1] - 1 :]}"
    ends = [document.places.span(*place, lang) for lang in there]
    last = max(end[1] for end in ends if end is not None)
    newline = document.text.find("\n", last)
    if newline < 0:
        newline = len(document.text)
    lines = "".join(f"\n{lang} = {_listed(new[lang])}" for lang in new)
    return document.text[:newline] + lines + document.text[newline:]


def _listed(names: Sequence[str]) -> str:
    return f"[{', '.join(map(quoted, names))}]"
