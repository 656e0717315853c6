"""The tree behind a figure: value, formula, parameters, cells, sources, rival values; and what its interval hangs on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from torugart.bundle.folder import Bundle
from torugart.errors import UnknownName
from torugart.tables.package import Package
from torugart.tables.provenance import cell, describe_source

MOST_CHILDREN = 40


@dataclass(frozen=True, slots=True)
class WhyNode:
    """One line of the tree: what it is, its value, how it came about, who says so, and what it rests on."""

    label: str
    value: str = ""
    detail: str = ""
    source: str = ""
    children: tuple[WhyNode, ...] = field(default=())


def explain_figure(figure_id: str, bundle: Bundle, package: Package, deep: int = 3) -> WhyNode:
    """Build the tree of a figure, ``deep`` levels of figures down.

    Raises
    ------
    UnknownName
        If the bundle has no such figure; the nearest ones are offered.
    """
    figures = bundle.tables["figures"].set_index("figure_id")
    if figure_id not in figures.index:
        raise UnknownName("figure", figure_id, figures.index)
    return _figure(figure_id, figures, bundle, package, deep, top=True)


def _figure(
    figure_id: str, figures: pd.DataFrame, bundle: Bundle, package: Package, deep: int, top: bool = False
) -> WhyNode:
    f = figures.loc[figure_id]
    value = _number(f["value"], f["unit"])
    if np.isfinite(f["lo"]) and np.isfinite(f["hi"]):
        # Without draws there are no drivers, and the interval is no 90 % of anything.
        ends = "5-95 %:" if "drivers" in bundle.tables else "from"
        value += f"  ({ends} {_number(f['lo'], '')} to {_number(f['hi'], f['unit'])})"
    detail = f["formula"] + (f"; {f['note']}" if f["note"] else "")
    children: list[WhyNode] = []
    refs = json.loads(f["inputs"])
    if deep > 0:
        ranked = sorted(refs, key=lambda r: -_size(r, figures))
        for ref in ranked[:MOST_CHILDREN]:
            children.append(_reference(ref, figures, bundle, package, deep - 1))
        if len(ranked) > MOST_CHILDREN:
            children.append(WhyNode(f"... and {len(ranked) - MOST_CHILDREN} smaller ones"))
    if top and np.isfinite(f["lo"]) and "drivers" in bundle.tables:
        children.append(_drivers(figure_id, bundle))
    return WhyNode(f"{figure_id}: {f['label']}", value, detail, "", tuple(children))


def _size(ref: str, figures: pd.DataFrame) -> float:
    """Order figures by size, everything else after them in the order given."""
    kind, _, name = ref.partition(":")
    return abs(float(figures.at[name, "value"])) if kind == "figure" and name in figures.index else -1.0


def _reference(ref: str, figures: pd.DataFrame, bundle: Bundle, package: Package, deep: int) -> WhyNode:
    kind, _, name = ref.partition(":")
    if kind == "figure":
        return _figure(name, figures, bundle, package, deep)
    if kind == "way":
        return _way(name, bundle, package)
    if kind == "param":
        return cell_node(package, "parameters", name, "value")
    if kind == "cell":
        table, _, rest = name.partition("/")
        row_id, _, column = rest.rpartition("/")
        return cell_node(package, table, row_id, column)
    return WhyNode(ref)


def cell_node(package: Package, table: str, row_id: str, column: str) -> WhyNode:
    """One cell with its source and its rivals."""
    c = cell(package, table, row_id, column)
    value = f"{_number(c.value, c.unit) if isinstance(c.value, float | int) else c.value}"
    source = describe_source(package, c.source_id)
    basis = f"{c.basis}" + (f", checked {c.checked_on}" if c.checked_on else "")
    detail = f"filled by assumption {c.assumption_id}" if c.assumption_id else basis
    if table == "parameters":
        row = package.tables["parameters"].set_index("parameter_id").loc[row_id]
        if np.isfinite(row["lo"]) and np.isfinite(row["hi"]):
            value += f"  ({_number(row['lo'], '')} to {_number(row['hi'], row['unit'])})"
        detail += f"; {row['meaning']}" + (f"; {row['note']}" if row["note"] else "")
    rivals = tuple(
        WhyNode(
            f"rival value: {a.value} {a.unit}".rstrip(),
            "",
            f"{a.basis}" + (f", {a.as_of}" if a.as_of else ""),
            describe_source(package, a.source_id),
        )
        for a in c.alternatives.itertuples(index=False)
        if a.chosen != "yes"
    )
    return WhyNode(f"{table}/{row_id}.{column}", value, detail, source, rivals)


LEG_UNITS = {"km": "km", "hours": "h", "usd": "USD/FEU", "co2_kg": "kg CO2e/FEU"}


def _way(name: str, bundle: Bundle, package: Package) -> WhyNode:
    """The legs of a way with the cells behind each."""
    way_id, _, column = name.rpartition("/")
    legs = bundle.tables["legs"]
    legs = legs[legs["way_id"] == way_id].sort_values("seq")
    nodes = []
    for leg in legs.itertuples(index=False):
        amount = getattr(leg, column)
        if column == "km" and leg.kind != "link":
            continue
        what = f"{leg.kind}: {leg.place_from} > {leg.place_to}, {leg.mode}" + (
            f" {leg.gauge_mm}" if leg.gauge_mm else ""
        )
        if leg.kind in ("access", "egress"):
            what = f"{leg.kind} at {leg.place_from}, {leg.mode}"
        cells = tuple(_leg_cells(leg, column, package))
        nodes.append(WhyNode(what, _number(float(amount), LEG_UNITS[column]), "", "", cells))
    total = float(legs[column].sum())
    return WhyNode(
        f"way {way_id}, {column}", _number(total, LEG_UNITS[column]), f"{len(nodes)} legs", "", tuple(nodes)
    )


def _leg_cells(leg: object, column: str, package: Package) -> list[WhyNode]:
    kind, record, mode = leg.kind, leg.record_id, leg.mode  # type: ignore[attr-defined]
    if kind == "link":
        out = [cell_node(package, "links", record, "length_km")]
        if column == "hours":
            out.append(cell_node(package, "links", record, "speed_km_per_h"))
        if column == "usd":
            out.append(cell_node(package, "parameters", f"{mode}_rate_usd_per_feu_km", "value"))
        if column == "co2_kg":
            out += _emission_cells(leg, mode, package)
        return out
    if kind == "crossing":
        regime = package.tables["crossings"].set_index("crossing_id").at[record, "regime"]
        what = "usd" if column == "usd" else "h"
        out = [cell_node(package, "parameters", f"crossing_{what}_{mode}_{regime}", "value")]
        obs = package.tables["crossing_obs"]
        mine = obs[(obs["crossing_id"] == record) & (obs["metric"] == "mean_hours")]
        if column == "hours":
            out += [cell_node(package, "crossing_obs", o, "value") for o in mine["obs_id"]]
        return out
    if kind == "transfer":
        t = package.tables["transfers"].set_index("transfer_id").loc[record]
        if t["from_mode"] == "rail" and t["to_mode"] == "rail":
            name = "gauge_change_usd_per_feu" if column == "usd" else "gauge_change_h"
            return [cell_node(package, "parameters", name, "value")]
        return [cell_node(package, "transfers", record, "usd_per_feu" if column == "usd" else "hours")]
    names = {
        "access": ("origin_handling_h", "road_loading_h"),
        "egress": ("destination_handling_h", "road_loading_h"),
    }[kind]
    if column == "usd":
        return [cell_node(package, "parameters", "first_mile_usd_per_feu", "value")] if mode != "road" else []
    if column == "hours":
        if mode == "road":
            return [cell_node(package, "parameters", names[1], "value")]
        return [cell_node(package, "parameters", n, "value") for n in (names[0], "first_mile_h")]
    return []


def _emission_cells(leg: object, mode: str, package: Package) -> list[WhyNode]:
    """What the emissions of a link rest on: its traction, the energy of it, and the grid where it is electric."""
    if mode != "rail":
        return [cell_node(package, "parameters", f"{mode}_g_co2e_per_tkm", "value")]
    record, iso3 = leg.record_id, leg.iso3  # type: ignore[attr-defined]
    traction = package.tables["links"].set_index("link_id").at[record, "electrified"]
    names = ["rail_gross_over_net"]
    if traction != "yes":
        names += ["traction_diesel_l_per_tkm", "diesel_kg_co2e_per_l"]
    if traction in ("yes", "part"):
        names += ["traction_electric_kwh_per_tkm", "grid_uncertainty"]
    out = [cell_node(package, "links", record, "electrified")]
    out += [cell_node(package, "parameters", n, "value") for n in names]
    if traction in ("yes", "part"):
        series = package.tables["country_series"]
        grid = series[(series["variable"] == "grid_g_co2e_per_kwh") & (series["iso3"] == iso3)]
        keys = [f"{iso3}/{g.year}/{g.variable}/{g.source_id}" for g in grid.itertuples(index=False)]
        out += [cell_node(package, "country_series", key, "value") for key in keys]
        if not keys:
            out.append(cell_node(package, "parameters", "grid_other_g_co2e_per_kwh", "value"))
    return out


def _drivers(figure_id: str, bundle: Bundle) -> WhyNode:
    """The five quantities the interval hangs on most."""
    table = bundle.tables["drivers"]
    own = _driver_rows(figure_id, table)
    rows = tuple(
        WhyNode(
            f"{d.label}",
            f"{100 * d.share:.0f} %",
            f"{d.ref}: {_number(d.value, d.unit)} ({_number(d.lo, '')} to {_number(d.hi, '')})",
        )
        for d in own.head(5).itertuples(index=False)
    )
    text = "squared rank correlation over the draws; it ranks, it does not add up to 100 %"
    if not rows:
        return WhyNode("its interval hangs on", "", "no quantity stands out of the noise over the draws", "")
    return WhyNode("its interval hangs on", "", text, "", rows)


def _driver_rows(figure_id: str, drivers: pd.DataFrame) -> pd.DataFrame:
    named = drivers[(drivers["quantity"] == figure_id) & (drivers["kind"] == "quantity")]
    return named.sort_values("rank")


def _number(value: object, unit: str) -> str:
    if not isinstance(value, float | int | np.floating | np.integer) or pd.isna(value):
        return "" if value is None or (isinstance(value, float) and np.isnan(value)) else str(value)
    number = float(value)
    text = f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"
    return f"{text} {unit}".strip()


def tree_records(node: WhyNode, level: int = 0) -> list[Mapping[str, object]]:
    """Flatten a tree into rows of level, label, value, detail and source."""
    row = {
        "level": level,
        "label": node.label,
        "value": node.value,
        "detail": node.detail,
        "source": node.source,
    }
    return [row, *(r for child in node.children for r in tree_records(child, level + 1))]
