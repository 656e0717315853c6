"""CO2e by kind is that of the cost components, and its draws rise and fall with what they hang on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from torugart.evaluate.emission_draws import draw_emissions
from torugart.network.emissions import KINDS, arc_emissions
from torugart.verbs.prepare import prepare

NETWORK = prepare(None, ()).network
PARAMETERS = NETWORK.tables["parameters"]
NAMES = sorted({name for of_kind in KINDS.values() for name in of_kind})


def by_kind(parameters: dict[str, float]) -> np.ndarray:
    return arc_emissions(NETWORK.tables, NETWORK.arcs, parameters)


def test_kinds_add_up_to_what_the_arcs_emit() -> None:
    c = NETWORK.components
    grams = by_kind(NETWORK.parameters)
    assert grams.sum(axis=0) == pytest.approx(c.per_arc(c.co2_g_per_t), rel=1e-12)
    assert (grams >= 0).all()
    assert (grams.sum(axis=1) > 0).sum() > len(KINDS) / 2


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_grams_of_a_kind_are_proportional_to_its_parameters(kind: str) -> None:
    row = list(KINDS).index(kind)
    before = by_kind(NETWORK.parameters)[row]
    for name in KINDS[kind]:
        more = {**NETWORK.parameters, name: 1.5 * NETWORK.parameters[name]}
        assert by_kind(more)[row] == pytest.approx(1.5 * before)


@given(st.sampled_from(NAMES), st.floats(1.01, 3))
def test_dirtier_traction_never_lowers_the_sum(name: str, times: float) -> None:
    more = {**NETWORK.parameters, name: times * NETWORK.parameters[name]}
    assert by_kind(more).sum() >= by_kind(NETWORK.parameters).sum()


def test_the_central_run_is_first_and_draws_span_the_ranges_on_record() -> None:
    drawn = draw_emissions(PARAMETERS, 1, 2000)
    assert (drawn.ratio[:, 0] == 1).all()
    on_record = PARAMETERS.set_index("parameter_id").loc["road_g_co2e_per_tkm"]
    spread = np.percentile(drawn.values["road_g_co2e_per_tkm"][1:], [5, 95])
    assert spread == pytest.approx([on_record["lo"], on_record["hi"]], rel=0.01)


def test_draws_do_not_hang_on_the_order_of_parameters() -> None:
    mixed = PARAMETERS.sample(frac=1, random_state=3)
    assert (draw_emissions(mixed, 5, 50).ratio == draw_emissions(PARAMETERS, 5, 50).ratio).all()
