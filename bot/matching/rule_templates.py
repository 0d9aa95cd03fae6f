"""Templates of rule files, and the topics that name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import Finding, TemplateError
from bot.templating import read_template
from bot.toml import nearest

if TYPE_CHECKING:
    from bot.matching.rule_entries import Entries, Entry
    from bot.templating import AlertTemplate


def build_templates(
    entries: Entries, context: Entries, findings: list[Finding]
) -> dict[str, AlertTemplate]:
    """The templates by name; what is wrong, a topic that names none of them too, is a finding."""
    built = {key: _template(entry, findings) for key, entry in entries.templates.items()}
    known = {*entries.templates, *context.templates}
    for entry in entries.topics.values():
        name = entry.raw.get("template") if isinstance(entry.raw, dict) else None
        if isinstance(name, str) and name not in known:
            message = f"there is no template {name} under [templates]"
            findings.append(entry.finding(message, "template", hint=nearest(name, known)))
    return {key: template for key, template in built.items() if template is not None}


def _template(entry: Entry, findings: list[Finding]) -> AlertTemplate | None:
    if not isinstance(entry.raw, str):
        findings.append(entry.finding("a template is a text"))
        return None
    try:
        return read_template(entry.raw)
    except TemplateError as error:
        lines = entry.raw.split("\n")[: error.line - 1]
        offset = min(sum(len(line) + 1 for line in lines), len(entry.raw))
        place = entry.document.value_place(*entry.path, offset=offset)
        findings.append(Finding(entry.document.path, *place, error.message))
        return None
