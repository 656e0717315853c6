"""Projects on gas and power appraised, and the page on a year of gas: what is told, and that it adds up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import torugart
from torugart.cli import main
from torugart.errors import InputError
from torugart.verbs.bundled import Appraisal

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def line_d(tmp_path_factory: pytest.TempPathFactory) -> Appraisal:
    return torugart.appraise("gas_pipeline_d", draws=6, out=tmp_path_factory.mktemp("d") / "bundle")


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Appraisal:
    return torugart.appraise("syrdarya_ccgt_1500", draws=6, out=tmp_path_factory.mktemp("p") / "bundle")


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Appraisal:
    return torugart.report_energy(draws=4, out=tmp_path_factory.mktemp("y") / "bundle")


def test_changes_are_with_less_without_and_lie_in_their_interval(line_d: Appraisal) -> None:
    t = line_d.tables["energy_countries"]
    assert np.allclose(t["with_project"] - t["without"], t["change"])
    assert (t["lo"] <= t["change"] + 1e-9).all()
    assert (t["change"] <= t["hi"] + 1e-9).all()


def test_line_d_is_insurance_today_and_carries_what_more_gas_there_is(line_d: Appraisal) -> None:
    losses = line_d.tables["energy_losses"].set_index("element")
    assert losses.loc["node gedaim", "short_with"] < losses.loc["node gedaim", "short_without"] - 1
    more = line_d.tables["energy_more_output"].set_index("iso3")["brings"]
    assert more["TKM"] > 25
    assert more["KAZ"] < more["TKM"] / 5
    served = line_d.tables["energy_countries"]
    china = served[(served["iso3"] == "CHN") & (served["measure"] == "served")].iloc[0]
    assert 0 <= china["change"] < 1


def test_what_all_get_and_burn_is_what_all_make(line_d: Appraisal) -> None:
    total = line_d.tables["energy_countries"].groupby("measure")[["without", "with_project"]].sum()
    for side in ("without", "with_project"):
        used = total.loc["served", side] + total.loc["fuel", side]
        assert used == pytest.approx(total.loc["output", side], abs=1e-6)


def test_a_plant_takes_its_saving_off_the_power_plants_of_its_country(plant: Appraisal) -> None:
    saved = plant.tables["energy_plant"].set_index("quantity").loc["gas_bcm", "value"]
    served = plant.tables["energy_countries"]
    uzb = served[(served["iso3"] == "UZB") & (served["measure"] == "served")].iloc[0]
    assert saved > 0.5
    assert uzb["change"] == pytest.approx(-saved, rel=1e-6)
    carbon = plant.tables["energy_carbon"].set_index("quantity")["mt_co2e"]
    assert carbon["plant_mt_co2e"] < 0


def test_a_project_that_stands_is_compared_with_its_absence(tmp_path: Path) -> None:
    made = torugart.appraise("beineu_shymkent_gas", draws=0, out=tmp_path / "b")
    lines = made.tables["energy_lines"].set_index("line")
    assert lines.loc["bbs1_a", "carries_without"] == 0
    assert lines.loc["bbs1_a", "carries_with"] > 1
    assert "stands in that year" in made.manifest["notes"][0]
    t = made.tables["energy_countries"]
    assert np.allclose(t["lo"], t["change"])  # no draws, no interval


def test_the_same_seed_gives_the_same_bundle(line_d: Appraisal, tmp_path: Path) -> None:
    again = torugart.appraise("gas_pipeline_d", draws=6, out=tmp_path / "again")
    assert again.manifest["tables"] == line_d.manifest["tables"]


def test_why_explains_a_figure_down_to_cells(line_d: Appraisal) -> None:
    tree = torugart.why("energy.chn.served", bundle=line_d.folder)
    assert "energy_edits" in str(tree)


def test_the_report_shows_what_the_bundle_holds(line_d: Appraisal, year: Appraisal) -> None:
    for made, words in (
        (line_d, ("What it would take", "As insurance")),
        (year, ("Delivered in all", "Month by month")),
    ):
        assert made.report is not None
        html = made.report.read_text(encoding="utf-8")
        assert all(word in html for word in words)
        assert ">nan<" not in html
        assert ">None<" not in html


@pytest.mark.parametrize("which", ["line_d", "year"])
def test_every_table_and_column_is_documented(which: str, request: pytest.FixtureRequest) -> None:
    page = (ROOT / "docs" / "bundle.md").read_text(encoding="utf-8")
    made: Appraisal = request.getfixturevalue(which)
    for name, table in made.tables.items():
        assert f"`{name}`" in page, name
        for column in table.columns:
            assert column in page, f"{name}.{column}"


def test_the_page_of_the_terminal_reads_and_a_road_has_no_output(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main.run(["appraise", "gazli_storage", "--draws", "2", "--out", str(tmp_path / "x")]) == 0
    told = capsys.readouterr().out
    assert "What changes" in told or "changes nothing" in told
    assert "report.html" in told
    with pytest.raises(InputError, match="goes with a project on gas"):
        torugart.appraise("cku", output=["TKM=+1"])
