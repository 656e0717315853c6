"""Choice in two states over draws: one fixed case, checked, then the median of nine runs, compilation left out.

Run with ``python benchmarks/choice.py``. The plain twin is numpy over the same arrays, pair by pair.
"""

from __future__ import annotations

import statistics
import time

import numpy as np

from torugart.assignment.logit import compare_pairs

RUNS, N_PAIRS, WAYS, N_DRAWS, N_GATES = 9, 2000, 8, 200, 100


def make_case() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(20_641)
    n = N_PAIRS * WAYS
    cost_b = rng.uniform(2000, 4000, (N_DRAWS, n))
    return {
        "first": np.arange(0, n + 1, WAYS),
        "cost_b": cost_b,
        "cost_w": cost_b * rng.uniform(0.9, 1, (N_DRAWS, n)),
        "open_b": rng.random((N_DRAWS, n)) < 0.9,
        "open_w": rng.random((N_DRAWS, n)) < 0.95,
        "size": rng.uniform(0.3, 1, n),
        "theta": rng.uniform(5, 25, N_DRAWS),
        "boxes": rng.uniform(0, 1000, (N_DRAWS, N_PAIRS)),
        "gate_first": np.arange(0, 2 * n + 1, 2),
        "gate": rng.integers(0, N_GATES, 2 * n),
    }


def in_numpy(c: dict[str, np.ndarray]) -> np.ndarray:
    """Benefit per FEU of every draw and pair."""
    shape = (N_DRAWS, N_PAIRS, WAYS)
    b = np.where(c["open_b"], c["cost_b"], np.inf).reshape(shape)
    w = np.where(c["open_w"], c["cost_w"], np.inf).reshape(shape)
    size = c["size"].reshape(N_PAIRS, WAYS)
    c0 = b.min(axis=2)
    mu = c["theta"][:, None] / c0
    sums = [(size * np.exp(-mu[..., None] * (x - c0[..., None]))).sum(axis=2) for x in (b, w)]
    return (np.log(sums[1]) - np.log(sums[0])) / mu


def main() -> None:
    c = make_case()

    def run() -> tuple:
        return compare_pairs(*c.values(), N_GATES)

    np.testing.assert_allclose(run()[0], in_numpy(c), rtol=1e-9, atol=1e-9)
    for name, what in (("kernel, with loads", run), ("numpy, benefit only", lambda: in_numpy(c))):
        spent = []
        for _ in range(RUNS):
            start = time.perf_counter()
            what()
            spent.append(time.perf_counter() - start)
        median = statistics.median(spent)
        print(
            f"{name:<22}{N_PAIRS:,} pairs x {WAYS} ways x {N_DRAWS} draws x 2 states: {1000 * median:8.1f} ms "
            f"(median of {RUNS}), {2 * c['cost_b'].size / median / 1e6:6.1f} million choices/s"
        )


if __name__ == "__main__":
    main()
