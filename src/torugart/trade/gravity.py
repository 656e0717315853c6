"""Gravity by Poisson pseudo maximum likelihood with fixed effects of one to many dimensions.

Every row left out is listed with its reason: groups without any trade, rows alone in a group, rows that another variable separates.
Formulas: docs/methods/trade.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.errors import InputError, NotConverged, UnknownName
from torugart.trade.partial_out import FixedEffects, Projector

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
COLLINEAR = 1e-9  # share of a variable's variation that fixed effects and the others must leave
SEPARATED = 1e-5
RECTIFIER_WEIGHT = 1e5
MOST_FAULTS = 20
EXACT, FINAL, REDUCTION = 1e-13, 1e-9, 0.05  # of fixed effects: at most, for standard errors, in a round
NORMAL_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class GravitySettings:
    """How exactly to estimate.

    Attributes
    ----------
    tolerance : float
        Largest first-order condition left: score of a variable, in standard deviations of its weighted sum.
    most_iterations : int
    """

    tolerance: float = 1e-9
    most_iterations: int = 200


@dataclass(frozen=True, slots=True)
class GravityResult:
    """An estimate.

    Attributes
    ----------
    coefficients : DataFrame
        A row a variable: coefficient, standard_error, z, p_value, lo, hi (95 %).
    covariance : DataFrame
    left_out : DataFrame
        Rows of the data not used: row, reason.
    collinear : tuple of str
        Variables that fixed effects or other variables explain, and that have no coefficient.
    fitted : Series
        By row used.
    n_rows, n_clusters : int, tuple of int
    deviance, score : float
        Deviance; largest first-order condition left, of variables and of fixed effects (see settings).
    iterations : int
    """

    coefficients: pd.DataFrame
    covariance: pd.DataFrame
    left_out: pd.DataFrame
    collinear: tuple[str, ...]
    fitted: pd.Series
    n_rows: int
    n_clusters: tuple[int, ...]
    deviance: float
    score: float
    iterations: int


def estimate_gravity(
    data: pd.DataFrame,
    flow: str,
    variables: Sequence[str],
    fixed_effects: Sequence[str | Sequence[str]],
    cluster: str | Sequence[str] | None = None,
    settings: GravitySettings | None = None,
) -> GravityResult:
    """Estimate a gravity equation.

    Parameters
    ----------
    data : DataFrame
        A row an observation.
    flow : str
        Column explained; 0 or more.
    variables : sequence of str
        Columns that explain it.
    fixed_effects : sequence
        Columns, or groups of columns whose combinations are the groups: ``["exporter", "year"]``. Up to any number of dimensions.
    cluster : str, or two of them, optional
        Columns by whose groups errors may be correlated; two give two-way clustering. None: robust to heteroskedasticity only.
    settings : GravitySettings, optional

    Raises
    ------
    UnknownName
        If a column does not exist.
    InputError
        If a value is missing or negative, or nothing is left to estimate.
    NotConverged
        If the first-order conditions are missed.

    References
    ----------
    Santos Silva, J. M. C. and S. Tenreyro (2006), The log of gravity, Review of Economics and Statistics 88(4).
    Correia, S., P. Guimaraes and T. Zylkin (2020), Fast Poisson estimation with high-dimensional fixed effects, Stata Journal 20(1).
    Cameron, A. C., J. B. Gelbach and D. L. Miller (2011), Robust inference with multiway clustering, JBES 29(2).
    """
    settings = settings or GravitySettings()
    names = list(variables)
    groups = [[f] if isinstance(f, str) else list(f) for f in fixed_effects]
    clusters = [cluster] if isinstance(cluster, str) else list(cluster or [])
    y, x, codes = _read(data, flow, names, groups, clusters)
    keep, reasons = _without_empty_groups(y, codes)
    kept = np.flatnonzero(keep)
    separated = _separated(y[kept], x[kept], [_recoded(c[kept]) for c in codes])
    reasons[kept[separated]] = "separated: variables and fixed effects explain its zero perfectly"
    more, again = _without_empty_groups(y, codes, reasons == "")
    reasons = np.where((reasons == "") & ~more, again, reasons)
    kept = np.flatnonzero(more)
    if not kept.size:
        raise InputError("gravity: no row is left; every one is alone in a group, or its group has no trade")
    effects = FixedEffects.of([_recoded(c[kept]) for c in codes] or [np.zeros(kept.size, np.int64)])
    rows = kept[effects.order]
    fit = _fit(y[rows], x[rows], effects, settings)
    used = [names[k] for k in fit.used]
    labels = [_codes(data, [c])[rows] for c in clusters]
    covariance, counts = _covariance(fit, y[rows], labels)
    table = _coefficient_table(used, fit.beta, covariance)
    fitted = pd.Series(np.nan, index=data.index, name="fitted", dtype=float)
    fitted.iloc[rows] = fit.mean
    left = np.flatnonzero(reasons != "")
    return GravityResult(
        table,
        pd.DataFrame(covariance, used, used),
        pd.DataFrame({"row": data.index[left], "reason": reasons[left]}),
        tuple(n for n in names if n not in used),
        fitted.dropna(),
        rows.size,
        counts,
        fit.deviance,
        fit.score,
        fit.iterations,
    )


@dataclass(frozen=True, slots=True)
class _Fit:
    beta: FloatArray
    used: list[int]
    mean: FloatArray
    left: FloatArray  # variables with the fixed effects taken out
    deviance: float
    score: float
    iterations: int


def _fit(y: FloatArray, x: FloatArray, effects: FixedEffects, settings: GravitySettings) -> _Fit:
    """Reweighted least squares; fixed effects are taken out only as exactly as the score reached deserves."""
    used = _identified(x, effects)
    spread = x[:, used].std(axis=0)  # variables on one scale, so that one tolerance fits all
    stack = np.column_stack([np.zeros_like(y), x[:, used] / spread])
    projector = Projector.of(effects, stack.shape[1])
    eta = np.log((y + y.mean()) / 2)
    deviance = np.inf
    for k in range(settings.most_iterations):
        mean = np.exp(eta)
        stack[:, 0] = eta + y / mean - 1
        left = projector.residuals(stack, mean, EXACT, REDUCTION)
        weighted = left[:, 1:] * mean[:, None]
        beta = np.linalg.solve(weighted.T @ left[:, 1:], weighted.T @ left[:, 0])
        step = stack[:, 0] - left[:, 0] + left[:, 1:] @ beta - eta
        before = deviance
        for _ in range(30):
            deviance = _deviance(y, eta + step)
            if deviance <= before * (1 + 1e-9) or not k:
                break
            step /= 2
        eta = eta + step
        mean = np.exp(eta)
        score = _score(y, mean, left[:, 1:], effects)
        if score <= settings.tolerance:
            left = projector.residuals(stack, mean, FINAL)
            return _Fit(beta / spread, used, mean, left[:, 1:] * spread, deviance, score, k + 1)
    raise NotConverged(
        f"gravity: first-order conditions off by {score:.3g} after {settings.most_iterations} iterations, "
        f"wanted {settings.tolerance:.3g}"
    )


def _deviance(y: FloatArray, eta: FloatArray) -> float:
    """Twice the fall of the log likelihood from a perfect fit."""
    some = y > 0
    with np.errstate(over="ignore"):
        return float(2 * ((y[some] * (np.log(y[some]) - eta[some])).sum() - y.sum() + np.exp(eta).sum()))


def _score(y: FloatArray, mean: FloatArray, left: FloatArray, effects: FixedEffects) -> float:
    """Largest first-order condition: of variables in standard deviations of their weighted sum, of groups over their flow."""
    error = y - mean
    worst = [0.0]
    if left.shape[1]:
        worst.append(float(np.max(np.abs(error @ left) / (np.sqrt(mean @ left**2) * np.sqrt(mean.sum())))))
    group = np.repeat(np.arange(effects.first.size - 1), np.diff(effects.first))
    for code in (group, *effects.code.T):
        off, size = np.bincount(code, error), np.bincount(code, y)
        some = size > 0
        worst.append(float(np.max(np.abs(off[some]) / size[some])))
    return max(worst)


def _identified(x: FloatArray, effects: FixedEffects) -> list[int]:
    """Variables that neither fixed effects nor variables before them explain."""
    if not x.shape[1]:
        return []
    spread = np.sqrt((x**2).mean(axis=0))
    scaled = x / np.where(spread > 0, spread, 1)
    left = Projector.of(effects, x.shape[1]).residuals(scaled, np.ones(x.shape[0]), 1e-10)
    used: list[int] = []
    basis: list[FloatArray] = []
    for k in range(x.shape[1]):
        rest = left[:, k].copy()
        for b in basis:
            rest -= (b @ rest) * b
        size = np.sqrt(rest @ rest)
        if size > np.sqrt(COLLINEAR) * np.sqrt(x.shape[0]):
            used.append(k)
            basis.append(rest / size)
    return used


def _separated(y: FloatArray, x: FloatArray, codes: list[IntArray]) -> NDArray[np.bool_]:
    """Rows of zero flow that some combination of variables and effects predicts perfectly (iterative rectifier).

    Correia, S., P. Guimaraes and T. Zylkin (2021), Verifying the existence of maximum
    likelihood estimates for generalized linear models.
    """
    zero = y == 0
    if not zero.any():
        return zero
    effects = FixedEffects.of(codes or [np.zeros(y.size, np.int64)])
    zero = zero[effects.order]
    spread = x.std(axis=0)
    free = x[effects.order][:, spread > 0] / spread[spread > 0]
    stack = np.column_stack([zero.astype(float), free])
    weight = np.where(zero, 1.0, RECTIFIER_WEIGHT)
    projector = Projector.of(effects, stack.shape[1])
    found = np.zeros(y.size, bool)
    for _ in range(1000):
        left = projector.residuals(stack, weight, 1e-7)
        weighted = left[:, 1:] * weight[:, None]
        beta = np.linalg.lstsq(weighted.T @ left[:, 1:], weighted.T @ left[:, 0], rcond=1e-12)[0]
        fitted = stack[:, 0] - left[:, 0] + left[:, 1:] @ beta
        small = SEPARATED * max(float(fitted.max()), SEPARATED)
        if np.all(fitted[zero] > -small) and np.all(np.abs(fitted[~zero]) < small):
            found[effects.order] = zero & (fitted > SEPARATED)
            return found
        stack[:, 0] = np.where(zero, np.maximum(fitted, 0.0), 0.0)
        if stack[:, 0].max() < SEPARATED:
            return found
    raise NotConverged("gravity: could not tell which zeros are separated, after 100 rounds")


def _without_empty_groups(
    y: FloatArray, codes: list[IntArray], start: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.bool_], NDArray[np.object_]]:
    """Leave out rows alone in a group, and groups without any flow, until none is left; with the reason for each row."""
    keep = np.ones(y.size, bool) if start is None else start.copy()
    reasons = np.full(y.size, "", object)
    while True:
        gone = np.zeros(y.size, bool)
        for code in codes:
            n = int(code.max()) + 1
            count = np.bincount(code[keep], minlength=n)
            flow = np.bincount(code[keep], y[keep], minlength=n)
            empty, alone = keep & (flow[code] == 0), keep & (count[code] == 1)
            reasons[alone] = "alone in its group of a fixed effect"
            reasons[empty] = "its group of a fixed effect has no flow"
            gone |= empty | alone
        if not gone.any():
            return keep, reasons
        keep &= ~gone


def _read(
    data: pd.DataFrame, flow: str, names: list[str], groups: list[list[str]], clusters: list[str]
) -> tuple[FloatArray, FloatArray, list[IntArray]]:
    """Arrays of the columns asked for; every fault named by row and column."""
    for column in (flow, *names, *(c for g in groups for c in g), *clusters):
        if column not in data.columns:
            raise UnknownName("column", str(column), [str(c) for c in data.columns])
    faults = []
    columns = []
    for column in (flow, *names):
        values = pd.to_numeric(data[column], errors="coerce").to_numpy(float)
        wrong = ~np.isfinite(values) if column != flow else ~(np.isfinite(values) & (values >= 0))
        faults += [
            f"row {data.index[k]}, {column}: {data[column].iloc[k]!r}; give a number{' of 0 or more' if column == flow else ''}"
            for k in np.flatnonzero(wrong)
        ]
        columns.append(values)
    for column in dict.fromkeys([*(c for g in groups for c in g), *clusters]):
        faults += [
            f"row {data.index[k]}, {column}: empty" for k in np.flatnonzero(data[column].isna().to_numpy())
        ]
    if len(names) != len(set(names)):
        faults.append("a variable is named twice")
    if len(clusters) > 2:
        faults.append(f"clusters by {len(clusters)} columns; give one or two")
    if not len(data):
        faults.append("the data have no rows")
    if faults:
        more = len(faults) - MOST_FAULTS
        raise InputError(
            "gravity: " + "; ".join(faults[:MOST_FAULTS]) + (f"; and {more} more" if more > 0 else "")
        )
    x = np.column_stack(columns[1:]) if names else np.zeros((len(data), 0))
    return columns[0], x, [_codes(data, g) for g in groups]


def _codes(data: pd.DataFrame, columns: list[str]) -> IntArray:
    """Number of the group of each row, from 0, in the order met."""
    code = pd.factorize(data[columns[0]])[0].astype(np.int64)
    for column in columns[1:]:
        more = pd.factorize(data[column])[0].astype(np.int64)
        code = pd.factorize(code * (int(more.max()) + 1) + more)[0].astype(np.int64)
    return code


def _recoded(code: IntArray) -> IntArray:
    """The same groups numbered from 0 without gaps."""
    present = np.zeros(int(code.max(initial=-1)) + 1, np.int64)
    present[code] = 1
    return (np.cumsum(present) - 1)[code]


def _covariance(fit: _Fit, y: FloatArray, labels: list[IntArray]) -> tuple[FloatArray, tuple[int, ...]]:
    """Sandwich covariance, clustered by none, one or two groupings, with the factor G / (G - 1)."""
    if not fit.used:
        return np.zeros((0, 0)), ()
    bread = np.linalg.inv((fit.left * fit.mean[:, None]).T @ fit.left)
    score = fit.left * (y - fit.mean)[:, None]
    counts: tuple[int, ...] = ()
    if not labels:
        meat = score.T @ score * y.size / (y.size - 1)
    else:
        both = (
            [labels[0]]
            if len(labels) == 1
            else [*labels, _recoded(labels[0] * (int(labels[1].max()) + 1) + labels[1])]
        )
        sums = [np.column_stack([np.bincount(c, s) for s in score.T]) for c in map(_recoded, both)]
        counts = tuple(len(s) for s in sums[: len(labels)])
        parts = [s.T @ s * len(s) / (len(s) - 1) for s in sums]
        meat = parts[0] if len(parts) == 1 else parts[0] + parts[1] - parts[2]
    return bread @ meat @ bread, counts


def _coefficient_table(names: list[str], beta: FloatArray, covariance: FloatArray) -> pd.DataFrame:
    error = np.sqrt(np.maximum(np.diag(covariance), 0))
    z = np.divide(beta, error, out=np.full_like(beta, np.nan), where=error > 0)
    p = np.array([erfc(abs(v) / sqrt(2)) for v in z])
    return pd.DataFrame(
        {
            "coefficient": beta,
            "standard_error": error,
            "z": z,
            "p_value": p,
            "lo": beta - NORMAL_95 * error,
            "hi": beta + NORMAL_95 * error,
        },
        index=pd.Index(names, name="variable"),
    )
