"""Indices against cases with known ones, and scores with known correlation."""

from __future__ import annotations

import numpy as np
import pytest

from torugart.accounts.risk import correlated_scores, first_order_indices, from_normal, passing_share, scores
from torugart.draws.quantities import Quantity, draw

N = 4000


def test_indices_of_a_sum_are_the_shares_of_its_variance():
    x = {k: scores(k, 1, N) for k in "abcd"}
    y = 2 * x["a"] + x["b"] + 0.5 * x["c"]
    found = first_order_indices(x, y, 1)
    assert list(found)[:2] == ["a", "b"]
    for name, share in (("a", 4 / 5.25), ("b", 1 / 5.25), ("c", 0.25 / 5.25), ("d", 0.0)):
        index, error = found[name]
        assert index == pytest.approx(share, abs=max(4 * error, 0.02))


def test_an_effect_without_a_trend_is_found():
    # A rank correlation would see nothing here.
    x = {k: scores(k, 1, N) for k in "ab"}
    found = first_order_indices(x, x["a"] ** 2, 1)
    assert found["a"][0] > 0.9
    assert abs(found["b"][0]) < 0.03


def test_indices_of_the_ishigami_function():
    # Ishigami and Homma (1990): a = 7, b = 0.1, uniform on -pi to pi; first-order indices 0.3139, 0.4424, 0.
    rng = np.random.default_rng(3)
    x = rng.uniform(-np.pi, np.pi, (3, N))
    y = np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])
    found = first_order_indices(dict(zip("abc", x, strict=True)), y, 1)
    for name, known in (("a", 0.3139), ("b", 0.4424), ("c", 0.0)):
        assert found[name][0] == pytest.approx(known, abs=0.04)


def test_inputs_shared_by_groups_are_neither_favoured_nor_lost():
    groups = np.tile(np.arange(400), 10)
    shared = {"net": scores("net", 1, 400)} | {f"idle{k}": scores(f"idle{k}", 1, 400) for k in range(20)}
    own = {"own": scores("own", 1, N)}
    y = shared["net"][groups] + own["own"]
    found = first_order_indices(own, y, 1, groups, shared, most=22)
    assert found["net"][0] == pytest.approx(0.5, abs=0.06)
    assert found["own"][0] == pytest.approx(0.5, abs=0.06)
    assert np.mean([found[f"idle{k}"][0] for k in range(20)]) == pytest.approx(0, abs=0.02)


def test_too_few_draws_or_no_spread_give_no_indices():
    assert first_order_indices({"a": np.arange(10.0)}, np.arange(10.0), 1) == {}
    assert first_order_indices({"a": np.arange(100.0)}, np.ones(100), 1) == {}


def test_scores_correlate_as_asked():
    a = scores("a", 1, N)
    b = correlated_scores("b", 1, a, 0.5)
    assert np.corrcoef(a, b)[0, 1] == pytest.approx(0.5, abs=0.04)
    assert b.std() == pytest.approx(1, abs=0.04)


@pytest.mark.parametrize("dist", ["lognormal", "normal", "fixed"])
def test_values_at_scores_follow_the_law_of_all_draws(dist):
    q = Quantity("x", "x", 2.0, 1.0, 5.0, dist, "")
    assert np.percentile(from_normal(q, scores("x", 1, N)), [5, 50, 95]) == pytest.approx(
        np.percentile(draw(q, 2, N), [5, 50, 95]), rel=0.02
    )


def test_a_draw_without_a_rate_does_not_pass():
    assert passing_share(np.array([0.1, np.nan, 0.05, 0.06]), 0.06) == 0.5
