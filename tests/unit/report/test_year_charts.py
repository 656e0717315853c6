"""Charts over years: everything drawn lies inside the drawing, losses hang from zero, missing years break a line."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from torugart.report.accounts import heat
from torugart.report.strips import scale_for, swing
from torugart.report.year_charts import HEIGHT, year_chart

amounts = st.floats(-1e6, 1e6).map(lambda x: round(x, 3))


def numbers(svg: str, name: str) -> list[float]:
    return [float(v) for v in re.findall(rf' {name}="(-?[\d.]+)%?"', svg)]


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=60))
def test_everything_drawn_is_inside(rows):
    columns, line = ([r[k] for r in rows] for k in (0, 1))
    svg = str(
        year_chart(list(range(2025, 2025 + len(rows))), columns, [("line", line)], "words", marks=[1.0])
    )
    tops, heights = (numbers(svg, n)[1:] for n in ("y", "height"))
    ups = numbers(svg, "y1") + numbers(svg, "y2") + tops
    assert all(0 <= y <= HEIGHT + 1 for y in ups)
    assert all(h >= 0 for h in heights)
    assert all(0 <= x <= 100 for n in ("x", "x1", "x2") for x in numbers(svg, n))
    assert svg.count("<rect") == sum(v != 0 for v in columns)
    assert svg.count('class="loss"') == sum(v < 0 for v in columns)


def test_a_missing_year_breaks_the_line_and_has_no_column():
    svg = str(year_chart([2030, 2031, 2032, 2033], [1.0, None, 2.0, 3.0], [("line", [1, None, 2, 3])], "w"))
    assert svg.count("<rect") == 3
    assert svg.split('<g class="line">')[1].split("</g>")[0].count("<line") == 1


def test_no_years_no_chart():
    assert str(year_chart([], [], [], "nothing")) == ""


def test_what_is_said_is_no_mark_up():
    assert "<b>" not in str(year_chart([2030], [1.0], [], "<b>loud</b>"))


@given(amounts, amounts, amounts)
def test_a_swing_starts_at_the_central_figure(central, low, high):
    scale = scale_for([central, low, high])
    svg = str(swing(scale, central, low, high, "words"))
    middle = scale.at(central)
    for kind, value in (("low", low), ("high", high)):
        found = re.search(rf'class="swing {kind}" x="([\d.]+)%" width="([\d.]+)%"', svg)
        if found is None:
            assert scale.at(value) == middle
        else:
            x, width = (float(g) for g in found.groups())
            ends = sorted((middle, scale.at(value)))
            assert abs(x - ends[0]) < 0.02
            assert abs(x + width - ends[1]) < 0.02


def test_shades_follow_size_and_sign():
    assert [heat(v, 100.0) for v in (100.0, -100.0, 0.0, None, "", 0.05)] == [
        "gains5",
        "losses5",
        "",
        "",
        "",
        "",
    ]
    depth = [int(heat(v, 100.0)[-1:] or 0) for v in (1.0, 4.0, 16.0, 50.0, 100.0)]
    assert depth == sorted(depth)
    assert heat(1.0, 0.0) == ""
