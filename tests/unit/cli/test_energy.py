"""`torugart energy flow` and `torugart energy lines` as a user meets them."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

import pytest
from tests.gas_samples import sample_files, write_folder

HEADER = "id,commodity,length_km,diameter_mm,pressure_bar,capacity,capacity_unit\n"
LINES = HEADER + (
    "line_a,gas,530,1067,,15,bcm/yr\nline_b,gas,530,1067,,15,bcm/yr\nloose,gas,,1219,,25,bcm/yr (as listed)\n"
    "thin,gas,100,,,2,bcm/yr\nunknown,gas,100,720,,,\noil,crude,100,813,64,20,Mt/yr\n"
)


@pytest.fixture
def network(tmp_path: Path) -> str:
    return str(write_folder(tmp_path / "net", sample_files("matgas")) / "small.m")


@pytest.fixture
def lines(tmp_path: Path) -> str:
    (tmp_path / "lines.csv").write_text(LINES, encoding="utf-8")
    return str(tmp_path / "lines.csv")


@pytest.mark.parametrize("more", [(), ("--all",), ("--ratio", "compressor_1=1.2"), ("--quiet",)])
def test_a_flow_fits_eighty_columns(run, network, more) -> None:
    answer = run("energy", "flow", network, *more, width=80)
    assert answer.code == 0, answer.err
    assert not [line for line in answer.out.splitlines() if len(line) > 80]
    assert "…" not in answer.out
    assert "nan" not in answer.out


def test_a_flow_shows_limits_first_and_the_way_of_the_gas(run, network) -> None:
    out = run("energy", "flow", network, "--ratio", "compressor_1=1.6", width=100).out
    assert out.index("pressure too high") < out.index("Pressures") < out.index("Pipes, fastest first")
    assert "ratio too large" in out
    assert "compressor_1  2 - 3" in out
    assert "20 °C" in out


def test_the_three_tables_as_csv_and_all_as_json(run, network) -> None:
    held = json.loads(run("energy", "flow", network, "--json").out)
    for table in ("nodes", "links", "limits"):
        rows = list(
            csv.DictReader(io.StringIO(run("energy", "flow", network, "--csv", "--table", table).out))
        )
        assert len(rows) == len(held[table])
        assert not rows or set(rows[0]) == set(held[table][0])
    by_id = {row["link_id"]: row for row in held["links"]}
    assert by_id["pipe_1"]["flow_kg_per_s"] == pytest.approx(200)
    # 200 kg/s over the density at 20 °C of the answer itself
    density = held["summary"]["reference_density_kg_per_m3"]
    assert by_id["pipe_1"]["flow_bcm_per_year"] == pytest.approx(200 * 365 * 86_400 / density / 1e9)
    assert by_id["compressor_1"]["velocity_m_per_s"] is None


def test_another_reference_changes_volumes_not_masses(run, network) -> None:
    cold, warm = (
        json.loads(run("energy", "flow", network, "--json", "--reference", t).out)["links"][0]
        for t in ("0", "20")
    )
    assert cold["flow_kg_per_s"] == warm["flow_kg_per_s"]
    assert warm["flow_bcm_per_year"] / cold["flow_bcm_per_year"] == pytest.approx(293.15 / 273.15)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--ratio", "compressor_1"), "write NAME=NUMBER"),
        (("--ratio", "compressor_1=much"), "write NAME=NUMBER"),
        (("--ratio", "compressor_2=1.2"), "no link of this network is called 'compressor_2'. Did you mean compressor_1"),
        (("--slack", "1=6500000"), "slack_bar is 6.5e+06"),
        (("--slack", "1=5"), "no positive pressure is left"),
        (("--close", "pipe_1"), "has no given pressure"),
        (("--json", "--csv"), "exclude each other"),
        (("--reference", "400"), "--reference"),
    ],
)  # fmt: skip
def test_a_fault_ends_with_code_two_and_its_mend(run, network, more, words) -> None:
    answer = run("energy", "flow", network, *more)
    assert answer.code == 2
    assert words in answer.err
    assert answer.out == ""
    assert "Traceback" not in answer.err


def test_a_hostile_name_does_not_reach_the_terminal(run, tmp_path) -> None:
    files = sample_files("json")
    files["network.json"] = files["network.json"].replace(b'"name": "4"', b'"name": "\\u001b[2J4"')
    folder = write_folder(tmp_path / "net", files)
    assert "\x1b" not in run("energy", "flow", str(folder)).out


def test_lines_say_how_many_can_be_checked_and_why_not(run, lines) -> None:
    answer = run("energy", "lines", lines, width=80)
    assert answer.code == 0, answer.err
    assert answer.out.startswith("3 of 5 gas lines can be checked")
    assert "4 of gas state a diameter, 1 of any kind a pressure" in answer.out
    assert "line_a, line_b" in answer.out
    for words in ("no diameter: 1", "no gas: 1", "no capacity in bcm a year: 1"):
        assert f"not checked, {words}" in answer.out
    assert not [line for line in answer.out.splitlines() if len(line) > 80]


def test_the_figures_of_a_line_are_those_of_the_formulas(run, lines) -> None:
    held = json.loads(
        run(
            "energy", "lines", lines, "--json", "--law", "ideal", "--inlet-bar", "98", "--outlet-bar", "65"
        ).out
    )
    row = held["lines"][0]
    flow, diameter = 15e9 * 0.72 / (365 * 86_400), 1.067
    mass = 0.72 * 8.314462618 * 293.15 / 101_325
    a2, area = 8.314462618 * 288.15 / mass, math.pi / 4 * diameter**2
    friction = (2 * math.log10(1067 / 0.05) + 1.138) ** -2
    per_km = friction * 1000 / diameter * a2 * (flow / area) ** 2  # of a squared pressure
    assert row["flow_kg_per_s"] == pytest.approx(flow)
    assert row["single_inlet_bar"] == pytest.approx((per_km * 530) ** 0.5 / 1e5)
    assert row["spacing_km"] == pytest.approx((98e5**2 - 65e5**2) / per_km)
    assert row["speed_m_per_s"] == pytest.approx(flow * a2 / (65e5 * area))
    # at the pressure given the speed is 122 / sqrt(density)
    density = row["speed_pressure_bar"] * 1e5 / a2
    assert flow / (density * area) == pytest.approx(122.0 / density**0.5, rel=1e-3)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,capacity\na,1\n", "no column commodity, length_km"),
        (HEADER, "no line in it"),
        (HEADER + "a,gas,530,1.067,,15,bcm/yr\n", "row 2 'a': diameter_mm is '1.067'; expected 10 to 3000"),
        (HEADER + "a,gas,530,1067,,15000,bcm/yr\n", "capacity is 15000 bcm a year; no line carries more than 200: is it in mcm?"),
        (HEADER + "a,gas,far,1067,,15,bcm/yr\nb,gas,5,-1,,15,bcm/yr\n", "2 problems"),
        (HEADER + "a,gas,530\n", "row 2 'a': 3 cells; the header has 7"),
        ("", "no column id"),
    ],
)  # fmt: skip
def test_a_faulty_table_of_lines_is_refused(run, tmp_path, text, words) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    answer = run("energy", "lines", str(tmp_path / "a.csv"))
    assert answer.code == 2
    assert words in answer.err


@pytest.mark.parametrize(
    "more", [("--inlet-bar", "98"), ("--inlet-bar", "50", "--outlet-bar", "60"), ("--density", "700")]
)
def test_assumptions_that_cannot_be_are_refused(run, lines, more) -> None:
    assert run("energy", "lines", lines, *more).code == 2


def test_a_network_that_was_never_there(run, tmp_path) -> None:
    answer = run("energy", "flow", str(tmp_path / "none.m"))
    assert answer.code == 2
    assert "Traceback" not in answer.err
