"""One sector of trade in changes: Armington and Eaton-Kortum with a trade elasticity and an elastic supply.

Exact hat algebra (Dekle, Eaton and Kortum 2008): only base flows, changes of cost and elasticities are needed.
Formulas, units and limits: docs/methods/trade.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from torugart.errors import InputError, NotConverged
from torugart.trade.anderson import find_fixed_point
from torugart.trade.baseline import Baseline

FloatArray = NDArray[np.float64]
SMALL = 60  # countries; above, an iteration of Newton costs more than twenty of the fixed point
CLOSURES = ("transfers", "proportional", "balanced")


@dataclass(frozen=True, slots=True)
class OneSectorSettings:
    """What the model takes as given.

    Attributes
    ----------
    trade_elasticity : float
        theta: fall of a trade share, per cent, for one per cent more cost (sigma - 1 of Armington).
    supply_elasticity : float
        psi: rise of output for one per cent higher real price of it (0: endowments; the kappa of labour supply).
    scale_elasticity : float
        Rise of productivity for one per cent more output; 0 without economies of scale.
    closure : str
        ``transfers``: each country's deficit stays the same part of world output; ``proportional``: the same part of its own
        output, world imbalance spread by output; ``balanced``: deficits are closed, which is itself part of the change.
    tolerance : float
        Largest relative excess demand left.
    most_iterations : int
    """

    trade_elasticity: float
    supply_elasticity: float = 0.0
    scale_elasticity: float = 0.0
    closure: str = "transfers"
    tolerance: float = 1e-12
    most_iterations: int = 2000

    def __post_init__(self) -> None:
        """Refuse elasticities of the wrong sign and unknown closures, all at once."""
        faults = []
        if not self.trade_elasticity > 0:
            faults.append(f"trade elasticity {self.trade_elasticity}: give a number above 0, such as 5")
        if not self.supply_elasticity >= 0:
            faults.append(f"supply elasticity {self.supply_elasticity}: give 0 or more")
        if not 0 <= self.scale_elasticity < 1 / max(self.trade_elasticity, 1e-9):
            faults.append(
                f"scale elasticity {self.scale_elasticity}: give 0 or more, below 1 / trade elasticity, "
                "or all output gathers in one country"
            )
        if self.closure not in CLOSURES:
            faults.append(f"closure {self.closure!r}: give one of {', '.join(CLOSURES)}")
        if faults:
            raise InputError("trade model: " + "; ".join(faults))


@dataclass(frozen=True, slots=True)
class CostChange:
    """What changes between base and counterfactual; every array is exporter by importer.

    Attributes
    ----------
    iceberg : ndarray, shape (n, n)
        tau-hat: new over old cost of delivering a good; 1 where nothing changes, the part that melts.
    tariff : ndarray, shape (n, n)
        Ad-valorem tariff in the counterfactual; the base has ``base_tariff``.
    base_tariff : ndarray, shape (n, n)
    """

    iceberg: FloatArray
    tariff: FloatArray = field(default_factory=lambda: np.zeros((1, 1)))
    base_tariff: FloatArray = field(default_factory=lambda: np.zeros((1, 1)))

    @classmethod
    def none(cls, n: int) -> CostChange:
        """Nothing changes."""
        return cls(np.ones((n, n)))


@dataclass(frozen=True, slots=True)
class OneSectorResult:
    """Changes of an equilibrium; all hats are new over old, prices in units of world output.

    Attributes
    ----------
    countries : tuple of str
    price : ndarray, shape (n,)
        Price of a country's own good (wage where supply is labour).
    output, expenditure : ndarray, shape (n,)
        New values, in the money of the base.
    quantity, price_index, real_income : ndarray, shape (n,)
        Hats: of the quantity produced, of the price index of consumers, of expenditure over price index.
    flows : ndarray, shape (n, n)
        New flows, exporter by importer, before tariff.
    tariff_revenue : ndarray, shape (n,)
    excess_demand : ndarray, shape (n,)
        Residual of every market-clearing condition over output: how well the equilibrium is solved.
    iterations : int
    """

    countries: tuple[str, ...]
    price: FloatArray
    output: FloatArray
    expenditure: FloatArray
    quantity: FloatArray
    price_index: FloatArray
    real_income: FloatArray
    flows: FloatArray
    tariff_revenue: FloatArray
    excess_demand: FloatArray
    iterations: int


def solve_one_sector(
    base: Baseline, change: CostChange, settings: OneSectorSettings, inverse: FloatArray | None = None
) -> OneSectorResult:
    """Solve for the equilibrium after a change of trade cost.

    Parameters
    ----------
    base : Baseline
        Balanced flows; a tariff in the base is paid on top of them.
    change : CostChange
    settings : OneSectorSettings
    inverse : ndarray, shape (n, n), optional
        ``base_inverse`` of a like base and elasticity: where the same base is solved many times it saves half the rounds. It is
        not used with tariffs, with economies of scale, and where Newton's method is.

    Raises
    ------
    InputError
        If an array has the wrong shape, or a change that is not a positive number.
    NotConverged
        If a market is not cleared to the tolerance.

    References
    ----------
    Dekle, R., J. Eaton and S. Kortum (2008), Global rebalancing with gravity, IMF Staff Papers 55(3).
    Allen, T., C. Arkolakis and Y. Takahashi (2020), Universal gravity, Journal of Political Economy 128(2).
    """
    model = _Model.of(base, change, settings)
    if base.n <= SMALL and model.newton_applies:
        x, iterations = _newton(model)
    else:
        point = find_fixed_point(
            model.step if inverse is None or not model.newton_applies else partial(model.chord, inverse),
            model.start,
            settings.tolerance / 4,
            settings.most_iterations,
            "one-sector trade equilibrium",
        )
        x, iterations = point.x, point.iterations
    result = model.result(x, iterations)
    worst = float(np.max(np.abs(result.excess_demand)))
    if not worst <= 10 * settings.tolerance:
        k = int(np.argmax(np.abs(result.excess_demand)))
        raise NotConverged(
            f"one-sector trade equilibrium: excess demand of {worst:.3g} of output left in {base.countries[k]}, "
            f"wanted {settings.tolerance:.3g}, after {iterations} iterations"
        )
    return result


@dataclass(frozen=True, slots=True)
class _Model:
    """The equations of one change, with what does not move worked out once."""

    base: Baseline
    settings: OneSectorSettings
    kernel: FloatArray  # base shares x (cost change)^-theta
    net_kernel: FloatArray  # the same over 1 + tariff: what reaches the exporter
    taxed: bool
    output: FloatArray
    spent_before: FloatArray
    transfer: FloatArray
    slope: FloatArray  # of log excess supply by own log price, at the base

    @classmethod
    def of(cls, base: Baseline, change: CostChange, settings: OneSectorSettings) -> _Model:
        check_change(base, change)
        theta = settings.trade_elasticity
        taxed = bool(np.any(change.tariff) or np.any(change.base_tariff))
        paid = base.flows * (1 + change.base_tariff) if taxed else base.flows
        spent = paid.sum(axis=0)
        cost = change.iceberg * (1 + change.tariff) / (1 + change.base_tariff) if taxed else change.iceberg
        moved = cost != 1.0
        kernel = paid / spent
        home_share = np.diag(kernel).copy()
        kernel[moved] *= cost[moved] ** -theta
        net = kernel / (1 + change.tariff) if taxed else kernel
        output = base.flows.sum(axis=1)
        revenue = (paid - base.flows).sum(axis=0) if taxed else np.zeros(base.n)
        transfer = np.zeros(base.n) if settings.closure == "balanced" else spent - output - revenue
        home_sold = np.diag(base.flows) / output
        by_output = 1 + settings.supply_elasticity * (1 - home_share)
        slope = by_output + theta - home_sold * (by_output + theta * home_share)
        return cls(base, settings, kernel, net, taxed, output, spent, transfer, slope)

    @property
    def newton_applies(self) -> bool:
        return not self.taxed and self.settings.scale_elasticity == 0

    @property
    def quantity_is_unknown(self) -> bool:
        """With economies of scale prices do not say how much is produced: quantities are sought beside them."""
        return bool(self.settings.supply_elasticity and self.settings.scale_elasticity)

    @property
    def start(self) -> FloatArray:
        return np.zeros(self.base.n * (2 if self.quantity_is_unknown else 1))

    def parts(self, x: FloatArray) -> tuple[FloatArray, ...]:
        """Price, quantity, kernel sums, output, expenditure and sales of a point in logarithms."""
        n, s = self.base.n, self.settings
        price = np.exp(x[:n])
        pull = price**-s.trade_elasticity
        if self.quantity_is_unknown:
            quantity = np.exp(x[n:])
            pull *= quantity ** (s.trade_elasticity * s.scale_elasticity)
        reach = pull @ self.kernel
        if not self.quantity_is_unknown:
            quantity = (price * reach ** (1 / s.trade_elasticity)) ** s.supply_elasticity
        output = price * quantity * self.output
        size = self.output.sum() / output.sum()  # the numeraire: world output
        price, output = price * size, output * size
        pull, reach = pull * size**-s.trade_elasticity, reach * size**-s.trade_elasticity
        if s.closure == "proportional":
            spent = output * (1 + self.transfer / self.output)
            spent = spent * (output.sum() + self.transfer.sum()) / spent.sum()
        else:
            spent = output + self.transfer
        if self.taxed:
            net = pull @ self.net_kernel
            spent = spent * reach / net  # E = (Y + T) / (1 - revenue share)
        sales = pull * (self.net_kernel @ (spent / reach))
        return price, quantity, reach, output, spent, sales

    def step(self, x: FloatArray) -> FloatArray:
        """One round: prices towards clearing, quantities to supply."""
        s = self.settings
        price, _, reach, output, _, sales = self.parts(x)
        log_price = np.log(price)
        after = log_price + np.log(sales / output) / self.slope
        if not self.quantity_is_unknown:
            return after
        index = -np.log(reach) / s.trade_elasticity
        return np.concatenate([after, s.supply_elasticity * (log_price - index)])

    def chord(self, inverse: FloatArray, x: FloatArray) -> FloatArray:
        """One round by the slopes of all markets at the base."""
        price, _, _, output, _, sales = self.parts(x)
        return np.asarray(np.log(price) + inverse @ np.log(sales / output))

    def result(self, x: FloatArray, iterations: int) -> OneSectorResult:
        """Everything asked of the equilibrium, with the residual of each market."""
        price, quantity, reach, output, spent, sales = self.parts(x)
        index = reach ** (-1 / self.settings.trade_elasticity)
        pull = (price / quantity**self.settings.scale_elasticity) ** -self.settings.trade_elasticity
        flows = pull[:, None] * self.net_kernel * (spent / reach)
        return OneSectorResult(
            self.base.countries,
            price,
            output,
            spent,
            quantity,
            index,
            spent / self.spent_before / index,
            flows,
            spent - flows.sum(axis=0),
            sales / output - 1,
            iterations,
        )


def check_change(base: Baseline, change: CostChange) -> None:
    """Refuse changes that are no positive numbers or of another shape; every fault, by pair of countries."""
    n, faults = base.n, []
    for name, values, low in (
        ("cost change", change.iceberg, 0.0),
        ("1 + tariff", 1 + change.tariff, 0.0),
        ("1 + base tariff", 1 + change.base_tariff, 0.0),
    ):
        if values.shape not in ((n, n), (1, 1)):
            faults.append(f"{name}: shape {values.shape}, expected {(n, n)}: exporter by importer")
            continue
        wrong = ~(np.isfinite(values) & (values > low))
        if not wrong.any():
            continue
        faults += [
            f"{name} from {base.countries[i]} to {base.countries[j]} is {values[i, j]}; give a number above {low:g}"
            for i, j in zip(*np.nonzero(np.broadcast_to(wrong, (n, n))), strict=True)
        ]
    if faults:
        raise InputError(
            "; ".join(faults[:20]) + (f"; and {len(faults) - 20} more" if len(faults) > 20 else "")
        )


def price_jacobian(
    share: FloatArray,
    sold: FloatArray,
    output: FloatArray,
    spent: FloatArray,
    transfer: FloatArray,
    settings: OneSectorSettings,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Derivatives of log excess supply, log output and log expenditure by log prices, at an equilibrium without tariffs.

    Parameters
    ----------
    share : ndarray, shape (n, n)
        Exporter's share of what an importer spends; columns sum to 1.
    sold : ndarray, shape (n, n)
        Importer's share of what an exporter sells; rows sum to 1.
    output, spent, transfer : ndarray, shape (n,)

    Returns
    -------
    tuple of ndarray, each of shape (n, n)
        Rows are what changes, columns whose price.
    """
    theta, psi = settings.trade_elasticity, settings.supply_elasticity
    n = output.size
    by_output = (1 + psi) * np.eye(n) - psi * share.T
    by_spent = spent_of_output(output, spent, transfer, settings) @ by_output
    excess = by_output + theta * np.eye(n) - sold @ (theta * share.T + by_spent)
    return excess, by_output, by_spent


