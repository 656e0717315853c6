"""Gas by month: a network generated from a fixed seed, and 2023 of the record; a year, every element lost in every month, 1,000 draws.

Run with ``python benchmarks/gas_supply.py``; seconds are CPU seconds, the median of the runs, beside the goal.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from torugart.energy.gas_supply import GasCase, solve_balance
from torugart.energy.outages import Element, lose_each
from torugart.tables.read import read_package
from torugart.verbs.energy_balance import supply_intervals
from torugart.verbs.gas_case import question_of_record

YEAR, DRAWS = 2023, 1_000
RUNS, NODES, LINES, MONTHS, SEED = 5, 60, 120, 12, 20_647


def make_case() -> GasCase:
    """Return a network of lines between random nodes, ten fields, 25 demands with a winter, two storages and two contracts."""
    rng = np.random.default_rng(SEED)
    start = rng.integers(0, NODES, LINES)
    end = (start + rng.integers(1, NODES, LINES)) % NODES
    winter = 1 + 0.5 * np.cos(2 * np.pi * np.arange(MONTHS) / MONTHS)
    return GasCase(
        NODES,
        start,
        end,
        np.repeat(rng.uniform(0.1, 3, (LINES, 1)), MONTHS, axis=1),
        rng.uniform(1, 5, LINES),
        np.full(LINES, 0.01),
        rng.integers(0, NODES, 10),
        np.arange(10) % 4,
        np.full((10, MONTHS), 5.0),
        rng.uniform(1, 3, 10),
        np.full(4, 60.0),
        rng.integers(0, NODES, 25),
        rng.uniform(0.1, 0.7, (25, 1)) * winter,
        np.full(25, 1e3),
        np.array([3, 4]),
        np.array([2.0, 4.0]),
        np.array([0.5, 0.5]),
        np.array([0.5, 0.5]),
        np.array([1.0, 1.0]),
        np.array([0, 1]),
        np.array([1.0, 1.0]),
        np.array([100.0, 100.0]),
    )


def median(work: Callable[[], object], runs: int = RUNS) -> float:
    """CPU seconds of some work, the median of its runs."""
    work()
    seconds = []
    for _ in range(runs):
        began = time.process_time()
        work()
        seconds.append(time.process_time() - began)
    return statistics.median(seconds)


def generated() -> list[tuple[str, float, str]]:
    """The generated network: name, seconds and goal of each case."""
    case = make_case()
    usual = solve_balance(case)
    elements = [Element(f"line {k}", arcs=(k,)) for k in range(LINES)]
    elements += [Element(f"field {k}", supplies=(k,)) for k in range(10)]
    assert max(abs(o.short).max() for o in lose_each(case, usual, elements, [0])) > 0
    return [
        (f"12 months, {NODES} nodes, {LINES} lines", median(lambda: solve_balance(case)), "0.03"),
        (
            f"N-1 by month, {len(elements)} elements x 12 months",
            median(lambda: lose_each(case, usual, elements), 3),
            "60",
        ),
    ]


def of_record() -> list[tuple[str, float, str]]:
    """A year of the record: name, seconds and goal of each case."""
    package = read_package()
    asked = question_of_record(package, YEAR)
    case = asked.named.case
    usual = solve_balance(case)
    elements = asked.named.elements()
    net = usual.supply.sum() + usual.unserved.sum() + (usual.taken_out - usual.put_in).sum()
    burnt = (case.arc_loss[:, None] * usual.flow).sum()
    assert abs(net - burnt - case.demand.sum()) < 1e-6, "gas is lost on the way"
    size = f"{case.n_nodes} nodes, {len(asked.named.tables['lines'])} lines"
    return [
        (f"{YEAR} of the record, tables to case", median(lambda: question_of_record(package, YEAR)), ""),
        (f"{YEAR} of the record, {size}: solve", median(lambda: solve_balance(case)), "0.03"),
        (
            f"{YEAR}: N-1 by month, {len(elements)} elements x 12 months",
            median(lambda: lose_each(case, usual, elements), 3),
            "60",
        ),
        (f"{YEAR}: {DRAWS:,} draws", median(lambda: supply_intervals(asked, DRAWS, 1), 1), "60"),
    ]


def main() -> None:
    """Print a row a case."""
    print(f"{'case':<58}{'CPU s':>9}{'goal':>7}")
    for what, seconds, goal in [*generated(), *of_record()]:
        print(f"{what:<58}{seconds:>9.3f}{goal:>7}")


if __name__ == "__main__":
    main()
