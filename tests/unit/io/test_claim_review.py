"""Claims with verdicts as ClaimReview."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from tests.small_package import small_package, write_small_package

from torugart.errors import InputError
from torugart.io.claim_review import claim_reviews
from torugart.tables.read import read_package

VERDICTS = pd.DataFrame(
    {
        "claim_id": ["cl_1", "cl_unknown"],
        "verdict": ["does not hold", "holds"],
        "verdict_base": ["all", ""],
        "reason": ["the line is 110 km long", ""],
    }
)


@pytest.fixture
def package(tmp_path):
    tables = small_package()
    tables["sources"][0]["url"] = "https://example.org/atlas"
    return read_package(write_small_package(tmp_path / "package", tables))


def test_a_claim_is_reviewed_in_words(package):
    [review] = claim_reviews(package, VERDICTS, "2026-11-25", "0.1.0")
    assert review["claimReviewed"] == "the line is 120 km long"
    assert review["reviewRating"] == {"@type": "Rating", "alternateName": "does not hold"}
    claim = review["itemReviewed"]
    assert claim["author"]["name"] == "The Atlas"
    assert claim["datePublished"] == "2025-03"
    assert claim["appearance"]["url"] == "https://example.org/atlas"
    assert review["author"]["softwareVersion"] == "0.1.0"


def test_no_verdict_is_a_number(package):
    assert "ratingValue" not in json.dumps(list(claim_reviews(package, VERDICTS, "2026-11-25", "0.1.0")))


def test_claims_without_a_verdict_are_left_out(package):
    assert list(claim_reviews(package, VERDICTS[1:], "2026-11-25", "0.1.0")) == []


def test_a_table_that_is_none_of_verdicts_is_refused(package):
    with pytest.raises(InputError, match="no column verdict, reason"):
        list(claim_reviews(package, VERDICTS[["claim_id"]], "2026-11-25", "0.1.0"))
