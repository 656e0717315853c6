"""Comparisons of shipped projects: laws of sets, shares, requirements and budgets."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

import torugart
from torugart.appraisal.benefits import pairs_by_class, total_benefit
from torugart.appraisal.project import Question, with_projects
from torugart.appraisal.project_sets import build_project_sets
from torugart.demand.freight import build_demand
from torugart.errors import InputError
from torugart.evaluate.class_ways import Searched
from torugart.evaluate.sides import draw_quantities
from torugart.network.ways import WaySettings
from torugart.verbs.prepare import prepare

PROJECTS = ("cku", "kara_keche_makmal", "north_south_road_kgz", "ayagoz_bakhty")


@pytest.fixture(scope="module")
def ready(few_trades):
    return prepare(few_trades)


@pytest.fixture(scope="module")
def sets(ready):
    question = Question("", 2035, ready.as_of, "china", 5, 1)
    demand = pairs_by_class(build_demand(ready.package.tables, "china"))
    return build_project_sets(ready.network, PROJECTS, question, demand)


def test_no_project_is_worth_exactly_nothing(sets):
    assert not sets.value(0).any()


def test_shares_sum_to_the_value_of_all_in_every_draw(sets):
    share, error = sets.shares(1)
    assert np.allclose(share.sum(axis=0), sets.value(15), rtol=1e-9)
    assert not error.any()


def test_what_needs_another_counts_for_nothing_without_it(sets):
    assert not sets.value(0b0010).any()
    assert np.array_equal(sets.value(0b0110), sets.value(0b0100))
    assert not np.array_equal(sets.value(0b0011), sets.value(0b0001))


def test_groups_add_up_to_what_a_plain_comparison_gives(sets, ready):
    # Alone against the same base, on the ways searched for it alone; only the path sizes of the others' ways differ.
    demand = pairs_by_class(build_demand(ready.package.tables, "china"))
    drawn = draw_quantities(ready.network, [], 0, 1)
    for k, project in enumerate(PROJECTS):
        if project == "kara_keche_makmal":
            continue
        sides = replace(sets.sides, with_=with_projects(sets.sides.base, frozenset({project})))
        plain = total_benefit(demand, sides.case(drawn, 2035), WaySettings(), Searched())[0]
        assert sets.value(1 << k)[0] == pytest.approx(plain, rel=0.12)


def test_values_of_all_sets_are_those_of_each(sets):
    every = sets.central_values()
    for mask in range(16):
        assert every[mask] == pytest.approx(sets.value(mask)[0], rel=1e-12, abs=1e-9)


def test_sampled_shares_meet_the_exact_ones(sets):
    exact, _ = sets.shares(1)
    sampled, error = sets.shares(1, most_exact=1, orders=60)
    assert np.allclose(sampled.sum(axis=0), sets.value(15), rtol=1e-9)
    assert (np.abs(sampled[:, 0] - exact[:, 0]) <= 5 * error[:, 0] + 1e-6).all()


@pytest.fixture(scope="module")
def answer(few_trades, tmp_path_factory):
    out = tmp_path_factory.mktemp("compare") / "b"
    return torugart.compare(*PROJECTS, budget_usd=3e9, draws=4, data=few_trades, out=out)


def test_the_best_set_is_the_best_of_all_that_fit(answer):
    table = answer.tables["projects"].set_index("project_id")
    best = answer.tables["sets"]
    assert best["musd"].is_monotonic_decreasing
    assert (best["cost_musd"] <= 3000).all()
    priced = table.index[table["cost_musd"].notna()]
    fitting = [
        c
        for n in range(len(priced) + 1)
        for c in combinations(sorted(priced), n)
        if table.loc[list(c), "cost_musd"].sum() <= 3000
    ]
    assert {frozenset(s.split(";")) - {""} for s in best["projects"]} <= {frozenset(c) for c in fitting}
    assert len(best) == min(len(fitting), 10)


def test_every_figure_of_a_comparison_can_be_asked_for(answer, few_trades):
    figures = answer.tables["figures"]
    assert {f"compare.share.{p}" for p in PROJECTS} <= set(figures["figure_id"])
    for figure_id in figures["figure_id"]:
        assert torugart.why(figure_id, answer.folder).value


def test_an_overlay_may_not_make_a_project_need_itself(few_trades, tmp_path):
    projects = pd.read_csv(few_trades / "projects.csv", dtype=str, keep_default_na=False)
    row = projects[projects["project_id"] == "cku"].assign(requires_project="kara_keche_makmal")
    row.to_csv(tmp_path / "projects.csv", index=False)
    with pytest.raises(InputError, match="leads back to the project itself"):
        torugart.compare("cku", "ayagoz_bakhty", data=few_trades, overlays=[tmp_path], draws=1)


@pytest.mark.parametrize(
    ("projects", "given", "words"),
    [
        (("cku",), {}, "two projects or more"),
        ((), {}, "two projects or more"),
        (("cku", "cku"), {}, "named twice"),
        (("cku", "ckuu", "nowhere"), {}, "(?s)ckuu.*nowhere"),
        (("cku", "ayagoz_bakhty"), {"budget_usd": -1.0}, "--budget is -1"),
        (("cku", "ayagoz_bakhty"), {"budget_usd": float("nan")}, "--budget is nan"),
        (("cku", "khromtau_wind"), {}, "record only"),
    ],
)
def test_questions_that_make_no_sense(few_trades, tmp_path, projects, given, words):
    with pytest.raises(InputError, match=words):
        torugart.compare(*projects, data=few_trades, draws=1, out=tmp_path / "b", **given)
    assert not (tmp_path / "b").exists()
