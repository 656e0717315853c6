"""The input at which a computed figure meets another. Method: docs/methods/invert.md."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

MOST_DOUBLINGS = 10
CLOSE, COARSE = (
    1e-9,
    1e-2,
)  # relative width of what is left of the input: cells; a network, whose evaluation takes half a second


@dataclass(frozen=True, slots=True)
class Solution:
    """Where a figure meets its target.

    Attributes
    ----------
    value : float
        The input; NaN where none is found.
    reached : float
        The figure there, or the nearest it gets.
    jumps : bool
        Whether the figure leaps over the target at that input instead of meeting it.
    """

    value: float
    reached: float
    jumps: bool = False


def solve_scaled(figure: Callable[[float], float], now: float, target: float) -> Solution:
    """Search around a present value by powers of two.

    Parameters
    ----------
    figure : callable
        From the input to the figure; NaN where it cannot be computed.
    now : float
        Present input, not 0.
    target : float
    """
    tried = [now * 2.0**k for k in range(-MOST_DOUBLINGS, MOST_DOUBLINGS + 1)]
    return _first_crossing(figure, sorted(tried, key=lambda x: abs(np.log2(x / now))), target)


def solve_between(
    figure: Callable[[float], float], low: float, high: float, target: float, steps: int = 10
) -> Solution:
    """Search between two values above 0 on a grid of equal ratios."""
    return _first_crossing(figure, list(np.geomspace(low, high, steps)), target, COARSE)


def _first_crossing(
    figure: Callable[[float], float], tried: list[float], target: float, close: float = CLOSE
) -> Solution:
    """Evaluate in the order given; between neighbours on the line that differ in sign, halve."""
    known: dict[float, float] = {}
    best = Solution(np.nan, np.nan)
    for x in tried:
        known[x] = figure(x) - target
        if not np.isfinite(known[x]):
            continue
        if not np.isfinite(best.reached) or abs(known[x]) < abs(best.reached - target):
            best = Solution(np.nan, known[x] + target)
        if known[x] == 0:
            return Solution(x, target)
        line = sorted(k for k, v in known.items() if np.isfinite(v))
        at = line.index(x)
        for other in (line[at - 1] if at else None, line[at + 1] if at + 1 < len(line) else None):
            if other is not None and known[other] * known[x] < 0:
                return _halved(figure, min(other, x), max(other, x), target, close)
    return best


def _halved(
    figure: Callable[[float], float], low: float, high: float, target: float, close: float
) -> Solution:
    at_low = figure(low) - target
    at_high = figure(high) - target
    while (high - low) > close * abs(high):
        middle = (low + high) / 2
        there = figure(middle) - target
        if there == 0:
            return Solution(middle, target)
        if there * at_low > 0:
            low, at_low = middle, there
        else:
            high, at_high = middle, there
    nearer = at_low if abs(at_low) < abs(at_high) else at_high
    # Across so small a step a figure that moves smoothly moves little; one that leaps does not.
    jumps = (
        abs(at_high - at_low) > max(10 * close * abs(target), 0.05 * abs(at_high - at_low + target), 1e-9)
        and close > CLOSE
    )
    return Solution((low + high) / 2, nearer + target, jumps)
