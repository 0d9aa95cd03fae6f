from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING

import pytest
import structlog

from bot import log

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "a-web-token-that-is-secret"
TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("form", ["console", "json"])
def test_secrets_never_reach_the_log(form: str) -> None:
    out = io.StringIO()
    log.configure(level="info", form=form, secrets=[SECRET], stream=out)  # type: ignore[arg-type]
    structlog.get_logger("tocsin").warning("page opened", token=SECRET)
    logging.getLogger("aiohttp.client").warning("POST /bot%s/getMe", TOKEN)
    try:
        int(f"bad {TOKEN} and {SECRET}")
    except ValueError:
        logging.getLogger("anything").exception("failed")
    written = out.getvalue()
    assert "page opened" in written
    assert "ValueError" in written
    assert TOKEN not in written
    assert SECRET not in written


def test_json_lines() -> None:
    out = io.StringIO()
    log.configure(level="info", form="json", stream=out)
    structlog.get_logger("tocsin").info("items stored", new=3)
    line = json.loads(out.getvalue())
    assert line["event"] == "items stored"
    assert line["new"] == 3
    assert line["level"] == "info"


def test_the_level_holds() -> None:
    out = io.StringIO()
    log.configure(level="warning", form="console", stream=out)
    structlog.get_logger("tocsin").info("too quiet")
    assert out.getvalue() == ""


def test_libraries_do_not_tell_of_their_own_business() -> None:
    out = io.StringIO()
    log.configure(level="info", form="console", stream=out)
    logging.getLogger("pymorphy3.opencorpora_dict.wrapper").info("Loading dictionaries")
    logging.getLogger("pymorphy3.opencorpora_dict.wrapper").warning("no dictionary")
    assert "Loading" not in out.getvalue()
    assert "no dictionary" in out.getvalue()
