"""Statements tied to records, and the reasons when they are not."""

from __future__ import annotations

import json
import time

import pytest

from torugart.errors import InputError
from torugart.verbs.check_text import check_text


def test_a_statement_is_judged_and_named() -> None:
    found = check_text("The China-Kyrgyzstan-Uzbekistan railway is 454 km long.\n")
    (row,) = found.statements.itertuples()
    assert row.verdict == "does not hold"
    assert (row.measure_id, row.subjects, row.value, row.unit) == ("project_length", "cku", "454", "km")
    assert "cl_036a" in row.claim_ids
    assert json.loads(row.working)[0]["steps"]


@pytest.mark.parametrize("text", ["CKU is 454 km long.\n", "The CKU is 454 km long.\n"])
def test_the_railway_goes_by_its_letters(text) -> None:
    (row,) = check_text(text).statements.itertuples()
    assert (row.measure_id, row.subjects) == ("project_length", "cku")


def test_a_paragraph_carries_on_but_not_over_its_end() -> None:
    text = "The China-Kyrgyzstan-Uzbekistan railway is under construction.{gap}It is 532 km long.\n"
    assert "project_length" in set(check_text(text.format(gap=" ")).statements["measure_id"])
    assert "project_length" not in set(check_text(text.format(gap="\n\n")).statements["measure_id"])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("It cost 3 billion quatloos.\n", "quatloos"),
        ("Trade between China and Kazakhstan was $43.8 billion.\n", "no year"),
        ("Trade with Kazakhstan was $43.8 billion in 2024.\n", "two are needed"),
        ("The railway is 500 km long.\n", "no project"),
        ("The railway cost 8 billion euros.\n", "nothing on record is measured in billion EUR"),
    ],
)
def test_what_is_not_matched_says_why(text, why) -> None:
    found = check_text(text)
    assert found.statements.empty
    assert why in found.unmatched["why"].iloc[0]


def test_a_figure_is_not_given_to_another_work() -> None:
    text = "The Dushanbe-2 plant cost $349 million, and the Nowhere plant cost $386 million.\n"
    found = check_text(text)
    assert list(found.statements["value"]) == ["349"]


def test_the_day_of_the_text_decides_statuses() -> None:
    text = "The parliament building of Tajikistan is under construction.\n"
    assert check_text(text, on="2023-06").statements["verdict"].iloc[0] == "holds"
    assert check_text(text, on="2025-06").statements["verdict"].iloc[0] == "does not hold"


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="day of the text"):
        check_text("nothing\n", on="yesterday")


def test_a_document_that_is_no_text_is_refused(tmp_path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF-1.7")
    with pytest.raises(InputError, match="PDF"):
        check_text(file)


@pytest.mark.parametrize(
    "line",
    [
        "Trade between China and Kazakhstan was $43.8 bn in 2024 ",
        "$94.8 billion ",
        "<div>",
        "<",
        "1,",
        "中国948亿美元",
        "a",
    ],
)
def test_a_megabyte_on_one_line_takes_seconds(line) -> None:
    began = time.process_time()
    check_text(line * (1_000_000 // len(line.encode())) + "\n")
    assert time.process_time() - began < 30
