"""Least-cost trees and ways: named cases, fixed sizes and seeds, compilation left out.

Run with ``python benchmarks/skims.py``. Each case is checked before it is timed; the median of nine runs is printed. The
compiled kernel stands beside ``scipy.sparse.csgraph.dijkstra`` on the same arcs.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from torugart.evaluate.sides import class_vot_usd_per_h
from torugart.network.arcs import star
from torugart.network.shortest_path import least_cost_trees
from torugart.network.ways import WaySettings, find_ways
from torugart.scenario.do_minimum import open_links, open_projects, read_project_state
from torugart.verbs.prepare import prepare

RUNS = 9


@dataclass(frozen=True)
class Case:
    """Arcs with costs, and the roots of the trees."""

    name: str
    tail: np.ndarray
    head: np.ndarray
    cost: np.ndarray
    roots: np.ndarray
    n_nodes: int


def shipped_cost() -> tuple:
    """Network of today of the shipped package with generalised costs of manufactures."""
    ready = prepare()
    tables = ready.package.tables
    state = read_project_state(tables, ready.as_of)
    held = open_projects(state, tables["projects"], "today", 2026, 0)
    vot = class_vot_usd_per_h(tables)["manufactures"]
    return ready.network, ready.network.generalised_cost(vot, open_links(tables["links"], held))


def shipped() -> Case:
    network, cost = shipped_cost()
    arcs = network.arcs
    return Case("shipped package", arcs.tail, arcs.head, cost, arcs.origin[arcs.origin >= 0], arcs.n_nodes)


def grid(side: int, n_roots: int) -> Case:
    """A square grid with random costs, arcs both ways: the shape of a road network."""
    rng = np.random.default_rng(20_641)
    node = np.arange(side * side).reshape(side, side)
    a = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    b = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    tail, head = np.concatenate([a, b]).astype(np.int32), np.concatenate([b, a]).astype(np.int32)
    roots = rng.choice(side * side, n_roots, replace=False).astype(np.int32)
    return Case(f"grid {side} x {side}", tail, head, rng.uniform(1, 10, tail.size), roots, side * side)


def median_ms(run: Callable[[], object]) -> float:
    run()
    spent = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        spent.append(1000 * (time.perf_counter() - start))
    return statistics.median(spent)


def cheapest_of_parallel(case: Case) -> csr_array:
    """Arcs as a sparse matrix; of parallel arcs the cheapest, where adding them up would be wrong."""
    usable = np.flatnonzero(np.isfinite(case.cost))
    usable = usable[np.argsort(case.cost[usable], kind="stable")]
    pair = case.tail[usable].astype(np.int64) * case.n_nodes + case.head[usable]
    _, first = np.unique(pair, return_index=True)
    kept = usable[first]
    return csr_array((case.cost[kept], (case.tail[kept], case.head[kept])), shape=(case.n_nodes,) * 2)


def compare(case: Case) -> None:
    out = star(case.tail, case.n_nodes)
    matrix = cheapest_of_parallel(case)

    def ours() -> np.ndarray:
        return least_cost_trees(case.roots, out.first, out.arc, case.head, case.cost)[0]

    def scipys() -> np.ndarray:
        return dijkstra(matrix, indices=case.roots, return_predecessors=True)[0]

    a, b = ours(), scipys()
    assert (np.isfinite(a) == np.isfinite(b)).all(), "trees reach other nodes"
    np.testing.assert_allclose(a[np.isfinite(a)], b[np.isfinite(b)], rtol=1e-9)
    kernel, library = median_ms(ours), median_ms(scipys)
    size = f"{case.n_nodes:,} nodes, {case.tail.size:,} arcs"
    per_s = 1000 * case.roots.size / kernel
    print(
        f"{case.name:<18}{size:<30}{case.roots.size:>6} trees"
        f"{kernel:>10.1f} ms{library:>10.1f} ms{library / kernel:>7.1f} x{per_s:>11,.0f} trees/s"
    )


def time_ways() -> None:
    network, cost = shipped_cost()
    arcs, zones = network.arcs, network.tables["zones"]["place_id"]
    row = {p: k for k, p in enumerate(network.tables["places"]["place_id"])}
    ends = [row[z] for z in zones][:60]
    pairs = [(o, d) for o in ends for d in ends if o != d]
    origins = arcs.origin[[o for o, _ in pairs]]
    destinations = arcs.destination[[d for _, d in pairs]]
    best, _ = least_cost_trees(origins, arcs.out.first, arcs.out.arc, arcs.head, cost)
    ways = find_ways(arcs, cost, origins, destinations, WaySettings())
    first = np.searchsorted(ways.pair, np.arange(len(pairs)))
    reached = np.isfinite(best[np.arange(len(pairs)), destinations])
    np.testing.assert_allclose(
        ways.total(cost)[first[reached]], best[reached, destinations[reached]], rtol=1e-9
    )
    spent = median_ms(lambda: find_ways(arcs, cost, origins, destinations, WaySettings()))
    print(
        f"{'ways of pairs':<18}{f'{len(pairs):,} pairs, {ways.n_ways:,} ways':<36}{spent:>16.1f} ms"
        f"{1000 * len(pairs) / spent:>30,.0f} pairs/s"
    )


def main() -> None:
    print(f"median of {RUNS} runs, compiled; trees checked against each other to 1e-9")
    print(f"{'case':<18}{'size':<30}{'':>12}{'kernel':>13}{'scipy':>13}")
    for case in (shipped(), grid(30, 50), grid(100, 100)):
        compare(case)
    time_ways()


if __name__ == "__main__":
    main()
