"""Precision and recall on annotated texts do not fall below what `docs/methods/reading.md` states."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tests.reading_texts.measure import HERE, KEPT_APART, TEXTS, Score, same_unit, total

from torugart.verbs.check_text import check_text

PAGE = Path(__file__).parents[3] / "docs" / "methods" / "reading.md"
ARTICLE = Path(__file__).parents[4] / "shared" / "cases" / "article_2025_06.txt"


@pytest.fixture(scope="module")
def taught() -> dict[str, Score]:
    return total(TEXTS)


@pytest.fixture(scope="module")
def kept_apart() -> dict[str, Score]:
    return total(KEPT_APART)


def test_statements_found_are_statements(taught, kept_apart) -> None:
    assert taught["found"].precision >= 0.98
    assert kept_apart["found"].precision >= 0.98


def test_most_statements_are_found(taught, kept_apart) -> None:
    assert taught["found"].recall >= 0.95
    assert kept_apart["found"].recall >= 0.95


def test_what_is_matched_is_matched_rightly(taught, kept_apart) -> None:
    assert taught["matched"].precision >= 0.95
    assert kept_apart["matched"].precision >= 0.95
    assert taught["matched"].recall >= 0.90
    assert kept_apart["matched"].recall >= 0.65


def test_the_page_states_what_is_measured(taught, kept_apart) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for score in (taught["found"], taught["matched"], kept_apart["found"], kept_apart["matched"]):
        assert f"{score.right}/{score.given}" in page
        assert f"{score.right}/{score.there}" in page


def test_claims_of_the_article_are_found_and_matched() -> None:
    if not ARTICLE.exists():
        pytest.skip("the article is not part of the project; put it beside the checkout to run this")
    found = check_text(ARTICLE)
    with (HERE / "article.csv").open(encoding="utf-8", newline="") as file:
        wanted = list(csv.DictReader(file))
    by_claim = {
        claim: row for row in found.statements.itertuples() for claim in str(row.claim_ids).split(";")
    }
    rows = list(found.statements.itertuples())
    for claim in wanted:
        near = [row for name, row in by_claim.items() if name.startswith(claim["claim_id"])] or rows
        assert any(says(row, claim) for row in near), claim


def says(row, claim: dict[str, str]) -> bool:
    if row.kind != claim["kind"]:
        return False
    if row.kind == "status":
        return row.said in (claim["value"], "launched")
    same = (row.value, row.value_hi) == (claim["value"], claim["value_hi"])
    return same and (row.kind == "date" or same_unit(row.unit, claim["unit"]))
