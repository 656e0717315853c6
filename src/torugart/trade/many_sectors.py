"""Many sectors with input-output links, tariffs and iceberg costs: Caliendo and Parro (2015) in exact hats.

Matrix-free: a round costs a few products of the kernel of shares with vectors. Prices, spending and wages are found together, so the
inner rounds are never more exact than the outer residual asks for. Formulas: docs/methods/trade.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from torugart.errors import InputError, NotConverged
from torugart.trade.anderson import find_fixed_point

FloatArray = NDArray[np.float64]
CLOSURES = ("transfers", "income", "balanced")
MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class SectorBase:
    """A world of several sectors that adds up; arrays are sector by importer by exporter.

    Attributes
    ----------
    countries, sectors : tuple of str
    share : ndarray, shape (n_sectors, n, n)
        Share of exporter (last) in what importer (middle) spends on a sector, tariffs included; sums to 1 over exporters.
    tariff : ndarray, shape (n_sectors, n, n)
        Ad valorem, by importer and exporter.
    value_added : ndarray, shape (n_sectors, n)
        Share of value added in output.
    inputs : ndarray, shape (n, n_sectors, n_sectors)
        By country: share of input sector (rows) in what a using sector (columns) spends on inputs; columns sum to 1.
    final_share : ndarray, shape (n_sectors, n)
        Share of a sector in final demand; sums to 1 over sectors.
    income : ndarray, shape (n,)
        Value added of a country.
    deficit : ndarray, shape (n,)
        Transfer from abroad that pays for more than is earned; sums to 0.
    spending : ndarray, shape (n_sectors, n)
        On each sector, for inputs and for final use, tariffs included.
    """

    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    share: FloatArray
    tariff: FloatArray
    value_added: FloatArray
    inputs: FloatArray
    final_share: FloatArray
    income: FloatArray
    deficit: FloatArray
    spending: FloatArray

    @property
    def n(self) -> int:
        """Number of countries."""
        return len(self.countries)

    @classmethod
    def from_flows(
        cls,
        countries: tuple[str, ...],
        sectors: tuple[str, ...],
        flows: FloatArray,
        tariff: FloatArray,
        value_added: FloatArray,
        inputs: FloatArray,
    ) -> SectorBase:
        """Build a base from flows: final demand is what is left of spending after inputs, and none where that is negative.

        Parameters
        ----------
        flows : ndarray, shape (n_sectors, n, n)
            Before tariffs, importer by exporter, sales at home on the diagonal.
        tariff, value_added, inputs : ndarray
            As in the record.

        Raises
        ------
        InputError
            Naming sectors and countries where a flow, tariff or share makes no sense, or that spend nothing.
        """
        _refuse(countries, sectors, flows, tariff, value_added, inputs)
        paid = flows * (1 + tariff)
        spending = paid.sum(axis=2)
        share = paid / np.where(spending > 0, spending, 1)[:, :, None]
        # A sector that a country does not buy has no shares: it buys at home, whatever nothing costs.
        home = np.eye(len(countries))
        share = np.where((spending > 0)[:, :, None], share, home)
        sums = inputs.sum(axis=1, keepdims=True)
        inputs = inputs / np.where(sums > 0, sums, 1)  # printed shares are rounded
        made = flows.sum(axis=1)
        used = np.einsum("nks,sn->kn", inputs, (1 - value_added) * made)
        income = (value_added * made).sum(axis=0)
        final = np.maximum(spending - used, 0.0)
        total = final.sum(axis=0)
        deficit = (flows.sum(axis=2) - made).sum(axis=0)
        base = cls(
            countries,
            sectors,
            share,
            tariff,
            value_added,
            inputs,
            final / np.where(total > 0, total, 1),
            income,
            deficit,
            spending,
        )
        nothing = np.flatnonzero((total <= 0) | (_final_before(base) <= 0))
        if nothing.size:
            raise InputError(
                "sector base: nothing is left for final use in "
                + ", ".join(countries[c] for c in nothing)
                + "; its exports or inputs exceed what it makes and buys"
            )
        return base


@dataclass(frozen=True, slots=True)
class SectorChange:
    """What changes: tariffs to new levels, iceberg costs by factors, infrastructure built and paid for by a tax.

    Attributes
    ----------
    tariff : ndarray, shape (n_sectors, n, n)
        New ad-valorem tariffs, sector by importer by exporter.
    iceberg : ndarray, broadcastable to (n_sectors, n, n)
        New over old cost of delivery.
    infrastructure : ndarray, shape (n,)
        Bought by each country's government a year, in the money of the base, spent like final demand and taxed from its people.
    """

    tariff: FloatArray
    iceberg: FloatArray = field(default_factory=lambda: np.ones((1, 1, 1)))
    infrastructure: FloatArray = field(default_factory=lambda: np.zeros(1))

    @classmethod
    def none(cls, base: SectorBase) -> SectorChange:
        """Nothing changes."""
        return cls(base.tariff)


@dataclass(frozen=True, slots=True)
class SectorSettings:
    """Elasticities and what holds.

    Attributes
    ----------
    trade_elasticity : ndarray, shape (n_sectors,)
        theta of each sector.
    closure : str
        ``transfers``: deficits stay as they are in money of the world's income; ``income``: the same share of the country's own
        income, the world's imbalance spread by income; ``balanced``: none.
    tolerance : float
        Largest relative residual of any equation.
    """

    trade_elasticity: FloatArray
    closure: str = "transfers"
    tolerance: float = 1e-10
    most_iterations: int = 3000

    def __post_init__(self) -> None:
        """Refuse what no model can take."""
        faults = []
        wrong = np.flatnonzero(~(np.asarray(self.trade_elasticity) > 0))
        faults += [
            f"trade elasticity of sector {k + 1} is {self.trade_elasticity[k]}; give a number above 0"
            for k in wrong
        ]
        if self.closure not in CLOSURES:
            faults.append(f"closure {self.closure!r}: give one of {', '.join(CLOSURES)}")
        if faults:
            raise InputError("trade model: " + "; ".join(faults))


@dataclass(frozen=True, slots=True)
class SectorResult:
    """The new equilibrium; hats are new over old, money is in units in which the world's value added is what it was.

    Attributes
    ----------
    base, change
        What was solved.
    wage, cost, price : ndarray, shapes (n,), (n_sectors, n), (n_sectors, n)
        Hats: of wages, of input bundles, of price indices.
    share, spending : ndarray
        New shares and spending.
    income : ndarray, shape (n,)
        Final spending of consumers, new.
    real_income, real_wage : ndarray, shape (n,)
        Hats, over the price index of final demand.
    residual : mapping of str to float
        Largest relative residual of each kind of equation.
    iterations : int
    """

    base: SectorBase
    change: SectorChange
    wage: FloatArray
    cost: FloatArray
    price: FloatArray
    share: FloatArray
    spending: FloatArray
    income: FloatArray
    real_income: FloatArray
    real_wage: FloatArray
    residual: dict[str, float]
    iterations: int

    @property
    def flows(self) -> FloatArray:
        """New flows before tariffs, sector by importer by exporter."""
        return np.asarray(self.share * self.spending[:, :, None] / (1 + self.change.tariff))


def solve_many_sectors(base: SectorBase, change: SectorChange, settings: SectorSettings) -> SectorResult:
    """Solve for the equilibrium after a change of tariffs, iceberg costs or both.

    Raises
    ------
    InputError
        If a change is not a positive number or has another shape.
    NotConverged
        If an equation misses the tolerance.

    References
    ----------
    Caliendo, L. and F. Parro (2015), Estimates of the trade and welfare effects of NAFTA, Review of Economic Studies 82(1).
    """
    model = _Model.of(base, change, settings)
    point = find_fixed_point(
        model.step,
        model.start,
        settings.tolerance / 10,
        settings.most_iterations,
        "trade equilibrium of many sectors",
    )
    result = model.result(point.x, point.iterations)
    worst = max(result.residual, key=lambda k: result.residual[k])
    if not result.residual[worst] <= settings.tolerance:
        raise NotConverged(
            f"trade equilibrium of many sectors: {worst} off by {result.residual[worst]:.3g}, wanted {settings.tolerance:.3g}, "
            f"after {point.iterations} iterations"
        )
    return result


def rebased(result: SectorResult) -> SectorBase:
    """The new equilibrium as a base for a further change: what closing all deficits first needs."""
    base = result.base
    deficit = (result.flows.sum(axis=2) - result.flows.sum(axis=1)).sum(axis=0)
    return replace(
        base,
        share=result.share,
        tariff=np.broadcast_to(result.change.tariff, base.tariff.shape),
        income=base.income * result.wage,
        spending=result.spending,
        deficit=deficit,
    )


@dataclass(frozen=True, slots=True)
class _Model:
    base: SectorBase
    change: SectorChange
    settings: SectorSettings
    theta: FloatArray  # (n_sectors, 1)
    kernel: FloatArray  # (n_sectors, importer, exporter)
    net_kernel: FloatArray
    inputs: FloatArray  # (n, using, input), a column of inputs as a row
    slope: FloatArray  # of log excess supply of labour by the log wage, at the base, roughly

    @classmethod
    def of(cls, base: SectorBase, change: SectorChange, settings: SectorSettings) -> _Model:
        theta = np.asarray(settings.trade_elasticity, float).reshape(-1, 1)
        if theta.size != len(base.sectors):
            raise InputError(f"{theta.size} trade elasticities for {len(base.sectors)} sectors")
        for name, values in (("1 + tariff", 1 + change.tariff), ("iceberg cost", change.iceberg)):
            try:
                np.broadcast_to(values, base.share.shape)
            except ValueError:
                raise InputError(f"{name}: shape {values.shape} does not fit {base.share.shape}") from None
            if not (np.isfinite(values) & (values > 0)).all():
                raise InputError(f"{name}: every value must be a number above 0")
        factor = np.broadcast_to(change.iceberg * (1 + change.tariff) / (1 + base.tariff), base.share.shape)
        kernel = base.share * factor ** -theta[:, :, None]
        net = kernel / (1 + change.tariff) if np.any(change.tariff) else kernel
        made = (base.spending[:, :, None] * base.share / (1 + base.tariff)).sum(axis=1)
        labour = base.value_added * made / (base.value_added * made).sum(axis=0)
        home = np.einsum("snn->sn", base.share)
        slope = 1 + (labour * theta * base.value_added * (1 - home)).sum(axis=0)
        return cls(
            base,
            change,
            settings,
            theta,
            kernel,
            net,
            np.ascontiguousarray(base.inputs.transpose(0, 2, 1)),
            slope,
        )

    @property
    def start(self) -> FloatArray:
        j, n = self.base.value_added.shape
        return np.zeros(n + 2 * j * n)

    def parts(self, x: FloatArray) -> tuple[FloatArray, ...]:
        """Wages, unit costs, pulls of exporters, prices and spending that a point in logarithms means."""
        b = self.base
        j, n = b.value_added.shape
        log_wage, log_price = x[:n], x[n : n + j * n].reshape(j, n)
        log_wage = log_wage - np.log((np.exp(log_wage) * b.income).sum() / b.income.sum())
        log_inputs = np.matmul(self.inputs, log_price.T[:, :, None])[:, :, 0].T
        log_cost = b.value_added * log_wage + (1 - b.value_added) * log_inputs
        pull = np.exp(-self.theta * log_cost)
        reach = np.matmul(self.kernel, pull[:, :, None])[:, :, 0]
        spending = b.spending * np.exp(x[n + j * n :].reshape(j, n))
        return np.exp(log_wage), log_cost, pull, reach, spending

    def demand(
        self, wage: FloatArray, pull: FloatArray, reach: FloatArray, spending: FloatArray
    ) -> tuple[FloatArray, ...]:
        """Output by sector, new spending, and consumers' final spending, given spending so far."""
        b = self.base
        per_reach = spending / reach
        made = pull * np.matmul(per_reach[:, None, :], self.net_kernel)[:, 0, :]
        if self.net_kernel is self.kernel:
            revenue = np.zeros(b.n)
        else:
            revenue = (spending - per_reach * np.matmul(self.net_kernel, pull[:, :, None])[:, :, 0]).sum(
                axis=0
            )
        earned = wage * b.income
        final = earned + revenue + self.transfer(earned)
        used = np.matmul(b.inputs, ((1 - b.value_added) * made).T[:, :, None])[:, :, 0].T
        return made, used + b.final_share * final, final

    def transfer(self, earned: FloatArray) -> FloatArray:
        """What each country spends beyond what it earns."""
        b = self.base
        if self.settings.closure == "balanced":
            return np.zeros(b.n)
        if self.settings.closure == "income":
            given = b.deficit / b.income * earned
            return given - given.sum() * earned / earned.sum()
        return b.deficit

    def step(self, x: FloatArray) -> FloatArray:
        """One round of all three: prices from costs, spending from output, wages towards full employment."""
        b = self.base
        wage, _, pull, reach, spending = self.parts(x)
        made, wanted, _ = self.demand(wage, pull, reach, spending)
        labour = (b.value_added * made).sum(axis=0)
        log_wage = np.log(wage) + np.log(labour / (wage * b.income)) / self.slope
        ratio = np.where(b.spending > 0, wanted / np.where(b.spending > 0, b.spending, 1), 1.0)
        return np.concatenate([log_wage, (-np.log(reach) / self.theta).ravel(), np.log(ratio).ravel()])

    def result(self, x: FloatArray, iterations: int) -> SectorResult:
        """Everything asked of the equilibrium, each equation's residual worked out anew."""
        b = self.base
        j, n = b.value_added.shape
        wage, log_cost, pull, reach, spending = self.parts(x)
        made, wanted, final = self.demand(wage, pull, reach, spending)
        share = self.kernel * pull[:, None, :] / reach[:, :, None]
        log_price = -np.log(reach) / self.theta
        level = np.exp((b.final_share * log_price).sum(axis=0))
        tax = np.broadcast_to(self.change.infrastructure, (n,)) * 1.0
        before = _final_before(b)
        labour = (b.value_added * made).sum(axis=0)
        bought = spending > 0
        residual = {
            "labour markets": float(np.max(np.abs(labour / (wage * b.income) - 1))),
            "prices": float(np.max(np.abs(log_price - x[n : n + j * n].reshape(j, n)))),
            "spending": float(np.max(np.abs(wanted[bought] / spending[bought] - 1))),
            "shares": float(np.max(np.abs(share.sum(axis=2) - 1))),
            "trade balance": self._imbalance(share, spending, wage),
        }
        return SectorResult(
            b,
            self.change,
            wage,
            np.exp(log_cost),
            np.exp(log_price),
            share,
            spending,
            final - tax,
            (final - tax) / before / level,
            wage / level,
            residual,
            iterations,
        )

    def _imbalance(self, share: FloatArray, spending: FloatArray, wage: FloatArray) -> float:
        flows = share * spending[:, :, None] / (1 + self.change.tariff)
        over = (flows.sum(axis=2) - flows.sum(axis=1)).sum(axis=0) - self.transfer(wage * self.base.income)
        return float(np.max(np.abs(over) / self.base.income))


