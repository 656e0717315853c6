"""A package small enough to read: ten places, every mode, two projects, all invented but consistent.

A valley with a railway of each gauge, a road over a pass, a ferry and a sea lane, on both sides of a border.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from torugart.schema.definition import read_schema

Rows = list[dict[str, str]]
FROM = {"source_id": "atlas", "basis": "reported", "checked_on": "2026-11-25"}
GUESS = {"source_id": "nobody", "basis": "estimated"}


def _rows(columns: str, *lines: str) -> Rows:
    """Return rows written as one line each, cells between bars."""
    names = columns.split()
    return [dict(zip(names, (cell.strip() for cell in line.split("|")), strict=True)) for line in lines]


def _records() -> dict[str, Rows]:
    return {
        "licences": _rows("licence_id name may_ship attribution", "open | Open terms | yes | The Atlas"),
        "sources": _rows(
            "source_id publisher title year licence_id kind",
            "atlas | The Atlas | Roads and rails of the valley | 2025 | open | report",
            "customs | Customs office | Yearbook | 2024 | open | statistics",
            "nobody | nobody | general knowledge | | open | general_knowledge",
            "bench | The bench | what we judge | | open | judgement",
        ),
        "aliases": _rows("entity_id lang alias", "pass_rail | id | PR-1", "east_city | ru | Восток"),
        "measures": _rows(
            "measure_id name kind words unit needs expr",
            "length | length of a project | number | ^long | km | project | project_length_km(project={project})",
            "route | days between two places | number | take* | day | way | route_days(origin={origin},"
            " destination={destination})",
        ),
        "measure_bases": _rows("measure_id base_id args", "route | bulk | class_id=bulk"),
        "searches": _rows(
            "entity_id searched_on where_searched found", "pass_rail | 2026-03-01 | the press | no"
        ),
        "assumptions": _rows(
            "assumption_id table where column value lo hi unit method reason source_id",
            "speed_rail | links | mode=rail | speed_km_per_h | 30 | 20 | 45 | km/h | median"
            " | not stated | bench",
            "speed_rail_west | links | mode=rail;place_a.iso3=KGZ | speed_km_per_h | 25 | 20 | 45 | km/h"
            "| median | not stated | bench",
            "capacity_all | links | | capacity_t_per_year | 5e6 | 1e6 | 1e7 | t/year | guess"
            " | not stated | bench",
            "lanes_road | links | mode=road | lanes | 2 | | | lanes | usual | not stated | bench",
            "terrain_all | links | | terrain | rolling | | | | usual | not stated | bench",
        ),
        "alternatives": _rows(
            "alternative_id table row_id column value unit as_of basis source_id chosen",
            "len_1 | projects | pass_rail | length_km | 110 | km | 2024-05 | claimed | customs | no",
            "len_2 | projects | pass_rail | length_km | 120 | km | 2025 | reported | customs | yes",
        ),
    }


def _sourced() -> dict[str, Rows]:
    """Return the rows that carry provenance, without it."""
    return {
        "countries": _rows(
            "iso3 name landlocked customs_union", "CHN | China | no |", "KGZ | Kyrgyzstan | yes | eaeu"
        ),
        "seasons": _rows("season_id months_closed meaning", "winter | 12;1;2 | snow on the pass"),
        "country_series": _rows("iso3 year variable value unit", "KGZ | 2023 | gdp | 13.9e9 | USD"),
        "places": _rows(
            "place_id name iso3 lon lat kind population_k",
            "east_city | East City | CHN | 76.0 | 39.5 | city | 700",
            "east_port | East Port | CHN | 77.0 | 39.0 | seaport |",
            "east_gate | East Gate | CHN | 75.4 | 40.4 | border |",
            "west_gate | West Gate | KGZ | 75.3 | 40.5 | border |",
            "change | Change | KGZ | 74.5 | 41.0 | junction |",
            "west_city | West City | KGZ | 73.0 | 40.9 | city | 300",
            "quay_a | Quay A | KGZ | 72.0 | 40.5 | ferry_terminal |",
            "quay_b | Quay B | KGZ | 71.5 | 40.2 | ferry_terminal |",
            "far_port | Far Port | CHN | 80.0 | 38.0 | seaport |",
            "village | O'Village <b> | KGZ | 73.5 | 41.2 | station | 0.5",
        ),
        "links": _rows(
            "link_id place_a place_b mode gauge_mm tracks electrified length_km share_in_a speed_km_per_h"
            " lanes surface season_id project_id opened_year",
            "r_city_gate | east_city | east_gate | rail | 1435 | 1 | no | 130 | | 40 | | |"
            " | pass_rail | 2028",
            "r_border | east_gate | west_gate | rail | 1435 | 1 | no | 16 | 0.5 | | | | | pass_rail | 2028",
            "r_gate_change | west_gate | change | rail | 1435 | 1 | no | 95 | | | | | | pass_rail | 2028",
            "r_change_city | change | west_city | rail | 1520 | 1 | no | 140 | | 35 | | | | | 1930",
            "r_village | change | village | rail | 1520 | 1 | no | 90 | | | | | | |",
            "h_city_gate | east_city | east_gate | road | | | | 140 | | 50 | 2 | paved | | |",
            "h_border | east_gate | west_gate | road | | | | 17 | 0.5 | 30 | | gravel | winter | |",
            "h_gate_city | west_gate | west_city | road | | | | 260 | | 40 | 2 | paved | | |",
            "h_city_quay | west_city | quay_a | road | | | | 110 | | 40 | 2 | paved | | |",
            "f_quays | quay_a | quay_b | ferry | | | | 60 | | 20 | | | | |",
            "r_city_port | east_city | east_port | rail | 1435 | 2 | yes | 115 | | 50 | | | | |",
            "s_ports | east_port | far_port | sea | | | | 320 | | 30 | | | | |",
        ),
        "crossings": _rows(
            "crossing_id place_a place_b mode name regime base_years base_reason",
            "x_rail | east_gate | west_gate | rail | The Gate (rail) | external | 2023 | open again",
            "x_road | east_gate | west_gate | road | The Gate | external | 2023 | open again",
        ),
        "crossing_obs": _rows(
            "obs_id crossing_id scope_iso3 mode direction year metric value unit sample",
            "o_1 | x_road | KGZ | road | inbound | 2023 | mean_hours | 12.5 | h | 40",
            "o_2 | | KGZ | road | both | 2022 | cost_usd | 130 | USD | 30",
        ),
        "transfers": _rows(
            "transfer_id place_id from_mode from_gauge_mm to_mode to_gauge_mm hours usd_per_feu",
            "t_1 | change | rail | 1435 | rail | 1520 | | ",
            "t_2 | change | rail | 1520 | rail | 1435 | | ",
            "t_3 | east_city | rail | 1435 | road | | 12 | 150",
            "t_4 | east_city | road | | rail | 1435 | 12 | 150",
            "t_5 | quay_a | road | | ferry | | 20 | 100",
            "t_6 | east_port | rail | 1435 | sea | | 48 | 250",
        ),
        "operations": _rows(
            "op_id kind place_a mode direction metric unit value value_lo value_hi year",
            "op_1 | gate | east_gate | road | both | queue | h | 20 | 5 | 60 | 2023",
        ),
        "services": _rows(
            "service_id place_a place_b mode departures_per_week", "s_1 | east_city | east_port | rail | 7"
        ),
        "capacities": _rows(
            "capacity_id element element_id direction value lo hi unit observed_t_per_year observed_source_id",
            "k_gate | crossings | x_rail | both | 20 | 12 | 30 | trains/day | 6e6 | customs",
            "k_ferry | links | f_quays | a_to_b | 500000 | | | t/year | |",
        ),
        "rate_obs": _rows(
            "rate_id mode scope year value unit kind includes_border",
            "rate_1 | road | KGZ | 2022 | 1.4 | USD/FEU-km | survey | yes",
        ),
        "speed_obs": _rows("speed_id scope year metric value", "v_1 | KGZ | 2022 | with_stops | 22"),
        "emission_factors": _rows(
            "factor_id mode traction region scope g_co2e_per_tkm year",
            "e_1 | rail | diesel | world | wtw | 34.7 | 2023",
        ),
        "classes": _rows(
            "class_id name value_usd_per_t value_lo value_hi t_per_feu vot_share_per_day vot_lo vot_hi",
            "fast | Fast goods | 8000 | 4000 | 16000 | 12 | 0.012 | 0.006 | 0.021",
            "bulk | Bulk | 200 | 100 | 400 | 25 | 0.006 | 0.003 | 0.012",
        ),
        "commodity_obs": _rows(
            "obs_id class_id metric value lo hi unit year",
            "c_1 | bulk | value | 200 | 100 | 400 | USD/t | 2023",
        ),
        "parameters": _rows(
            "parameter_id value lo hi dist unit price_year meaning",
            "rail_rate_usd_per_feu_km | 0.6 | 0.35 | 0.95 | lognormal | USD/FEU-km | 2023 | price of rail",
            "choice_theta | 8 | | | fixed | 1 | | scale of choice",
        ),
        "parameter_obs": _rows(
            "obs_id parameter value unit study", "po_1 | value of time | 0.6 to 2.1 | % | A study"
        ),
        "zones": _rows(
            "place_id trade_iso3 weight",
            "east_city | CHN | 0.6",
            "far_port | CHN | 0.4",
            "west_city | KGZ | 1",
        ),
        "trade_flows": _rows(
            "flow_id exporter importer year reporter usd china_base partner_base source_id",
            "f_1 | CHN | KGZ | 2023 | CHN | 19.7e9 | yes | no | atlas",
            "f_2 | CHN | KGZ | 2023 | KGZ | 5.3e9 | no | yes | customs",
            "f_3 | KGZ | CHN | 2023 | CHN | 80e6 | yes | yes | atlas",
        ),
        "trade_totals": _rows(
            "total_id country_a country_b year reporter usd source_id",
            "tt_1 | CHN | KGZ | 2024 | CHN | 22.7e9 | atlas",
            "tt_2 | CHN | KGZ | 2024 | KGZ | 5.3e9 | customs",
        ),
        "trade_world": _rows(
            "exporter importer year usd",
            "CHN | KGZ | 2023 | 18e9",
            "KGZ | CHN | 2023 | 100e6",
        ),
        "trade_economies": _rows(
            "iso3 year gdp_usd output_over_gdp", "CHN | 2023 | 17.8e12 | 2.5", "KGZ | 2023 | 14e9 | 2"
        ),
        "trade_composition": _rows(
            "composition_id exporter importer year product_group class_id share_percent",
            "tc_1 | CHN | KGZ | 2023 | machines | fast | 60",
        ),
        "trade_shares": _rows(
            "exporter importer class_id share",
            "CHN | KGZ | fast | 0.6",
            "CHN | KGZ | bulk | 0.35",
            "KGZ | CHN | bulk | 1",
        ),
        "through_flows": _rows(
            "through_id from_iso3 to_iso3 year class_id feu", "th_1 | CHN | KGZ | 2023 | fast | 1000"
        ),
        "projects": _rows(
            "project_id name countries sector mode stated_status start open_year cost_musd length_km"
            " requires_project",
            "pass_rail | Railway over the pass | CHN;KGZ | transport | rail | construction | 2024"
            " | 2028 | 4700 | 120 |",
            "second_track | Second track to the port | CHN | transport | rail | planned | | 2032 |"
            " | 115 | pass_rail",
        ),
        "project_edits": _rows(
            "edit_id project_id table row_id column op before after reason",
            "pe_1 | pass_rail | links | r_city_gate | | open | | | exists only with the project",
            "pe_2 | pass_rail | links | r_border | | open | | | exists only with the project",
            "pe_3 | pass_rail | links | r_gate_change | | open | | | exists only with the project",
            "pe_4 | second_track | links | r_city_port | tracks | set | 2 | 3 | one more track",
        ),
        "evidence": _rows(
            "evidence_id entity_id date milestone", "ev_1 | pass_rail | 2024-12-27 | works_started"
        ),
        "events": _rows(
            "event_id name kind date countries", "meeting | Meeting of the valley | talks | 2024-06 | CHN;KGZ"
        ),
        "commitments": _rows(
            "commitment_id event_id kind text who to_whom amount unit due_date project_id sector",
            "c_1 | meeting | pledge | a railway over the pass | CHN | KGZ | 2 | billion USD | 2028-12-31"
            " | pass_rail | transport",
        ),
        "parties": _rows("party_id name iso3 kind", "east_bank | Bank of the East | CHN | state_bank"),
        "project_parties": _rows(
            "project_id party_id role share amount_musd", "pass_rail | east_bank | lender | | 2000"
        ),
        "gas_flows": _rows(
            "flow_id supplier buyer year first_day last_day kind bcm",
            "g_1 | KGZ | CHN | 2024 | 2024 | 2024 | reported | 3.5",
        ),
        "gas_milestones": _rows("milestone_id supplier buyer by_date bcm", "m_1 | KGZ | CHN | 2024-12 | 40"),
        "energy_nodes": _rows(
            "node_id name iso3 lon lat kind capacity unit measure status",
            "valley_field | Valley field | KGZ | 74.5 | 41.2 | gas_field | 4 | bcm/year | produced | operating",
            "east_gate | Eastern gate | CHN | 76 | 40 | border | | | | operating",
        ),
        "energy_links": _rows(
            "link_id name node_a node_b commodity length_km diameter_mm capacity unit status opened_year"
            " both_ways_since part_of",
            "valley_line | Valley line | valley_field | east_gate | gas | 300 | 1067 | 5 | bcm/year | operating"
            " | 2009 | 2015 |",
        ),
        "plant_figures": _rows(
            "figure_id node_id technology variable value unit bound",
            "pf_1 | valley_field | steam | efficiency | 0.33 | share |",
        ),
        "oil_flows": _rows(
            "flow_id system iso3 link_id year months kind mt",
            "o_1 | Valley oil | KGZ | valley_line | 2023 | 12 | export | 2",
        ),
        "oil_ties": _rows(
            "tie_id name node_a node_b both_ways length_km",
            "oil_tie | A tie of crude | valley_field | east_gate | no | 10",
        ),
        "oil_rests": _rows("node_id share share_lo share_hi", "valley_field | 1 | 0.9 | 1"),
        "oil_ends": _rows(
            "end_id at role iso3 rule", "oil_east | east_gate | buyer | KGZ | carried valley_line export"
        ),
        "gas_ties": _rows(
            "tie_id name node_a node_b both_ways length_km",
            "tie | A tie | east_gate | valley_field | no | 10",
        ),
        "gas_uses": _rows("node_id share", "valley_field | 1"),
        "gas_months": _rows(
            "gas_month_id iso3 month share",
            *(f"kgz_{m:02d} | KGZ | {m} | {0.12 if m < 7 else 0.28 / 6:.6f}" for m in range(1, 13)),
        ),
        "gas_ends": _rows(
            "end_id at role iso3 rule share", "east | east_gate | buyer | CHN | flow KGZ CHN | 1"
        ),
        "energy_edits": _rows(
            "edit_id project_id table row_id column before after reason",
            "e_1 | pass_rail | energy_links | valley_line | status | planned | operating | it brings the line",
        ),
        "claims": _rows(
            "claim_id text said_by said_on subject_id expr relation value unit stated_base",
            "cl_1 | the line is 120 km long | The Atlas | 2025-03 | pass_rail | project_length_km()"
            " | = | 120 | km | all",
        ),
        "claim_bases": _rows("claim_id base_id args", "cl_1 | all | project=pass_rail"),
        "appraisal_pairs": _rows(
            "pair_id origin destination reason", "p_1 | east_city | west_city | the pair everyone quotes"
        ),
    }


def small_package() -> dict[str, Rows]:
    """Return the rows of every table as text, in the order of the schema."""
    tables = _records()
    for name, rows in _sourced().items():
        tables[name] = [{**FROM, **row} for row in rows]
    tables["trade_flows"][2].update(GUESS)
    complete = {}
    for name, schema in read_schema().items():
        complete[name] = [{column: row.get(column, "") for column in schema.columns} for row in tables[name]]
    return complete


def write_rows(folder: Path, table: str, rows: Rows, columns: list[str] | None = None) -> Path:
    """Write one table as CSV, with all its columns or only those named."""
    names = columns or list(read_schema()[table].columns)
    path = folder / f"{table}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_small_package(folder: Path, tables: Mapping[str, Rows] | None = None) -> Path:
    """Write the small package, or the tables given, into a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (tables or small_package()).items():
        write_rows(folder, name, rows)
    return folder
