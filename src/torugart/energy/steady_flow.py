"""Steady flow of gas: Newton on potentials, sparse. ``docs/methods/gas_flow.md`` derives it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from torugart.energy.gas_law import GasLaw, density_kg_per_m3, potential_pa2, pressure_at
from torugart.energy.gas_network import RESISTOR, GasNetwork
from torugart.energy.impossible import impossible_pressures
from torugart.energy.pressure_groups import MOST_NAMED, PressureGroups, group_pressures
from torugart.errors import InputError, NotConverged

# The first step splits flows by sqrt(1/R), as if each pipe resisted like this part of the flow that would take the
# whole potential. How large does not matter to the flows; small leaves potentials nearly flat, from where fewer steps are
# needed than from drops too large.
GUESS = 1e-4
FLAT = 1e-6  # of the flow that would take the whole potential: below it, friction is taken as linear


@dataclass(frozen=True, slots=True)
class FlowSettings:
    """When to stop: ``tolerance`` aimed at, ``accepted`` when no step gains any more, ``most_steps`` of Newton."""

    tolerance: float = 1e-12
    accepted: float = 1e-9
    most_steps: int = 100

    def __post_init__(self) -> None:
        if not 0 < self.tolerance <= self.accepted < 1 or self.most_steps < 1:
            raise InputError("0 < tolerance <= accepted < 1 and most_steps >= 1 must hold")


@dataclass(frozen=True, slots=True)
class SteadyFlow:
    """Pressures and flows of a network at rest.

    Attributes
    ----------
    pressure_pa : ndarray of float, shape (n_nodes,)
        Absolute.
    slack_kg_per_s : ndarray of float, shape (n_nodes,)
        What a slack node feeds in (negative: takes out) beside its supply; 0 elsewhere.
    flow_kg_per_s : ndarray of float, shape (n_links,)
        Positive from tail to head; 0 through what is closed.
    undetermined : ndarray of bool, shape (n_links,)
        Elements without length in a loop of such: only the sum of their flows is known.
    steps : int
        Newton steps.
    gap : float
        Largest error of a pipe's potentials, relative to the largest potential given.
    imbalance : float
        Largest error of a node's balance, relative to the largest flow.
    """

    pressure_pa: np.ndarray
    slack_kg_per_s: np.ndarray
    flow_kg_per_s: np.ndarray
    undetermined: np.ndarray
    steps: int
    gap: float
    imbalance: float


def solve_steady_flow(net: GasNetwork, law: GasLaw, settings: FlowSettings | None = None) -> SteadyFlow:
    """Solve pressures and flows.

    Parameters
    ----------
    net : GasNetwork
        With at least one slack in each part.
    law : GasLaw
        Of the gas.
    settings : FlowSettings, optional
        When to stop.

    Returns
    -------
    SteadyFlow

    Raises
    ------
    InputError
        If a pressure is given twice or not at all, or a node would have no positive pressure.
    NotConverged
        If Newton's method stops short.
    """
    settings = settings or FlowSettings()
    fixed_loss = net.is_open & (net.kind == RESISTOR) & ~np.isnan(net.loss_pa)
    whole, direction = net, fixed_loss.astype(int)
    tried: set[bytes] = set()
    while True:
        groups = group_pressures(net, direction)
        pressure_of_group, flow, steps, gap = _newton(net, law, groups, settings)
        flow, slack, undetermined = _flows_by_balance(net, groups, flow)
        runs = np.abs(flow) > settings.accepted * np.abs(flow).max(initial=0)
        found = np.where(fixed_loss & net.is_open & runs, np.sign(flow), 0).astype(int)
        if (found == direction).all():
            break
        tried.add(direction.tobytes())
        if found.tobytes() in tried:
            # Gas would run against the loss whichever way it is taken: none runs.
            net = dataclasses.replace(net, is_open=net.is_open & (found == direction))
            found = np.where(net.is_open, found, 0)
            tried.clear()
        direction = found
    pressure = groups.scale * pressure_of_group[groups.group] + groups.shift_pa
    if not (pressure > 0).all():
        raise InputError(impossible_pressures(net, law, groups, pressure, flow))
    shut = whole.is_open & ~net.is_open
    if (np.abs(pressure[net.tail] - pressure[net.head])[shut] > net.loss_pa[shut] * (1 + 1e-9)).any():
        names = ", ".join(net.link_ids[k] for k in np.flatnonzero(shut))
        raise NotConverged(
            f"{net.name}: no flow agrees with the fixed losses of {names} after {steps} steps; give one of them a drag instead"
        )
    off = net.supply_kg_per_s + slack - _outflow(net, flow)
    largest = max(float(np.abs(flow).max(initial=0)), float(np.abs(net.supply_kg_per_s).max(initial=0)))
    imbalance = float(np.abs(off).max()) / largest if largest else 0.0
    if imbalance > settings.accepted:
        raise NotConverged(
            f"{net.name}: a node's balance is off by {imbalance:.1e} of the largest flow, {settings.accepted:.0e} aimed at,"
            f" after {steps} steps"
        )
    return SteadyFlow(pressure, slack, flow, undetermined, steps, gap, imbalance)


def _newton(
    net: GasNetwork, law: GasLaw, groups: PressureGroups, settings: FlowSettings
) -> tuple[np.ndarray, np.ndarray, int, float]:
    """Pressure of each group and flow of each pipe, with the steps taken and the gap left."""
    unknown = np.isnan(groups.given_pa)
    pressure = np.where(unknown, 0.0, groups.given_pa)
    at_slack = groups.scale * pressure[groups.group] + groups.shift_pa
    most = float(potential_pa2(law, np.abs(at_slack).max()))
    pipes = np.flatnonzero(groups.passes)
    tail, head = net.tail[pipes], net.head[pipes]
    r = law.a2_m2_per_s2 * net.drag_per_m4[pipes] / most  # potentials below are parts of `most`
    flat = FLAT / np.sqrt(r)
    column = np.where(unknown, np.cumsum(unknown) - 1, -1)
    n = int(unknown.sum())
    row = np.where(groups.balance >= 0, column[groups.balance], -1)
    node_row, node_column = row[groups.group], column[groups.group]
    pattern = _Pattern(node_row[tail], node_row[head], node_column[tail], node_column[head], n)
    symmetric = bool(
        (groups.scale == 1).all() and (groups.shift_pa == 0).all() and (node_row == node_column).all()
    )
    supply = np.bincount(node_row[node_row >= 0], net.supply_kg_per_s[node_row >= 0], n)
    size = float(np.abs(net.supply_kg_per_s[node_row >= 0]).max(initial=0))
    x = np.where(unknown, 1.0, potential_pa2(law, pressure) / most)
    bent = (groups.scale != 1) | (groups.shift_pa != 0)  # nodes whose potential is no copy of their group's

    def potentials(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Potential of each node, and how fast it grows with that of its group."""
        at_node, slope = x[groups.group], np.ones(net.n_nodes)
        if bent.any():
            p = pressure_at(law, most * at_node[bent])
            behind = groups.scale[bent] * p + groups.shift_pa[bent]
            at_node[bent] = potential_pa2(law, behind) / most
            before = density_kg_per_m3(law, p)
            grown = groups.scale[bent] * density_kg_per_m3(law, behind)
            # At pressure 0 the slope of a drop has no end; a large number serves as well.
            slope[bent] = np.clip(np.divide(grown, before, out=np.ones_like(p), where=before != 0), 1e-6, 1e6)
        return at_node, slope

    def errors(at_node: np.ndarray, f: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Error of each pipe's potentials and of each unknown's balance."""
        return r * f * np.sqrt(f * f + flat * flat) - at_node[tail] + at_node[
            head
        ], supply + pattern.gathered(f)

    f = np.zeros(pipes.size)
    at_node, slope = potentials(x)
    off_pipe, off_row = errors(at_node, f)
    steps, gap, best = 0, np.inf, np.inf
    while True:
        scale_f = max(float(np.abs(f).max(initial=0)), size) or 1.0
        gap = float(np.abs(off_pipe).max(initial=0))
        merit = max(gap, float(np.abs(off_row).max(initial=0)) / scale_f)
        if steps and merit <= settings.tolerance:
            break
        if steps == settings.most_steps or (steps > 1 and merit >= best):
            if merit <= settings.accepted:
                break
            raise NotConverged(
                f"{net.name}: potentials and balances are off by {merit:.1e}, {settings.tolerance:.0e} aimed at, after {steps} steps;"
                " set points that ask for what cannot be may be the cause"
            )
        best = merit if steps else np.inf
        root = np.sqrt(f * f + flat * flat)
        ease = root / (r * (f * f + root * root)) if steps else 1 / (GUESS * np.sqrt(r))  # 1 / h'
        dx = np.zeros(x.size)
        if n:
            moved = pattern.solve(
                ease, slope[tail], slope[head], off_row + pattern.gathered(-ease * off_pipe), symmetric
            )
            if moved is None:
                set_points = net.is_open & ~(
                    np.isnan(net.ratio) & np.isnan(net.outlet_pa) & np.isnan(net.drop_pa)
                )
                names = ", ".join(net.link_ids[k] for k in np.flatnonzero(set_points)[:MOST_NAMED])
                raise NotConverged(
                    f"{net.name}: the set points leave a pressure open after {steps} steps: gas may go round through a station"
                    f" and back to it. Take out one of {names or 'none'}"
                )
            dx[unknown] = moved
        slide = slope * dx[groups.group]
        df = ease * (slide[tail] - slide[head] - off_pipe)
        length = 1.0
        while True:
            x_new, f_new = x + length * dx, f + length * df
            at_node, slope = potentials(x_new)
            off_pipe, off_row = errors(at_node, f_new)
            now = max(float(np.abs(off_pipe).max(initial=0)), float(np.abs(off_row).max(initial=0)) / scale_f)
            # The first step leaves a guess, not a solution: it is taken whole.
            if not steps or now <= settings.tolerance or now < (1 - 1e-4 * length) * merit or length < 1e-3:
                break
            length /= 2
        x, f, steps = x_new, f_new, steps + 1
    flow = np.zeros(net.n_links)
    flow[pipes] = f
    return np.where(unknown, pressure_at(law, most * x), groups.given_pa), flow, steps, gap


class _Pattern:
    """Where each pipe stands in the matrix of balances; the order of elimination is found once."""

    def __init__(self, row_tail: Any, row_head: Any, column_tail: Any, column_head: Any, n: int) -> None:
        self.n = n
        self.row_tail, self.row_head = row_tail, row_head
        rows = np.concatenate([row_tail, row_tail, row_head, row_head])
        columns = np.concatenate([column_tail, column_head, column_tail, column_head])
        self.used = (rows >= 0) & (columns >= 0)
        self.rows, self.columns = rows[self.used], columns[self.used]
        self.order: np.ndarray | None = None
        self._lay_out(np.arange(n))

    def _lay_out(self, position: np.ndarray) -> None:
        rows, columns = position[self.rows], position[self.columns]
        # Every diagonal cell is there, so that an elimination in the order given finds it.
        keys = np.concatenate([columns * self.n + rows, np.arange(self.n) * (self.n + 1)])
        cells, place = np.unique(keys, return_inverse=True)
        self.place, self.n_cells = place[: rows.size], cells.size
        self.indices = (cells % self.n).astype(np.int32) if self.n else cells.astype(np.int32)
        self.starts = np.searchsorted(cells, np.arange(self.n + 1) * self.n).astype(np.int32)

    def gathered(self, f: np.ndarray) -> np.ndarray:
        """Inflow less outflow of each row, for flows of pipes."""
        out, into = self.row_tail >= 0, self.row_head >= 0
        return np.bincount(self.row_head[into], f[into], self.n) - np.bincount(
            self.row_tail[out], f[out], self.n
        )

    def solve(
        self,
        ease: np.ndarray,
        slope_tail: np.ndarray,
        slope_head: np.ndarray,
        right: np.ndarray,
        symmetric: bool,
    ) -> np.ndarray | None:
        """Solve one step; None where the matrix is singular."""
        from scipy.sparse import csc_matrix
        from scipy.sparse.linalg import splu

        a, b = ease * slope_tail, ease * slope_head
        data = np.bincount(self.place, np.concatenate([a, -b, -a, b])[self.used], self.n_cells)
        matrix = csc_matrix((data, self.indices, self.starts), shape=(self.n, self.n))
        try:
            factors = splu(
                matrix,
                permc_spec="MMD_AT_PLUS_A" if self.order is None else "NATURAL",
                diag_pivot_thresh=0.0 if symmetric else 0.1,
                options={"SymmetricMode": symmetric},
            )
        except RuntimeError:  # SciPy's word for an exactly singular matrix
            return None
        if self.order is None:
            found = factors.solve(right)
            self.order = np.asarray(factors.perm_c, np.int64)
            self._lay_out(self.order)
        else:
            moved = np.empty_like(right)
            moved[self.order] = right
            found = factors.solve(moved)[self.order]
        return found if np.isfinite(found).all() else None


def _flows_by_balance(
    net: GasNetwork, groups: PressureGroups, flow: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Flows of elements whose pressures do not tell them, and of slacks, from the balances of nodes."""
    slack = ~np.isnan(net.slack_pa)
    missing = net.supply_kg_per_s - _outflow(net, flow)  # at each node, what other elements must take away
    others = np.flatnonzero(net.is_open & ~groups.passes)
    undetermined = np.zeros(net.n_links, bool)
    if not others.size:
        return flow, np.where(slack, -missing, 0.0), undetermined
    from scipy.sparse import coo_matrix, csc_matrix
    from scipy.sparse.csgraph import connected_components
    from scipy.sparse.linalg import splu

    tail, head = net.tail[others], net.head[others]
    n = net.n_nodes
    ends = (np.concatenate([tail, head]), np.concatenate([head, tail]))
    adjacency = coo_matrix((np.ones(2 * others.size), ends), shape=(n, n)).tocsr()
    n_parts, part = connected_components(adjacency, directed=False)
    # With the flows as differences of a potential along the elements, the split in loops is that of least squares. A
    # part with a slack is grounded there, any other at its first node: its balance is closed already.
    grounded = np.zeros(n, bool)
    grounded[np.flatnonzero(slack)] = True
    first = np.unique(part, return_index=True)[1]
    has_slack = np.zeros(n_parts, bool)
    has_slack[part[slack]] = True
    grounded[first[~has_slack]] = True
    free = ~grounded
    degree = np.bincount(ends[0], minlength=n)
    laplacian = csc_matrix(coo_matrix((degree, (np.arange(n), np.arange(n))), shape=(n, n)) - adjacency)
    height = np.zeros(n)
    if free.any():
        height[free] = splu(csc_matrix(laplacian[free][:, free])).solve(missing[free])
    flow = flow.copy()
    flow[others] = height[tail] - height[head]
    over = missing - _outflow(net, np.where(groups.passes, 0.0, flow))
    # A part holds a loop when it has as many links as nodes, or more.
    links_in = np.bincount(part[tail], minlength=n_parts)
    looped = links_in > np.bincount(part, minlength=n_parts) - 1
    undetermined[others] = looped[part[tail]] & _in_a_loop(tail, head, n)
    return flow, np.where(slack, -over, 0.0), undetermined


def _in_a_loop(tail: np.ndarray, head: np.ndarray, n: int) -> np.ndarray:
    """Links that stay when dead ends are cut off again and again."""
    stays = np.ones(tail.size, bool)
    while True:
        degree = np.bincount(tail[stays], minlength=n) + np.bincount(head[stays], minlength=n)
        now = stays & (degree[tail] > 1) & (degree[head] > 1)
        if now.sum() == stays.sum():
            return now
        stays = now


def _outflow(net: GasNetwork, flow: np.ndarray) -> np.ndarray:
    """Outflow less inflow of each node through links."""
    n = net.n_nodes
    return np.bincount(net.tail, flow, n) - np.bincount(net.head, flow, n)
