"""Where projects and commitments stand: worked cases, and what the shipped record says."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from torugart.record.dates import read_date
from torugart.record.evidence import MILESTONES
from torugart.record.ledger import (
    HEIGHT,
    PLEDGE_STATUSES,
    History,
    commitment_ledger,
    histories,
    pledge_status,
    project_ledger,
)
from torugart.tables.read import read_package

TODAY = date(2026, 11, 27)


def tables_of(evidence: list[tuple[str, str]], searches: list[str] = ()) -> dict[str, pd.DataFrame]:  # type: ignore[assignment]
    """Return the tables of one project and one pledge that share their evidence."""
    return {
        "projects": pd.DataFrame(
            [("x", "X", "KGZ", "transport", "rail", "construction")],
            columns=["project_id", "name", "countries", "sector", "mode", "stated_status"],
        ),
        "events": pd.DataFrame([("e", "2023-05-19")], columns=["event_id", "date"]),
        "evidence": pd.DataFrame(
            [(f"v{i}", "x", day, milestone, "") for i, (day, milestone) in enumerate(evidence)],
            columns=["evidence_id", "entity_id", "date", "milestone", "checked_on"],
        ).astype("str"),
        "searches": pd.DataFrame(
            [("x", day) for day in searches], columns=["entity_id", "searched_on"]
        ).astype("str"),
    }


def project(evidence: list[tuple[str, str]], searches: list[str], as_of: str = "2026-11-27") -> pd.Series:
    return project_ledger(tables_of(evidence, searches), as_of).iloc[0]


def pledge(
    evidence: list[tuple[str, str]],
    searches: list[str] = (),
    due: str = "",
    kind: str = "pledge",  # type: ignore[assignment]
) -> str:
    history = histories(tables_of(evidence, searches), TODAY.isoformat()).get("x")
    last = read_date(due, "due").last if due else None
    return pledge_status(kind, last, history or History((), None), TODAY)[0]


def test_never_looked_for_again_is_not_reviewed_and_not_silent() -> None:
    row = project([("2022-05", "works_started")], [])
    assert (row.status, row.activity) == ("under construction", "not reviewed")
    assert row.silence == "no evidence since 2022-05, never looked for again"


def test_silence_with_a_search_is_silent_and_says_when_it_was_searched() -> None:
    row = project([("2023-05", "works_started")], ["2026-03-01"])
    assert (row.status, row.activity) == ("under construction", "silent")
    assert row.silence == "no evidence since 2023-05, last searched 2026-03-01"


def test_a_search_before_the_last_evidence_reviews_nothing() -> None:
    assert project([("2024-05", "works_started")], ["2024-06-01"]).activity == "not reviewed"


def test_a_year_of_silence_is_quiet() -> None:
    assert project([("2025-06", "works_started")], ["2026-11-01"]).activity == "quiet"


@pytest.mark.parametrize("milestone", ["operating", "delivered", "closed"])
def test_what_is_settled_does_not_decay(milestone: str) -> None:
    row = project([("1999", "works_started"), ("2001", milestone)], [])
    assert row.activity == "settled"


def test_as_of_replays_what_would_have_been_said() -> None:
    evidence = [("2022-09", "agreed"), ("2024-12-27", "works_started")]
    assert project(evidence, ["2026-01-01"], "2024-06").status == "agreed"
    assert project(evidence, ["2026-01-01"], "2024-06").last_searched == ""
    assert project_ledger(tables_of(evidence), "2020").empty


def test_a_project_without_any_dated_evidence_is_undated() -> None:
    assert project([], []).status == "undated"


@pytest.mark.parametrize(
    ("evidence", "searches", "due", "expected"),
    [
        ([("2022", "delivered")], [], "", "kept"),
        ([("2024-12-27", "delivered")], [], "2024-10-31", "kept"),
        ([("2023", "partly_delivered")], [], "2024", "partly kept"),
        ([("2023", "works_started")], [], "", "under way"),
        ([("2023", "announced")], ["2026-11-27"], "2025-12-31", "overdue"),
        ([("2023", "works_started")], ["2026-11-27"], "2025-12-31", "overdue"),
        ([("2023", "announced")], ["2025-06-01"], "2025-12-31", "not reviewed"),
        ([("2023", "announced")], [], "2025-12-31", "not reviewed"),
        ([("2023", "announced")], [], "2030", "not reviewed"),
        ([("2023", "announced")], ["2026-11-27"], "2030", "not yet due"),
        ([("2023", "announced")], ["2026-11-27"], "", "no due date"),
        ([("2023", "cancelled"), ("2022", "works_started")], [], "", "dropped"),
        ([], [], "", "not reviewed"),
    ],
)
def test_what_became_of_a_pledge(
    evidence: list[tuple[str, str]], searches: list[str], due: str, expected: str
) -> None:
    assert pledge(evidence, searches, due) == expected


def test_nothing_is_promised_by_a_statement() -> None:
    assert pledge([("2024", "delivered")], kind="statement") == "nothing promised"


MOVES = st.lists(
    st.tuples(
        st.dates(date(2010, 1, 1), date(2026, 11, 1)).map(date.isoformat), st.sampled_from(sorted(MILESTONES))
    ),
    max_size=6,
)
DAYS = st.dates(date(2012, 1, 1), date(2027, 1, 1))


@given(MOVES, st.lists(DAYS.map(date.isoformat), max_size=3), st.none() | DAYS, DAYS, DAYS)
def test_a_pledge_never_improves_without_new_evidence(
    evidence: list[tuple[str, str]], searches: list[str], due: date | None, one: date, other: date
) -> None:
    first, then = sorted((one, other))
    news = [day for day, _ in evidence if first < date.fromisoformat(day) <= then]
    tables = tables_of(evidence, searches)
    stands = []
    for day in (first, then):
        history = histories(tables, day.isoformat()).get("x")
        if history is None:
            stands.append("not reviewed")
        else:
            stands.append(pledge_status("pledge", due, history, day)[0])
    if not news:
        assert HEIGHT.get(stands[1], 0) <= HEIGHT.get(stands[0], 0)


@given(MOVES, st.lists(DAYS.map(date.isoformat), max_size=3), DAYS)
def test_searching_changes_no_status_of_a_project(
    evidence: list[tuple[str, str]], searches: list[str], day: date
) -> None:
    with_them = project_ledger(tables_of(evidence, searches), day.isoformat())
    without = project_ledger(tables_of(evidence), day.isoformat())
    assert with_them["status"].tolist() == without["status"].tolist()


@given(MOVES, st.randoms(use_true_random=False), DAYS)
def test_the_order_of_rows_changes_nothing(
    evidence: list[tuple[str, str]], random: object, day: date
) -> None:
    tables = tables_of(evidence, ["2024-01-01"])
    shuffled = dict(tables)
    shuffled["evidence"] = tables["evidence"].sample(frac=1, random_state=random.randrange(1000))  # type: ignore[attr-defined]
    before, after = (project_ledger(t, day.isoformat()) for t in (tables, shuffled))
    pd.testing.assert_frame_equal(before, after)


def test_every_commitment_of_the_package_has_a_status() -> None:
    tables = read_package().tables
    ledger = commitment_ledger(tables, "2026-11-27")
    assert set(ledger["commitment_id"]) == set(tables["commitments"]["commitment_id"])
    assert set(ledger["status"]) <= set(PLEDGE_STATUSES)
    by_id = ledger.set_index("commitment_id")
    assert by_id.loc["sc_005", "status"] == "kept"
    # Promised for August 2024, begun on 27 December.
    assert (by_id.loc["sc_066", "status"], by_id.loc["sc_066", "late_days"]) == ("kept", 124)


def test_as_of_before_the_first_summit_knows_no_pledge_of_it() -> None:
    ledger = commitment_ledger(read_package().tables, "2023-01")
    assert "sc_017" not in set(ledger["commitment_id"])
    assert "sc_005" in set(ledger["commitment_id"])
