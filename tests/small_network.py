"""Networks small enough to work out by hand or by brute force, for the engines' tests.

``valley`` is one fixed network with every figure chosen round; ``networks`` generates others. Both give typed tables
as a package would, without going through files.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
from hypothesis import strategies as st

from torugart.evaluate.sides import Network, State, build_network
from torugart.scenario.do_minimum import open_links
from torugart.schema.definition import read_schema
from torugart.schema.text_table import text_table
from torugart.tables.read import typed_frame

Rows = list[dict[str, str]]
Tables = dict[str, pd.DataFrame]

# Chosen for these tests and independent of the shipped package: round, so that sums can be done in the head.
PARAMETERS = {
    "rail_rate_usd_per_feu_km": "0.5 0.25 1",
    "road_rate_usd_per_feu_km": "1 0.5 2",
    "sea_rate_usd_per_feu_km": "0.1 0.05 0.2",
    "ferry_rate_usd_per_feu_km": "2 1 4",
    "first_mile_h": "4 2 12",
    "first_mile_usd_per_feu": "150 80 300",
    "origin_handling_h": "24 12 48",
    "destination_handling_h": "36 24 48",
    "road_loading_h": "6 3 12",
    "rail_departures_hub_per_week": "7 3 20",
    "rail_departures_other_per_week": "3.5 1 7",
    "sea_departures_per_week": "2 1 7",
    "ferry_departures_per_week": "2 1 5",
    "road_driving_h_per_day": "12 9 16",
    "crossing_h_rail_external": "16 5 40",
    "crossing_h_rail_eaeu": "4 1 12",
    "crossing_h_rail_eu": "3 1 10",
    "crossing_h_road_external": "10 4 30",
    "crossing_h_road_eaeu": "4 1 12",
    "crossing_h_road_eu": "0.3 0.1 2",
    "crossing_usd_rail_external": "100 50 200",
    "crossing_usd_rail_eaeu": "40 10 120",
    "crossing_usd_rail_eu": "20 5 60",
    "crossing_usd_road_external": "120 60 350",
    "crossing_usd_road_eaeu": "40 10 120",
    "crossing_usd_road_eu": "10 2 30",
    "crossing_shrinkage_weight": "2",
    "gauge_change_h": "20 6 72",
    "gauge_change_usd_per_feu": "200 120 330",
    "rate_country_factor": "1 0.75 1.35",
    "speed_country_factor": "1 0.8 1.25",
    "dwell_side_factor": "1 0.7 1.45",
    "dwell_crossing_factor": "1 0.6 1.7",
    "rail_variance_h2_per_km": "0.1 0.04 0.25",
    "road_variance_h2_per_km": "0.03 0.01 0.08",
    "sea_variance_h2_per_km": "0.03 0.01 0.08",
    "ferry_variance_h2_per_km": "0.1 0.03 0.3",
    "crossing_trip_cv": "0.5 0.3 1.5",
    "transfer_trip_cv": "0.5 0.3 1",
    "value_of_variance_usd_per_feu_h2": "0",
    "choice_theta": "10 5 20",
    "path_size_weight": "1",
    "project_slip_years": "2 0.3 6",
    "importer_share_of_benefit": "0.5",
    "traction_diesel_l_per_tkm": "0.004 0.003 0.005",
    "traction_diesel_mountain_l_per_tkm": "0.008 0.006 0.01",
    "traction_electric_kwh_per_tkm": "0.012 0.01 0.014",
    "traction_electric_mountain_kwh_per_tkm": "0.022 0.016 0.032",
    "rail_gross_over_net": "2 1.5 2.4",
    "diesel_kg_co2e_per_l": "3 2.8 3.2",
    "grid_uncertainty": "1 0.6 1.5",
    "grid_other_g_co2e_per_kwh": "500 350 650",
    "road_g_co2e_per_tkm": "100 80 125",
    "sea_g_co2e_per_tkm": "20 12 45",
    "ferry_g_co2e_per_tkm": "60 50 75",
}


def rows(columns: str, *lines: str) -> Rows:
    """Rows written one a line, cells between bars."""
    names = columns.split()
    return [dict(zip(names, (cell.strip() for cell in line.split("|")), strict=True)) for line in lines]


def parameter_rows(**changed: str) -> Rows:
    """Every parameter the engines read; ``changed`` replaces "value lo hi" of some."""
    out = []
    for name, text in {**PARAMETERS, **changed}.items():
        value, *ends = text.split()
        lo, hi = ends or ("", "")
        dist = "lognormal" if ends else "fixed"
        out.append({"parameter_id": name, "value": value, "lo": lo, "hi": hi, "dist": dist, "meaning": name})
    return out


CLASSES = rows(
    "class_id name value_usd_per_t value_lo value_hi t_per_feu vot_share_per_day vot_lo vot_hi",
    "bulk | Bulk | 400 | 200 | 800 | 25 | 0.0024 | 0.001 | 0.005",
    "manufactures | Manufactures | 4000 | 2000 | 8000 | 12 | 0.01 | 0.005 | 0.02",
)
ASSUMPTIONS = rows(
    "assumption_id table where column value lo hi unit method reason source_id",
    "rail_road_h | transfers | from_mode=rail;to_mode=road | hours | 12 | 6 | 36 | h | m | r | s",
    "rail_road_usd | transfers | from_mode=rail;to_mode=road | usd_per_feu | 150 | 80 | 300 | USD | m | r | s",
    "road_rail_h | transfers | from_mode=road;to_mode=rail | hours | 12 | 6 | 36 | h | m | r | s",
    "road_rail_usd | transfers | from_mode=road;to_mode=rail | usd_per_feu | 150 | 80 | 300 | USD | m | r | s",
)
COUNTRIES = rows(
    "iso3 name landlocked", "CHN | China | no", "KGZ | Kyrgyzstan | yes", "UZB | Uzbekistan | yes"
)
PROJECTS = rows(
    "project_id name sector mode stated_status open_year requires_project",
    "new_line | New line | transport | rail | construction | 2028 |",
    "branch | Branch | transport | rail | planned | 2030 | new_line",
    "old_line | Old line | transport | rail | operating | 1930 |",
)
EVIDENCE = rows(
    "evidence_id entity_id date milestone checked_on",
    "e1 | new_line | 2024-12-27 | works_started | 2026-11-25",
    "e2 | branch | 2025-01-01 | announced | 2026-11-25",
    "e3 | old_line | 1930-01-01 | operating | 2026-11-25",
)
SHARED: dict[str, Rows] = {
    "countries": COUNTRIES,
    "parameters": parameter_rows(),
    "classes": CLASSES,
    "assumptions": ASSUMPTIONS,
    "projects": PROJECTS,
    "evidence": EVIDENCE,
    "seasons": rows("season_id months_closed meaning", "winter | 12;1;2 | snow"),
}


def valley() -> dict[str, Rows]:
    """Five places on a line, one railway with a break of gauge, one road beside it, one border.

    ::

        a ---- gate_a =|= gate_b ---- mid ---- z      rail 1435 to mid, 1520 on (project new_line from gate_a to mid)
        a ---- gate_a =|= gate_b ------------- z      road, shut in winter at the border
    """
    return {
        "places": rows(
            "place_id name iso3 lon lat kind population_k",
            "a | A City | CHN | 76 | 39 | city | 2000",
            "gate_a | Gate A | CHN | 75 | 40 | border |",
            "gate_b | Gate B | KGZ | 74.9 | 40.1 | border |",
            "mid | Mid | KGZ | 74 | 41 | junction |",
            "z | Z City | KGZ | 73 | 41 | city | 300",
        ),
        "links": rows(
            "link_id place_a place_b mode gauge_mm electrified length_km share_in_a speed_km_per_h season_id"
            " project_id",
            "h_a_gate | a | gate_a | road | | | 240 | | 40 | |",
            "h_border | gate_a | gate_b | road | | | 20 | 0.5 | 20 | winter |",
            "h_gate_z | gate_b | z | road | | | 320 | | 40 | |",
            "r_a_gate | a | gate_a | rail | 1435 | yes | 200 | | 40 | |",
            "r_border | gate_a | gate_b | rail | 1435 | no | 40 | 0.25 | 20 | | new_line",
            "r_gate_mid | gate_b | mid | rail | 1435 | no | 100 | | 25 | | new_line",
            "r_mid_z | mid | z | rail | 1520 | no | 150 | | 30 | |",
        ),
        "crossings": rows(
            "crossing_id place_a place_b mode name regime",
            "x_rail | gate_a | gate_b | rail | The Gate (rail) | external",
            "x_road | gate_a | gate_b | road | The Gate | external",
        ),
        "transfers": rows(
            "transfer_id place_id from_mode from_gauge_mm to_mode to_gauge_mm hours usd_per_feu",
            "g1 | mid | rail | 1435 | rail | 1520 | |",
            "g2 | mid | rail | 1520 | rail | 1435 | |",
            "t1 | a | road | | rail | 1435 | 24 | 150",
            "t2 | a | rail | 1435 | road | | 36 | 150",
            "t3 | z | road | | rail | 1520 | 24 | 150",
            "t4 | z | rail | 1520 | road | | 36 | 150",
        ),
        "zones": rows("place_id trade_iso3 weight", "a | CHN | 1", "mid | KGZ | 0.25", "z | KGZ | 0.75"),
        "trade_flows": rows(
            "flow_id exporter importer year reporter usd china_base partner_base",
            "f1 | CHN | KGZ | 2023 | CHN | 96e6 | yes | no",
            "f2 | CHN | KGZ | 2023 | KGZ | 48e6 | no | yes",
            "f3 | KGZ | CHN | 2023 | CHN | 10e6 | yes | yes",
        ),
        "trade_shares": rows(
            "exporter importer class_id share",
            "CHN | KGZ | bulk | 0.25",
            "CHN | KGZ | manufactures | 0.5",
            "KGZ | CHN | bulk | 1",
        ),
        "through_flows": rows(
            "through_id from_iso3 to_iso3 year class_id feu", "th1 | CHN | KGZ | 2023 | bulk | 100"
        ),
        "appraisal_pairs": rows(
            "pair_id origin destination reason", "a_z | a | z | the pair", "z_a | z | a | and back"
        ),
    }


def typed(texts: Mapping[str, Rows]) -> Tables:
    """Tables as a package gives them: typed, complete, rows sorted by key; ``SHARED`` where nothing is said."""
    texts, out = {**SHARED, **texts}, {}
    for name, schema in read_schema().items():
        key = list(schema.key)
        lines = sorted(texts.get(name, []), key=lambda row: [row.get(k, "") for k in key])
        out[name] = typed_frame(text_table(name, lines, f"{name}.csv"))
    return out


def network_of(texts: Mapping[str, Rows]) -> Network:
    return build_network(typed(texts))


def state_of(network: Network, *projects: str, shut: str = "") -> State:
    """A side with some projects open and one season's links shut."""
    links = network.tables["links"]
    return State(
        network, open_links(links, frozenset(projects), frozenset({shut} - {""})), frozenset(projects)
    )


