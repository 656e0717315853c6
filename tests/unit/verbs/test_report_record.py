"""The page on the record: its figures, its sources, and hostile names on it."""

from __future__ import annotations

import html
import json
import math
import re
from pathlib import Path

import pytest
from tests.small_package import small_package, write_small_package

import torugart
from torugart.errors import InputError
from torugart.report.html import asset
from torugart.report.record_page import PLEDGE_MARKS, PLEDGES, fanned
from torugart.verbs.report import RecordReport


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> RecordReport:
    folder = tmp_path_factory.mktemp("record")
    tables = small_package()
    tables["projects"][0]["name"] = '<img src=x onerror="alert(1)"> "railway"'
    tables["commitments"][0]["text"] = "</script><script>alert(2)</script>"
    tables["events"][0]["name"] = "meeting & talks <b>"
    package = write_small_package(folder / "package", tables)
    return torugart.report_record(as_of="2026-11-27", out=folder / "out", draws=2, data=package)


def test_the_bundle_holds_the_tables_of_the_page(small: RecordReport) -> None:
    assert set(small.tables) >= {
        "timeline",
        "projects",
        "commitments",
        "pledges",
        "money",
        "weaknesses",
        "chinese_money",
        "chinese_counts",
        "claims",
        "figures",
    }
    assert small.report.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_hostile_names_are_text_on_the_page(small: RecordReport) -> None:
    page = small.report.read_text(encoding="utf-8")
    assert "<img src=x" not in page
    assert "<script>alert" not in page
    assert "&lt;img src=x" in page
    assert page.count("<script") == 2  # the data of the map, and the page's own script


def test_the_page_asks_for_nothing(small: RecordReport) -> None:
    page = small.report.read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r'(?:src|href)="(?:https?:)?//', re.sub(r'<a href="https?://[^"]*"', "", page))


def test_counts_of_the_headline_are_those_of_the_tables(small: RecordReport) -> None:
    figures = small.tables["figures"].set_index("figure_id")["value"]
    commitments = small.tables["commitments"]
    counted = commitments[commitments["status"] != "nothing promised"]
    assert figures.filter(like="pledges.").sum() == len(counted)
    assert figures.filter(like="projects.").sum() == len(small.tables["projects"])
    assert figures.filter(like="claims.").sum() == len(small.tables["claims"])
    assert figures.filter(like="activity.").sum() == len(small.tables["projects"])
    assert figures.filter(like="guessed.").sum() == small.tables["money"]["estimated_musd"].sum()


def test_every_figure_leads_to_cells(small: RecordReport) -> None:
    for figure_id, inputs in zip(
        small.tables["figures"]["figure_id"], small.tables["figures"]["inputs"], strict=True
    ):
        if not figure_id.startswith(("money.", "guessed.", "late.", "moving.")):
            assert json.loads(inputs), figure_id
        tree = torugart.why(figure_id, bundle=small.folder)
        assert tree.label.startswith(figure_id)


def test_every_source_named_is_on_the_page(small: RecordReport) -> None:
    listed = set(small.tables["sources"]["source_id"])
    for name, frame in small.tables.items():
        for column in frame.columns:
            if column.endswith("source_id") and name != "sources":
                named = set(frame[column].astype(str).str.split(";").explode())
                assert named - {"", "nan", "None"} <= listed, name


def test_each_fate_of_a_pledge_has_a_mark_and_a_colour_of_its_own() -> None:
    kinds = [kind for _, kind in PLEDGES]
    marks = [PLEDGE_MARKS[word] for word, _ in PLEDGES]
    assert len(set(kinds)) == len(kinds)
    assert len(set(marks)) == len(marks)
    style = asset("report.css")
    assert all(f".pbox.{kind}{{" in style for kind in kinds)


def test_weaknesses_and_the_page_agree(small: RecordReport) -> None:
    page = small.report.read_text(encoding="utf-8")
    figures = small.tables["figures"].set_index("figure_id")["value"]
    weak = small.tables["weaknesses"]
    assert len(weak)
    for kind, part in weak.groupby("kind"):
        assert figures[f"weak.{kind}"] == len(part)
        label = part["label"].iloc[0]
        assert f"{label}: <b>{len(part)}</b>" in page


def test_claims_stand_under_their_verdict_with_its_count(small: RecordReport) -> None:
    page = small.report.read_text(encoding="utf-8")
    for verdict, count in small.tables["claims"]["verdict"].value_counts().items():
        assert re.search(rf"<h3[^>]*>{re.escape(verdict.capitalize())} \({count}\)", html.unescape(page)), (
            verdict
        )


def test_the_same_record_gives_the_same_tables(small: RecordReport, tmp_path: Path) -> None:
    again = torugart.report_record(
        as_of="2026-11-27", out=tmp_path / "again", draws=2, data=small.manifest["asked"]["data"]
    )
    assert again.manifest["tables"] == small.manifest["tables"]


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(InputError, match="choose another --out"):
        torugart.report_record(out=tmp_path)
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "keep"


def test_marks_on_one_place_do_not_hide_one_another() -> None:
    spots = [fanned(count) for count in range(12)]
    apart = [math.dist(a, b) for k, a in enumerate(spots) for b in spots[:k]]
    assert spots[0] == (0.0, 0.0)
    assert min(apart) > 9  # a mark is ten pixels wide
