from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from torugart.errors import InputError
from torugart.record.dates import parse_date, read_date
from torugart.record.evidence import LADDER, MILESTONES, OFF_LADDER, evidence_conflicts, project_status
from torugart.tables.read import read_package

COLUMNS = ("evidence_id", "entity_id", "date", "milestone", "checked_on")


def evidence(*lines: str, entity: str = "line", checked_on: str = "") -> pd.DataFrame:
    rows = []
    for number, line in enumerate(lines):
        day, milestone = line.split()
        rows.append((f"e{number}", entity, day, milestone, checked_on))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype("str")


def status(frame: pd.DataFrame, as_of: str) -> str:
    found = project_status(frame, as_of)
    return "" if found.empty else str(found["status"].iloc[0])


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-12-27", date(2024, 12, 27), date(2024, 12, 27)),
    ],
)
def test_a_date_is_a_span_of_days(text, first, last):
    span = parse_date(text)
    assert (span.first, span.last) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "spring 2024", "2024-13", "2023-02-29", "0000", "2024-1", "20240101", "٢٠٢٤"]
)
def test_what_is_no_date_is_refused(text):
    assert parse_date(text) is None
    with pytest.raises(InputError, match="as_of"):
        read_date(text, "as_of")


def test_the_ladder_is_climbed_milestone_by_milestone():
    frame = evidence(
        "1997 announced",
        "2023-05-18 agreed",
        "2024-12-27 works_started",
        "2025-12 financed",
        "2030-06 operating",
    )
    by_day = {
        "1996": "", "1997": "announced", "2023-05-17": "announced", "2023-05-18": "agreed",
        "2024-12-26": "agreed", "2024-12-27": "under construction", "2026": "under construction",
        "2030-06-29": "under construction", "2030-06-30": "operating",
    }  # fmt: skip
    assert {day: status(frame, day) for day in by_day} == by_day


def test_money_after_works_does_not_take_a_rung_back():
    found = project_status(evidence("2024-12-27 works_started", "2025-12 financed"), "2026-01-01").iloc[0]
    assert (found["status"], found["since"]) == ("under construction", "2024-12-27")
    assert (found["last_evidence"], found["evidence_id"]) == ("2025-12", "e0")


def test_a_year_counts_once_it_is_over_or_once_the_source_was_read():
    frame = evidence("2026 operating")
    assert status(frame, "2026-11-25") == ""
    assert status(frame, "2026") == "operating"
    read_in_november = evidence("2026 operating", checked_on="2026-11-25")
    assert status(read_in_november, "2026-11-24") == ""
    assert status(read_in_november, "2026-11-25") == "operating"


def test_what_was_read_before_it_could_happen_counts_from_its_end():
    assert status(evidence("2027 operating", checked_on="2026-11-25"), "2027-06") == ""


def test_stopped_works_need_works_to_go_on():
    frame = evidence(
        "2020-01-01 works_started",
        "2021-01-01 works_stopped",
        "2022-01-01 agreed",
        "2023-01-01 works_started",
    )
    by_day = {
        "2020": "under construction",
        "2021": "suspended",
        "2022": "suspended",
        "2023": "under construction",
    }
    assert {day: status(frame, day) for day in by_day} == by_day


def test_cancelled_projects_begin_anew():
    frame = evidence(
        "2020-01-01 agreed", "2021-01-01 cancelled", "2022-01-01 works_stopped", "2023-01-01 announced"
    )
    by_day = {"2020": "agreed", "2021": "cancelled", "2022": "cancelled", "2023": "announced"}
    assert {day: status(frame, day) for day in by_day} == by_day


def test_what_was_only_announced_is_dropped():
    assert status(evidence("2020 announced", "2021 cancelled"), "2022") == "dropped"


