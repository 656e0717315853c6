"""Health of records, and which of them may be summed."""

from __future__ import annotations

import pytest

from torugart.record.health import health_of, health_on
from torugart.tables.read import read_package

TABLES = read_package().tables


def test_a_record_of_general_knowledge_has_no_independent_owner() -> None:
    health = health_of(TABLES, "projects")
    assert health.loc["gyumri_kars", "owners"] == 0
    assert health.loc["gyumri_kars", "independence"] == 0
    assert health.loc["cku", "owners"] >= 3
    assert health.loc["cku", "independence"] == 1


def test_a_part_of_a_project_is_not_summed_beside_the_whole() -> None:
    health = health_of(TABLES, "projects")
    assert health.loc["angren_pap", "summable"] == "yes"
    assert health.loc["angren_pap_tunnel", "summable"] == "no"
    assert "angren_pap" in health.loc["angren_pap_tunnel", "why_not"]


def test_only_pledged_money_is_summed() -> None:
    health = health_of(TABLES, "commitments")
    assert health.loc["sc_017", "summable"] == "yes"
    assert health.loc["sc_026", "summable"] == "no"  # 54 agreements are no money
    assert health.loc["sc_079", "why_not"] == "an agreement, not money given"


@pytest.mark.parametrize("table", ["projects", "commitments"])
def test_health_lies_between_nothing_and_a_hundred(table: str) -> None:
    health = health_of(TABLES, table)
    assert health["health"].between(0, 100).all()
    assert len(health) == len(TABLES[table])
    assert ((health["why_not"] == "") == (health["summable"] == "yes")).all()


@pytest.mark.parametrize("table", ["projects", "commitments"])
def test_health_of_a_day_never_rises_when_evidence_is_taken_away(table) -> None:
    now = health_of(TABLES, table)
    earlier = now["health"]
    for day in ("2026-01-01", "2024-06", "2022"):
        then = health_on(TABLES, table, day)["health"]
        assert (then <= earlier).all()
        earlier = then
    assert (earlier < now["health"]).any()
