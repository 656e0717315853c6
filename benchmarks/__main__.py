"""Time the named cases: ``python -m benchmarks``.

Cases on the built-in package: reading and pricing it, least-cost trees by our kernel beside
``scipy.sparse.csgraph.dijkstra``, ways of all pairs of manufactures, and one appraisal; and the trade models on worlds
made up. Seconds are CPU seconds of one thread, median of the runs; compilation and the first call are left out.
"""

from __future__ import annotations

import os

for name in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"  # before any of them is imported

import statistics
import time
from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from torugart.appraisal.project import Question, appraise_project, build_sides
from torugart.demand.freight import build_demand
from torugart.evaluate.class_ways import end_nodes
from torugart.evaluate.sides import build_network, class_vot_usd_per_h
from torugart.network.shortest_path import least_cost_trees
from torugart.network.ways import WaySettings, find_ways
from torugart.trade.baseline import Baseline
from torugart.trade.gravity import estimate_gravity
from torugart.trade.many_sectors import solve_many_sectors
from torugart.trade.one_sector import CostChange, OneSectorSettings, solve_one_sector
from torugart.trade.one_sector_draws import solve_in_draws
from torugart.verbs.prepare import prepare

DRAWS_OF_TRADE = 1000


def median_cpu_s(work: Callable[[], object], runs: int) -> float:
    """Median CPU seconds of a piece of work, after one run that does not count."""
    work()
    spent = []
    for _ in range(runs):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return statistics.median(spent)


def main() -> None:
    """Run every case and print a row each."""
    ready = prepare()
    network, tables, arcs = ready.network, ready.package.tables, ready.network.arcs
    question = Question("cku", 2032, ready.as_of, draws=100)
    sides = build_sides(network, frozenset({"cku"}), question)
    cost = network.generalised_cost(class_vot_usd_per_h(tables)["manufactures"], sides.today.open_link)
    roots = arcs.origin[arcs.origin >= 0].astype(np.int32)
    matrix = least_matrix(arcs.tail, arcs.head, cost, arcs.n_nodes)
    ours, _ = least_cost_trees(roots, arcs.out.first, arcs.out.arc, arcs.head, cost)
    theirs = dijkstra(matrix, indices=roots)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    demand = build_demand(tables)
    pairs = (
        demand[demand["class_id"] == "manufactures"]
        .groupby(["origin", "destination"], as_index=False)["feu"]
        .sum()
    )
    ends = end_nodes(pairs, network)
    rows = [
        ("read, fill and price the package", 1, median_cpu_s(prepare, 5)),
        ("price the network", 1, median_cpu_s(lambda: build_network(tables, arcs), 5)),
        (
            f"least-cost trees, {arcs.n_nodes} nodes, {arcs.n_arcs} arcs: our kernel",
            len(roots),
            median_cpu_s(lambda: least_cost_trees(roots, arcs.out.first, arcs.out.arc, arcs.head, cost), 5),
        ),
        (
            "the same: scipy.sparse.csgraph.dijkstra",
            len(roots),
            median_cpu_s(lambda: dijkstra(matrix, indices=roots), 5),
        ),
        (
            "ways of pairs, manufactures",
            len(pairs),
            median_cpu_s(lambda: find_ways(arcs, cost, *ends, WaySettings()), 3),
        ),
        (
            "appraise cku, 100 draws, without report",
            1,
            median_cpu_s(lambda: appraise_project(network, question), 1),
        ),
    ]
    rows += trade_cases()
    print(f"{'case':<64}{'items':>8}{'CPU s':>10}{'items a second':>16}")
    for what, items, seconds in rows:
        print(f"{what:<64}{items:>8}{seconds:>10.3f}{items / seconds:>16,.0f}")


def trade_cases() -> list[tuple[str, int, float]]:
    """The trade models on worlds made up."""
    from benchmarks.trade import gravity_panel, world_as_traded, world_of_countries, world_of_sectors

    one = world_as_traded() or world_of_countries()
    cheaper = np.ones((one.n, one.n))
    cheaper[:5, :5] = 0.9
    cheaper[np.diag_indices(one.n)] = 1.0
    settings = OneSectorSettings(5.03)
    base, many, change = world_of_sectors()
    panel = gravity_panel()
    effects = [["exporter", "year"], ["importer", "year"], "pair"]
    variables = [f"x{k}" for k in range(4)]
    return [
        (
            "trade, one sector, 194 countries",
            1,
            median_cpu_s(lambda: solve_one_sector(one, CostChange(cheaper), settings), 9),
        ),
        (
            "trade, one sector, 194 countries, draws of costs and elasticity",
            DRAWS_OF_TRADE,
            median_cpu_s(lambda: solve_trade_draws(one, cheaper), 3),
        ),
        (
            "trade, 196 countries x 133 sectors",
            1,
            median_cpu_s(lambda: solve_many_sectors(base, change, many), 3),
        ),
        (
            "gravity by PPML, three-way effects",
            len(panel),
            median_cpu_s(lambda: estimate_gravity(panel, "flow", variables, effects, cluster="pair"), 3),
        ),
    ]


def solve_trade_draws(base: Baseline, cheaper: np.ndarray) -> None:
    """A thousand draws, fifty at a time so that the trade costs of all need no memory at once; the same on every machine."""
    rng = np.random.default_rng(1)
    settings = OneSectorSettings(5.03)
    for _ in range(DRAWS_OF_TRADE // 50):
        depth = rng.uniform(0, 2, 50)
        iceberg = 1 + (cheaper - 1)[..., None] * depth
        found = solve_in_draws(base, iceberg, rng.uniform(4, 8, 50), settings)
        assert found.residual.max() < 1e-11, "a market is not cleared"


def least_matrix(tail: np.ndarray, head: np.ndarray, cost: np.ndarray, n: int) -> csr_matrix:
    """Arcs as a sparse matrix, the cheapest where two join the same nodes."""
    is_open = np.isfinite(cost)
    order = np.lexsort((cost[is_open], head[is_open], tail[is_open]))
    t, h, c = tail[is_open][order], head[is_open][order], cost[is_open][order]
    first = np.ones(t.size, bool)
    first[1:] = (t[1:] != t[:-1]) | (h[1:] != h[:-1])
    return csr_matrix((c[first], (t[first], h[first])), shape=(n, n))


if __name__ == "__main__":
    main()
