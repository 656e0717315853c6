"""Conditions that choose rows."""

from __future__ import annotations

import pytest

from torugart.schema.conditions import Condition, ConditionError, Field, column_of, parse_conditions


def test_no_text_is_no_condition():
    assert parse_conditions("", "links") == ()


def test_conditions_are_read():
    found = parse_conditions("mode=rail|road; place_a.iso3 = KAZ;tracks=;gauge_mm!=1520", "links")
    assert found == (
        Condition(Field("mode"), ("rail", "road"), None, False),
        Condition(Field("place_a", "iso3"), ("KAZ",), None, False),
        Condition(Field("tracks"), ("",), None, False),
        Condition(Field("gauge_mm"), ("1520",), None, True),
    )


def test_two_fields_can_be_compared():
    (found,) = parse_conditions("place_a.iso3!=place_b.iso3", "links")
    assert found == Condition(Field("place_a", "iso3"), (), Field("place_b", "iso3"), True)
    assert column_of(found.field, "links").dtype == "iso3"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mode", "write column=value"),
        ("moode=rail", "did you mean mode?"),
        ("place_a.iso=KAZ", "did you mean iso3?"),
        ("mode.iso3=KAZ", "refers to no other table"),
        ("tracks=two", "write a number"),
        ("mode=raill", "write rail or road or ferry or sea"),
        ("place_a.iso3!=place_b.isoo", "did you mean iso3?"),
        ("=rail", "no column ''"),
    ],
)
def test_faults_say_how_to_mend(text, words):
    with pytest.raises(ConditionError) as fault:
        parse_conditions(text, "links")
    assert words in str(fault.value)
    assert "; " in str(fault.value)
