"""Laws of the draws and of what is read off them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr
from tests.small_network import network_of, networks, valley

from torugart.appraisal.drivers import group_of, group_shares, rank_drivers, squared_rank_correlations
from torugart.draws.quantities import Quantity, draw, draw_all, standard_ranks
from torugart.evaluate.sides import Draws, draw_quantities

names = st.text(min_size=1, max_size=12)
values = st.floats(0.01, 1e6)
numbers = st.lists(st.integers(-50, 50).map(float), min_size=5, max_size=60)


@st.composite
def quantities(draw_):
    middle = draw_(values)
    lo, hi = middle * draw_(st.floats(0.05, 0.99)), middle * draw_(st.floats(1.01, 20))
    dist = draw_(st.sampled_from(["lognormal", "normal"]))
    return Quantity(draw_(names), "", middle, lo, hi, dist, "")


@settings(max_examples=40, deadline=None)
@given(quantities(), st.integers(0, 1000))
def test_percentiles_are_those_of_the_record_whatever_it_is(q, seed):
    x = np.sort(draw(q, seed, 2000))
    # One draw in each two-thousandth: rank 100 stands at 5 %, 1,000 at the median, 1,900 at 95 %.
    assert x[99] <= q.lo * (1 + 1e-9) + 1e-12 <= x[100] * (1 + 2e-9) + 2e-12
    assert x[999] <= q.value * (1 + 1e-9) + 1e-12 <= x[1000] * (1 + 2e-9) + 2e-12
    assert x[1899] <= q.hi * (1 + 1e-9) + 1e-12 <= x[1900] * (1 + 2e-9) + 2e-12


@settings(max_examples=40, deadline=None)
@given(quantities(), st.integers(0, 1000))
def test_lognormal_draws_are_positive_and_finite(q, seed):
    x = draw(q, seed, 200)
    assert np.isfinite(x).all()
    if q.dist == "lognormal":
        assert (x > 0).all()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(quantities(), max_size=6, unique_by=lambda q: q.quantity_id), quantities(), st.integers(0, 99)
)
def test_a_quantity_more_leaves_all_other_draws_alone(some, one_more, seed):
    some = [q for q in some if q.quantity_id != one_more.quantity_id]
    before, after = draw_all(some, seed, 20), draw_all([one_more, *some[::-1]], seed, 20)
    assert all(before[k].tobytes() == after[k].tobytes() for k in before)


@settings(max_examples=10, deadline=None)
@given(networks())
def test_another_slipping_project_leaves_the_network_draws_alone(texts):
    net = network_of(texts)
    alone, more = draw_quantities(net, [], 6, 1).values, draw_quantities(net, ["new_line"], 6, 1).values
    assert set(more) - set(alone) == {"slip_new_line"}
    assert all(alone[k].tobytes() == more[k].tobytes() for k in alone)


def test_a_project_more_in_the_data_leaves_the_network_draws_alone():
    texts = valley()
    fewer = texts | {"links": [x for x in texts["links"] if not x["project_id"]]}
    a, b = (draw_quantities(network_of(t), [], 6, 1).values for t in (texts, fewer))
    assert all(a[k].tobytes() == b[k].tobytes() for k in set(a) & set(b))


@settings(max_examples=60, deadline=None)
@given(numbers, st.randoms(use_true_random=False))
def test_rank_correlations_are_those_of_scipy(x, rng):
    y = rng.sample(x, len(x))
    got = squared_rank_correlations(np.array([x]), np.array([y]))[0, 0]
    if len(set(x)) == 1:
        assert got == 0
    else:
        assert got == pytest.approx(spearmanr(x, y).statistic ** 2, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(numbers)
def test_a_figure_hangs_wholly_on_what_it_rises_with(x):
    x = np.array(x)
    if np.ptp(x):
        assert squared_rank_correlations(np.array([np.arctan(x)]), np.array([x, -x]))[0] == pytest.approx(
            [1, 1]
        )
        assert standard_ranks(x).std() == pytest.approx(1)


def made_draws(n: int, **drawn: np.ndarray) -> Draws:
    quantities = {k: Quantity(k, k, 1.0, 0.5, 2.0, "lognormal", f"param:{k}") for k in drawn}
    with_centre = {k: np.concatenate([[1.0], v]) for k, v in drawn.items()}
    return Draws(quantities, with_centre, n, 1)


def test_drivers_come_strongest_first_and_noise_is_left_out():
    rng = np.random.default_rng(1)
    n = 400
    big, small, none = rng.random((3, n))
    draws = made_draws(n, vot_x=big, speed_rail_KAZ=small, choice_theta=none)
    result = np.concatenate([[0.0], 10 * big + 2 * small])
    table = rank_drivers({"f": result}, draws)
    assert table["quantity_id"].tolist() == ["vot_x", "speed_rail_KAZ"]
    assert table["rank"].tolist() == [1, 2]
    assert (table["share"] > 4 / n).all()
    shares = group_shares({"f": result}, draws)["f"]
    assert shares["value of time"] > shares["speeds and driving hours"] > 0
    assert shares["choice scale"] == 0


def test_a_figure_that_does_not_move_has_no_drivers():
    draws = made_draws(20, vot_x=np.arange(20.0))
    assert rank_drivers({"f": np.zeros(21)}, draws).empty
    assert not any(group_shares({"f": np.zeros(21)}, draws)["f"].values())


def test_every_quantity_of_a_network_has_a_kind():
    draws = draw_quantities(network_of(valley()), ["new_line"], 2, 1)
    known = {k: group_of(k) for k in draws.quantities}
    stray = [k for k, g in known.items() if g == "other" and draws.quantities[k].dist != "fixed"]
    assert stray == []
