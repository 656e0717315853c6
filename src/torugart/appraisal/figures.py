"""Every figure of an appraisal with its formula and what it was computed from, for ``why``.

A figure names its inputs by reference: ``figure:ID``, ``way:WAY_ID/COLUMN`` (the legs of a way), ``cell:TABLE/ROW/COLUMN``,
``param:ID`` and ``claim:ID``. Views print the references; none of them computes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from torugart.demand.freight import TRADE_BASES

if TYPE_CHECKING:
    from torugart.appraisal.project import Answer

PAIR_FIGURES = (
    ("km_without", "km", "km", "sum of the lengths of the links of the best way without"),
    ("km_with", "km", "km", "sum of the lengths of the links of the best way with"),
    ("days_without", "hours", "days", "sum of mean hours of the legs of the best way without / 24"),
    ("days_with", "hours", "days", "sum of mean hours of the legs of the best way with / 24"),
    ("p95_days_without", "hours", "days", "95th percentile of simulated trips on the best way without"),
    ("p95_days_with", "hours", "days", "95th percentile of simulated trips on the best way with"),
    ("usd_without", "usd", "USD/FEU", "sum of rates and fees of the legs of the best way without"),
    ("usd_with", "usd", "USD/FEU", "sum of rates and fees of the legs of the best way with"),
    (
        "co2_kg_without",
        "co2_kg",
        "kg CO2e/FEU",
        "sum of km x factor x tonnes per FEU, well to wheel, without",
    ),
    ("co2_kg_with", "co2_kg", "kg CO2e/FEU", "sum of km x factor x tonnes per FEU, well to wheel, with"),
)
SOURCE_TABLES = (
    "places",
    "links",
    "crossings",
    "crossing_obs",
    "transfers",
    "parameters",
    "classes",
    "zones",
    "trade_flows",
    "trade_shares",
    "through_flows",
    "projects",
    "project_edits",
    "project_parties",
    "evidence",
    "appraisal_pairs",
    "seasons",
)


class FigureList:
    """Collects the figures of an answer; a list in the making, nothing else."""

    def __init__(self, answer: Answer, tables: dict[str, pd.DataFrame]) -> None:
        self.answer = answer
        self.package = answer.sides.base.network.tables
        self.rows: list[dict[str, Any]] = []
        self._benefits(tables)
        self._gates(tables)
        self._pairs(tables)
        self._rail_only(tables)

    def add(
        self,
        figure_id: str,
        label: str,
        value: float,
        unit: str,
        section: str,
        formula: str,
        inputs: list[str],
        lo: float = np.nan,
        hi: float = np.nan,
        note: str = "",
    ) -> None:
        """Add one figure."""
        self.rows.append(
            {
                "figure_id": figure_id,
                "label": label,
                "value": float(value),
                "lo": float(lo),
                "hi": float(hi),
                "unit": unit,
                "section": section,
                "formula": formula,
                "inputs": json.dumps(inputs, ensure_ascii=False),
                "note": note,
            }
        )

    def table(self) -> pd.DataFrame:
        """All figures, sorted by id."""
        return pd.DataFrame(self.rows).sort_values("figure_id").reset_index(drop=True)

    def _benefits(self, tables: dict[str, pd.DataFrame]) -> None:
        from torugart.appraisal.project import interval

        b, q = self.answer.benefits, self.answer.question
        lo, hi = interval(b.total[1:])
        trades = sorted(b.by_trade)
        self.add(
            "benefit.total",
            "users' benefit a year",
            b.total[0] / 1e6,
            "million USD/year",
            "benefits",
            "sum over exporters and importers",
            [f"figure:benefit.trade.{e}-{i}" for e, i in trades],
            lo / 1e6,
            hi / 1e6,
        )
        lo, hi = interval(b.least_cost[1:])
        self.add(
            "benefit.least_cost",
            "part of the users' benefit that comes from ways that become the best",
            b.least_cost[0] / 1e6,
            "million USD/year",
            "benefits",
            "sum over city pairs and classes of FEU a year x fall of the least generalised cost; the rest of the benefit is the "
            "worth of a further choice under the calibrated spread of choices (docs/methods/choice.md)",
            ["figure:benefit.total", "param:choice_theta"],
            lo / 1e6,
            hi / 1e6,
        )
        flows = self.package["trade_flows"]
        flows = flows[flows[TRADE_BASES[q.trade_base]] == "yes"]
        flow_of = {(f.exporter, f.importer): f.flow_id for f in flows.itertuples(index=False)}
        through: dict[tuple[str, str], list[str]] = {}
        for t in self.package["through_flows"].itertuples(index=False):
            through.setdefault((t.from_iso3, t.to_iso3), []).append(t.through_id)
        shares: dict[tuple[str, str], list[str]] = {}
        for s in self.package["trade_shares"].itertuples(index=False):
            shares.setdefault((s.exporter, s.importer), []).append(s.class_id)
        for e, i in trades:
            inputs = [f"cell:trade_flows/{flow_of[e, i]}/usd"] if (e, i) in flow_of else []
            inputs += [f"cell:trade_shares/{e}/{i}/{c}/share" for c in shares.get((e, i), [])]
            inputs += [f"cell:through_flows/{t}/feu" for t in through.get((e, i), [])]
            for c in self.package["classes"]["class_id"]:
                inputs += [
                    f"cell:classes/{c}/{col}" for col in ("value_usd_per_t", "t_per_feu", "vot_share_per_day")
                ]
            lo, hi = interval(b.by_trade[e, i][1:])
            self.add(
                f"benefit.trade.{e}-{i}",
                f"users' benefit of goods from {e} to {i}",
                b.by_trade[e, i][0] / 1e6,
                "million USD/year",
                "benefits",
                "sum over city pairs and classes of FEU a year x fall of the logsum (docs/methods/choice.md)",
                [*inputs, "param:choice_theta", "param:path_size_weight"],
                lo / 1e6,
                hi / 1e6,
            )
        for r in tables["benefits_country"].itertuples(index=False):
            mine = [f"figure:benefit.trade.{e}-{i}" for e, i in trades if r.iso3 in (e, i)]
            self.add(
                f"benefit.country.{r.iso3}",
                f"users' benefit in {r.name}",
                r.musd,
                "million USD/year",
                "benefits",
                "importer's share of its imports' benefit + exporter's share of its exports'",
                [*mine, "param:importer_share_of_benefit"],
                r.lo,
                r.hi,
            )
        for r in tables["benefits_class"].itertuples(index=False):
            inputs = [
                f"cell:classes/{r.class_id}/{c}"
                for c in ("value_usd_per_t", "t_per_feu", "vot_share_per_day")
            ]
            self.add(
                f"benefit.class.{r.class_id}",
                f"users' benefit, {r.name}",
                r.musd,
                "million USD/year",
                "benefits",
                "sum over city pairs of FEU a year x fall of the logsum",
                [*inputs, "param:choice_theta"],
                r.lo,
                r.hi,
            )
        for r in tables["benefits_corridor"].itertuples(index=False):
            mine = [
                f"figure:benefit.trade.{e}-{i}" for e, i in trades if "-".join(sorted((e, i))) == r.corridor
            ]
            self.add(
                f"benefit.corridor.{r.corridor}",
                f"users' benefit between {r.name}",
                r.musd,
                "million USD/year",
                "benefits",
                "sum of both directions",
                mine,
                r.lo,
                r.hi,
            )
        for r in tables["benefits_baseline"].itertuples(index=False):
            self.add(
                f"benefit.baseline.{r.baseline}",
                f"users' benefit against {r.label}",
                r.musd,
                "million USD/year",
                "benefits",
                "the same sum with other projects open on both sides; central values",
                ["figure:benefit.total", "param:project_slip_years"],
                r.lo,
                r.hi,
            )

    def _gates(self, tables: dict[str, pd.DataFrame]) -> None:
        model = self.answer.sides.with_.network.crossing_model.groupby("crossing_id")
        seen = {str(key): part for key, part in model}
        for r in tables["gates"].itertuples(index=False):
            inputs = [f"cell:crossings/{r.crossing_id}/regime", *crossing_refs(seen[r.crossing_id])]
            inputs += ["param:choice_theta"]
            for column, label in (("t_without", "without"), ("t_with", "with"), ("d_t", "change")):
                lo, hi = (r.d_t_lo, r.d_t_hi) if column == "d_t" else (np.nan, np.nan)
                self.add(
                    f"gate.{r.crossing_id}.{column}",
                    f"tonnes a year over {r.name}, {label}",
                    getattr(r, column),
                    "t/year",
                    "gates",
                    "sum over pairs, classes and ways of demand x share of the way, both directions",
                    inputs,
                    lo,
                    hi,
                )

    def _pairs(self, tables: dict[str, pd.DataFrame]) -> None:
        for r in tables["pairs"].itertuples(index=False):
            stem = f"pair.{r.pair_id}.{r.class_id}"
            what = f"{r.origin_name} to {r.destination_name}, {r.class_id.replace('_', ' ')}"
            for column, leg, unit, formula in PAIR_FIGURES:
                way = r.way_without if column.endswith("without") else r.way_with
                inputs = [f"way:{way}/{leg}"]
                if leg == "co2_kg":
                    inputs.append(f"cell:classes/{r.class_id}/t_per_feu")
                label = column.replace("_", " ")
                lo, hi = (getattr(r, f"{column}_{end}", np.nan) for end in ("lo", "hi"))
                self.add(
                    f"{stem}.{column}",
                    f"{what}: {label}",
                    getattr(r, column),
                    unit,
                    "pairs",
                    formula,
                    inputs,
                    lo,
                    hi,
                )
            for column, unit in (("days", "days"), ("usd", "USD/FEU"), ("co2_kg", "kg CO2e/FEU")):
                self.add(
                    f"{stem}.d_{column}",
                    f"{what}: change of {column}",
                    getattr(r, f"d_{column}"),
                    unit,
                    "pairs",
                    "with less without; each side takes its way of least generalised cost, anew in every draw",
                    [f"figure:{stem}.{column}_with", f"figure:{stem}.{column}_without"],
                    getattr(r, f"d_{column}_lo"),
                    getattr(r, f"d_{column}_hi"),
                    r.reason,
                )
            self.add(
                f"{stem}.d_km",
                f"{what}: change of km",
                r.d_km,
                "km",
                "pairs",
                "with less without",
                [f"figure:{stem}.km_with", f"figure:{stem}.km_without"],
                note=r.reason,
            )
            self.add(
                f"{stem}.project_share",
                f"{what}: share that takes the project",
                r.project_share,
                "share",
                "pairs",
                "sum of the logit shares of the ways through the project",
                ["param:choice_theta", f"way:{r.way_with}/hours"],
                r.project_share_lo,
                r.project_share_hi,
            )
            self.add(
                f"{stem}.prob_best",
                f"{what}: draws in which the best way takes the project",
                r.prob_best,
                "share",
                "pairs",
                "count over draws",
                [f"figure:{stem}.d_days"],
            )
            if np.isfinite(r.gap_usd):
                self.add(
                    f"{stem}.gap_usd",
                    f"{what}: generalised cost by the project less the best other way",
                    r.gap_usd,
                    "USD/FEU",
                    "pairs",
                    "least over ways through the project less least over the others",
                    [
                        f"figure:{stem}.usd_with",
                        f"figure:{stem}.days_with",
                        f"cell:classes/{r.class_id}/vot_share_per_day",
                    ],
                    note=r.reason,
                )
            if np.isfinite(r.switch_h):
                self.add(
                    f"{stem}.switch_h",
                    f"{what}: hours at the project's crossings for equal generalised cost",
                    r.switch_h,
                    "h",
                    "pairs",
                    "hours there now less the gap / value of an hour",
                    [f"figure:{stem}.gap_usd"],
                )

    def _rail_only(self, tables: dict[str, pd.DataFrame]) -> None:
        for r in tables["rail_only"].itertuples(index=False):
            if not np.isfinite(r.km_without) or not np.isfinite(r.km_with):
                continue
            what = f"{r.origin_name} to {r.destination_name} by railways alone"
            for side in ("without", "with"):
                links = getattr(r, f"links_{side}").split(";")
                cells = [f"cell:links/{link}/length_km" for link in links if link]
                value = getattr(r, f"km_{side}")
                self.add(
                    f"rail.{r.pair_id}.km_{side}",
                    f"{what}: km {side}",
                    value,
                    "km",
                    "rail",
                    "sum of the links",
                    cells,
                )
            ends = [f"figure:rail.{r.pair_id}.km_with", f"figure:rail.{r.pair_id}.km_without"]
            self.add(
                f"rail.{r.pair_id}.d_km",
                f"{what}: change of km",
                r.km_with - r.km_without,
                "km",
                "rail",
                "with less without",
                ends,
            )

    def assumptions(self, filled: pd.DataFrame | None = None) -> pd.DataFrame:
        """Every estimate and assumption the run rests on: parameters without a document, and holes filled."""
        p = self.package["parameters"]
        p = p[p["basis"] == "estimated"]
        rows = [
            {
                "ref": f"param:{r.parameter_id}",
                "label": r.meaning,
                "value": str(r.value),
                "lo": r.lo,
                "hi": r.hi,
                "unit": r.unit,
                "reason": r.note,
                "source_id": r.source_id,
                "basis": r.basis,
                "uses": 0,
            }
            for r in p.itertuples(index=False)
        ]
        uses = {} if filled is None or filled.empty else filled["assumption_id"].value_counts().to_dict()
        rows += [
            {
                "ref": f"assumption:{a.assumption_id}",
                "label": f"{a.table}.{a.column} where {a.where or 'empty'}",
                "value": str(a.value),
                "lo": a.lo,
                "hi": a.hi,
                "unit": a.unit,
                "reason": a.reason,
                "source_id": a.source_id,
                "basis": "estimated",
                "uses": int(uses.get(a.assumption_id, 0)),
            }
            for a in self.package["assumptions"].itertuples(index=False)
        ]
        return pd.DataFrame(rows)

    def sources(self) -> pd.DataFrame:
        """Sources of all tables the engines read, with how many rows rest on each and on what basis."""
        used: dict[str, int] = {}
        traded = ("trade_world", "trade_economies") if self.answer.trade is not None else ()
        for name in (*SOURCE_TABLES, *traded):
            for source, n in self.package[name]["source_id"].value_counts().items():
                used[str(source)] = used.get(str(source), 0) + int(n)
        for name in ("alternatives", "assumptions", "claims"):
            for source in self.package[name]["source_id"]:
                used.setdefault(str(source), 0)
        table = self.package["sources"]
        table = table[table["source_id"].isin(used)].copy()
        return table.assign(rows=table["source_id"].map(used)).reset_index(drop=True)


def crossing_refs(model: pd.DataFrame) -> list[str]:
    """References behind the hours and the fee of a crossing: level, fee and each observation used."""
    refs = {f"param:{model.iloc[0]['level_parameter']}", f"param:{model.iloc[0]['fee_parameter']}"}
    for observations in model["observations"]:
        refs |= {f"cell:crossing_obs/{o}/value" for o in observations.split(";") if o}
    if model["n_obs"].any():
        refs.add("param:crossing_shrinkage_weight")
    return sorted(refs)
