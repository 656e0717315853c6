"""The package's claims that need the network, where the answer does not hang on the draws."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from torugart.verbs.check import check

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def judged() -> pd.DataFrame:
    return check(draws=40).set_index("claim_id")


@pytest.mark.parametrize("claim_id", ["cl_045a", "cl_045b", "cl_046", "cl_049", "cl_054"])
def test_what_was_promised_does_not_hold(judged, claim_id):
    assert judged.at[claim_id, "verdict"] == "does not hold"


def test_every_claim_has_a_verdict_with_a_reason(judged):
    assert (judged["verdict"] != "").all()
    assert judged["reason"].str.endswith(".").all()


def test_every_reading_of_a_route_is_computed(judged):
    for claim_id in ("cl_045a", "cl_045b", "cl_009a", "cl_009b", "cl_053"):
        readings = json.loads(judged.at[claim_id, "working"])
        assert readings
        assert [r["base_id"] for r in readings if r["passes"] is None] == []


def test_nine_hundred_kilometres_are_saved_nowhere_between_the_regions_named(judged):
    readings = {r["base_id"]: r for r in json.loads(judged.at["cl_045a", "working"])}
    assert len(readings) == 39
    assert readings["xian_tehran_rail"]["mid"] == pytest.approx(60, abs=30)
    assert readings["kashgar_tehran_rail"]["mid"] > 2000
