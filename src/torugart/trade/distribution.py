"""One sector with tariffs, distribution at home, elastic labour and tax relief: the model of the 2025 tariff study.

Part ``nu`` of what a country spends on goods is the work of those who bring them to the buyer there; the rest reaches the exporter.
A tariff is passed on to buyers with an elasticity that may differ from one; its revenue lowers the tax on labour, or is given back
as it is. Formulas: docs/methods/trade.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from torugart.errors import InputError
from torugart.trade.anderson import find_fixed_point

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DistributionBase:
    """Base flows with what distribution earns, all without tariffs.

    Attributes
    ----------
    countries : tuple of str
    flows : ndarray, shape (n, n)
        Spending by origin, exporter by importer, home on the diagonal.
    distribution : ndarray, shape (n,)
        nu: share of spending that pays distribution in the country of the buyer.
    """

    countries: tuple[str, ...]
    flows: FloatArray
    distribution: FloatArray

    @property
    def spent(self) -> FloatArray:
        """Spending of each country."""
        return self.flows.sum(axis=0)

    @property
    def income(self) -> FloatArray:
        """Income of labour: sales less distribution abroad, and distribution at home."""
        return self.flows @ (1 - self.distribution) + self.distribution * self.spent

    @classmethod
    def from_imports(
        cls, countries: tuple[str, ...], flows: FloatArray, income: FloatArray, distribution: FloatArray
    ) -> DistributionBase:
        """Fill the diagonal: what income and the balance of trade leave to be spent on home goods, none where that is negative."""
        nu = distribution
        spent = income + (1 - nu) * (flows.sum(axis=0) - flows @ (1 - nu))
        whole = flows.copy()
        np.fill_diagonal(whole, np.maximum(spent - flows.sum(axis=0), 0.0))
        return cls(countries, whole, nu)


@dataclass(frozen=True, slots=True)
class DistributionSettings:
    """Elasticities of the model; ``pass_through`` is one number a country, on the price of its buyers.

    ``relief`` says what becomes of tariff revenue: lower tax on labour, or the same sum to everybody.
    """

    trade_elasticity: float
    labour_elasticity: float
    scale_elasticity: float
    pass_through: FloatArray
    relief: bool = True
    tolerance: float = 1e-11
    most_iterations: int = 5000

    def __post_init__(self) -> None:
        """Refuse elasticities of the wrong sign."""
        if self.trade_elasticity <= 0 or self.labour_elasticity < 0 or self.scale_elasticity < 0:
            raise InputError(
                "tariff model: give a trade elasticity above 0, and elasticities of labour and scale of 0 or more"
            )


@dataclass(frozen=True, slots=True)
class DistributionResult:
    """Changes by country, as fractions; ``excess_demand`` is what is left of each labour market over income."""

    welfare: FloatArray
    deficit: FloatArray
    exports_over_gdp: FloatArray
    imports_over_gdp: FloatArray
    employment: FloatArray
    prices: FloatArray
    revenue_over_spending: FloatArray
    excess_demand: FloatArray
    iterations: int


def solve_with_distribution(
    base: DistributionBase, tariff: FloatArray, settings: DistributionSettings
) -> DistributionResult:
    """Solve for the equilibrium with tariffs, from a base without.

    Parameters
    ----------
    base : DistributionBase
    tariff : ndarray, shape (n, n)
        Ad valorem, exporter by importer.
    settings : DistributionSettings

    References
    ----------
    Ignatenko, A., A. Lashkaripour, L. Macedoni and I. Simonovska (2025), Making America great again? The economic impacts of
    Liberation Day tariffs, Journal of International Economics 157.
    """
    n, s, nu = len(base.countries), settings, base.distribution
    eps, kappa, phi = s.trade_elasticity, s.labour_elasticity, s.pass_through
    spent0, income0 = base.spent, base.income
    kernel = base.flows / spent0 * (1 + tariff) ** (-eps * phi)
    net, taxed = kernel / (1 + tariff), kernel * tariff / (1 + tariff)
    transfer = spent0 - income0

    def at(x: FloatArray) -> tuple[FloatArray, ...]:
        wage, labour = np.exp(x[:n]), np.exp(x[n:])
        # Money is neutral, as transfers grow with world income: it is held where it was.
        wage = wage * income0.sum() / (wage * labour * income0).sum()
        income = wage * labour * income0
        pull = (wage / labour**s.scale_elasticity) ** -eps
        reach = pull @ kernel
        spent = (income + transfer) / (1 - pull @ taxed / reach)
        price = (spent / spent0 / wage) ** (1 - phi) * reach ** (-1 / eps)
        revenue = spent * (pull @ taxed) / reach
        per_reach = spent / reach
        earned = pull * (net @ ((1 - nu) * per_reach)) + nu * per_reach * (pull @ net)
        return wage, labour, income, spent, price, revenue, earned, pull, per_reach

    def step(x: FloatArray) -> FloatArray:
        wage, _, income, _, price, revenue, earned, _, _ = at(x)
        relief = 1 / (1 - revenue / income) if s.relief else 1.0
        after = np.log(wage) + np.log(earned / income) / (1 + eps)
        return np.concatenate([after, kappa * np.log(relief * wage / price)])

    point = find_fixed_point(
        step, np.zeros(2 * n), s.tolerance, s.most_iterations, "trade with tariffs and distribution"
    )
    wage, labour, income, spent, price, revenue, earned, pull, per_reach = at(point.x)
    # Consumer prices weighted by base spending stay on average; nothing real hangs on it.
    level = spent0.sum() / (price * spent0).sum()
    flows = pull[:, None] * net * per_reach
    abroad = 1 - np.eye(n)
    tax = revenue / income if s.relief else np.zeros(n)
    work = kappa * (1 - tax) * income0 / (1 + kappa)
    weight = spent0 / (spent0 - work)
    welfare = weight * (spent / spent0) / price + (1 - weight) * wage * labour / price
    before, after = _deficit(base.flows), level * _deficit(flows)

    def openness(new: FloatArray, old: FloatArray) -> FloatArray:
        return (new / income) / (old / income0) - 1

    return DistributionResult(
        welfare - 1,
        (after - before) / np.abs(before),
        openness((flows * abroad).sum(axis=1), (base.flows * abroad).sum(axis=1)),
        openness((flows * abroad).sum(axis=0), (base.flows * abroad).sum(axis=0)),
        labour - 1,
        level * price - 1,
        revenue / spent0,
        earned / income - 1,
        point.iterations,
    )


def _deficit(flows: FloatArray) -> FloatArray:
    return np.asarray(flows.sum(axis=0) - flows.sum(axis=1))
