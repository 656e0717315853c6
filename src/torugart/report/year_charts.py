"""Charts over years as inline SVG: columns and lines, positions across in per cent and up in pixels, so that text never stretches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from markupsafe import Markup, escape

from torugart.report.numerals import is_missing, plain
from torugart.report.strips import Scale, scale_for

HEIGHT, TOP, FOOT = 190, 8, 20  # pixels of the whole, above the plot and below it
LEFT = 9.0  # per cent kept for the numbers of the axis
YEARS_BETWEEN_LABELS = 10


def year_chart(
    years: Sequence[int],
    columns: Sequence[Any],
    lines: Sequence[tuple[str, Sequence[Any]]],
    spoken: str,
    marks: Sequence[float] = (),
    faint: Sequence[bool] = (),
) -> Markup:
    """Draw columns from zero for each year, lines over them, and level marks that matter.

    Parameters
    ----------
    years : sequence of int
    columns : sequence of float
        A value for each year; missing ones are left out, no columns at all where it is empty.
    lines : sequence of (css class, values)
    spoken : str
        What the chart says, for those who do not see it.
    marks : sequence of float
        Levels drawn across the chart, as the coverage of 1.
    faint : sequence of bool
        Which columns are estimates and drawn pale; none where it is empty.
    """
    scale = scale_for([*columns, *marks, *(v for _, values in lines for v in values)], ticks=4)
    if not years:
        return Markup("")
    step = (100 - LEFT - 1) / len(years)
    body = [_levels(scale, marks)]
    for k, value in enumerate(columns):
        if is_missing(value) or float(value) == 0:
            continue
        top, bottom = sorted((_up(scale, float(value)), _up(scale, 0.0)))
        kind = "gain" if float(value) > 0 else "loss"
        kind += " faint" if k < len(faint) and faint[k] else ""
        x, width = LEFT + k * step + 0.12 * step, 0.76 * step
        body.append(
            f'<rect class="{kind}" x="{x:.2f}%" width="{width:.2f}%" y="{top:.1f}" height="{bottom - top:.1f}"/>'
        )
    for kind, values in lines:
        body.append(f'<g class="{kind}">{_segments(scale, values, step)}</g>')
    for k, year in enumerate(years):
        if year % YEARS_BETWEEN_LABELS == 0:
            x = LEFT + (k + 0.5) * step
            body.append(f'<text x="{x:.2f}%" y="{HEIGHT - 5}" text-anchor="middle">{year}</text>')
    return Markup(
        f'<svg class="yearchart" height="{HEIGHT}" role="img" aria-label="{escape(spoken)}">{"".join(body)}</svg>'
    )


def _up(scale: Scale, value: float) -> float:
    """Pixels from the top of the drawing."""
    share = (value - scale.low) / (scale.high - scale.low)
    return TOP + (HEIGHT - TOP - FOOT) * (1 - share)


def _levels(scale: Scale, marks: Sequence[float]) -> str:
    """Draw the numbers of the axis with their lines, and the marks."""
    parts = []
    for tick in scale.ticks:
        y, kind = _up(scale, tick), ' class="zero"' if tick == 0 else ""
        parts.append(f'<line{kind} x1="{LEFT}%" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>')
        text = escape(plain(tick))
        parts.append(f'<text x="{LEFT - 1}%" y="{y + 4:.1f}" text-anchor="end">{text}</text>')
    lines = [
        f'<line class="mark" x1="{LEFT}%" x2="100%" y1="{_up(scale, m):.1f}" y2="{_up(scale, m):.1f}"/>'
        for m in marks
    ]
    return f'<g class="grid">{"".join(parts)}</g>{"".join(lines)}'


def _segments(scale: Scale, values: Sequence[Any], step: float) -> str:
    """Join neighbouring years; a missing year breaks the line."""
    known = [None if is_missing(v) or not math.isfinite(float(v)) else float(v) for v in values]
    parts = []
    for k, (a, b) in enumerate(pairwise(known)):
        if a is not None and b is not None:
            x1, x2 = (LEFT + (j + 0.5) * step for j in (k, k + 1))
            ends = f'y1="{_up(scale, a):.1f}" y2="{_up(scale, b):.1f}"'
            parts.append(f'<line x1="{x1:.2f}%" x2="{x2:.2f}%" {ends}/>')
    return "".join(parts)
