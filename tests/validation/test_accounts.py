"""The accounts of the shipped railway: sums, switches, and what a project without effect comes to."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import torugart
from torugart.accounts.discounting import present_value, rate_of_return
from torugart.bundle.folder import Bundle
from torugart.errors import InputError

EMPTY = 'name = "nothing"\n'


def value(cku: Bundle, result_id: str) -> float:
    return float(cku.tables["accounts_results"].set_index("result_id").at[result_id, "value"])


def test_matrix_years_and_results_are_one_account(cku):
    years = cku.tables["accounts_years"]
    whole = float(present_value(years["net"], 0.06))
    assert whole == pytest.approx(value(cku, "npv_6"), rel=1e-9)
    assert float(cku.tables["accounts_matrix"]["pv_musd"].sum()) == pytest.approx(whole, rel=1e-9)
    assert rate_of_return(years["net"]).rate == pytest.approx(value(cku, "eirr"), abs=1e-9)
    parties = years[["users", "carriers", "owners", "treasuries", "third_parties"]].sum(axis=1)
    net = parties - years["fixed"] - years["capital"] + years["converted"]
    assert np.allclose(net, years["net"], rtol=1e-9, atol=1e-9)


def test_users_are_those_of_the_benefit(cku):
    matrix, benefits = cku.tables["accounts_matrix"], cku.tables["benefits_country"]
    users = matrix[matrix["party"] == "users"]["musd"].sum()
    assert users == pytest.approx(benefits["musd"].sum(), rel=1e-9)


def test_rival_railways_lose_and_are_kept(cku):
    matrix = cku.tables["accounts_matrix"].set_index(["iso3", "party"])["musd"]
    assert matrix["KAZ", "carriers"] < 0
    assert matrix["RUS", "carriers"] < 0


def test_every_figure_of_the_accounts_says_what_it_hangs_on(cku):
    figures = cku.tables["figures"]
    mine = figures[figures["section"].isin(["accounts", "finance", "risk"])]
    known = {f"figure:{f}" for f in figures["figure_id"]}
    assert len(mine) > 100
    refs = [ref for inputs in mine["inputs"] for ref in json.loads(inputs)]
    assert not {r for r in refs if r.startswith("figure:")} - known


def test_sensitivities_go_the_way_they_must(cku):
    cases = cku.tables["risk"].query("kind == 'sensitivity'").set_index("item")["npv_6"]
    assert cases["cost_20"] < cases["central"]
    assert cases["benefit_20"] < cases["central"]
    assert cases["all"] < min(cases["cost_20"], cases["benefit_20"], cases["delay_2"])


def test_a_break_even_tariff_grows_with_the_return_asked(cku):
    results = cku.tables["finance_results"]
    for traffic in ("announced", "model"):
        own = results[(results["traffic"] == traffic) & results["result_id"].str.startswith("break_even")]
        assert own["value"].is_monotonic_increasing


def test_an_empty_scenario_has_nothing_in_its_accounts(few_trades, tmp_path):
    path = tmp_path / "nothing.toml"
    path.write_text(EMPTY, encoding="utf-8")
    answer = torugart.appraise(str(path), draws=3, out=tmp_path / "b", report=False, data=few_trades)
    assert answer.tables["accounts_matrix"].empty
    years = answer.tables["accounts_years"].drop(columns=["year", "traffic_factor"])
    assert not years.to_numpy().any()
    results = answer.tables["accounts_results"].set_index("result_id")["value"]
    assert results.to_dict() == {"co2_t": 0.0, "most_capital_6": 0.0}
    assert answer.tables["risk"].empty
    assert answer.tables["finance_results"].empty


def test_who_gets_the_saving_is_a_switch_that_leaves_the_sum_alone(few_trades, tmp_path):
    sums, users = [], []
    for share in (0.5, 1.0):
        folder = tmp_path / f"s{share}"
        folder.mkdir()
        row = pd.DataFrame(
            [
                {
                    "parameter_id": "importer_share_of_benefit",
                    "value": share,
                    "source_id": "judgement",
                    "basis": "estimated",
                }
            ]
        )
        row.to_csv(folder / "parameters.csv", index=False)
        answer = torugart.appraise(
            "cku", draws=2, out=tmp_path / f"b{share}", report=False, data=few_trades, overlays=[folder]
        )
        matrix = answer.tables["accounts_matrix"]
        sums.append(matrix["pv_musd"].sum())
        users.append(matrix[matrix["party"] == "users"].set_index("iso3")["pv_musd"].to_dict())
    assert sums[0] == pytest.approx(sums[1], rel=1e-9)
    assert users[0] != users[1]


def test_a_year_before_the_trade_is_refused(tmp_path):
    with pytest.raises(InputError, match="before the trade of 2023"):
        torugart.appraise("cku", year=2010, draws=2, out=tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_growth_of_freight_is_that_printed_by_the_bank():
    # ADB, Pap-Namangan-Andijan, additional financing (2020), first page: 42.4 Mt in 2000, 70.1 in 2019, printed as 2.7 % a year.

    grown = (70.1 / 42.4) ** (1 / 19) - 1
    assert round(100 * grown, 1) == 2.7


def test_existing_and_diverted_users_have_the_whole_benefit_of_fixed_demand(cku):
    users = cku.tables["accounts_users"].set_index("group")
    whole = cku.tables["benefits_country"]["musd"].sum()
    assert users.loc[["existing", "diverted"], "musd"].sum() == pytest.approx(whole, rel=1e-9)
    assert (users["feu"] >= 0).all()
    assert users["counted"].to_dict() == {"existing": True, "diverted": True, "generated": False}


def appraised(few_trades, folder, **switches):
    return torugart.appraise("cku", draws=2, out=folder, report=False, data=few_trades, **switches)


def results_of(answer):
    return answer.tables["accounts_results"].set_index("result_id")["value"]


def test_generated_traffic_and_residual_value_are_switches_both_ways(few_trades, tmp_path):
    plain = results_of(appraised(few_trades, tmp_path / "plain"))
    for name in ("generated", "residual"):
        answer = appraised(few_trades, tmp_path / name, **{name: True})
        own = results_of(answer)
        assert own["npv_6"] == pytest.approx(plain[f"npv_6_with_{name}"], rel=1e-9)
        assert own[f"npv_6_without_{name}"] == pytest.approx(plain["npv_6"], rel=1e-9)
        assert own["npv_6"] != pytest.approx(plain["npv_6"], rel=1e-6)
        matrix = answer.tables["accounts_matrix"]
        assert matrix["pv_musd"].sum() == pytest.approx(own["npv_6"], rel=1e-9)
        assert answer.manifest["asked"]["accounts"] == {name: True}
        assert f"--{name}" in answer.manifest["command"]


def test_new_traffic_never_adds_the_rule_of_half(few_trades, tmp_path):
    """Users with generated traffic have the benefit of fixed demand plus the area beyond it, and nothing else."""
    answer = appraised(few_trades, tmp_path / "b", generated=True)
    groups = answer.tables["accounts_users"].set_index("group")["musd"]
    matrix = answer.tables["accounts_matrix"]
    users = matrix[matrix["party"] == "users"]["musd"].sum()
    assert users == pytest.approx(groups.sum(), rel=1e-9)
    fixed = answer.tables["benefits_country"]["musd"].sum()
    # the area of a demand with elasticity below 1 over falls below half of the cost is under half of the falls
    assert 0 < groups["generated"] < 0.5 * fixed


@pytest.mark.parametrize("course", ["low", "high"])
def test_courses_of_growth_and_carbon_are_those_of_the_variants(course, few_trades, tmp_path):
    plain = results_of(appraised(few_trades, tmp_path / "plain"))
    for name in ("growth", "carbon"):
        own = results_of(appraised(few_trades, tmp_path / name, **{name: course}))
        assert own["npv_6"] == pytest.approx(plain[f"npv_6_{name}_{course}"], rel=1e-9)
        assert f"npv_6_{name}_low" not in own


def test_the_importers_share_moves_users_and_leaves_the_sum(few_trades, tmp_path):
    answers = [appraised(few_trades, tmp_path / f"s{s}", importer_share=s) for s in (0.0, 1.0)]
    sums = [a.tables["accounts_matrix"]["pv_musd"].sum() for a in answers]
    assert sums[0] == pytest.approx(sums[1], rel=1e-9)
    china = [a.tables["benefits_country"].set_index("iso3").at["CHN", "musd"] for a in answers]
    assert china[0] != pytest.approx(china[1], rel=1e-3)


@pytest.mark.parametrize(
    ("switches", "words"),
    [
        ({"growth": "fast"}, "--growth is 'fast'; give low, central or high"),
        ({"carbon": ""}, "--carbon is ''"),
        ({"importer_share": 1.5}, "--importer-share is 1.5; give a part from 0"),
        ({"importer_share": float("nan")}, "--importer-share is nan"),
    ],
)
def test_switches_that_mean_nothing_are_refused_in_words(switches, words, tmp_path):
    with pytest.raises(InputError, match=words.replace("(", r"\(")):
        torugart.appraise("cku", draws=2, out=tmp_path / "b", **switches)
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize(
    ("table", "rows", "words"),
    [
        ("parameters", {"parameter_id": "finance_loan_rate", "value": 9, "lo": 9, "hi": 9}, "900 % a year"),
        (
            "parameters",
            {"parameter_id": "finance_tariff_usd_per_tkm", "value": -0.03, "lo": -0.05, "hi": -0.01},
            "tariff_usd_per_tkm|tariff is -0.03 USD per tkm; give 0 or more",
        ),
        ("projects", {"project_id": "cku", "requires_project": "cku"}, "leads back to the project itself"),
    ],
)
def test_what_no_account_can_have_is_refused_in_words(table, rows, words, few_trades, tmp_path):
    folder = tmp_path / "overlay"
    folder.mkdir()
    row = pd.DataFrame([rows | {"source_id": "judgement", "basis": "estimated"}])
    row.to_csv(folder / f"{table}.csv", index=False)
    with pytest.raises(InputError, match=words):
        torugart.appraise(
            "cku", draws=2, out=tmp_path / "b", report=False, data=few_trades, overlays=[folder]
        )
    assert not (tmp_path / "b").exists()
