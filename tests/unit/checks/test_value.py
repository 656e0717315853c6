from __future__ import annotations

import pytest

from torugart.checks.dimension import factor_between, measure_of, product
from torugart.checks.interval import Interval, exactly, printed_date
from torugart.checks.value import (
    Missing,
    Rival,
    Value,
    bare,
    combined,
    converted,
    day_of,
    negative,
    number,
    show,
    show_figure,
    show_value,
    word,
)
from torugart.errors import InputError


def day(text: str) -> Value:
    return number(printed_date(text), "date")


def of(figure: float, unit: str) -> Value:
    return number(exactly(figure), unit)


@pytest.mark.parametrize(
    ("unit", "to", "factor"),
    [
        ("million USD", "billion USD", 1e-3),
        ("t/year", "Mt/year", 1e-6),
        ("day", "h", 24),
        ("share", "%", 100),
        ("bn USD", "m USD", 1e3),
        ("", "km", 1),
        ("jobs", "count", 1),
    ],
)
def test_units_of_one_dimension_convert(unit, to, factor):
    assert factor_between(measure_of(unit), measure_of(to)) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("unit", "to"), [("km", "t"), ("Mt", "Mt/year"), ("date", "day"), ("text", "km"), ("USD", "%")]
)
def test_what_measures_something_else_does_not(unit, to):
    # A stock of fifteen years is not a flow of one: Mt is never Mt/year.
    with pytest.raises(InputError, match="different things"):
        factor_between(measure_of(unit), measure_of(to))


def test_unknown_units_are_named():
    with pytest.raises(InputError, match="furlong"):
        measure_of("furlong")


def test_sums_take_the_unit_of_the_first_and_bare_numbers_any():
    total = combined("+", of(4.7, "billion USD"), of(300, "million USD"))
    assert (total.mid, total.unit) == (pytest.approx(5.0), "billion USD")
    assert combined("-", of(4.7, "billion USD"), bare(exactly(2.332))).mid == pytest.approx(2.368)
    assert combined("-", bare(exactly(5)), of(2, "km")).unit == "km"
    assert combined("+", bare(exactly(1)), bare(exactly(2))).unit == ""


def test_products_and_quotients_make_units():
    speed = combined("/", of(300, "km"), of(6, "h"))
    assert converted(speed, measure_of("km/h")).mid == pytest.approx(50)
    way = combined("*", speed, of(1, "day"))
    assert converted(way, measure_of("km")).mid == pytest.approx(1200)
    ratio = combined("/", of(1, "km"), of(4, "km"))
    assert converted(ratio, measure_of("%")).mid == pytest.approx(25)
    assert combined("*", bare(exactly(2)), of(3, "km")).unit == "km"
    assert product(measure_of(""), measure_of("km"), -1).dimension == (("length", -1),)


def test_dates_have_differences_and_take_times():
    gap = combined("-", day("2024-12-27"), day("2024-08-25"))
    assert (gap.mid, gap.unit) == (124, "day")
    assert converted(gap, measure_of("month")).mid == pytest.approx(124 / (365 / 12))
    later = combined("+", day("2024-12-27"), of(5, "day"))
    assert show_value(later) == "2025-01-01"
    assert show_value(combined("-", day("2025-01-01"), of(1, "day"))) == "2024-12-31"
    for a, b in ((day("2024"), day("2025")), (day("2024"), bare(exactly(1))), (of(1, "day"), day("2024"))):
        with pytest.raises(InputError):
            combined("+", a, b)
    with pytest.raises(InputError, match="multiplied"):
        combined("*", day("2024"), bare(exactly(2)))


def test_words_are_not_computed_with():
    with pytest.raises(InputError, match="word"):
        combined("+", word("yes"), bare(exactly(1)))
    with pytest.raises(InputError, match="opposite"):
        negative(word("yes"))
    assert show_figure(word("trial")) == "trial"


def test_a_divisor_that_may_be_zero_is_missing_not_wrong():
    found = combined("/", of(1, "km"), bare(Interval(-1, 0, 1)))
    assert isinstance(found, Missing)
    assert "may be zero" in found.reason


def test_rivals_go_through_the_arithmetic():
    cost = Value(exactly(4.7), measure_of("billion USD"), "data", rivals=(Rival(exactly(8.0), "other"),))
    rest = combined("-", cost, bare(exactly(2.0)))
    assert [r.interval.mid for r in rest.rivals] == [6.0]
    assert [r.interval.mid for r in converted(rest, measure_of("million USD")).rivals] == [6000.0]
    assert [r.interval.mid for r in negative(cost).rivals] == [-8.0]
    assert [r.interval.mid for r in combined("*", bare(exactly(2)), cost).rivals] == [16.0]


def test_grounds_are_carried_once():
    a = Value(exactly(1), measure_of("km"), "data", ("a",), ("cell:x/y/z",), ("s",))
    both = combined("+", a, Value(exactly(1), measure_of("km"), "model", ("b",), ("cell:x/y/z",), ("s",)))
    assert (both.kind, both.cells, both.source_ids) == ("model", ("cell:x/y/z",), ("s",))
    assert both.steps == ("a", "b", "1 km + 1 km = 2 km")


@pytest.mark.parametrize(
    ("figure", "digits", "text"),
    [
        (0.0, 6, "0"), (-0.0, 6, "0"), (532.53, 6, "532.53"), (1234567.0, 6, "1,234,567"), (1e-7, 6, "0.0000001"),
        (-1.79742, 3, "-1.8"), (4503.4, 3, "4,503"), (1e15, 6, "1,000,000,000,000,000"), (-1e-20, 6, "0"),
    ],
)  # fmt: skip
def test_numbers_are_shown_plainly(figure, digits, text):
    assert show(figure, digits) == text


def test_values_are_shown_with_their_interval():
    assert show_value(number(Interval(0.1, 0.2, 0.3), "share")) == "20 % (10 to 30)"
    assert show_value(number(Interval(1.123456, 1.5, 2.0), "day", "model")) == "1.5 days (1.12 to 2)"
    assert show_value(of(2030, "year")) == "2030"
    assert show_value(of(6, "year")) == "6 years"
    assert show_value(of(1, "day")) == "1 day"
    assert show_value(of(29, "count")) == "29"
    assert show_value(day("2024-10")) == "2024-10-01 to 2024-10-31"
    assert day_of(0) == "day 0"
