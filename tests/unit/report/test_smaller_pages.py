"""The pages of a closure and of projects compared: hostile names stay text, numbers are those of the tables, nothing is fetched."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from tests.unit.report.test_page import HOSTILE, Page

from torugart.report.closure_page import MOST_ROWS, write_closure_page
from torugart.report.comparison_page import write_comparison_page
from torugart.report.volumes_page import write_volumes_page

FETCHING = {"link", "img", "iframe", "object", "embed", "audio", "video", "source", "base", "form"}
ASKED = {
    "gate": "gate",
    "days": 14.0,
    "start": "2026-11-27",
    "with_project": "second",
    "trade_base": "china",
    "per_year": 1.0,
}


def closure_tables(n_countries: int = 20) -> dict[str, pd.DataFrame]:
    amounts = {
        "loss_musd": 19.1, "box_days": 54_800.0, "used_t": 283e3, "waiting_t": 125e3, "diverted_t": 158e3,
        "beyond_t": 0.0, "unserved_share": 0.44, "wait_days": 8.5, "after_days": float("nan"), "after_musd": float("nan"),
    }  # fmt: skip
    sides = ("without", "with")
    losses = [
        {"side": side, "kind": "country", "key": f"C{k:02}", "name": f"{HOSTILE} {k}", "musd": 10.0 - k / 4}
        for side in sides
        for k in range(n_countries)
    ]
    losses += [
        {"side": s, "kind": "class", "key": "bulk", "name": "Bulk", "musd": 100.0 - 25 * (s == "with")}
        for s in sides
    ]
    gates = [
        {
            "side": side,
            "crossing_id": "g",
            "name": HOSTILE,
            "mode": "rail",
            "t_per_day_before": 20_200.0,
            "t_per_day_in": 0.0,
            "hours_added": float("nan"),
        }
        for side in sides
    ]
    return {
        "closure": pd.DataFrame([{"side": side, **amounts} for side in sides]),
        "losses": pd.DataFrame(losses).assign(waiting_t=0.0),
        "gates": pd.DataFrame(gates),
    }


def manifest(asked: dict[str, object]) -> dict[str, object]:
    return {"title": HOSTILE, "asked": asked, "notes": [HOSTILE], "command": HOSTILE} | {
        "headline": [{"figure_id": "break.without.loss_musd", "text": HOSTILE}]
    }


def comparison_tables(n: int = 3) -> dict[str, pd.DataFrame]:
    ids = [f"p{k}" for k in range(n)]
    projects = [
        {"project_id": p, "name": f"{HOSTILE} {p}", "sampling_error": 0.0, "cost_musd": 100.0, "note": ""}
        | {f"{part}_{kind}": 10.0 + k for part in ("musd", "lo", "hi") for kind in ("alone", "share", "last")}
        for k, p in enumerate(ids)
    ]
    pairs = [
        {"project_a": a, "project_b": b, "musd": -4.0, "lo": -6.0, "hi": 1.0, "relation": "neither"}
        for k, a in enumerate(ids)
        for b in ids[k + 1 :]
    ]
    columns = ["project_a", "project_b", "musd", "lo", "hi", "relation"]
    return {
        "projects": pd.DataFrame(projects),
        "interactions": pd.DataFrame(pairs, columns=columns),
        "sets": pd.DataFrame(
            [{"rank": 1, "names": HOSTILE, "cost_musd": 200.0, "musd": 21.0, "lo": 3.0, "hi": 40.0}]
        ),
    }


COMPARED = {"projects": ["p0", "p1", "p2"], "year": 2035, "draws": 50, "budget_usd": 3e8}


def volumes_tables() -> dict[str, pd.DataFrame]:
    pair = {"supplier": "AAA", "buyer": "BBB"}
    source = {"source_id": "s", "basis": "claimed"}
    years = [
        {**pair, "year": 2010 + k, "bcm": bcm, "lo": bcm - 1, "hi": bcm + 1, "how": how, "total_bcm": total,
         "total_lo": total - 1 - k, "total_hi": total + 1 + k, "estimated_share": 0.5, "source_ids": "s"}
        for k, (bcm, how, total) in enumerate([(3.5, "reported", 3.5), (10.0, "interpolated", 13.5)])
    ]  # fmt: skip
    milestone = {
        **pair, "by_date": "2011-06", "bcm": 9.0, "lo": 8.5, "hi": 9.5, "at_least": "no", "ours_bcm": 8.3,
        "ours_lo": 6.0, "ours_hi": 11.0, "estimated_share": 0.6, "reference_c": 20.0, "reference_how": "assumed",
        "voice": HOSTILE, "pair": HOSTILE, **source, "milestone_id": "m",
    }  # fmt: skip
    unknown = {**milestone, "by_date": "2013", "milestone_id": "n"} | dict.fromkeys(
        ("ours_bcm", "ours_lo", "ours_hi", "estimated_share"), float("nan")
    )
    tests = [
        {"milestone_id": "m", "test": "yearly volumes", "verdict": "fits", "bcm": 8.3, "lo": 6.0, "hi": 11.0},
        {"milestone_id": "n", "test": "yearly volumes", "verdict": "cannot be tested"}
        | dict.fromkeys(("bcm", "lo", "hi"), float("nan")),
    ]
    reported = {
        **pair, "year": 2010, "kind": "reported", "as_counted_bcm": 3.5, "reference_c": 15.0, "reference_how": "stated",
        "bcm": 3.6, **source, "note": HOSTILE, "flow_id": "f",
    }  # fmt: skip
    use = {
        **pair, "year": 2010, "as_counted_bcm": 9.0, "reference_c": 15.0, "reference_how": "stated", "use_bcm": 9.2,
        "by_date": "2011-06", "milestone_bcm": 9.0, "ratio": 0.98, "matches": "yes", "reached_by_ours": "2011-07-28",
        "note": HOSTILE, **source, "milestone_source_id": "s",
    }  # fmt: skip
    sources = {
        "source_id": "s", "publisher": HOSTILE, "title": HOSTILE, "year": 2011, "url": "javascript:alert(1)",
        "licence_id": "quotation", "kind": "press", "owner_party": "", "note": "", "rows": 3,
    }  # fmt: skip
    return {
        "volumes": pd.DataFrame(years),
        "milestones": pd.DataFrame([milestone, unknown]),
        "milestone_tests": pd.DataFrame([{**pair, "told": HOSTILE, **test} for test in tests]),
        "reported": pd.DataFrame([reported, {**reported, "supplier": "CCC"}]),
        "use": pd.DataFrame([use]),
        "sources": pd.DataFrame([sources]),
    }


VOLUMES = {"from": "", "to": "BBB", "base_celsius": 20.0}


@pytest.fixture(params=["closure", "comparison", "volumes"])
def page_text(request) -> str:
    if request.param == "volumes":
        return write_volumes_page(volumes_tables(), manifest(VOLUMES))
    if request.param == "closure":
        return write_closure_page(closure_tables(), manifest(ASKED))
    return write_comparison_page(comparison_tables(), manifest(COMPARED))


def test_hostile_text_stays_text_and_nothing_is_fetched(page_text: str) -> None:
    page = Page(page_text)
    tags = [tag for tag, _ in page.elements]
    assert tags.count("script") == 1
    assert not FETCHING & set(tags)
    assert not [key for _, attributes in page.elements for key in attributes if key.startswith("on")]
    assert "{{ 7*7 }}" in page.text
    assert "default-src 'none'" in page_text


def test_every_part_named_in_the_contents_is_there(page_text: str) -> None:
    page = Page(page_text)
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    goals = [a["href"][1:] for tag, a in page.elements if tag == "a" and a.get("href", "").startswith("#")]
    assert goals
    assert set(goals) <= ids


def test_losses_shown_add_up_to_those_of_the_table() -> None:
    tables = closure_tables()
    text = write_closure_page(tables, manifest(ASKED))
    losers = re.search(r'id="losers".*?By class', text, flags=re.DOTALL)
    assert losers is not None
    cells = re.findall(r'<td class="num">(?:<span[^>]*>)?([0-9.]+)', losers.group(0))
    assert len(cells) == 2 * (MOST_ROWS + 1)
    lost = tables["losses"].query("kind == 'country'")["musd"].sum()
    assert sum(map(float, cells)) == pytest.approx(lost)


def test_what_is_not_known_is_empty_and_no_figure() -> None:
    text = write_closure_page(closure_tables(), manifest(ASKED))
    assert "break.without.after_musd" not in text
    assert "nan" not in Page(text).text.lower()


def test_a_closure_without_a_project_has_one_side() -> None:
    tables = {name: frame[frame["side"] == "without"] for name, frame in closure_tables().items()}
    page = Page(write_closure_page(tables, manifest(ASKED | {"with_project": ""})))
    assert "The ring is without the project" not in page.text


def test_a_ranking_makes_a_page_of_its_own() -> None:
    ranking = pd.DataFrame(
        [
            {
                "crossing_id": "g",
                "name": HOSTILE,
                "t_per_day": 20_000.0,
                "musd_without": 19.1,
                "musd_with": 16.4,
            }
            | {"unserved_share": 0.5, "wait_days": 8.0}
        ]
    )
    page = Page(write_closure_page({"ranking": ranking}, manifest(ASKED | {"gate": None})))
    assert "19.1" in page.text
    assert "16.4" in page.text


def test_an_interaction_within_its_noise_is_marked() -> None:
    assert Page(write_comparison_page(comparison_tables(), manifest(COMPARED))).text.count("−4.0 ·") == 6


def test_projects_that_do_not_meet_have_no_grid() -> None:
    tables = comparison_tables() | {"interactions": comparison_tables()["interactions"].iloc[:0]}
    tables.pop("sets")
    page = Page(write_comparison_page(tables, manifest(COMPARED | {"budget_usd": None})))
    assert "Complements and rivals" not in page.text
    assert "Best sets" not in page.text


def test_the_page_of_volumes_draws_each_milestone_and_leaves_the_unknown_empty() -> None:
    text = write_volumes_page(volumes_tables(), manifest(VOLUMES))
    page = Page(text)
    shapes = [a for tag, a in page.elements if tag == "path" and a.get("class") == "claimed"]
    assert len(shapes) == 2
    assert not re.search(r"\bnan\b", page.text)
    assert "cannot be tested" in page.text
    assert "javascript:" not in "".join(a.get("href", "") for _, a in page.elements)
    lines = [a.get("class") for tag, a in page.elements if tag == "line"]
    assert lines.count("sure") == 1
    assert lines.count("guess") == 1


def test_the_band_and_the_line_of_volumes_stand_where_the_figures_are() -> None:
    from torugart.report.volume_chart import FOOT, HEIGHT, TOP, volume_chart

    rows = [{"year": 2010, "total_bcm": 50.0, "total_lo": 0.0, "total_hi": 100.0, "how": "reported"}]
    drawn = str(volume_chart(rows, [], "told"))
    points = re.search(r'points="([^"]+)"', drawn)
    assert points is not None
    corners = [tuple(map(float, part.split(","))) for part in points[1].split()]
    floor, ceiling = HEIGHT - FOOT, TOP
    assert [y for _, y in corners] == pytest.approx([floor, ceiling, floor, floor])
    line = re.search(r'class="sure" x1="([\d.]+)%" x2="([\d.]+)%" y1="([\d.]+)" y2="([\d.]+)"', drawn)
    assert line is not None
    assert float(line[4]) == pytest.approx((floor + ceiling) / 2)
    assert corners[1][0] == pytest.approx(float(line[2]))
    assert volume_chart([], [], "nothing") == ""
