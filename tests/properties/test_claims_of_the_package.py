"""Laws of the verdicts on the package's own claims: order, strangers, sources, and the same rule for everybody."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torugart.checks.interval import printed_figure, shortest
from torugart.checks.verdict import OWN_FIGURES, VERDICTS, check_claims
from torugart.errors import UnknownName
from torugart.record.series import gas_series, half_digit, trade_series
from torugart.tables.package import Package
from torugart.tables.read import cell, fill_assumptions, read_package
from torugart.verbs import check as check_verb
from torugart.verbs.check import check
from torugart.verbs.claims_asked import claims_about, claims_called, claims_for_model, claims_of_kind

AS_OF = "2026-11-27"
SERIES = (
    "trade_totals",
    "trade_flows",
    "gas_flows",
    "gas_milestones",
    "country_series",
    "events",
    "commitments",
)
OFFICES = ("China customs", "a minister", "a sceptic", "the operator of the line", "Xi Jinping", "a bank")


@pytest.fixture(scope="module")
def package() -> Package:
    return fill_assumptions(read_package())[0]


@pytest.fixture(scope="module")
def claims(package) -> pd.DataFrame:
    """The claims that need neither the network nor distances, which take the time."""
    every = package.tables["claims"]
    slow = claims_for_model(package, every) | set(every.loc[every["expr"].str.contains("route_"), "claim_id"])
    return every[~every["claim_id"].isin(slow)]


@pytest.fixture(scope="module")
def judged(package, claims) -> pd.DataFrame:
    return check_claims(package, claims, None, AS_OF).set_index("claim_id")


def test_every_statement_of_the_facts_is_a_claim(package):
    ids = set(package.tables["claims"]["claim_id"].str.rstrip("abcdefg"))
    assert {f"cl_{number:03d}" for number in range(1, 69)} <= ids
    assert {f"ec_{number:02d}" for number in range(6, 26)} <= ids


def test_every_claim_gets_the_verdict_expected(judged, claims):
    expected = claims.set_index("claim_id")["expected"]
    assert set(judged["verdict"].str.removesuffix(OWN_FIGURES)) <= set(VERDICTS)
    differ = {
        i: (judged.at[i, "verdict"], expected[i])
        for i in judged.index
        if judged.at[i, "verdict"] != expected[i]
    }
    assert differ == {}
    assert judged["reason"].str.endswith(".").all()


def test_what_cannot_be_tested_says_what_is_missing(judged):
    untested = judged[judged["verdict"] == "cannot be tested"]
    assert len(untested)
    assert (untested["reason"].str.len() > 20).all()


def test_every_figure_shown_rests_on_a_source(package, judged):
    sources = set(package.tables["sources"]["source_id"])
    for claim_id, working in judged["working"].items():
        for reading in json.loads(working):
            if reading["kind"] in ("missing", "arithmetic"):
                continue
            assert reading["cells"], claim_id
            for name in reading["cells"]:
                table, _, rest = name.removeprefix("cell:").partition("/")
                row, _, column = rest.rpartition("/")
                held = cell(package, table, row, column)
                assert held.value is not None, name
                assert held.source_id or held.assumption_id, name
            assert {rival["source_id"] for rival in reading["rivals"]} <= sources


@pytest.mark.parametrize("office", OFFICES)
def test_it_does_not_matter_who_says_it(package, claims, judged, office):
    spoken = claims.assign(said_by=office)
    found = check_claims(package, spoken, None, AS_OF).set_index("claim_id")["verdict"]
    pd.testing.assert_series_equal(
        found.str.removesuffix(OWN_FIGURES), judged["verdict"].str.removesuffix(OWN_FIGURES)
    )


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 2**31 - 1))
def test_the_order_of_rows_changes_nothing(package, claims, judged, seed):
    shuffled = {name: table.sample(frac=1, random_state=seed) for name, table in package.tables.items()}
    tables = {**package.tables, **{name: shuffled[name].reset_index(drop=True) for name in SERIES}}
    other = check_claims(replace(package, tables=tables), claims, None, AS_OF).set_index("claim_id")
    pd.testing.assert_frame_equal(other, judged)
    for series in (trade_series, gas_series):
        pd.testing.assert_frame_equal(series(tables), series(package.tables))


@settings(max_examples=4, deadline=None)
@given(busd=st.integers(1, 10**6), year=st.integers(1995, 2012), bcm=st.integers(1, 10**6))
def test_a_record_outside_a_claim_changes_no_verdict(package, claims, judged, busd, year, bcm):
    tables = dict(package.tables)
    for table, column, where, value in (
        ("trade_totals", "usd", {"country_a": "MNG", "year": year}, busd * 1e6),
        ("trade_flows", "usd", {"exporter": "MNG", "year": year}, busd * 1e6),
        ("gas_milestones", "bcm", {"supplier": "RUS"}, float(bcm)),
        ("gas_flows", "bcm", {"supplier": "QAT"}, float(bcm)),
        ("country_series", "value", {"iso3": "MNG", "variable": "gas_use_bcm"}, float(bcm)),
    ):
        stranger = tables[table].iloc[[0]].assign(**{column: value}, **where)
        key = tables[table].columns[0]
        if key.endswith("_id"):
            stranger = stranger.assign(**{key: "stranger"})
        tables[table] = pd.concat([tables[table], stranger], ignore_index=True)
    other = check_claims(replace(package, tables=tables), claims, None, AS_OF).set_index("claim_id")
    pd.testing.assert_frame_equal(other, judged)


def test_no_network_is_built_for_a_claim_that_does_not_ask_for_it(monkeypatch):
    def refuse(*_):
        raise AssertionError("the network was built")

    monkeypatch.setattr(check_verb, "build_network", refuse)
    assert check("cl_018")["verdict"].tolist() == ["holds on another base"]
    assert check("cl_067")["verdict"].tolist() == ["does not hold"]
    with pytest.raises(AssertionError):
        check("cl_046")


def test_a_statement_is_found_by_its_id_its_parts_and_its_other_id(package):
    assert claims_called(package, "cl_038") == [f"cl_038{part}" for part in "abcdefg"]
    assert claims_called(package, "cl_038b") == ["cl_038b"]
    assert claims_called(package, "art3") == ["cl_012"]
    assert [len(claims_called(package, f"art{n}")) for n in range(1, 6)] == [1, 1, 1, 2, 2]


def test_claims_are_found_by_what_they_are_about(package):
    every = package.tables["claims"]
    assert {"cl_030", "cl_033"} <= claims_about(package, every, "Kyrgyzstan")
    assert "cl_016" in claims_about(package, every, "TKM")
    assert claims_about(package, every, "Shymkent refinery expansion") == {"cl_012"}
    assert {"cl_018", "cl_031"} <= claims_about(package, every, "trade")
    with pytest.raises(UnknownName):
        claims_about(package, every, "weather on the moon")


def test_every_claim_is_of_one_kind(package):
    every = package.tables["claims"]
    kinds = [claims_of_kind(every, kind) for kind in ("arithmetic", "data", "record", "model", "none")]
    assert sum(map(len, kinds)) == len(every)
    assert set().union(*kinds) == set(every["claim_id"])
    assert "cl_018" in kinds[1]


@given(st.one_of(st.integers(1, 10**7), st.floats(0.001, 1e6).map(lambda x: round(x, 3))))
def test_series_and_claims_read_a_printed_figure_alike(figure):
    printed = printed_figure(shortest(float(figure)))
    assert half_digit(float(figure)) == pytest.approx(printed.hi - printed.mid, rel=1e-6)
