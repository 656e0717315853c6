"""Late days: the simulated 95th percentile against the closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from torugart.appraisal.trip_time import late_hours
from torugart.draws.quantities import Z95
from torugart.network.costs import Components
from torugart.network.ways import WaySet


def one_way(*groups: tuple[str, float, float]) -> tuple[WaySet, Components]:
    """A way of one arc a part, each a (group, mean hours, variance)."""
    names = tuple(sorted({g for g, _, _ in groups}))
    n = len(groups)
    zeros = np.zeros(n)
    components = Components(
        arc=np.arange(n, dtype=np.int32),
        time_factor=np.array([names.index(g) for g, _, _ in groups], np.int32),
        money_factor=np.zeros(n, np.int32),
        hours=np.array([m for _, m, _ in groups]),
        usd=zeros,
        variance_h2=np.array([v for _, _, v in groups]),
        co2_g_per_t=zeros,
        crossing=np.full(n, -1, np.int32),
        iso3=np.full(n, "", np.str_),
        time_factors=names,
        money_factors=("none",),
        n_arcs=n,
    )
    return WaySet(np.zeros(1, np.int32), np.array([0, n], np.int64), np.arange(n, dtype=np.int32)), components


def test_one_group_is_the_lognormal_of_the_closed_form():
    # Mean 10 h, variance 25 h2: s2 = ln(1 + 25/100) = 0.22314, s = 0.47238;
    # p95 = 10 exp(1.64485 x 0.47238 - 0.11157) = 10 exp(0.66543) = 19.453 h
    by_hand = 10 * math.exp(Z95 * math.sqrt(math.log(1.25)) - math.log(1.25) / 2)
    assert by_hand == pytest.approx(19.453, abs=1e-3)
    got = late_hours(*one_way(("run", 10, 25)), seed=1, trips=200_000)[0]
    # With 200,000 trips the quantile of z is known to 0.005, of the hours to 0.25 %; three of these.
    assert got == pytest.approx(by_hand, rel=0.0075)


def test_two_parts_of_one_group_are_late_together():
    # One group of 5 + 5 h with variances 12.5 + 12.5 is the same trip as 10 h with 25.
    whole = late_hours(*one_way(("run", 10, 25)), seed=1)
    halves = late_hours(*one_way(("run", 5, 12.5), ("run", 5, 12.5)), seed=1)
    assert halves == pytest.approx(whole, rel=1e-12)


def test_two_groups_do_not_always_fall_late_together():
    apart = late_hours(*one_way(("run", 5, 12.5), ("stop", 5, 12.5)), seed=1)[0]
    alike = 2 * late_hours(*one_way(("run", 5, 12.5)), seed=1)[0]
    assert 10 < apart < alike


def test_nothing_varies_without_variance():
    assert late_hours(*one_way(("run", 7, 0), ("stop", 3, 0)), seed=1)[0] == pytest.approx(10)


cvs = st.lists(st.floats(0, 1.2), min_size=2, max_size=2).map(sorted)


@given(cvs, st.floats(0.5, 500), st.integers(0, 5))
def test_late_hours_grow_with_variance(cv, mean, seed):
    # For one group: m exp(z s - s2/2) grows with s as long as s < z95, that is a variation below 3.7.
    low, high = (late_hours(*one_way(("run", mean, (c * mean) ** 2)), seed=seed)[0] for c in cv)
    assert high >= low * (1 - 1e-12)
    assert low >= mean * (1 - 1e-12)


@given(st.lists(st.tuples(st.floats(0.5, 50), st.floats(0.05, 1)), min_size=1, max_size=5), st.integers(0, 5))
def test_late_hours_exceed_the_mean(parts, seed):
    groups = [(f"g{k}", m, (c * m) ** 2) for k, (m, c) in enumerate(parts)]
    assert late_hours(*one_way(*groups), seed=seed)[0] > sum(m for _, m, _ in groups)


def test_an_added_group_leaves_the_days_of_the_others_alone():
    # Streams are keyed by group name: a sure hour more is exactly an hour more.
    before = late_hours(*one_way(("run", 10, 25), ("stop", 4, 9)), seed=3)[0]
    after = late_hours(*one_way(("a_first", 1, 0), ("run", 10, 25), ("stop", 4, 9)), seed=3)[0]
    assert after == pytest.approx(before + 1, rel=1e-12)
