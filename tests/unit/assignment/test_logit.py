"""Choice: worked by hand, and against plain Python on anything."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.twins import logit

from torugart.assignment.logit import compare_pairs, least_cost, logsum_and_shares, pair_slices


def test_three_ways_by_hand():
    # Costs 100, 110 and 130 USD, no overlap, theta 10 on c0 = 100: mu = 0.1 a dollar.
    # Terms against the least: 1, exp(-1) = 0.367879, exp(-3) = 0.049787; their sum 1.417666.
    # Shares 0.705384, 0.259497, 0.035119. Logsum 100 - ln(1.417666)/0.1 = 100 - 3.49012 = 96.50988.
    cost = np.array([[100.0], [110.0], [130.0]])
    logsum, share = logsum_and_shares(
        np.array([0, 3]), cost, np.ones((3, 1), bool), np.ones(3), np.array([[0.1]])
    )
    assert share[:, 0] == pytest.approx([0.705384, 0.259497, 0.035119], abs=1e-6)
    assert logsum[0, 0] == pytest.approx(96.50988, abs=1e-5)


def test_a_closed_way_and_its_opening_by_hand():
    # Way 3 of the last test is new: without it the sum is 1.367879, so the gain is ln(1.417666/1.367879)/0.1
    # = 0.35751 USD per FEU; 1,000 FEU gain 357.51 USD.
    cost = np.array([[100.0, 110.0, 130.0]])
    without, with_ = np.array([[True, True, False]]), np.ones((1, 3), bool)
    gate_first, gate = np.array([0, 1, 1, 2]), np.array([0, 1])
    benefit, _least, served, over_b, over_w, share_b, share_w = compare_pairs(
        np.array([0, 3]),
        cost,
        cost,
        without,
        with_,
        np.ones(3),
        np.array([10.0]),
        np.array([[1000.0]]),
        gate_first,
        gate,
        2,
    )
    assert benefit[0, 0] == pytest.approx(0.35751, abs=1e-5)
    assert served.all()
    assert share_b == pytest.approx([0.731059, 0.268941, 0.0], abs=1e-6)
    assert share_w == pytest.approx([0.705384, 0.259497, 0.035119], abs=1e-6)
    # Ways 1 and 3 pass gates 0 and 1.
    assert over_b[0] == pytest.approx([731.059, 0.0], abs=1e-3)
    assert over_w[0] == pytest.approx([705.384, 35.119], abs=1e-3)


def test_nothing_open_is_infinity_and_no_shares():
    logsum, share = logsum_and_shares(
        np.array([0, 2]), np.ones((2, 1)), np.zeros((2, 1), bool), np.ones(2), np.ones((1, 1))
    )
    assert np.isinf(logsum).all()
    assert (share == 0).all()
    assert np.isinf(least_cost(np.array([0, 2]), np.ones((2, 1)), np.zeros((2, 1), bool))).all()


def test_pairs_without_ways_have_empty_slices():
    assert pair_slices(np.array([0, 0, 2], np.int32), 4).tolist() == [0, 2, 2, 3, 3]


@st.composite
def choices(draw):
    """Pairs with ways, some closed, in a few draws."""
    n_pairs, n_draws = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    counts = draw(st.lists(st.integers(0, 5), min_size=n_pairs, max_size=n_pairs))
    n = sum(counts)
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    return {
        "first": np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        "cost_b": rng.uniform(500, 1500, (n, n_draws)),
        "cost_w": rng.uniform(500, 1500, (n, n_draws)),
        "open_b": rng.random((n, n_draws)) < 0.7,
        "open_w": rng.random((n, n_draws)) < 0.7,
        "size": rng.uniform(0.1, 1, n),
        "theta": rng.uniform(1, 20, n_draws),
        "boxes": rng.uniform(0, 1000, (n_pairs, n_draws)),
    }


@settings(max_examples=60, deadline=None)
@given(choices())
def test_kernels_agree_with_plain_python(c):
    first, n_draws = c["first"], c["theta"].size
    n_pairs, n_ways = first.size - 1, c["size"].size
    c0 = least_cost(first, c["cost_b"], c["open_b"])
    mu = c["theta"] / np.where(np.isfinite(c0), c0, 1000)
    logsum, share = logsum_and_shares(first, c["cost_b"], c["open_b"], c["size"], mu)
    gate_first = np.arange(n_ways + 1)  # each way passes a gate of its own
    benefit, _least, served, over_b, over_w, share_b, share_w = compare_pairs(
        first,
        *(np.ascontiguousarray(c[k].T) for k in ("cost_b", "cost_w", "open_b", "open_w")),
        c["size"],
        c["theta"],
        np.ascontiguousarray(c["boxes"].T),
        gate_first,
        np.arange(n_ways),
        n_ways,
    )
    for p in range(n_pairs):
        here = slice(first[p], first[p + 1])
        for d in range(n_draws):
            open_b, open_w = c["open_b"][here, d], c["open_w"][here, d]
            least = min(c["cost_b"][here, d][open_b], default=math.inf)
            assert c0[p, d] == least
            if d == 0:
                assert served[p] == open_b.any()
            if not open_b.any():
                assert benefit[d, p] == 0
                assert (over_b[d, here] == 0).all()
                continue
            scale = c["theta"][d] / least
            plain, shares = logit(c["cost_b"][here, d], c["size"][here], open_b, scale)
            assert logsum[p, d] == pytest.approx(plain)
            assert share[here, d] == pytest.approx(shares)
            assert sum(shares) == pytest.approx(1)
            assert over_b[d, here] == pytest.approx(np.array(shares) * c["boxes"][p, d])
            if not open_w.any():
                assert benefit[d, p] == 0
                continue
            other, shares_w = logit(c["cost_w"][here, d], c["size"][here], open_w, scale)
            assert benefit[d, p] == pytest.approx(plain - other, abs=1e-9)
            assert over_w[d, here] == pytest.approx(np.array(shares_w) * c["boxes"][p, d])
            # flow conserved: what leaves the pair is what passes its gates
            assert over_w[d, here].sum() == pytest.approx(c["boxes"][p, d], rel=1e-9)
            if d == 0:
                assert share_b[here] == pytest.approx(shares)
                assert share_w[here] == pytest.approx(shares_w)


@settings(max_examples=40, deadline=None)
@given(choices(), st.floats(0.01, 100))
def test_scaling_all_costs_leaves_shares_alone(c, by):
    # The scale of choice is relative to the pair's own cost.
    def shares(cost):
        c0 = least_cost(c["first"], cost, c["open_b"])
        mu = c["theta"] / np.where(np.isfinite(c0), c0, 1)
        return logsum_and_shares(c["first"], cost, c["open_b"], c["size"], mu)

    logsum, share = shares(c["cost_b"])
    scaled_logsum, scaled_share = shares(by * c["cost_b"])
    assert scaled_share == pytest.approx(share, rel=1e-9, abs=1e-12)
    finite = np.isfinite(logsum)
    assert scaled_logsum[finite] == pytest.approx(by * logsum[finite], rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(choices())
def test_opening_more_never_raises_the_logsum(c):
    c0 = least_cost(c["first"], c["cost_b"], c["open_b"])
    mu = c["theta"] / np.where(np.isfinite(c0), c0, 1000)
    fewer, _ = logsum_and_shares(c["first"], c["cost_b"], c["open_b"], c["size"], mu)
    more, _ = logsum_and_shares(c["first"], c["cost_b"], c["open_b"] | c["open_w"], c["size"], mu)
    assert (more <= fewer).all()


@settings(max_examples=40, deadline=None)
@given(choices())
def test_the_same_on_both_sides_is_exactly_nothing(c):
    args = [np.ascontiguousarray(c[k].T) for k in ("cost_b", "cost_b", "open_b", "open_b")]
    n_ways = c["size"].size
    benefit, _least, _served, over_b, over_w, share_b, share_w = compare_pairs(
        c["first"],
        *args,
        c["size"],
        c["theta"],
        np.ascontiguousarray(c["boxes"].T),
        np.arange(n_ways + 1),
        np.arange(n_ways),
        n_ways,
    )
    assert (benefit == 0).all()
    assert over_b.tobytes() == over_w.tobytes()
    assert share_b.tobytes() == share_w.tobytes()


def test_far_dearer_ways_do_not_overflow():
    cost = np.array([[1.0], [1e9]])
    logsum, share = logsum_and_shares(
        np.array([0, 2]), cost, np.ones((2, 1), bool), np.ones(2), np.array([[10.0]])
    )
    assert share[:, 0].tolist() == [1.0, 0.0]
    assert logsum[0, 0] == 1.0
