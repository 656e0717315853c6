"""Reed and Trubetskoy (2019), World Bank WPS 8815: no replication, but the table that sets ours beside theirs stays true."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from torugart.appraisal.market_access import build_city_costs, compare_access
from torugart.appraisal.project import Question, build_sides
from torugart.verbs.prepare import prepare

PAGE = (Path(__file__).parents[2] / "docs" / "methods" / "market_access.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| .+\(`(\w+)`.*\) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def ours():
    """Mean change of access over people, in thousandths of a per cent, by project."""
    ready = prepare()
    question = Question("", 2035, ready.as_of)
    found = {}
    for project, *_ in ROWS:
        costs = build_city_costs(build_sides(ready.network, frozenset({project}), question), "china")
        access = compare_access(costs, [5.03])
        found[project] = [
            1e5 * np.average(access[column], weights=access["population_k"])
            for column in ("d_first", "d_solved")
        ]
    return found


def test_the_table_is_what_the_model_gives(ours):
    assert len(ROWS) == 7
    shown = {project: [float(first), float(solved)] for project, _, first, solved in ROWS}
    assert shown == {project: [round(value, 1) for value in values] for project, values in ours.items()}


def test_the_rank_correlations_are_what_the_page_says(ours):
    told = re.search(r"Rank correlation ([\d.]+) in both forms", PAGE)
    without = re.search(r"\(without it ([\d.]+)\)", PAGE)
    theirs = {project: float(value) for project, value, *_ in ROWS}
    for form in (0, 1):
        pairs = np.array([(theirs[p], ours[p][form]) for p in theirs])
        kept = np.array([(theirs[p], ours[p][form]) for p in theirs if p != "kashgar_havelian"])
        assert round(spearmanr(*pairs.T).statistic, 2) == float(told[1])
        assert round(spearmanr(*kept.T).statistic, 2) == float(without[1])