def spent_of_output(
    output: FloatArray, spent: FloatArray, transfer: FloatArray, settings: OneSectorSettings
) -> FloatArray:
    """Elasticity of every country's expenditure (rows) by every country's output (columns), shape (n, n)."""
    if settings.closure == "proportional":
        total = output.sum() + transfer.sum()
        return np.eye(output.size) + (output / output.sum())[None, :] - (spent / total)[None, :]
    return np.diag(output / spent) + np.outer(transfer / spent, output / output.sum())


def base_inverse(base: Baseline, settings: OneSectorSettings) -> FloatArray:
    """Inverse of the slopes of log excess supply by log prices at a base without tariffs, shape (n, n).

    World output stays, which takes the place of the direction in which all prices rise alike.
    """
    output, spent = base.output, base.expenditure
    transfer = np.zeros(base.n) if settings.closure == "balanced" else spent - output
    sold = base.flows / output[:, None]
    jacobian, by_output, _ = price_jacobian(base.share, sold, output, spent, transfer, settings)
    weight = output / output.sum()
    return np.asarray(np.linalg.inv(jacobian + np.outer(np.ones(base.n), weight @ by_output)))


def _newton(model: _Model) -> tuple[FloatArray, int]:
    """Newton's method on log prices with the analytic Jacobian; steps are halved while the residual grows."""
    n, s = model.base.n, model.settings
    theta = s.trade_elasticity

    def at(log_price: FloatArray) -> tuple[FloatArray, tuple[FloatArray, ...]]:
        parts = model.parts(log_price)
        return np.log(parts[3] / parts[5]), parts

    x = np.zeros(n)
    excess, parts = at(x)
    rounds = 0
    for rounds in range(s.most_iterations):  # noqa: B007
        if np.max(np.abs(excess)) <= s.tolerance / 4:
            break
        price, _, reach, output, spent, sales = parts
        pull = price**-theta
        share = pull[:, None] * model.kernel / reach
        sold = share * spent / sales[:, None]
        jacobian, by_output, _ = price_jacobian(share, sold, output, spent, model.transfer, s)
        weight = output / output.sum()
        # Prices are known up to a factor: world output stays, which takes the place of one market.
        step = np.linalg.solve(jacobian + np.outer(np.ones(n), weight @ by_output), -excess)
        length = 1.0
        while True:
            tried, found = at(x + length * step)
            if np.all(np.isfinite(tried)) and np.max(np.abs(tried)) < np.max(np.abs(excess)):
                break
            length /= 2
            if length < 1e-6:
                break
        if length < 1e-6:
            break
        x, excess, parts = x + length * step, tried, found
    return x, rounds
