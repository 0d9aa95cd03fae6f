"""Sentences that are made where nobody knows yet who will read them, and in which language.

The command line and log files say them in English, with ``str()``. A chat says them in its own
language: the template is the message id of the catalogues in ``bot/chat/locale``.
"""

from __future__ import annotations


class Wording:
    """A template with the values of its ``{blanks}``: text, numbers, wordings, or several texts."""

    __slots__ = ("template", "values")

    def __init__(self, template: str, /, **values: object) -> None:
        self.template = template
        self.values = values

    def __str__(self) -> str:
        return self.template.format(**{name: _shown(each) for name, each in self.values.items()})


def _shown(value: object) -> str:
    match value:
        case int():
            return f"{value:,}"
        case tuple():
            return " and ".join(map(str, value))
        case _:
            return str(value)
