"""What would have to be true, on shipped claims and figures."""

from __future__ import annotations

import numpy as np
import pytest

import torugart
from torugart.errors import InputError, UnknownName


def test_an_income_is_tariff_times_traffic_times_km(few_trades):
    rows = torugart.invert("income.cku.KGZ", to=200, data=few_trades).rows
    tariffs = rows[rows["input"] == "tariff"]
    km = 200e6 / (tariffs["needed"] * 1e6 * tariffs["reading"].str.extract(r": ([\d.]+) Mt")[0].astype(float))
    assert km.iloc[:3].to_numpy() == pytest.approx([km.iloc[0]] * 3, rel=1e-9)
    assert 250 < km.iloc[0] < 350
    at_stated = tariffs.set_index("reading")
    capacity = at_stated[at_stated.index.str.startswith("capacity")].iloc[0]
    assert capacity["needed"] > capacity["now"]
    traffic = rows[rows["input"] == "traffic"]["needed"].to_numpy()
    assert (np.diff(traffic) < 0).all()


def test_a_claim_of_data_needs_the_figure_it_states():
    rows = torugart.invert("cl_030").rows
    assert len(rows) == 2
    assert rows["needed"].to_numpy() == pytest.approx([22.7e9, 22.7e9], rel=1e-6)
    assert rows["now"].min() == pytest.approx(5.3e9)


def test_a_benefit_is_met_where_the_search_says(few_trades):
    rows = torugart.invert("benefit.cku", to=20, input_name="choice_theta", data=few_trades).rows
    assert rows["reached"].iloc[0] == pytest.approx(20, rel=0.1)


@pytest.mark.parametrize(
    ("name", "given", "error", "words"),
    [
        ("cl_999", {}, UnknownName, "cl_999"),
        ("cl_001b", {}, InputError, "no number"),
        ("cl_010", {}, InputError, "nothing to solve"),
        ("income.cku.KGZ", {}, InputError, "--to 200"),
        ("income.cku.KGZ", {"to": -5.0}, InputError, "above 0"),
        ("income.cku.KGZ", {"to": float("nan")}, InputError, "say what it should be"),
        ("income.ckuu.KGZ", {"to": 5.0}, UnknownName, "ckuu"),
        ("income.cku.ZZZ", {"to": 5.0}, UnknownName, "ZZZ"),
        ("income.cku.FRA", {"to": 5.0}, InputError, "FRA"),
        ("benefit.cku", {"to": 5.0, "input_name": "nothing"}, UnknownName, "nothing"),
    ],
)
def test_questions_that_make_no_sense(name, given, error, words):
    with pytest.raises(error, match=words):
        torugart.invert(name, **given)
