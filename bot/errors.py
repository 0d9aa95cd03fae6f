"""The ways to fail, as a tree.

::

    TocsinError                 anything that Tocsin itself says went wrong
    ├── InputError              what a person wrote cannot be used; carries findings with places
    │   ├── ConfigError         config.toml or the environment
    │   ├── RuleError           rule and entity files
    │   ├── QueryError          a query; carries the column
    │   └── TemplateError       a template of alerts; carries the line
    ├── SourceError             a source gave no items this time
    │   ├── FetchError          no usable answer came (network, HTTP status, size, forbidden address)
    │   └── ParseError          the document is not one that can be read
    ├── StoreError              the database refused (full disk, lock, newer schema)
    │   └── RoleLost            another process does this part of the work by now
    └── DeliveryError           Telegram did not take a message
        ├── RetryLater          try again after a while, the message is good
        ├── ChatGone            the chat refuses; no message will get through
        ├── ThreadGone          a topic of a forum refuses, closed or deleted; its chat may not
        ├── MessageRefused      this message is refused for good
        └── TokenRefused        the bot's token is not valid: nothing will get through

Foreign errors become one of these at the boundary where they arise, in one function a boundary.
An expected error of one source or one delivery travels as a value or is caught by its own loop;
anything that is not in this tree is a defect, and is allowed to surface.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bot.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing wrong in a file: where, what, and what was perhaps meant.

    Lines and columns count from 1, in code points. ``code`` is the short name of a kind of warning,
    which a comment in the file can allow. ``str()`` gives the form that editors understand,
    ``path:line:col: error: what (did you mean …?)``.
    """

    path: str
    line: int
    col: int
    message: str
    hint: str | None = None
    severity: Literal["error", "warning"] = "error"
    code: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.col}: {self.severity}: {self.sentence}"

    @property
    def sentence(self) -> str:
        """What is wrong, with the hint and the code behind it."""
        tail = f" (did you mean {self.hint}?)" if self.hint else ""
        code = f" [{self.code}]" if self.code else ""
        return f"{self.message}{tail}{code}"


class TocsinError(Exception):
    """The root of what Tocsin raises on purpose."""


class InputError(TocsinError):
    """What a person wrote cannot be used. ``findings`` has all that is wrong, in order of place."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        super().__init__("\n".join(map(str, self.findings)))


class ConfigError(InputError):
    """The configuration cannot be used."""


class RuleError(InputError):
    """The rule and entity files cannot be used as they stand."""


class QueryError(InputError):
    """A query cannot be used. ``column`` counts code points from 1 within the query's text.

    ``reason`` is a template that ``values`` fill in: chats say it in their own languages as
    ``wording``, all others in English as ``message``. So it is with ``meant``, the ``hint``.
    """

    def __init__(
        self,
        reason: str | Wording,
        column: int = 1,
        meant: str | Wording | None = None,
        /,
        **values: object,
    ) -> None:
        self.wording = reason if isinstance(reason, Wording) else Wording(reason, **values)
        self.message = str(self.wording)
        self.column = column
        self.meant = meant
        self.hint = None if meant is None else str(meant)
        super().__init__([Finding("query", 1, column, self.message, self.hint)])


class TemplateError(InputError):
    """A template cannot be used. ``line`` counts from 1 within its text."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__([Finding("template", line, 1, message)])
        self.message = message
        self.line = line


class SourceError(TocsinError):
    """A source gave no items this time."""


class FetchError(SourceError):
    """No usable answer came.

    ``status`` is the HTTP status where there was one; ``retry_after`` what the server asked for;
    ``gone`` is true when the server said that the source will not come back (410); ``forbidden``
    when the address must not be asked at all.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        retry_after: timedelta | None = None,
        gone: bool = False,
        forbidden: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after
        self.gone = gone
        self.forbidden = forbidden


class ParseError(SourceError):
    """The document cannot be read as any format that is known."""


class StoreError(TocsinError):
    """The database refused."""


class RoleLost(StoreError):
    """Another process does this part of the work by now."""


class DeliveryError(TocsinError):
    """Telegram did not take a message."""


class RetryLater(DeliveryError):
    """The message is good; try again.

    ``after`` is how long Telegram asked to wait, None where it did not say. ``uncertain`` is true
    when the message may have been accepted although no answer came (a timeout after sending);
    ``everyone`` is true when all chats have to wait, and not the message's alone.
    """

    def __init__(
        self,
        message: str,
        *,
        after: timedelta | None = None,
        uncertain: bool = False,
        everyone: bool = False,
    ) -> None:
        super().__init__(message)
        self.after = after
        self.uncertain = uncertain
        self.everyone = everyone


class ChatGone(DeliveryError):
    """The chat refuses. ``moved_to`` is the new chat id where the group was upgraded."""

    def __init__(self, message: str, *, moved_to: int | None = None) -> None:
        super().__init__(message)
        self.moved_to = moved_to


class ThreadGone(DeliveryError):
    """The topic of a forum is closed or deleted; the rest of the chat may well take messages."""


class MessageRefused(DeliveryError):
    """This message is refused for good; another one may well pass."""


class TokenRefused(DeliveryError):
    """Telegram does not know the bot's token (any more): the service cannot go on."""
