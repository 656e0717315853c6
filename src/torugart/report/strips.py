"""Small charts as inline SVG with positions in per cent: they stretch with the page and need no script.

Each chart is a strip, one row of a table; the strips of a table share a `Scale`. Text stands in the table's
cells, not in the drawing; every strip has a spoken form in ``aria-label``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from torugart.report.numerals import is_missing, number, plain

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
MIDDLE = 11  # pixels from the top of a strip to its middle


@dataclass(frozen=True)
class Scale:
    """A linear axis from ``low`` to ``high`` with round ticks."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """Return the place of a value on the strip, in per cent; values beyond the ends stop at them."""
        share = (value - self.low) / (self.high - self.low)
        return round(1 + 98 * min(max(share, 0.0), 1.0), 2)


def scale_for(values: Iterable[Any], *, ticks: int = 5) -> Scale:
    """Choose a round axis that holds zero and all the values."""
    known = [float(v) for v in values if not is_missing(v) and math.isfinite(float(v))]
    low, high = min([0.0, *known]), max([0.0, *known])
    if high == low:
        high = low + 1.0
    raw = (high - low) / ticks
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * s for s in STEPS if size * s >= raw * 0.999)
    start, end = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    marks = tuple(round(i * step, 10) for i in range(start, end + 1))
    return Scale(marks[0], marks[-1], marks)


def axis(scale: Scale, unit: str = "", *, most: int = 6) -> Markup:
    """Draw the numbers of an axis for the head of a column of strips: zero, and no more than about ``most``."""
    zero = scale.ticks.index(0.0) if 0.0 in scale.ticks else 0
    every = math.ceil(len(scale.ticks) / most)
    parts = []
    for tick in scale.ticks[zero % every :: every]:
        x = scale.at(tick)
        anchor = "start" if x < 2 else "end" if x > 98 else "middle"
        parts.append(f'<text x="{x}%" y="11" text-anchor="{anchor}">{escape(plain(tick))}</text>')
    label = escape(f"axis from {number(scale.low)} to {number(scale.high)} {unit}".strip())
    return Markup(f'<svg class="axis" role="img" aria-label="{label}">{"".join(parts)}</svg>')


def grid(scale: Scale) -> str:
    """Draw the faint lines behind a strip, the zero line darker."""
    lines = []
    for tick in scale.ticks:
        kind = ' class="zero"' if tick == 0 else ""
        lines.append(f'<line{kind} x1="{scale.at(tick)}%" x2="{scale.at(tick)}%" y1="0" y2="100%"/>')
    return f'<g class="grid">{"".join(lines)}</g>'


def whisker(scale: Scale, lo: Any, hi: Any) -> str:
    """Draw an interval with caps at its ends."""
    if is_missing(lo) or is_missing(hi) or float(lo) == float(hi):
        return ""
    a, b = scale.at(float(lo)), scale.at(float(hi))
    parts = [f'<line x1="{a}%" x2="{b}%" y1="{MIDDLE}" y2="{MIDDLE}"/>']
    parts += [f'<line x1="{x}%" x2="{x}%" y1="{MIDDLE - 3}" y2="{MIDDLE + 3}"/>' for x in (a, b)]
    return f'<g class="whisker">{"".join(parts)}</g>'


def bar(scale: Scale, value: Any, lo: Any, hi: Any, spoken: str) -> Markup:
    """Draw a bar from zero with its interval; a loss has a shade and an outline of its own."""
    if is_missing(value):
        return Markup("")
    x = float(value)
    a, b = sorted((scale.at(0.0), scale.at(x)))
    kind = "loss" if x < 0 else "gain"
    body = grid(scale)
    if b > a:
        body += f'<rect class="{kind}" x="{a}%" width="{round(b - a, 2)}%" y="5" height="12"/>'
    return strip(body + whisker(scale, lo, hi), spoken)


def before_after(scale: Scale, without: Any, with_: Any, lo: Any, hi: Any, spoken: str) -> Markup:
    """Draw a ring (without) and a dot (with), joined, and the interval of the figure with the project."""
    if is_missing(without) or is_missing(with_):
        return Markup("")
    a, b = scale.at(float(without)), scale.at(float(with_))
    body = grid(scale) + whisker(scale, lo, hi)
    if a != b:
        body += f'<line class="join" x1="{a}%" x2="{b}%" y1="{MIDDLE}" y2="{MIDDLE}"/>'
    body += f'<circle class="without" cx="{a}%" cy="{MIDDLE}" r="5.5"/>'
    body += f'<circle class="with" cx="{b}%" cy="{MIDDLE}" r="3.2"/>'
    return strip(body, spoken)


def dot(scale: Scale, value: Any, lo: Any, hi: Any, spoken: str) -> Markup:
    """Draw a dot with its interval."""
    if is_missing(value):
        return Markup("")
    point = f'<circle class="with" cx="{scale.at(float(value))}%" cy="{MIDDLE}" r="3.6"/>'
    return strip(grid(scale) + whisker(scale, lo, hi) + point, spoken)


def swing(scale: Scale, central: Any, at_low: Any, at_high: Any, spoken: str) -> Markup:
    """Draw what a result does when an input goes to its low end (outlined) and to its high end (filled), from the central one."""
    if any(is_missing(v) for v in (central, at_low, at_high)):
        return Markup("")
    middle = scale.at(float(central))
    body = grid(scale)
    for kind, value in (("low", at_low), ("high", at_high)):
        a, b = sorted((middle, scale.at(float(value))))
        if b > a:
            body += f'<rect class="swing {kind}" x="{a}%" width="{round(b - a, 2)}%" y="5" height="12"/>'
    body += f'<line class="central" x1="{middle}%" x2="{middle}%" y1="1" y2="21"/>'
    return strip(body, spoken)


def change(scale: Scale, value: Any, lo: Any, hi: Any, spoken: str) -> Markup:
    """Draw a change of a cost against zero with its interval.

    A disc is a gain, a triangle a loss, a hollow diamond no change: shapes tell them apart without colour. The place
    is a per cent of the strip's width, so the shape is drawn in a nested drawing around its own middle.
    """
    if is_missing(value):
        return Markup("")
    x = float(value)
    shape = '<circle class="better" r="4.2"/>'
    if x == 0:
        shape = '<path class="none" d="M0-4.6 4.6 0 0 4.6-4.6 0z"/>'
    elif x > 0:
        shape = '<path class="worse" d="M0-5 4.9 3.6h-9.8z"/>'
    point = f'<svg x="{scale.at(x)}%" y="{MIDDLE}" class="mark">{shape}</svg>'
    return strip(grid(scale) + whisker(scale, lo, hi) + point, spoken)


def share_bar(scale: Scale, value: Any, spoken: str) -> Markup:
    """Draw a plain bar from zero."""
    if is_missing(value):
        return Markup("")
    a, b = scale.at(0.0), scale.at(float(value))
    width = round(b - a, 2)
    return strip(f'{grid(scale)}<rect class="gain" x="{a}%" width="{width}%" y="5" height="12"/>', spoken)


def strip(body: str, spoken: str) -> Markup:
    """Wrap the drawing of a row."""
    return Markup(f'<svg class="strip" role="img" aria-label="{escape(spoken)}">{body}</svg>')
