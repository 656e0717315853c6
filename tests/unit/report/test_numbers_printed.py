"""Numbers, intervals and sentences as they are printed."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torugart.report.numerals import (
    DASH,
    MINUS,
    NOTHING,
    THIN,
    megatonnes,
    number,
    percent,
    percent_span,
    plain,
    sized,
    span,
    typeset,
    unit_words,
)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1234.5, f"1{THIN}230"),
        (-38.77, f"{MINUS}38.8"),
        (0.0, "0"),
        (0.03512, "0.0351"),
        (9.996, "10.0"),
        (None, NOTHING),
        (math.nan, NOTHING),
        (1234567.0, f"1{THIN}230{THIN}000"),
    ],
)
def test_significant_digits(value: float | None, written: str) -> None:
    assert number(value) == written


def test_zero_is_told_from_what_rounds_to_it() -> None:
    assert number(0.0, places=1) == "0"
    assert number(0.004, places=1) == f"<{THIN}0.1"
    assert number(-0.004, places=1) == f">{THIN}{MINUS}0.1"


def test_a_change_has_its_sign() -> None:
    assert number(0.61, sign=True, places=1) == "+0.6"
    assert number(-0.61, sign=True, places=1) == f"{MINUS}0.6"
    assert number(0.0, sign=True) == "0"


def test_a_dash_never_meets_a_minus() -> None:
    assert span(1.0, 2.0, places=0) == f"1{DASH}2"
    assert span(-1.0, 2.0, places=0) == f"{MINUS}1 to 2"
    assert span(math.nan, 2.0) == ""


def test_shares_are_per_cent() -> None:
    assert percent(0.153) == f"15{THIN}%"
    assert percent(0.0) == f"0{THIN}%"
    assert percent(0.0002) == f"<{THIN}0.1{THIN}%"
    assert percent(0.999) == f">{THIN}99{THIN}%"
    assert percent_span(0.1, 0.25) == f"10{DASH}25{THIN}%"


def test_columns_keep_readable_places() -> None:
    assert [sized(v) for v in (0.5, 9.99, 9.996, 99.97, 123.4)] == ["0.50", "9.99", "10.0", "100", "123"]
    assert megatonnes(2.15e6, sign=True) == "+2.15"


def test_years_are_not_grouped() -> None:
    assert plain(2032) == "2032"
    assert plain("4500") == f"4{THIN}500"
    assert plain("about a third") == "about a third"
    assert plain(None) == NOTHING


def test_sentences_are_set() -> None:
    assert typeset("4,541 km, -0.80 to 12 %") == f"4{THIN}541 km, {MINUS}0.80 to 12{THIN}%"
    assert typeset("on 2026-11-25, CHN-EU27, 5-95 %") == f"on 2026-11-25, CHN-EU27, 5{DASH}95{THIN}%"


def test_unknown_units_stay_as_they_are() -> None:
    assert unit_words("USD/FEU") == "USD per FEU"
    assert unit_words("parsec") == "parsec"
    assert unit_words(math.nan) == ""


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.integers(0, 4))
def test_what_is_written_can_be_read_back(value: float, places: int) -> None:
    text = number(value, places=places)
    if text[0] in "<>":
        assert 0 < abs(value) <= 0.5 * 10**-places * (1 + 1e-9)
        return
    read = float(text.replace(THIN, "").replace(MINUS, "-"))
    assert read == pytest.approx(value, abs=0.5 * 10**-places * (1 + 1e-6), rel=1e-6)


@given(st.floats(0, 1))
def test_a_share_is_never_rounded_to_none_or_all(share: float) -> None:
    text = percent(share)
    assert (text == f"0{THIN}%") == (share == 0)
    assert (text == f"100{THIN}%") == (share == 1)
