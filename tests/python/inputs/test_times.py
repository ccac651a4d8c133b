"""Dates, times and ids as people write them, through the macros and DuckDB."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.python.inputs.reading import evaluate

DAYS = st.dates(min_value=date(1850, 1, 1), max_value=date(2099, 12, 31))
TIMES = st.datetimes(min_value=datetime(1975, 1, 1), max_value=datetime(2099, 12, 31)).map(
    lambda time: time.replace(microsecond=0)
)
FORMATS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y. %m. %d.", "%Y%m%d", "%d.%m.%Y", "%B %d, %Y",
    "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%A, %d %B %Y", "%Y년 %m월 %d일",
    "%Y年%m月%d日", "%Y-%m-%dT%H:%M:%SZ",
)  # fmt: skip


def dates(texts: list[str]) -> list[date | None]:
    iso, english = "iso_text('text', 'form')", "english_date('text')"
    expression = f"date_value('text', {iso}, {english})"
    return evaluate(expression, [*texts], forms="is_day_first('text')")


def dates_or_years(texts: list[str]) -> list[date | None]:
    years = evaluate("year_value('text')", [*texts])
    return [found or year for found, year in zip(dates(texts), years, strict=True)]


def times(texts: list[str]) -> list[datetime | None]:
    iso, english = "iso_text('text', 'form')", "english_date('text')"
    expression = f"time_value('text', {iso}, {english})"
    return evaluate(expression, [*texts], forms="is_day_first('text')")


def ids(texts: list[str]) -> list[str | None]:
    return evaluate("id_text('text')", [*texts])


@given(day=DAYS, form=st.sampled_from(FORMATS))
def test_a_day_is_read_in_every_usual_form(day: date, form: str) -> None:
    text = datetime(day.year, day.month, day.day).strftime(form)
    assert dates([text]) == [day]


@given(days=st.lists(DAYS, min_size=1, max_size=5), form=st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]))
def test_one_day_over_12_tells_the_order_of_the_column(days: list[date], form: str) -> None:
    days = [*days, date(1995, 12, 25)]
    assert dates([day.strftime(form) for day in days]) == days


@given(day=DAYS.filter(lambda day: day.day <= 12 and day.day != day.month))
def test_without_such_a_day_the_year_alone_is_read(day: date) -> None:
    text = day.strftime("%d/%m/%Y")
    assert dates([text]) == [None]
    assert dates_or_years([text]) == [date(day.year, 1, 1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1995", date(1995, 1, 1)), ("1995.0", date(1995, 1, 1)), ("1995-12", date(1995, 12, 1)),
        ("199512", date(1995, 12, 1)), ("12/1995", date(1995, 12, 1)),
        ("December 1995", date(1995, 12, 1)), ("Dec. 25, 1995", date(1995, 12, 25)),
        ("25th of December 1995", date(1995, 12, 25)), ("Sept 5, 1995", date(1995, 9, 5)),
        ("1995년 12월", date(1995, 12, 1)), ("1995\u20131998", date(1995, 1, 1)),
        ("1995-1998", date(1995, 1, 1)), ("1995\u2013", date(1995, 1, 1)),
        ("c. 1995", date(1995, 1, 1)),
        ("1995-00-00", date(1995, 1, 1)), ("1995-02-30", date(1995, 1, 1)),
        ("25. Dezember 1995", date(1995, 1, 1)), ("819849600", date(1995, 12, 25)),
        ("819849600000", date(1995, 12, 25)), ("1995-12-25T00:00:00+09:00", date(1995, 12, 25)),
        ("95", None), ("25/12/95", None), ("soon", None), ("1", None), ("123456", None),
    ],
)  # fmt: skip
def test_at_least_the_year_is_kept(text: str, expected: date | None) -> None:
    assert dates_or_years([text]) == [expected]


@given(
    time=TIMES,
    form=st.sampled_from((
        "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y.%m.%d %H:%M:%S", "%Y%m%d%H%M%S",
        "%d.%m.%Y %H:%M:%S", "%B %d, %Y %I:%M:%S %p", "%d %b %Y %H:%M:%S",
        "%a, %d %b %Y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y",
    )),
)  # fmt: skip
def test_a_time_is_read_in_every_usual_form(time: datetime, form: str) -> None:
    assert times([time.strftime(form)]) == [time]


@given(time=TIMES, unit=st.sampled_from([1, 1000, 1_000_000, 1_000_000_000]))
def test_a_unix_time_is_read_in_each_unit(time: datetime, unit: int) -> None:
    seconds = int(time.replace(tzinfo=UTC).timestamp())
    texts = [str(seconds * unit)] + ([f"{seconds}.0"] if unit == 1 else [])
    assert times(texts) == [time] * len(texts)


@given(time=TIMES, hours=st.integers(-11, 12))
def test_an_offset_counts(time: datetime, hours: int) -> None:
    local = time.replace(tzinfo=UTC).astimezone(timezone(timedelta(hours=hours)))
    texts = [local.isoformat(), local.strftime("%a, %d %b %Y %H:%M:%S %z")]
    assert times(texts) == [time, time]


def test_times_of_a_column_follow_its_order_or_are_refused() -> None:
    assert times(["25/12/1995 10:00", "03/04/1995 10:00"]) == [
        datetime(1995, 12, 25, 10), datetime(1995, 4, 3, 10),
    ]  # fmt: skip
    assert times(["12/25/1995 10:00:00 PM", "03/04/1995 1:00 AM"]) == [
        datetime(1995, 12, 25, 22), datetime(1995, 3, 4, 1),
    ]  # fmt: skip
    assert times(["03/04/1995 10:00", "yesterday", "1995", "12345"]) == [None] * 4


@given(number=st.integers(0, 10**14), zeros=st.integers(1, 3))
def test_a_whole_number_is_the_same_id_however_it_was_stored(number: int, zeros: int) -> None:
    assert ids([str(number), f"{number}.{'0' * zeros}", repr(float(number))]) == [str(number)] * 3


@given(st.text(st.characters(exclude_categories=("C", "Z")), min_size=1).filter(
    lambda text: "." not in text and "e+" not in text
))  # fmt: skip
def test_every_other_id_stays(text: str) -> None:
    assert ids([text, "007", "v1.10"]) == [text, "007", "v1.10"]
