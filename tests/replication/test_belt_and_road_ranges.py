"""The page on all projects together is what the model gives; and laws of such a sum.

The published ranges are no target: docs/methods/belt_and_road.md says why ours differ.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from tests.replication.belt_and_road import (
    CORRIDORS,
    fastest,
    in_corridor,
    least_cost,
    means,
    network_projects,
    pairs_abroad,
    together,
)
from torugart.verbs.prepare import prepare

PAGE = (Path(__file__).parents[2] / "docs" / "methods" / "belt_and_road.md").read_text(encoding="utf-8")
ROWS = {
    "time of the fastest way, no roads": ("fastest, no roads", "d_time"),
    "cost of the cheapest way, no roads": ("cheapest, no roads", "d_cost"),
    "time of the fastest way, all modes": ("fastest", "d_time"),
    "cost of the cheapest way, all modes": ("cheapest", "d_cost"),
    "time of the cheapest way, all modes": ("cheapest", "d_time"),
    "trade cost (1 + cost over value) of the cheapest way, all modes": ("cheapest", "d_tau"),
}


@pytest.fixture(scope="module")
def ready():
    return prepare()


@pytest.fixture(scope="module")
def changes(ready):
    """Changes by pair under every measure: all projects, and those to come."""
    pairs, found = pairs_abroad(ready), {}
    for built in (True, False):
        sides = together(ready, built)
        for name, measure in (("fastest", fastest), ("cheapest", least_cost)):
            found[built, name] = measure(ready, sides, pairs, without_roads=False)
            found[built, f"{name}, no roads"] = measure(ready, sides, pairs, without_roads=True)
    return found


def cells(row: str) -> list[float]:
    """The numbers of a row of the page, cells without any left out."""
    line = re.search(rf"^\| {re.escape(row)} (\|.+)$", PAGE, re.MULTILINE)
    return [float(cell) for cell in line[1].split("|") if re.fullmatch(r" -?[\d.]+ ", cell)]


@pytest.mark.parametrize("row", ROWS)
def test_means_of_the_page(changes, row):
    measure, column = ROWS[row]
    ours = [*means(changes[True, measure], column), *means(changes[False, measure], column)]
    assert cells(row) == [round(value, 1) for value in ours]


@pytest.mark.parametrize("corridor", CORRIDORS)
def test_corridors_of_the_page(changes, corridor):
    ours = []
    for measure, column in (
        ("fastest, no roads", "d_time"),
        ("cheapest, no roads", "d_cost"),
        ("cheapest", "d_cost"),
    ):
        rows = changes[True, measure]
        ours += means(rows[in_corridor(rows, corridor)], column)
    assert cells(corridor) == [round(value, 1) for value in ours]


def test_what_the_page_counts(ready, changes):
    pairs = pairs_abroad(ready)
    n_pairs = len(pairs[["origin", "destination"]].drop_duplicates())
    lost = n_pairs - len(changes[True, "fastest, no roads"])
    assert f"({lost:,} of {n_pairs:,})" in PAGE
    assert f"pairs of {len(set(pairs['origin']) | set(pairs['destination']))} cities" in PAGE
    assert f"**all {len(network_projects(ready))}** projects" in PAGE
    assert f"the {len(network_projects(ready, built=False))} that do not operate yet" in PAGE


def test_what_a_user_minimises_never_rises(changes):
    """A project of the package adds ways or makes them better, so the fastest is no slower and the cheapest no dearer."""
    for (_, measure), rows in changes.items():
        column = "d_time" if measure.startswith("fastest") else "d_cost"
        assert rows[column].max() <= 1e-12, measure
        assert np.isfinite(rows[column]).all()


def test_all_modes_gain_no_more_on_the_whole_than_without_roads(changes):
    for built in (True, False):
        assert (
            means(changes[built, "cheapest"], "d_cost")[1]
            > means(changes[built, "cheapest, no roads"], "d_cost")[1]
        )


def test_the_published_range_lies_between_the_two_sets_on_its_own_footing(changes):
    for measure, column, (least, most) in (
        ("fastest, no roads", "d_time", (-1.7, -3.2)),
        ("cheapest, no roads", "d_cost", (-1.5, -2.8)),
    ):
        to_come, every = (means(changes[built, measure], column)[1] for built in (False, True))
        assert to_come > least > most > every
