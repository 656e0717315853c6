"""A sweep's file: its cases, its sample, and every fault of it at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from torugart.errors import InputError
from torugart.scenario.sweep_plan import read_plan

KNOWN = ["choice_theta", "rail_rate_usd_per_feu_km"]


def plan_of(folder: Path, text: str):
    path = folder / "futures.toml"
    path.write_text(text, encoding="utf-8")
    return read_plan(path, KNOWN)


def test_every_combination_is_a_case(tmp_path):
    plan = plan_of(
        tmp_path,
        """
        projects = ["cku", ["b", "a"]]
        years = [2032, 2040]
        closures = ["", "gate"]
        [parameters]
        choice_theta = [6, 11]
        rail_rate_usd_per_feu_km = { low = 0.3, high = 0.9, steps = 3 }
        """,
    )
    assert len(plan.cases) == 2 * 2 * 2 * 2 * 3
    assert len(set(plan.cases)) == len(plan.cases)
    assert ("a", "b") in {c.projects for c in plan.cases}
    rates = sorted({dict(c.parameters)["rail_rate_usd_per_feu_km"] for c in plan.cases})
    assert rates == pytest.approx([0.3, 0.6, 0.9])


def test_a_sample_meets_each_part_of_a_range_once(tmp_path):
    plan = plan_of(
        tmp_path,
        'projects = ["a", "b"]\nsample = 40\n[parameters]\nchoice_theta = { low = 4, high = 20 }\n',
    )
    drawn = np.array([dict(c.parameters)["choice_theta"] for c in plan.cases])
    parts = np.floor((drawn - 4) / 16 * 40).astype(int)
    assert sorted(parts) == list(range(40))
    assert sum(c.projects == ("a",) for c in plan.cases) == 20


def test_the_same_file_gives_the_same_ids(tmp_path):
    text = 'projects = ["a"]\nsample = 5\n[parameters]\nchoice_theta = { low = 4, high = 20 }\n'
    one, two = plan_of(tmp_path, text), plan_of(tmp_path, text)
    assert one.digest("d", "v") == two.digest("d", "v")
    assert one.digest("other", "v") != one.digest("d", "v")
    other = plan_of(tmp_path, text.replace("sample = 5", "sample = 5\nseed = 2"))
    assert other.digest("d", "v") != one.digest("d", "v")


def test_all_faults_are_told_at_once(tmp_path):
    with pytest.raises(InputError) as told:
        plan_of(
            tmp_path,
            """
            projects = [3]
            years = [1400, "x"]
            trade_bases = ["mars"]
            draws = -1
            colour = "red"
            [parameters]
            choice_thet = [1]
            rail_rate_usd_per_feu_km = { low = 2, high = 1 }
            """,
        )
    said = str(told.value)
    words = ("problems", "entry 1: give an id", "1400", "'x'", "mars", "draws is '-1'", "colour")
    assert [w for w in (*words, "did you mean choice_theta", "low below high") if w not in said] == []


def test_too_many_cases_are_refused_before_they_are_made(tmp_path):
    many = ", ".join(str(k) for k in range(1, 1000))
    with pytest.raises(InputError, match="998,001 combinations"):
        plan_of(
            tmp_path,
            f'projects = ["a"]\n[parameters]\nchoice_theta = [{many}]\nrail_rate_usd_per_feu_km = [{many}]\n',
        )


KEYS = st.sampled_from(
    ["name", "projects", "years", "trade_bases", "closures", "draws", "seed", "sample", "other"]
)
VALUES = st.sampled_from(
    [
        '"x"',
        "3",
        "-1",
        "1e400",
        "nan",
        "true",
        "[]",
        '["cku"]',
        "[2030]",
        "[[1]]",
        '[["a", "b"]]',
        "{a = 1}",
        "[1.5]",
        "1979-05-27",
    ]
)


@given(
    st.dictionaries(KEYS, VALUES, max_size=6),
    st.dictionaries(st.sampled_from([*KNOWN, "zz"]), VALUES, max_size=3),
)
def test_any_file_is_a_plan_or_a_told_fault(tmp_path_factory, top, below):
    text = "\n".join(f"{k} = {v}" for k, v in top.items()) + "\n[parameters]\n"
    text += "\n".join(f"{k} = {v}" for k, v in below.items())
    try:
        plan = plan_of(tmp_path_factory.getbasetemp(), text)
    except InputError as fault:
        assert "futures.toml" in str(fault)
    else:
        assert plan.cases
