from __future__ import annotations

import pytest

from torugart.checks.dimension import measure_of
from torugart.checks.interval import Interval, exactly, printed_date
from torugart.checks.relation import passes, read_claimed, show_claimed
from torugart.checks.value import number, word
from torugart.errors import InputError


def claim(relation: str, value: str, unit: str, value_hi: str = ""):
    return read_claimed(relation, value, value_hi, measure_of(unit))


def day(text: str):
    return number(printed_date(text), "date")


@pytest.mark.parametrize(
    ("relation", "value", "value_hi", "computed", "result"),
    [
        ("=", "454", "", Interval(453, 453.4, 453.6), True),
        ("=", "454", "", Interval(532.525, 532.53, 532.535), False),
        ("=", "900", "", exactly(944), True),
        ("=", "900", "", exactly(951), False),
        ("=", "10", "12", exactly(15), False),
        ("=", "10", "12", exactly(12.4), True),
        ("=", "10-12", "", exactly(12.4), True),
        ("~", "523", "", exactly(575.3), True),
        ("~", "523", "", exactly(576), False),
        ("~", "523", "", exactly(470.7), True),
        ("~", "-100", "", exactly(-110), True),
        (">=", "94.8", "", Interval(94.7, 94.75, 94.8), True),
        (">=", "50", "", exactly(49.9), False),  # "over" is one-sided: nothing is allowed below
        (">=", "50", "", exactly(500), True),
        ("<=", "50", "", exactly(50.1), False),
        ("<=", "50", "", Interval(49, 55, 60), True),
        ("before", "50", "", exactly(50), False),
        ("first", "", "", Interval(1, 1, 2), True),
        ("first", "", "", exactly(2), False),
    ],
)
def test_relations_of_numbers(relation, value, value_hi, computed, result):
    assert passes(claim(relation, value, "km", value_hi), number(computed, "km")) is result


@pytest.mark.parametrize(
    ("relation", "value", "computed", "result"),
    [
        ("=", "2024-12", "2024-12-27", True),
        ("=", "2024-10", "2024-12-27", False),
        ("=", "2024-12-27", "2024", True),
        (">=", "2024-08-26", "2024-12-27", True),
        (">=", "2025-06", "2024-12-27", False),
        ("<=", "2024", "2024-12-27", True),
        ("before", "2024-12-27", "2024-12-27", False),
        ("before", "2025", "2024-12-27", True),
    ],
)
def test_relations_of_dates(relation, value, computed, result):
    assert passes(claim(relation, value, "date"), day(computed)) is result


def test_years_of_the_calendar_are_exact_and_lengths_of_time_are_not():
    assert not passes(claim("=", "2030", "year"), number(exactly(2029), "year"))
    assert passes(claim("=", "2030", "year"), number(exactly(2030), "year"))
    assert passes(claim("=", "20", "year"), number(exactly(21), "year"))
    assert passes(claim("=", "2029", "year", "2031"), number(exactly(2030), "year"))


def test_computed_units_are_turned_into_the_claimed_one():
    assert passes(claim("=", "4.7", "billion USD"), number(exactly(4700), "million USD"))
    with pytest.raises(InputError, match="different things"):
        passes(claim("=", "15", "Mt/year"), number(exactly(15), "Mt"))


def test_words_are_compared_as_words():
    said = read_claimed("is", "Under construction", "", measure_of("text"))
    assert passes(said, word("under construction"))
    assert not passes(said, word("suspended"))


@pytest.mark.parametrize(
    ("relation", "value", "value_hi", "unit", "fault"),
    [
        ("==", "1", "", "km", "relation is '=='"),
        ("", "1", "", "km", "relation"),
        ("=", "", "", "km", "value is empty"),
        ("is", " ", "", "text", "value is empty"),
        ("=", "a third", "", "km", "no figure"),
        ("=", "8", "7", "km", "ends below"),
        ("=", "June", "", "date", "write a date"),
        ("=", "2025", "2024", "date", "ends before"),
    ],
)
def test_claims_that_say_nothing_readable_are_refused(relation, value, value_hi, unit, fault):
    with pytest.raises(InputError, match=fault):
        read_claimed(relation, value, value_hi, measure_of(unit))


@pytest.mark.parametrize(
    ("relation", "value", "value_hi", "unit", "shown"),
    [
        ("=", "454", "", "km", "454 km (453.5 to 454.5)"),
        ("~", "523", "", "km", "about 523 km (470.7 to 575.3)"),
        (">=", "0.01", "", "share", "at least 1 %"),
        ("=", "7", "8", "day", "7 to 8 days (6.5 to 8.5)"),
        (">=", "2025-06", "", "date", "not before 2025-06"),
        ("=", "2030", "", "year", "2030"),
        ("=", "41", "", "count", "41 (40.5 to 41.5)"),
        ("is", "trial", "", "text", "trial"),
        ("first", "", "", "count", "first"),
    ],
)
def test_claims_are_shown_with_what_their_printing_leaves_open(relation, value, value_hi, unit, shown):
    assert show_claimed(claim(relation, value, unit, value_hi)) == shown
