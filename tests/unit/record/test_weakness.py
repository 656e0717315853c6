"""What is weak in the record, and what is known of Chinese money: counted from rows, nothing twice, nothing lost."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import torugart
from torugart.record.chinese_money import KNOWLEDGE, chinese_money, counts_of_knowledge
from torugart.record.summary import project_places
from torugart.record.weakness import KINDS, LONG_SILENCE_DAYS, record_weaknesses
from torugart.tables.read import read_package

TABLES = read_package().tables
LEDGER = torugart.status(as_of="2026-11-27")


@pytest.fixture(scope="module")
def weak() -> pd.DataFrame:
    projects = LEDGER.projects.merge(project_places(TABLES), on="project_id", how="left")
    claims = TABLES["claims"].assign(verdict="holds", reason="")
    claims.loc[claims.index[:3], ["verdict", "reason"]] = ["cannot be tested", "no series of it"]
    return record_weaknesses(projects, LEDGER.commitments, claims)


def test_every_weakness_names_a_record_and_how_to_mend_it(weak: pd.DataFrame) -> None:
    assert set(weak["kind"]) <= set(KINDS)
    assert (weak["mend"] != "").all()
    assert not weak.duplicated(["kind", "record_id"]).any()
    for table, part in weak.groupby("table"):
        assert set(part["record_id"]) <= set(TABLES[table][f"{table.removesuffix('s')}_id"])


def test_counts_are_those_of_the_ledger(weak: pd.DataFrame) -> None:
    count = weak["kind"].value_counts()
    ledger = LEDGER.projects
    assert count["no_cost"] == ledger["cost_musd"].isna().sum()
    assert count["estimated_project"] == (ledger["basis"] == "estimated").sum()
    assert count["claim_untested"] == 3
    assert (
        0
        < count["long_silence"]
        < (pd.to_numeric(ledger["silence_days"], errors="coerce") >= LONG_SILENCE_DAYS).sum()
    )


def test_what_is_settled_is_never_called_silent(weak: pd.DataFrame) -> None:
    ledger = LEDGER.projects.set_index("project_id")
    silent = weak[weak["kind"] == "long_silence"]["record_id"]
    assert not ledger.loc[silent, "activity"].isin(["settled", "stopped"]).any()


def money_of(parties: list[tuple[str, str, float | None, float | None]]) -> pd.DataFrame:
    """Chinese money in one project of 100 million USD with these (party, role, amount, share)."""
    rows = [("p", *row, "s", "reported") for row in parties]
    columns = ["project_id", "party_id", "role", "amount_musd", "share", "source_id", "basis"]
    tables = {
        "parties": pd.DataFrame({"party_id": ["bank", "ministry"], "iso3": ["CHN", "KGZ"]}),
        "project_parties": pd.DataFrame(rows, columns=columns).astype({"amount_musd": float, "share": float}),
    }
    projects = pd.DataFrame(
        {"project_id": ["p"], "name": ["P"], "sector": ["gas"], "cost_musd": [100.0], "summable": ["yes"]}
    )
    return chinese_money(tables, projects)


@pytest.mark.parametrize(
    ("parties", "known", "documented"),
    [
        ([], "nobody", 0),
        ([("ministry", "owner", 100.0, 1.0)], "others", 0),
        ([("bank", "contractor", 100.0, None)], "paid", 0),
        ([("bank", "lender", None, None)], "named", 0),
        ([("bank", "owner", None, 0.51), ("ministry", "owner", None, 0.49)], "equity", 0),
        ([("bank", "lender", 40.0, None), ("ministry", "owner", 60.0, None)], "amount", 40),
    ],
)
def test_what_is_known_follows_from_who_pays(parties, known, documented) -> None:
    [row] = money_of(parties).to_dict("records")
    assert (row["known"], row["documented_musd"]) == (known, documented)


@given(st.lists(st.tuples(st.sampled_from(["bank", "ministry"]), st.sampled_from(["owner", "lender", "contractor"]),
                          st.none() | st.floats(0, 1e4), st.none() | st.floats(0, 1)), max_size=5))  # fmt: skip
def test_chinese_money_is_never_more_than_its_parties_pay(parties) -> None:
    [row] = money_of(parties).to_dict("records")
    paid = sum(
        amount or 0.0 for party, role, amount, _ in parties if party == "bank" and role != "contractor"
    )
    assert row["documented_musd"] + row["estimated_musd"] == pytest.approx(paid)
    assert row["known"] in KNOWLEDGE


def test_counts_add_up_to_all_projects_with_a_cost_that_counts() -> None:
    ledger = LEDGER.projects
    counts = counts_of_knowledge(chinese_money(TABLES, ledger))
    counted = ledger[ledger["summable"] == "yes"]
    assert counts["projects"].sum() == len(counted)
    assert counts["cost_musd"].sum() == pytest.approx(counted["cost_musd"].sum())
    assert list(counts["known"]) == list(KNOWLEDGE)
