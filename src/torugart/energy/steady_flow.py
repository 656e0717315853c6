"""Steady flow of gas: Newton on potentials, sparse. ``docs/methods/gas_flow.md`` derives it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from torugart.energy.balances import Balances
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
SHORTEST = 1e-3  # part of a step


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


@dataclass(frozen=True, slots=True)
class _System:
    """What Newton's method needs: potentials are parts of ``most``, pipes are those of ``groups.passes``."""

    law: GasLaw
    groups: PressureGroups
    most: float
    unknown: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    r: np.ndarray
    flat: np.ndarray
    supply: np.ndarray
    largest_supply: float
    balances: Balances
    bent: np.ndarray  # nodes whose potential is no copy of their group's

    def potentials(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Potential of each node, and how fast it grows with that of its group."""
        groups = self.groups
        at_node, slope = x[groups.group], np.ones(groups.group.size)
        if self.bent.any():
            scale, shift = groups.scale[self.bent], groups.shift_pa[self.bent]
            p = pressure_at(self.law, self.most * at_node[self.bent])
            behind = scale * p + shift
            at_node[self.bent] = potential_pa2(self.law, behind) / self.most
            before, grown = density_kg_per_m3(self.law, p), scale * density_kg_per_m3(self.law, behind)
            # At pressure 0 the slope of a drop has no end; a large number serves as well.
            slope[self.bent] = np.clip(
                np.divide(grown, before, out=np.ones_like(p), where=before != 0), 1e-6, 1e6
            )
        return at_node, slope

    def errors(self, at_node: np.ndarray, f: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Error of each pipe's potentials and of the balance of each unknown."""
        drop = self.r * f * np.sqrt(f * f + self.flat * self.flat)
        return drop - at_node[self.tail] + at_node[self.head], self.supply + self.balances.gathered(f)

    def ease(self, f: np.ndarray) -> np.ndarray:
        """Flow gained for a little potential, 1 / h'."""
        root = np.sqrt(f * f + self.flat * self.flat)
        return root / (self.r * (f * f + root * root))


def _system(net: GasNetwork, law: GasLaw, groups: PressureGroups) -> _System:
    unknown = np.isnan(groups.given_pa)
    given = np.where(unknown, 0.0, groups.given_pa)[groups.group] * groups.scale + groups.shift_pa
    most = float(potential_pa2(law, np.abs(given).max()))
    pipes = np.flatnonzero(groups.passes)
    tail, head = net.tail[pipes], net.head[pipes]
    r = law.a2_m2_per_s2 * net.drag_per_m4[pipes] / most
    n = int(unknown.sum())
    column = np.where(unknown, np.cumsum(unknown) - 1, -1)
    row = np.where(groups.balance >= 0, column[groups.balance], -1)[groups.group]
    column = column[groups.group]
    bent = (groups.scale != 1) | (groups.shift_pa != 0)
    symmetric = bool(not bent.any() and (row == column).all())
    counted = row >= 0
    return _System(
        law=law,
        groups=groups,
        most=most,
        unknown=unknown,
        tail=tail,
        head=head,
        r=r,
        flat=FLAT / np.sqrt(r),
        supply=np.bincount(row[counted], net.supply_kg_per_s[counted], n),
        largest_supply=float(np.abs(net.supply_kg_per_s[counted]).max(initial=0)),
        balances=Balances(row[tail], row[head], column[tail], column[head], n, symmetric=symmetric),
        bent=bent,
    )


def _newton(
    net: GasNetwork, law: GasLaw, groups: PressureGroups, settings: FlowSettings
) -> tuple[np.ndarray, np.ndarray, int, float]:
    """Pressure of each group and flow of each pipe, with the steps taken and the gap left."""
    system = _system(net, law, groups)
    x = np.where(system.unknown, 1.0, potential_pa2(law, groups.given_pa) / system.most)
    f = np.zeros(system.tail.size)
    at_node, slope = system.potentials(x)
    off_pipe, off_row = system.errors(at_node, f)
    steps, best = 0, np.inf
    while True:
        scale = max(_largest(f), system.largest_supply) or 1.0
        merit = max(_largest(off_pipe), _largest(off_row) / scale)
        if steps and merit <= settings.tolerance:
            break
        if steps == settings.most_steps or (steps > 1 and merit >= best):
            if merit <= settings.accepted:
                break
            raise NotConverged(
                f"{net.name}: potentials and balances are off by {merit:.1e}, {settings.tolerance:.0e} aimed at, after"
                f" {steps} steps; set points that ask for what cannot be may be the cause"
            )
        best = merit if steps else np.inf
        ease = system.ease(f) if steps else 1 / (GUESS * np.sqrt(system.r))
        right = off_row - system.balances.gathered(ease * off_pipe)
        moved = system.balances.solve(ease * slope[system.tail], ease * slope[system.head], right)
        if moved is None:
            raise NotConverged(_open_pressure(net, steps))
        dx = np.zeros(x.size)
        dx[system.unknown] = moved
        slide = slope * dx[groups.group]
        df = ease * (slide[system.tail] - slide[system.head] - off_pipe)
        length = 1.0
        while True:
            at_node, slope = system.potentials(x + length * dx)
            off_pipe, off_row = system.errors(at_node, f + length * df)
            now = max(_largest(off_pipe), _largest(off_row) / scale)
            # The first step leaves a guess, not a solution: it is taken whole.
            if (
                not steps
                or now <= settings.tolerance
                or now < (1 - 1e-4 * length) * merit
                or length < SHORTEST
            ):
                break
            length /= 2
        x, f, steps = x + length * dx, f + length * df, steps + 1
    flow = np.zeros(net.n_links)
    flow[groups.passes] = f
    pressure = np.where(system.unknown, pressure_at(law, system.most * x), groups.given_pa)
    return pressure, flow, steps, _largest(off_pipe)


def _largest(values: np.ndarray) -> float:
    return float(np.abs(values).max(initial=0))


def _open_pressure(net: GasNetwork, steps: int) -> str:
    set_points = net.is_open & ~(np.isnan(net.ratio) & np.isnan(net.outlet_pa) & np.isnan(net.drop_pa))
    names = ", ".join(net.link_ids[k] for k in np.flatnonzero(set_points)[:MOST_NAMED])
    return (
        f"{net.name}: the set points leave a pressure open after {steps} steps: gas may go round through a station and"
        f" back to it. Take out one of {names or 'the fixed losses'}"
    )


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