def test_a_closed_line_may_open_again():
    frame = evidence("1990 operating", "1993 closed", "2026-05 announced", "2028 trial")
    by_day = {"1992": "operating", "2000": "closed", "2027": "closed", "2028": "trial"}
    assert {day: status(frame, day) for day in by_day} == by_day


def test_doubt_about_the_order_never_improves_a_status_and_is_listed():
    frame = evidence("2024 works_stopped", "2024-03-01 works_started")
    assert status(frame, "2025") == "suspended"
    listed = evidence_conflicts(frame)
    assert listed["entity_id"].tolist() == ["line"]
    assert "either order" in listed["reason"].iloc[0]
    assert evidence_conflicts(evidence("2023 works_started", "2024 works_stopped")).empty


def test_every_faulty_row_is_named():
    frame = evidence("soon announced", "2024 dreamt", "2025 agreed")
    with pytest.raises(InputError) as caught:
        project_status(frame, "2026")
    assert "2 problems" in str(caught.value)
    assert "'e0'" in str(caught.value)
    assert "'e1'" in str(caught.value)


def test_no_evidence_is_no_status_whatever_the_day():
    assert project_status(evidence(), "").empty


def test_the_last_search_is_told_as_it_was_known():
    frame = evidence("2020 announced", checked_on="2024-05-01")
    assert project_status(frame, "2026")["last_searched"].tolist() == ["2024-05-01"]
    assert project_status(frame, "2023")["last_searched"].tolist() == [""]


def test_every_milestone_leads_to_a_known_status():
    assert set(MILESTONES.values()) | {"dropped"} == set(LADDER) | set(OFF_LADDER)


def test_the_railway_is_under_construction_since_its_ceremony():
    found = project_status(read_package().tables["evidence"], "2026-11-25").set_index("project_id").loc["cku"]
    assert (found["status"], found["since"]) == ("under construction", "2024-12-27")


days = st.dates(date(1990, 1, 1), date(2035, 12, 31)).map(date.isoformat)
written = st.tuples(days, st.sampled_from([4, 7, 10])).map(lambda d: d[0][: d[1]])
rows = st.lists(st.tuples(written, st.sampled_from(sorted(MILESTONES))), max_size=8)


def frame_of(pairs: list[tuple[str, str]]) -> pd.DataFrame:
    return evidence(*(f"{day} {milestone}" for day, milestone in pairs))


@given(rows, st.randoms(use_true_random=False), days)
def test_the_order_of_rows_changes_nothing(pairs, random, day):
    frame = frame_of(pairs)
    shuffled = frame.sample(frac=1, random_state=random.randrange(2**31))
    pd.testing.assert_frame_equal(project_status(frame, day), project_status(shuffled, day))


@given(rows, days, days)
def test_status_never_improves_without_new_evidence(pairs, one, other):
    frame = frame_of(pairs)
    earlier, later = sorted((one, other))
    between = [m for m, _ in pairs if earlier < parse_date(m).last.isoformat() <= later]
    if not between:
        assert status(frame, earlier) == status(frame, later)


@given(rows, st.sampled_from(["works_stopped", "closed", "cancelled"]))
def test_bad_news_as_the_last_word_never_improves_a_status(pairs, bad):
    # In the middle it may: what was stopped and then cancelled begins anew with an agreement, what was only stopped
    # does not.
    before, after = (
        status(frame_of(pairs), "2036-01-01"),
        status(frame_of([*pairs, ("2036-01-01", bad)]), "2036-01-01"),
    )
    assert after in OFF_LADDER
    given_up = ("cancelled", "dropped")
    assert before not in given_up or after in given_up


@given(rows, days, days, st.sampled_from(["announced", "agreed", "financed"]))
def test_words_and_money_restart_no_works(pairs, day, said_on, said):
    before, after = status(frame_of(pairs), day), status(frame_of([*pairs, (said_on, said)]), day)
    if before in ("suspended", "closed"):
        assert after == before or after not in ("under construction", "trial", "operating", "completed")
