"""The company's account, by hand and against the rough figures of the raw material."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from torugart.accounts.discounting import present_value
from torugart.accounts.finance import Company, announced_traffic, break_even_tariff, company_years
from torugart.errors import InputError

LINE = Company(2025, 2027, 4, 200.0, 100.0, 0.01, 1.0, 0.05, 100.0, 0.1, 2)


def test_a_loan_by_hand():
    y = company_years(LINE, np.array([0, 0, 10.0, 10, 10, 10]))
    assert y.capital.tolist() == [100, 100, 0, 0, 0, 0]
    assert y.debt[:2] == pytest.approx([50, 105])
    assert y.revenue[2] == pytest.approx(10e6 * 100 * 0.05 / 1e6)
    assert y.operating[2] == pytest.approx(10e6 * 100 * 0.01 / 1e6 + 1)
    payment = 105 * 0.1 / (1 - 1.1**-2)
    assert y.service[2:] == pytest.approx([payment, payment, 0, 0])
    assert y.debt[3] == pytest.approx(0, abs=1e-9)
    assert y.coverage[2] == pytest.approx(39 / payment)
    assert np.isnan(y.coverage[4])


@given(st.floats(0.001, 0.3), st.floats(0.1, 30), st.floats(0, 0.12))
def test_the_break_even_tariff_returns_exactly_its_rate(cost, mt, rate):
    company = replace(LINE, cost_usd_per_tkm=cost, loan_musd=0.0, loan_years=0)
    traffic = np.array([0, 0, mt, mt, mt, mt])
    tariff = break_even_tariff(company, traffic, rate)
    y = company_years(replace(company, tariff_usd_per_tkm=tariff), traffic)
    value = float(present_value(y.revenue - y.operating - y.capital, rate))
    assert value == pytest.approx(0, abs=1e-7 * company.cost_musd)


def test_no_traffic_has_no_break_even():
    assert np.isnan(break_even_tariff(LINE, np.zeros(6), 0.06))


def test_announced_traffic_is_joined_by_straight_lines_and_ramped_up():
    company = replace(LINE, opening=2030, operation_years=30)
    mt = announced_traffic(company, {2035: 5.0, 2050: 13.5}, 0.4, 4)
    by_year = dict(zip(company.years.tolist(), mt.tolist(), strict=True))
    assert by_year[2029] == 0
    assert by_year[2030] == pytest.approx(2.0)
    assert by_year[2033] == pytest.approx(5.0)
    assert by_year[2042] == pytest.approx(5 + 8.5 * 7 / 15)
    assert by_year[2059] == pytest.approx(13.5)


@pytest.mark.parametrize(
    ("rate", "published", "near"), [(0.0, 4.5, 0.15), (0.06, 11.4, 0.6), (0.09, 17.7, 0.7)]
)
def test_rough_break_even_of_the_raw_material(rate, published, near):
    # 4.7 bn over 6 years, open 2031, 2 to 5 (2035) to 13.5 Mt (2050), 486 km, 1 cent per tkm and 40 m a year, to 2065, no residual.
    company = Company(2025, 2031, 35, 4700.0, 486.0, 0.01, 40.0, 0.03)
    years = company.years
    mt = np.where(years >= 2031, np.interp(years, [2031, 2035, 2050], [2.0, 5.0, 13.5]), 0.0)
    assert 100 * break_even_tariff(company, mt, rate) == pytest.approx(published, abs=near)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"tariff_usd_per_tkm": -0.01}, "tariff is -0.01"),
        ({"loan_rate": 9.0}, "900 %"),
        ({"opening": 2025}, "not after"),
        ({"loan_years": 0}, "tenor"),
        ({"line_km": 0.0}, "length"),
    ],
)
def test_what_no_company_can_have_is_refused_in_words(change, words):
    with pytest.raises(InputError, match=words):
        replace(LINE, **change)
