"""``torugart trade`` on the built-in package, with stated changes: quick, because no ways are needed."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pandas as pd
import pytest

import torugart
from torugart.bundle.folder import read_bundle
from torugart.cli import main
from torugart.errors import InputError, UnknownName

CHANGE = "CHN,UZB:tau=-3%"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    out = tmp_path_factory.mktemp("trade") / "bundle"
    return torugart.trade_effects(costs=[CHANGE], draws=40, out=out)


def test_both_counts_of_trade_stand_beside_one_another(answer):
    effects = answer.tables["trade_effects"]
    assert effects["trade_base"].unique().tolist() == ["china", "partner"]
    mine = effects.set_index(["trade_base", "iso3"])["gain_musd"]
    trade = answer.tables["trade_costs"].iloc[0]["trade_musd"]
    # To first order 3 % of the trade is saved, and shared by those who buy and those who sell.
    assert mine["china"].sum() == pytest.approx(0.03 * trade, rel=0.12)
    assert mine["china", "UZB"] > 0
    assert mine["china", "CHN"] > 0
    assert (mine["china"] < 0).any()  # trade turns away from somebody


def test_intervals_hold_the_central_value_and_hang_on_the_elasticity(answer):
    effects = answer.tables["trade_effects"]
    assert (effects["gain_musd_lo"] <= effects["gain_musd"] + 1e-9).all()
    assert (effects["gain_musd"] <= effects["gain_musd_hi"] + 1e-9).all()
    shares = answer.tables["trade_hangs_on"].query("result == 'the world'").set_index("group")["share"]
    assert shares["trade elasticity"] > 0.5
    assert "value of time" not in shares.index  # nothing of the network was drawn


def test_every_equation_is_solved(answer):
    residuals = answer.tables["trade_residuals"]
    assert residuals[["excess_demand", "budget_gap"]].abs().to_numpy().max() < 1e-11
    flows = answer.tables["trade_flows_after"]
    assert flows["musd_after"].sum() == pytest.approx(flows["musd"].sum(), rel=1e-12)  # the numeraire


def test_an_elasticity_given_is_held(here):
    tables = torugart.trade_effects(costs=[CHANGE], draws=5, elasticity=8, out=here / "b").tables
    effects = tables["trade_effects"]
    assert any("Trade elasticity 8, held" in note for note in tables["trade_notes"]["note"])
    more = effects.set_index(["trade_base", "iso3"]).loc[("china", "UZB"), "imports_pct"]
    less = torugart.trade_effects(costs=[CHANGE], draws=5, elasticity=4, out=here / "b").tables[
        "trade_effects"
    ]
    assert more > less.set_index(["trade_base", "iso3"]).loc[("china", "UZB"), "imports_pct"] > 0


def test_the_same_question_gives_the_same_bundle_and_its_figures_explain_themselves(answer, here):
    again = torugart.trade_effects(costs=[CHANGE], draws=40, out=here / "again")
    kept = read_bundle(again.folder)
    for name, table in answer.tables.items():
        pd.testing.assert_frame_equal(table, kept.tables[name], check_dtype=False)
    node = torugart.why("trade.china.gain.UZB", bundle=again.folder)
    assert node.label.startswith("trade.china.gain.UZB")
    assert "output_over_gdp" in json.dumps(node, default=lambda o: getattr(o, "label", "") + str(o.children))


def test_the_command_repeats_itself(answer):
    assert answer.manifest["command"] == (
        "torugart trade --cost CHN,UZB:tau=-3% --draws 40 --seed 1 --trade-base china"
    )


def test_the_line_writes_json_and_csv(here, capsys):
    line = ["trade", "--cost", CHANGE, "--draws", "3", "--out", "b"]
    assert main.run([*line, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["tables"]["trade_costs"][0]["tau_pct"] == pytest.approx(-3)
    assert main.run([*line, "--csv", "--table", "trade_flips"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {"conclusion", "china", "partner", "flips"} == set(rows[0])
    assert main.run([*line, "--quiet"]) == 0
    assert capsys.readouterr().out.strip().endswith("report.html")


def test_the_page_names_what_is_assumed(here, capsys):
    assert main.run(["trade", "--cost", CHANGE, "--draws", "3", "--out", "b"]) == 0
    page = " ".join(capsys.readouterr().out.split())
    for said in (
        "Uzbekistan",
        "by partners",
        "Trade elasticity 5.03 (4 to 8, drawn)",
        "Gross output is GDP",
    ):
        assert said in page
    html = (here / "b" / "report.html").read_text(encoding="utf-8")
    assert "Trade and real income" in html
    assert "never added" not in html  # there is no users' gain beside it


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ([], "nothing changes"),
        (["--cost", "CHN,UZB:-3%"], "say what changes"),
        (["--cost", "CHN,XXX:tau=-3%"], "XXX is not in the base"),
        (["--cost", CHANGE, "--elasticity", "-5"], "give a number above 0"),
        (["--most-valuable", "5"], "say for whom with --country"),
        (["--most-valuable", "5", "--country", "Uzbekstan"], "Did you mean Uzbekistan"),
        (["no_such_project"], "no project is called"),
        (["--cost", CHANGE, "--json", "--csv"], "exclude each other"),
    ],
)
def test_bad_questions_get_one_clear_error(here, capsys, line, said):
    assert main.run(["trade", *line, "--draws", "3"]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""
    assert not list(here.iterdir())


def test_a_file_without_a_change_is_refused(here, capsys):
    (here / "f.toml").write_text('name = "nothing"\n', encoding="utf-8")
    assert main.run(["trade", "--scenario", "f.toml"]) == 2
    assert "changes nothing; add a [[trade_cost]]" in capsys.readouterr().err


def test_from_python_the_errors_are_the_same(here):
    with pytest.raises(UnknownName):
        torugart.trade_effects(costs=[CHANGE], most_valuable=1, country="nowhere")
    with pytest.raises(InputError, match="--draws is -1"):
        torugart.trade_effects(costs=[CHANGE], draws=-1)


def test_changes_of_one_pair_multiply(here):
    one = torugart.trade_effects(costs=["CHN,UZB:tau=-3%", "all,UZB:tau=-2%"], draws=1, out=here / "b")
    costs = one.tables["trade_costs"].set_index(["exporter", "importer"])["tau_pct"]
    assert costs["CHN", "UZB"] == pytest.approx(100 * (0.97 * 0.98 - 1))
    assert costs["KAZ", "UZB"] == pytest.approx(-2)
    assert ("UZB", "UZB") not in costs.index
    assert np.isfinite(one.tables["trade_effects"]["gain_musd"]).all()