def _final_before(b: SectorBase) -> FloatArray:
    revenue = (b.spending[:, :, None] * b.share * b.tariff / (1 + b.tariff)).sum(axis=(0, 2))
    return np.asarray(b.income + revenue + b.deficit)


def _refuse(
    countries: tuple[str, ...],
    sectors: tuple[str, ...],
    flows: FloatArray,
    tariff: FloatArray,
    value_added: FloatArray,
    inputs: FloatArray,
) -> None:
    j, n = len(sectors), len(countries)
    wanted = {"flows": (j, n, n), "tariff": (j, n, n), "value_added": (j, n), "inputs": (n, j, j)}
    given = {"flows": flows, "tariff": tariff, "value_added": value_added, "inputs": inputs}
    faults = [
        f"{name}: shape {given[name].shape}, expected {shape}"
        for name, shape in wanted.items()
        if given[name].shape != shape
    ]
    if not faults:
        for name, values in (("flow", flows), ("tariff", tariff)):
            faults += [
                f"{name} of {sectors[s]} from {countries[i]} to {countries[m]} is {values[s, m, i]}; write 0 or more"
                for s, m, i in zip(*np.nonzero(~(np.isfinite(values) & (values >= 0))), strict=True)
            ]
        faults += [
            f"value added of {sectors[s]} in {countries[c]} is {value_added[s, c]}; write a share above 0, at most 1"
            for s, c in zip(*np.nonzero(~((value_added > 0) & (value_added <= 1))), strict=True)
        ]
        sums = inputs.sum(axis=1)
        faults += [
            f"inputs of {sectors[s]} in {countries[c]} sum to {sums[c, s]:.6f}; their shares must sum to 1 where there are inputs"
            for c, s in zip(*np.nonzero(~(np.abs(sums - 1) < 1e-3) & (value_added.T < 1)), strict=True)
        ]
        faults += [f"{countries[c]} makes nothing" for c in np.flatnonzero(flows.sum(axis=(0, 1)) <= 0)]
    if faults:
        more = len(faults) - MOST_FAULTS
        raise InputError(
            "sector base: " + "; ".join(faults[:MOST_FAULTS]) + (f"; and {more} more" if more > 0 else "")
        )
