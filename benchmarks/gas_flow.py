"""Steady gas flow: GasLib-135 and generated networks of 150 and 5,000 nodes, checked, then the median of nine runs.

Run with ``python benchmarks/gas_flow.py``; seconds are CPU seconds of one thread. The generated networks are a tree that grows
at random places, with a tenth as many more pipes between near nodes; seed and sizes are fixed. Building (tables to
arrays) is left out, grouping, ordering and all Newton steps are in.
"""

from __future__ import annotations

import os

for name in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"  # before any of them is imported

import cProfile
import pstats
import statistics
import sys
import time

import numpy as np
import pandas as pd

from torugart.energy.gas_law import Gas, gas_law
from torugart.energy.gas_network import GasNetwork, build_gas_network
from torugart.energy.steady_flow import solve_steady_flow

RUNS = 9
GAS = Gas(17.4, 288.15, 0.776)


def make_network(n_nodes: int, seed: int = 20_641) -> GasNetwork:
    """Return a network of pipes with one slack at 70 bar, demand at every third node."""
    rng = np.random.default_rng(seed)
    place = rng.random((n_nodes, 2))
    order = np.argsort(((place - 0.5) ** 2).sum(axis=1))  # from the middle outwards
    place = place[order]
    pairs = []
    for k in range(1, n_nodes):
        near = ((place[:k] - place[k]) ** 2).sum(axis=1)
        pairs.append((int(near.argmin()), k))
        if k % 10 == 0 and k > 3:
            pairs.append((int(near.argsort()[1]), k))
    tail, head = np.array(pairs).T
    behind = np.ones(n_nodes)
    for a, b in reversed(pairs):
        if a < b:
            behind[a] += behind[b] / (1 + (b % 10 == 0))
    size = behind[head]
    demand = np.where(np.arange(n_nodes) % 3 == 1, 300.0 / n_nodes, 0.0)
    nodes = pd.DataFrame(
        {
            "node_id": [f"n{k}" for k in range(n_nodes)],
            "supply_kg_per_s": -demand,
            "slack_bar": np.where(np.arange(n_nodes) == 0, 70.0, np.nan),
        }
    )
    links = pd.DataFrame(
        {
            "link_id": [f"p{k}" for k in range(tail.size)],
            "kind": "pipe",
            "node_from": [f"n{k}" for k in tail],
            "node_to": [f"n{k}" for k in head],
            "length_km": 1 + 600 * np.sqrt(((place[tail] - place[head]) ** 2).sum(axis=1)),
            "diameter_mm": np.clip(1_000 * (size / n_nodes) ** 0.4, 100, 1_400),
            "roughness_mm": 0.05,
        }
    )
    return build_gas_network(nodes, links, GAS, f"generated {n_nodes}")


def main() -> None:
    law = gas_law("cnga", GAS)
    cases = [make_network(150), make_network(5_000)]
    print(f"{'case':<24}{'nodes':>7}{'pipes':>7}{'steps':>7}{'gap':>9}{'lowest bar':>12}{'CPU s':>10}")
    for net in cases:
        flow = solve_steady_flow(net, law)
        assert flow.gap < 1e-9
        assert flow.imbalance < 1e-9
        spent = []
        for _ in range(RUNS):
            start = time.process_time()
            solve_steady_flow(net, law)
            spent.append(time.process_time() - start)
        print(
            f"{net.name:<24}{net.n_nodes:>7,}{net.n_links:>7,}{flow.steps:>7}{flow.gap:>9.0e}"
            f"{flow.pressure_pa.min() / 1e5:>12.1f}{statistics.median(spent):>10.4f}"
        )
    if "--profile" in sys.argv:
        profile = cProfile.Profile()
        profile.runcall(solve_steady_flow, cases[-1], law)
        pstats.Stats(profile).sort_stats("tottime").print_stats(12)


if __name__ == "__main__":
    main()
