"""Logging: structlog over the standard library, readable on a console or as JSON lines.

Secrets are masked here, once, for every logger: whatever a library or a traceback would write,
the words registered as secret come out as ``***``.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, Literal, TextIO

import structlog

if TYPE_CHECKING:
    from collections.abc import Iterable

    from structlog.typing import Processor

# A bot token: the bot's number, a colon, 30 or more characters. Masked even when it is not ours.
_TOKEN = re.compile(r"(?<!\d)\d{3,20}:[A-Za-z0-9_-]{30,}")
# No local variables in a traceback: they hold what people wrote.
_TRACEBACK = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
_NOISY = (
    "aiohttp.access",
    "alembic",
    "apscheduler",
    "asyncio",
    "numba",
    "pymorphy3",
    "telegram",
    "watchfiles",
)


class _Masked(logging.Formatter):
    """Formats as another formatter does, then masks what is secret."""

    def __init__(self, inner: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._inner = inner
        words = sorted({re.escape(word) for word in secrets if word}, key=len, reverse=True)
        self._secret = re.compile("|".join([*words, _TOKEN.pattern]))

    def format(self, record: logging.LogRecord) -> str:
        return self._secret.sub("***", self._inner.format(record))


def configure(
    *,
    level: str,
    form: Literal["console", "json"],
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send all logging to ``stream`` (standard error by default), from ``level`` upward."""
    out = sys.stderr if stream is None else stream
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(
            fmt="iso" if form == "json" else "%H:%M:%S", utc=form == "json"
        ),
    ]
    renderer: list[Processor] = (
        [
            structlog.processors.ExceptionRenderer(_TRACEBACK),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
        if form == "json"
        else [
            structlog.dev.ConsoleRenderer(
                colors=out.isatty(),
                pad_event_to=0,
                exception_formatter=structlog.dev.plain_traceback,
            )
        ]
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(_Masked(formatter, secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
