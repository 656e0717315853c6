"""The do-minimum and its neighbours, project by project."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.small_network import EVIDENCE, rows, typed, valley

from torugart.errors import UnknownName
from torugart.scenario.do_minimum import (
    open_links,
    open_projects,
    read_project_state,
    season_states,
    without_dependents,
)

TABLES = typed(valley())
STATE = read_project_state(TABLES, "2026-11-25")


def open_in(baseline: str, year: int, slip: float = 2, without: tuple[str, ...] = ()) -> set[str]:
    return set(open_projects(STATE, TABLES["projects"], baseline, year, slip, frozenset(without)))


def test_status_follows_evidence_not_what_is_stated():
    assert STATE.operating == {"old_line"}
    assert STATE.under_way == {"new_line": 2028}
    assert STATE.planned == {"branch"}


def test_evidence_of_the_future_is_not_known_yet():
    before = read_project_state(TABLES, "2024-12-01")
    assert before.under_way == {}
    assert "new_line" in before.planned


@pytest.mark.parametrize(("year", "there"), [(2029, False), (2030, True), (2040, True)])
def test_what_is_being_built_opens_late_by_the_usual_slip(year, there):
    assert ("new_line" in open_in("do_minimum", year)) is there


def test_what_is_planned_is_never_in_the_do_minimum():
    assert open_in("do_minimum", 2100) == {"new_line", "old_line"}
    assert open_in("today", 2100) == {"old_line"}
    assert open_in("all_planned", 2026) == {"branch", "new_line", "old_line"}


def test_what_needs_the_project_goes_with_it():
    assert open_in("all_planned", 2040, without=("new_line",)) == {"old_line"}
    assert without_dependents(TABLES["projects"], frozenset({"new_line"})) == {"new_line", "branch"}


def test_dependents_are_followed_however_far_even_in_a_circle():
    projects = pd.DataFrame({"project_id": list("abcd"), "requires_project": ["d", "a", "b", "c"]})
    assert without_dependents(projects, frozenset("a")) == set("abcd")


def test_stopped_and_cancelled_projects_are_in_no_baseline():
    for milestone in ("works_stopped", "cancelled", "closed"):
        evidence = EVIDENCE + rows(
            "evidence_id entity_id date milestone", f"e9 | new_line | 2026-01-01 | {milestone}"
        )
        state = read_project_state(typed(valley() | {"evidence": evidence}), "2026-11-25")
        assert "new_line" not in state.under_way
        assert "new_line" not in state.planned | state.operating


def test_an_unknown_baseline_is_refused():
    with pytest.raises(UnknownName, match="do_minimum"):
        open_in("do_minimun", 2030)


def test_links_take_their_status_from_their_project_and_season():
    links = TABLES["links"]
    today = dict(zip(links["link_id"], open_links(links, frozenset()), strict=True))
    assert not today["r_border"]
    assert not today["r_gate_mid"]
    assert today["h_border"]
    assert today["r_mid_z"]
    winter = dict(
        zip(links["link_id"], open_links(links, frozenset({"new_line"}), frozenset({"winter"})), strict=True)
    )
    assert winter["r_border"]
    assert not winter["h_border"]


def test_seasons_share_out_the_year():
    # Winter shuts one pass for three months, monsoon another for two, one of them in winter.
    seasons = pd.DataFrame({"season_id": ["winter", "monsoon"], "months_closed": ["12;1;2", "2;3"]})
    got = dict(season_states(seasons))
    assert got == pytest.approx(
        {
            frozenset(): 8 / 12,
            frozenset({"winter"}): 2 / 12,
            frozenset({"monsoon"}): 1 / 12,
            frozenset({"winter", "monsoon"}): 1 / 12,
        }
    )


def test_without_seasons_the_year_is_one():
    assert season_states(pd.DataFrame({"season_id": [], "months_closed": []})) == [
        (frozenset(), pytest.approx(1.0))
    ]
