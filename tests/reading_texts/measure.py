"""Precision and recall of the reading of texts: ``python -m tests.reading_texts.measure``."""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torugart.units import parse_unit
from torugart.verbs.check_text import TextCheck, check_text

HERE = Path(__file__).parent
KEPT_APART = ("brief.txt", "newsletter.txt")  # not looked at before the rules were frozen
TEXTS = ("wire.txt", "ministry.txt", "sceptic.html", "digest.txt")
# Measures that stand for one another in the annotations, which were written before the table of measures was.
SAME_MEASURE = {
    "project_opening_year": "project_opening",
    "project_capacity_mt": "project_capacity",
    "project_power": "project_capacity",
    "trade_fall": "trade_growth",
    "status_launched": "status_building",
}
Row = dict[str, str]


@dataclass(frozen=True)
class Score:
    """How many are right, of how many given, of how many there are."""

    right: int
    given: int
    there: int

    @property
    def precision(self) -> float:
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.there if self.there else 1.0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.given + other.given, self.there + other.there)

    def __str__(self) -> str:
        return f"precision {self.right}/{self.given} = {self.precision:.0%}, recall {self.right}/{self.there} = {self.recall:.0%}"


def annotations(text: str) -> list[Row]:
    """Return what a careful reader finds in a text."""
    with (HERE / text).with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def found_in(check: TextCheck) -> list[dict[str, Any]]:
    """Return every statement found, once: a figure likened to another thing counts with that figure."""
    rows: dict[tuple[int, int, str], dict[str, Any]] = {}
    for row in check.statements.to_dict("records"):
        rows.setdefault((row["start"], row["end"], row["kind"]), {**row, "said_value": row["said"]})
    for row in check.unmatched.to_dict("records"):
        rows.setdefault((row["start"], row["end"], row["kind"]), {**row, "measure_id": "", "subjects": ""})
    return list(rows.values())


def same_figure(found: dict[str, Any], wanted: Row) -> bool:
    """Whether a statement found is the one annotated."""
    if found["kind"] != wanted["kind"] or not overlap(found["quote"], wanted["quote"]):
        return False
    if wanted["kind"] == "status":
        return True
    if (found["value"], found["value_hi"]) != (wanted["value"], wanted["value_hi"]):
        return False
    return wanted["kind"] == "date" or same_unit(found["unit"], wanted["unit"])


def overlap(a: str, b: str) -> bool:
    """Whether one quotation holds the other, words such as about left out."""
    return a.casefold() in b.casefold() or b.casefold() in a.casefold()


def same_unit(a: str, b: str) -> bool:
    one, other = parse_unit(a), parse_unit(b)
    if one is None or other is None:
        return a == b
    return one.dimension == other.dimension and abs(one.factor / other.factor - 1) < 1e-9


def scores(check: TextCheck, wanted: list[Row]) -> dict[str, Score]:
    """Return how well statements were found, matched and judged."""
    found = found_in(check)
    left = list(found)
    pairs = []
    for row in wanted:
        hit = next((one for one in left if same_figure(one, row)), None)
        if hit is not None:
            left.remove(hit)
            pairs.append((hit, row))
    matched = [one for one in found if one["measure_id"]]
    right = [
        (one, row)
        for one, row in pairs
        if one["measure_id"] and plainest(one["measure_id"]) == row["measure"]
    ]
    subjects = [(one, row) for one, row in right if about_the_same(check, one, row)]
    decided = [(one, row) for one, row in subjects if row["verdict"]]
    agree = sum(str(one["verdict"]).split(" (")[0] == row["verdict"] for one, row in decided)
    return {
        "found": Score(len(pairs), len(found), len(wanted)),
        "matched": Score(len(subjects), len(matched), sum(bool(row["measure"]) for row in wanted)),
        "judged": Score(agree, len(decided), sum(bool(row["verdict"]) for row in wanted)),
    }


def plainest(measure: str) -> str:
    return SAME_MEASURE.get(measure, measure)


def about_the_same(check: TextCheck, one: dict[str, Any], row: Row) -> bool:
    """Whether a statement is tied to the records it is about."""
    rows = check.statements[
        (check.statements["start"] == one["start"]) & (check.statements["kind"] == one["kind"])
    ]
    tied = {subject for subjects in rows["subjects"] for subject in subjects.split(";")}
    if row["measure"] == "commitment_amount":
        return bool(tied)
    return {subject.lower() for subject in row["subject"].split(";")} <= tied


def total(texts: tuple[str, ...]) -> dict[str, Score]:
    """Return the scores of several texts together."""
    summed: dict[str, Score] = {}
    for text in texts:
        for name, score in scores(check_text(HERE / text), annotations(text)).items():
            summed[name] = summed.get(name, Score(0, 0, 0)) + score
    return summed


def main() -> None:
    """Write the scores of every text and of each group together."""
    for texts in (*((text,) for text in (*TEXTS, *KEPT_APART)), TEXTS, KEPT_APART):
        sys.stdout.write(", ".join(texts) + "\n")
        for name, score in total(texts).items():
            sys.stdout.write(f"  {name:8} {score}\n")


if __name__ == "__main__":
    main()
