"""Changes of trade cost as they are asked for: what is read, and what is refused with a mend."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torugart.errors import InputError
from torugart.scenario.cost_edits import KINDS, CostEdit, check_economies, costs_of_file, parse_costs

KNOWN = ("CHN", "KGZ", "UZB")


@given(st.sampled_from(sorted(KINDS)), st.floats(-99, 999).map(lambda x: round(x, 3)))
def test_what_is_written_is_read_back(kind, per_cent):
    edit = CostEdit("CHN", "UZB", kind, 1 + per_cent / 100)
    [read] = parse_costs([edit.words])
    assert (read.exporter, read.importer, read.kind) == ("CHN", "UZB", kind)
    assert read.factor == pytest.approx(edit.factor, rel=1e-5)


@pytest.mark.parametrize("text", ["chn,uzb:tau=-3%", " CHN , UZB : TAU = -3.0 % ", "CHN,UZB:tau=-3%"])
def test_case_and_blanks_do_not_matter(text):
    assert parse_costs([text]) == (CostEdit("CHN", "UZB", "tau", 0.97),)


def test_all_is_every_country():
    assert [e.exporter for e in parse_costs(["all,UZB:time=-5%", "*,KGZ:time=-5%"])] == ["all", "all"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CHN,UZB:-3%", "say what changes: tau=-3%.*freight=-3%"),
        ("CHN,UZB:cost=-3%", "'cost' is unknown; use tau, freight or time"),
        ("CHN,UZB:tau=-3", "write per cent with its sign, such as tau=-3%"),
        ("CHN,UZB:tau=-100%", "more than -100%"),
        ("CHN:tau=-3%", "write EXPORTER,IMPORTER:tau=-3%"),
        ("", "write EXPORTER,IMPORTER:tau=-3%"),
    ],
)
def test_what_cannot_be_meant_is_refused(text, said):
    with pytest.raises(InputError, match=said):
        parse_costs([text])


def test_all_faults_of_the_line_are_told_at_once():
    with pytest.raises(InputError) as fault:
        parse_costs(["CHN,UZB:-3%", "CHN,UZB:tau=3", "CHN"])
    assert len(str(fault.value).splitlines()) == 3


def test_a_file_gives_the_same_and_its_reasons():
    rows = [{"exporter": "CHN", "importer": "KGZ", "tau": "-2%", "time": "-10%", "reason": "a test"}]
    assert costs_of_file(rows, "f.toml") == (
        CostEdit("CHN", "KGZ", "tau", 0.98, "a test"),
        CostEdit("CHN", "KGZ", "time", 0.9, "a test"),
    )


def test_all_faults_of_a_file_are_told_at_once():
    rows = [
        {"exporter": "CHN", "tau": -2, "speed": "1"},
        {"exporter": "CHN", "importer": "KGZ", "reason": "x"},
    ]
    with pytest.raises(InputError) as fault:
        costs_of_file(rows, "f.toml")
    for said in (
        "f.toml: 5 problems",
        "trade_cost 1: importer is missing",
        "reason is missing",
        "'speed' is unknown",
        "tau must be text",
        "trade_cost 2: no change",
    ):
        assert said in str(fault.value)
    with pytest.raises(InputError, match="list of tables"):
        costs_of_file({"tau": "-2%"}, "f.toml")


def test_countries_of_the_base_alone():
    check_economies(parse_costs(["CHN,UZB:tau=-3%", "all,all:tau=1%"]), KNOWN)
    with pytest.raises(InputError) as fault:
        check_economies(parse_costs(["CHN,UZZ:tau=-3%", "KGZ,KGZ:tau=-3%"]), KNOWN)
    assert "UZZ is not in the base; use all or UZB" in str(fault.value)
    assert "trade at home keeps its cost" in str(fault.value)