class Texts(dict):
    """Rows of tables that show themselves in a few lines when a test fails."""

    def __repr__(self) -> str:
        countries = ", ".join(f"{p['place_id']} {p['iso3']}" for p in self["places"])
        links = "\n  ".join(
            " ".join(v or "-" for v in x.values())
            for x in [*self["links"], *self["crossings"], *self["transfers"]]
        )
        return f"[{countries}\n  {links}]"

    def _repr_pretty_(self, printer: object, cycle: bool) -> None:
        printer.text(repr(self))  # type: ignore[attr-defined]


MODES_OF_LINKS = (("rail", "1435"), ("rail", "1520"), ("road", ""))


@st.composite
def networks(draw: st.DrawFn, most_places: int = 6) -> dict[str, Rows]:
    """Random networks of two or three countries: a chain, some chords, a few links of projects and of seasons."""
    n = draw(st.integers(3, most_places))
    names = [f"p{k}" for k in range(n)]
    isos = ["CHN", *(draw(st.sampled_from(["CHN", "KGZ", "UZB"])) for _ in names[2:]), "KGZ"]
    chain = [(k, k + 1) for k in range(n - 1)]
    chords = draw(
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=n).map(
            lambda pairs: [p for p in pairs if p[0] != p[1]]
        )
    )
    links: dict[tuple[int, int, str, str], dict[str, str]] = {}
    for i, j in [*chain, *chords]:
        mode, gauge = draw(st.sampled_from(MODES_OF_LINKS))
        i, j = (i, j) if draw(st.booleans()) else (j, i)
        key = (min(i, j), max(i, j), mode, gauge)
        links.setdefault(
            key,
            {
                "link_id": f"l_{'_'.join(map(str, key))}".rstrip("_"),
                "place_a": names[i],
                "place_b": names[j],
                "mode": mode,
                "gauge_mm": gauge,
                "electrified": draw(st.sampled_from(["yes", "no", "part", ""])) if mode == "rail" else "",
                "length_km": str(draw(st.integers(20, 900))),
                "share_in_a": draw(st.sampled_from(["", "0", "0.3", "1"])) if isos[i] != isos[j] else "",
                "speed_km_per_h": str(draw(st.integers(15, 60))),
                "one_way": draw(st.sampled_from(["no", "no", "no", "yes"])),
                "season_id": draw(st.sampled_from(["", "", "", "winter"])),
                "project_id": draw(st.sampled_from(["", "", "", "", "new_line", "branch", "old_line"])),
            },
        )
    gates = {(*sorted((x["place_a"], x["place_b"])), x["mode"]) for x in links.values()}
    iso_of = dict(zip(names, isos, strict=True))
    crossings = [
        {
            "crossing_id": f"x_{a}_{b}_{mode}",
            "place_a": a,
            "place_b": b,
            "mode": mode,
            "name": f"{a}-{b} {mode}",
            "regime": draw(st.sampled_from(["external", "eaeu", "eu"])),
        }
        for a, b, mode in sorted(gates)
        if iso_of[a] != iso_of[b]
    ]
    terminals: dict[str, set[tuple[str, str]]] = {}
    for x in links.values():
        for place in (x["place_a"], x["place_b"]):
            terminals.setdefault(place, set()).add((x["mode"], x["gauge_mm"]))
    transfers = []
    for place, here in sorted(terminals.items()):
        for u in sorted(here):
            for v in sorted(here):
                if u != v and draw(st.sampled_from([True, True, True, False])):
                    both_rail = u[0] == v[0] == "rail"
                    transfers.append(
                        {
                            "transfer_id": f"t_{place}_{'_'.join(u)}_{'_'.join(v)}",
                            "place_id": place,
                            "from_mode": u[0],
                            "from_gauge_mm": u[1],
                            "to_mode": v[0],
                            "to_gauge_mm": v[1],
                            "hours": "" if both_rail else "12",
                            "usd_per_feu": "" if both_rail else "150",
                        }
                    )
    zones = []
    for iso in sorted(set(isos)):
        here = [p for p in names if iso_of[p] == iso]
        zones += [{"place_id": p, "trade_iso3": iso, "weight": repr(1 / len(here))} for p in here]
    traded = sorted(set(isos))
    flows = [(e, i) for e in traded for i in traded if e != i]
    return Texts(
        {
            "places": [
                {
                    "place_id": p,
                    "name": p.upper(),
                    "iso3": iso_of[p],
                    "lon": str(70 + 5 * math.cos(k)),
                    "lat": str(40 + 5 * math.sin(k)),
                    "kind": "city",
                    "population_k": draw(st.sampled_from(["", "5", "3000"])),
                }
                for k, p in enumerate(names)
            ],
            "links": list(links.values()),
            "crossings": crossings,
            "transfers": transfers,
            "zones": zones,
            "trade_flows": [
                {
                    "flow_id": f"f_{e}_{i}",
                    "exporter": e,
                    "importer": i,
                    "year": "2023",
                    "reporter": e,
                    "usd": str(draw(st.integers(1, 500)) * 10**6),
                    "china_base": "yes",
                    "partner_base": "yes",
                }
                for e, i in flows
            ],
            "trade_shares": [
                {"exporter": e, "importer": i, "class_id": c, "share": s}
                for e, i in flows
                for c, s in (("bulk", "0.3"), ("manufactures", "0.6"))
            ],
            "through_flows": [],
            "appraisal_pairs": [
                {"pair_id": f"{o}_{d}", "origin": o, "destination": d}
                for o, d in ((names[0], names[-1]), (names[-1], names[0]))
            ],
        }
    )
