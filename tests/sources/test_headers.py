from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from multidict import CIMultiDict

from bot.sources.headers import fresh_for, retry_after, validator

NOW = datetime(2025, 5, 18, 12, tzinfo=UTC)
DATE = "Sun, 18 May 2025 10:00:00 GMT"  # the server's clock is two hours behind


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Cache-Control": "max-age=600"}, 600),
        ({"Cache-Control": "public, MAX-AGE = 600, s-maxage=5"}, 600),
        ({"Cache-Control": "s-maxage=600"}, None),
        ({"Cache-Control": "no-cache"}, None),
        ({"Cache-Control": "max-age=-1"}, None),
        ({"Expires": "Sun, 18 May 2025 11:00:00 GMT", "Date": DATE}, 3600),
        ({"Expires": "Sun, 18 May 2025 13:00:00 GMT"}, 3600),
        ({"Expires": "Sun, 18 May 2025 09:00:00 GMT", "Date": DATE}, 0),
        ({"Expires": "0"}, None),
        ({"Expires": "-1"}, None),
        ({"Expires": "Sun, 99 May 2025 13:00:00 GMT"}, None),
        (
            {
                "Cache-Control": "max-age=60",
                "Expires": "Sun, 18 May 2025 11:00:00 GMT",
                "Date": DATE,
            },
            3600,
        ),
    ],
)
def test_how_long_an_answer_stays_good(headers: dict[str, str], seconds: int | None) -> None:
    wait = timedelta(seconds=seconds) if seconds is not None else None
    assert fresh_for(CIMultiDict(headers), NOW) == wait


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("0", 0), ("90", 90), (DATE, 0), ("-5", None), ("", None), ("99999999999999999999", None)],
)
def test_retry_after(value: str, seconds: int | None) -> None:
    wait = timedelta(seconds=seconds) if seconds is not None else None
    assert retry_after(CIMultiDict({"Retry-After": value}), NOW) == wait


@pytest.mark.parametrize(
    ("value", "kept"), [('"a"', '"a"'), ("", None), ("x" * 2000, None), ('"\udce9"', None)]
)
def test_validators(value: str, kept: str | None) -> None:
    assert validator(CIMultiDict({"ETag": value}), "etag") == kept
