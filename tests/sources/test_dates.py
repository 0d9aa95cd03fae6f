from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.dates import find_date, read_date

AT = "2025-05-18T13:24:00+00:00"
DAY = "2025-05-18T00:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("13:2418/05/2025, Pazar", AT),
        ("18/05/202513:24", AT),
        ("18/05/2025 13:24", AT),
        ("18/05/2025 - 13h24", AT),
        ("05/18/2025 1:24 PM", AT),
        ("18.05.2025 um 13.24 Uhr", AT),
        ("18-05-2025, 13:24:00", AT),
        ("2025/05/18 13:24", AT),
        ("2025-05-18T13:24:00Z", AT),
        ("2025-05-18T15:24:00.123+02:00", AT),
        ("2025-05-18 08:24:00 -0500", AT),
        ("2025-05-18T16:24+0300", AT),
        ("Sun, 18 May 2025 13:24:00 GMT", AT),
        ("Sun, 18 May 2025 15:24:00 +0200", AT),
        ("May 18, 2025 at 1:24 p.m.", AT),
        ("May 18th, 2025 9:24am EDT", AT),
        ("18 mai 2025 à 13h24", AT),
        ("18 mai 2025 à 13 h 24", AT),
        ("dim. 18 mai 2025 15:24 CEST", AT),
        ("18 Mayıs 2025 Pazar 13:24", AT),
        ("18 МАЯ 2025, 13:24", AT),
        ("18 травня 2025 р. 13:24", AT),
        ("18. Mai 2025, 13:24 Uhr", AT),
        ("18 de mayo de 2025, 13:24", AT),
        ("١٨ مايو ٢٠٢٥ ١٣:٢٤", AT),
        ("2025年05月18日 13:24", AT),
        ("18 maja 2025, 13:24", AT),
        ("18. 5. 2025 13:24", AT),
        ("18.05.25, 13:24", AT),
        ("18 mei 2025 om 13:24", AT),
        ("2025. május 18. 13:24", AT),
        ("Κυριακή, 18 Μαΐου 2025 13:24", AT),
        ("18 במאי 2025, 13:24", AT),
        ("18 मई 2025, 13:24", AT),
        ("18. toukokuuta 2025 klo 13.24", AT),
        ("2025년 5월 18일 13:24", AT),
        ("Ngày 18 tháng 5 năm 2025 20:24 (GMT+7)", AT),
        ("18 أيار 2025 13:24", AT),
        ("20250518T132400Z", AT),
        ("20250518T152400+0200", AT),
        ("20250518132400", AT),
        ("20250518", DAY),
        ("1747574640", AT),
        ("1747574640123", "2025-05-18T13:24:00.123000+00:00"),
        ("2025-05-18", DAY),
        ("Sunday, May 18, 2025", DAY),
        ("1er mai 2025", "2025-05-01T00:00:00+00:00"),
        ("12 Aralık 2025", "2025-12-12T00:00:00+00:00"),
        ("12 déc. 2025", "2025-12-12T00:00:00+00:00"),
        ("3 Kasım 2025", "2025-11-03T00:00:00+00:00"),
        ("12:30 AM, 05/13/2025", "2025-05-13T00:30:00+00:00"),
    ],
)
def test_the_shapes_that_dates_have(text: str, moment: str) -> None:
    assert read_date(text) == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    ("text", "month", "day"),
    [
        ("03/04/2025, Salı", 3, 4),  # a Tuesday only as the 4th of March
        ("04/03/2025, mardi", 3, 4),
        ("03/04/2025, jeudi", 4, 3),
        ("03/04/2025, dimanche", 4, 3),  # neither: the usual order
        ("03/04/2025", 4, 3),
        ("03/04/2025 1:24 PM", 3, 4),
        ("03.04.2025 Salı", 4, 3),  # dots are never American
        ("13/04/2025 1:24 PM", 4, 13),
        ("04/13/2025", 4, 13),
    ],
)
def test_which_number_is_the_month(text: str, month: int, day: int) -> None:
    moment = read_date(text)
    assert moment is not None
    assert (moment.month, moment.day) == (month, day)


@pytest.mark.parametrize(
    "text",
    [
        *("", "hello", "99/99/2025", "31/02/2025", "-0001-11-30T00:00:00+00:00", "13:24", "2025"),
        *("18 xyz 2025", "1970-01-01", "0", "123456789", "18 ma 2025", "9" * 300, "1.2.3.2025"),
        "2025-13-40T25:61:00Z",
    ],
)
def test_what_is_no_date_or_cannot_be_true(text: str) -> None:
    assert read_date(text) is None


def test_the_future_begins_tomorrow() -> None:
    now = datetime(2025, 5, 18, tzinfo=UTC)
    assert read_date("2025-05-18T23:00:00Z", now=now) is not None
    assert read_date("2025-05-19T01:00:00Z", now=now) is None
    assert read_date("2025-05-19T01:00:00Z") is not None


def test_times_without_a_zone_are_the_sources() -> None:
    zone = ZoneInfo("Europe/Istanbul")
    assert read_date("18/05/2025 13:24", zone=zone) == datetime(2025, 5, 18, 10, 24, tzinfo=UTC)
    assert read_date("18/05/2025 13:24 UTC", zone=zone) == datetime(2025, 5, 18, 13, 24, tzinfo=UTC)


def test_what_stands_beside_the_date() -> None:
    found = find_date("Publié le 18 mai 2025 à 13:24 GMT+2 par AFP")
    assert found is not None
    assert found.has_time
    assert found.rest.split() == ["publie", "le", "a", "par", "afp"]
    assert not find_date("18 mai 2025").has_time  # type: ignore[union-attr]


MOMENTS = st.datetimes(
    datetime(1996, 1, 1),  # noqa: DTZ001 (Hypothesis wants it naive)
    datetime(2090, 1, 1),  # noqa: DTZ001 (Hypothesis wants it naive)
    timezones=st.just(UTC),
).map(lambda moment: moment.replace(second=0, microsecond=0))


@given(
    MOMENTS,
    st.sampled_from(
        [
            "%Y-%m-%dT%H:%M:%S+00:00",
            "%a, %d %b %Y %H:%M:%S +0000",
            "%d/%m/%Y %H:%M",
            "%H:%M%d/%m/%Y, %A",
        ]
    ),
)
def test_written_and_read_again(moment: datetime, shape: str) -> None:
    assert read_date(moment.strftime(shape)) == moment


@given(st.text(alphabet="0123456789:/.-+ TZhapm年月maiMay,", max_size=30))
def test_no_text_raises(text: str) -> None:
    moment = read_date(text)
    assert moment is None or moment.utcoffset() == timedelta(0)
