"""`torugart energy volumes` as a user meets it."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

import torugart
from torugart.errors import InputError


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    return torugart.energy_volumes("TKM", "CHN", out=tmp_path_factory.mktemp("volumes") / "bundle")


@pytest.mark.parametrize("more", [("--from", "TKM", "--to", "CHN"), ("--from", "TKM", "--base", "15"), ()])
def test_the_page_fits_eighty_columns(run, tmp_path, more) -> None:
    told = run("energy", "volumes", *more, "--out", str(tmp_path / "bundle"), width=80)
    assert told.code == 0, told.err
    assert not [line for line in told.out.splitlines() if len(line) > 80 and "/" not in line]
    assert "…" not in told.out
    assert "nan" not in told.out


def test_430_by_march_2025_is_held_against_years_others_and_its_own_voice(answer) -> None:
    tests = answer.tables["milestone_tests"]
    mine = tests[(tests["by_date"] == "2025-03") & (tests["milestone_bcm"] == 430)].set_index("test")
    assert mine.at["yearly volumes", "verdict"] == "fits"
    assert mine.at["milestones of other publishers", "verdict"] == "cannot be tested"
    assert mine.at["later figure of the same voice", "verdict"] == "fits (speaker's own figures only)"
    assert 375 <= mine.at["yearly volumes", "lo"] < 430 < mine.at["yearly volumes", "hi"] <= 472


def test_use_is_brought_to_the_base_and_says_so(answer) -> None:
    use = answer.tables["use"]
    review = use[(use["source_id"] == "energy_institute_2025") & (use["year"] == 2024)].iloc[0]
    assert (review["reference_c"], review["reference_how"]) == (15.0, "stated")
    assert review["use_bcm"] == pytest.approx(434.4 * 293.15 / 288.15)
    customs = use[use["as_counted_bcm"] == 394.53].iloc[0]
    assert customs["use_bcm"] == pytest.approx(394.53)


def test_the_two_bases_differ_by_their_temperatures_alone(answer, tmp_path) -> None:
    cold = torugart.energy_volumes("TKM", "CHN", base_celsius=15, out=tmp_path / "cold")
    one, other = (a.tables["volumes"]["total_bcm"].to_numpy() for a in (cold, answer))
    assert one == pytest.approx(other * 288.15 / 293.15)


def test_plans_stand_beside_and_are_not_counted(tmp_path) -> None:
    told = torugart.energy_volumes("RUS", "UZB", out=tmp_path / "bundle").tables
    assert {"plan", "forecast"} <= set(told["reported"]["kind"])
    assert told["volumes"]["year"].max() == 2025


def test_every_energy_claim_of_the_record_has_a_verdict(answer) -> None:
    claims = answer.tables["claims"].set_index("claim_id")
    asked = torugart.check()
    gas = asked[asked["claim_id"].str.match(r"ec_|cl_01[1-367]")].set_index("claim_id")
    assert set(gas.index) <= set(claims.index)
    assert claims.loc[gas.index, "verdict"].to_dict() == gas["verdict"].to_dict()
    assert claims.at["cl_012", "verdict"] == "does not hold"


def test_figures_lead_to_cells(answer, run) -> None:
    told = run("why", "volumes.tkm_chn.until_2025_03", str(answer.folder), width=100)
    assert told.code == 0, told.err
    assert "417" in told.out
    assert "(from 375" in told.out
    assert "volumes.tkm_chn.2021" in told.out
    assert "tkm_chn_2021_2021_a94ebe" in run("why", "volumes.tkm_chn.2021", str(answer.folder)).out


def test_tables_as_csv_and_all_as_json(run, tmp_path) -> None:
    arguments = ("energy", "volumes", "--from", "TKM", "--to", "CHN", "--out", str(tmp_path / "bundle"))
    held = json.loads(run(*arguments, "--json").out)["tables"]
    for table in ("volumes", "reported", "milestones", "milestone_tests", "use", "claims"):
        rows = list(csv.DictReader(io.StringIO(run(*arguments, "--csv", "--table", table).out)))
        assert len(rows) == len(held[table]) > 0


def test_what_is_asked_wrongly_is_refused_with_what_is_known(run) -> None:
    told = run("energy", "volumes", "--from", "TKM", "--to", "XXX")
    assert told.code == 2
    assert "TKM to CHN" in told.err
    told = run("energy", "volumes", "--base", "288.15")
    assert told.code == 2
    assert "15 or 20" in told.err
    told = run("energy", "volumes", "--csv", "--table", "nothing")
    assert told.code == 2
    assert "nothing" in told.err
    with pytest.raises(InputError, match="no gas"):
        torugart.energy_volumes("CHN", "TKM")


def test_the_page_draws_every_milestone_and_fetches_nothing(answer) -> None:
    assert answer.report is not None
    text = Path(answer.report).read_text(encoding="utf-8")
    assert '<svg class="yearchart volumes"' in text
    assert text.count("<title>") - 1 == len(answer.tables["milestones"])
    assert text.count('class="claimed"') == 1
    assert not re.search(r'<(?:link|img|iframe)|src="http', text)
    assert not re.search(
        r"\bnan\b", re.sub(r"<style>.*?</style>|<script>.*?</script>", "", text, flags=re.DOTALL)
    )
