"""Gas by month: 60 nodes and 120 lines over twelve months built and solved, every element lost in every month; medians of five runs.

Run with ``python benchmarks/gas_supply.py``; seconds are CPU seconds. The network is generated from a fixed seed.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from torugart.energy.gas_supply import GasCase, solve_balance
from torugart.energy.outages import Element, lose_each

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


def main() -> None:
    """Print both medians."""
    case = make_case()
    usual = solve_balance(case)
    elements = [Element(f"line {k}", arcs=(k,)) for k in range(LINES)]
    elements += [Element(f"field {k}", supplies=(k,)) for k in range(10)]
    print(f"12 months, {NODES} nodes: {median(lambda: solve_balance(case)):.4f} s")
    print(
        f"{len(elements)} elements x 12 months: {median(lambda: lose_each(case, usual, elements), 1):.2f} s"
    )


if __name__ == "__main__":
    main()
