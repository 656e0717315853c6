"""Draws: their percentiles are those of the record, and none depends on another."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm, rankdata

from torugart.draws.quantities import (
    Z95,
    Quantity,
    draw,
    draw_all,
    normal_quantile,
    standard_normal,
    standard_ranks,
)


def quantity(value=10.0, lo=4.0, hi=40.0, dist="lognormal", name="q"):
    return Quantity(name, name, value, lo, hi, dist, "")


@pytest.mark.parametrize("dist", ["lognormal", "normal"])
@pytest.mark.parametrize(("lo", "hi"), [(4.0, 40.0), (9.0, 11.0), (1.0, 10.5), (9.9, 300.0)])
def test_percentiles_are_those_of_the_record(dist, lo, hi):
    # One draw a stratum: with 20,000 of them a percentile moves by less than one stratum.
    x = draw(quantity(10.0, lo, hi, dist), seed=1, n=20_000)
    assert np.percentile(x, [5, 50, 95]) == pytest.approx([lo, 10.0, hi], rel=2e-3)


def test_a_fixed_quantity_does_not_vary():
    assert draw(quantity(dist="fixed"), 1, 5).tolist() == [10.0] * 5
    assert draw(quantity(10.0, 10.0, 10.0), 1, 3).tolist() == [10.0] * 3


def test_one_draw_falls_in_every_stratum():
    n = 500
    strata = np.floor(norm.cdf(standard_normal(7, "q", n)) * n).astype(int)
    assert sorted(strata) == list(range(n))


def test_quantiles_agree_with_scipy():
    u = np.linspace(0.0005, 0.9995, 999)
    assert normal_quantile(u) == pytest.approx(norm.ppf(u), abs=1e-12)
    assert pytest.approx(norm.ppf(0.95), abs=1e-15) == Z95


def test_draws_of_one_quantity_do_not_depend_on_the_others():
    q, r, s = (quantity(name=k) for k in "qrs")
    alone = draw_all([q], 1, 50)["q"]
    assert draw_all([s, q, r], 1, 50)["q"].tobytes() == alone.tobytes()
    assert draw_all([q], 2, 50)["q"].tobytes() != alone.tobytes()
    assert draw_all([r], 1, 50)["r"].tobytes() != alone.tobytes()


def test_quantities_are_not_correlated():
    x, y = standard_normal(1, "a", 5000), standard_normal(1, "b", 5000)
    assert abs(np.corrcoef(x, y)[0, 1]) < 0.05


@pytest.mark.parametrize("n", [1, 2, 7])
def test_few_draws_are_drawn(n):
    x = draw(quantity(), 1, n)
    assert x.shape == (n,)
    assert np.isfinite(x).all()
    assert draw(quantity(), 1, 0).shape == (0,)


def test_standard_ranks_share_ties_and_have_unit_spread():
    x = np.array([3.0, 1, 1, 7, 7, 7, 2])
    plain = rankdata(x)
    assert standard_ranks(x) == pytest.approx((plain - plain.mean()) / plain.std())
    assert standard_ranks(np.ones(4)).tolist() == [0.0] * 4
