"""The row of a project in ``appraise --all`` is what the appraisal of it alone says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import torugart
from torugart.appraisal.programme import Programme, appraise_together, appraise_worth
from torugart.appraisal.project import Question, default_year
from torugart.verbs.prepare import prepare

YEAR = 2035


@pytest.fixture(scope="module")
def programme() -> Programme:
    ready = prepare(None, ())
    return Programme(ready.network, Question("", YEAR, ready.as_of, draws=0))


@pytest.mark.parametrize("project_id", ["kalaikhumb_vanj_road", "herat_kandahar"])
def test_a_row_is_the_appraisal_of_that_project(programme, project_id, tmp_path) -> None:
    question = replace(programme.question, project=project_id)
    row = appraise_worth(programme, question, frozenset({project_id}))
    alone = torugart.appraise(project_id, year=YEAR, draws=0, out=tmp_path / "b", report=False)
    results = alone.tables["accounts_results"].set_index("result_id")["value"]
    for name in ("npv_6", "eirr", "most_capital_6"):
        if name in results.index:
            assert row[name] == pytest.approx(results[name], rel=1e-9, nan_ok=True)
    assert ("npv_6" in results.index) == (not np.isnan(row["npv_6"]))
    assert row["musd"] == pytest.approx(alone.tables["benefits_country"]["musd"].sum(), rel=1e-9)


def test_projects_without_accounts_have_the_same_users(programme) -> None:
    only = frozenset({"kalaikhumb_vanj_road"})
    question = replace(programme.question, project="kalaikhumb_vanj_road")
    with_account = appraise_worth(programme, question, only)
    without = appraise_together(programme, question, only)
    assert without["musd"] == pytest.approx(with_account["musd"], rel=1e-12)
    assert with_account["musd"] > 0
    assert np.isnan(without["npv_6"])


def test_a_project_that_opened_before_the_trade_is_appraised_in_its_year(programme) -> None:
    tables = programme.network.tables
    trade = int(tables["parameters"].set_index("parameter_id").at["demand_year", "value"])
    opened = tables["projects"].set_index("project_id").at["angren_pap", "open_year"]
    assert opened < trade
    assert default_year(tables, "angren_pap") == trade
    assert default_year(tables, "cku") > trade
