"""Write the report: one HTML file that opens offline, made from the tables and the manifest of a bundle."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd
from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from torugart.report import accounts, sections
from torugart.report.atlas import build_map
from torugart.report.numerals import (
    is_missing,
    megatonnes,
    number,
    plain,
    sized_span,
    span,
    typeset,
)
from torugart.report.trade import trade_section

BASELINES = {
    "do_minimum": "the do-minimum: what operates, and what is under construction and due by then",
    "today": "today: only what operates",
    "all_planned": "the do-minimum with all planned projects",
}
# What a manifest may lack: the report is written before the digests of the tables are known.
EMPTY_MANIFEST: dict[str, Any] = {
    "title": "Appraisal",
    "torugart": "",
    "command": "",
    "asked": {},
    "asked_digest": "",
    "package": {},
    "tables": {},
    "headline": [],
    "notes": [],
}
TRADE_BASES = {"china": "as China reports it", "partner": "as its partners report it"}


def write_report(tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any]) -> str:
    """Return the report as the text of one HTML file.

    Parameters
    ----------
    tables : Mapping[str, pandas.DataFrame]
        The tables of a bundle by name; a table that is missing or empty leaves out its part of the report.
    manifest : Mapping[str, Any]
        The manifest of the bundle.

    Returns
    -------
    str
        The whole file, with styles, script, map and charts inside; it loads nothing.
    """
    manifest = EMPTY_MANIFEST | dict(manifest)
    sources = source_list(tables)
    picture = build_map(tables)
    pairs = sections.pairs_section(tables)
    claims = sections.claims_section(tables)
    page = template().render(
        css=Markup(asset("report.css")),
        js=Markup(asset("report.js")),
        script_hash=script_hash(),
        title=manifest["title"],
        manifest=manifest,
        asked=manifest["asked"],
        setting=setting(manifest),
        headline=[
            {"id": line.get("figure_id", ""), "text": typeset(str(line.get("text", "")))}
            for line in manifest["headline"]
        ],
        notes=[typeset(str(note)) for note in manifest["notes"]],
        cards=cards(tables, pairs, claims),
        map=picture,
        map_data=script_json(map_records(picture, sources)) if picture else Markup("null"),
        pairs=pairs,
        rail_only=sections.rail_only_section(tables),
        gates=sections.gates_section(tables),
        queues=sections.queues_section(tables),
        benefits=sections.benefits_section(tables),
        accounts=accounts.accounts_section(tables),
        company=accounts.company_section(tables),
        risk=accounts.risk_section(tables),
        trade=trade_section(tables),
        claims=claims,
        record=[{**row, "text": typeset(str(row["text"]))} for row in sections.rows_of(tables, "record")],
        weak=sections.weak_section(tables),
        sources=list(sources.values()),
        source_of=sources,
    )
    return page if page.endswith("\n") else page + "\n"


def render_page(name: str, manifest: Mapping[str, Any], **parts: Any) -> str:
    """Return a page that has the common frame (layout.html.j2), from what its template shows and the manifest of its bundle."""
    manifest = EMPTY_MANIFEST | dict(manifest)
    page = template(name).render(
        css=Markup(asset("report.css")),
        js=Markup(asset("report.js")),
        script_hash=script_hash(),
        title=manifest["title"],
        manifest=manifest,
        headline=[
            {"id": line.get("figure_id", ""), "text": typeset(str(line.get("text", "")))}
            for line in manifest["headline"]
        ],
        notes=[typeset(str(note)) for note in manifest["notes"]],
        **{"source_of": {}, **parts},
    )
    return page if page.endswith("\n") else page + "\n"


@cache
def template(name: str = "report.html.j2") -> Template:
    """Return a compiled template; every value is escaped unless marked as markup by this package."""
    environment = Environment(
        loader=FunctionLoader(template_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def template_text(name: str) -> str:
    """Return the text of a template of the report."""
    return files("torugart").joinpath("report", "templates", name).read_text(encoding="utf-8")


@cache
def asset(name: str) -> str:
    """Return the text of a style sheet or script of the report."""
    return files("torugart").joinpath("report", "assets", name).read_text(encoding="utf-8")


@cache
def script_hash() -> str:
    """Return the hash by which the page lets its own script run, and no other."""
    digest = hashlib.sha256(asset("report.js").encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def script_json(value: Any) -> Markup:
    """Write JSON that stays inside its script element whatever text it holds."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def source_list(tables: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, Any]]:
    """Return the sources by id, numbered in the order of the table; only web addresses become links."""
    listed: dict[str, dict[str, Any]] = {}
    for row in sections.rows_of(tables, "sources"):
        url = str(row.get("url") or "")
        listed[str(row["source_id"])] = {
            **row,
            "n": len(listed) + 1,
            "link": url if url.startswith(("https://", "http://")) else "",
            "year": "" if is_missing(row.get("year")) else str(int(row["year"])),
            "rows": 0 if is_missing(row.get("rows")) else int(row["rows"]),
            "licence": str(row.get("licence_id") or "").replace("_", " "),
        }
    return listed


def map_records(picture: Mapping[str, Any], sources: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the map's script needs: views, links and gates, in parallel rows to keep the file small."""
    links = []
    for link in picture["links"]:
        source = sources.get(link["source_id"])
        told = [link[key] for key in ("course", "name", "layer", "kind", "without", "with", "change")]
        links.append([*told, source["n"] if source else 0, int(link["estimated"]), int(link["drawn"])])
    gates = [[g["x"], g["y"], g["name"], g["without"], g["with"], g["change"]] for g in picture["gates"]]
    return {"region": picture["region"], "whole": picture["whole"], "links": links, "gates": gates}


def setting(manifest: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what was asked, in words: year, baseline, trade count, draws."""
    asked = manifest["asked"]
    base, trade = str(asked.get("baseline", "")), str(asked.get("trade_base", ""))
    listed = [
        ("Year", str(asked.get("year", ""))),
        ("Compared with", BASELINES.get(base, base.replace("_", " "))),
        ("Trade", TRADE_BASES.get(trade, trade)),
        ("Draws of what is not known", plain(asked.get("draws"))),
        ("Evidence as of", str(asked.get("as_of", ""))),
    ]
    return [{"term": term, "text": text} for term, text in listed if text]


def cards(
    tables: Mapping[str, pd.DataFrame], pairs: Mapping[str, Any], claims: Mapping[str, Any]
) -> list[dict]:
    """Return the key figures shown at the top."""
    made: list[dict[str, Any]] = []
    figures = {str(row["figure_id"]): row for row in sections.rows_of(tables, "figures")}
    total = figures.get("benefit.total")
    if total:
        made.append(
            {
                "label": "Users\u2019 gain a year",
                "value": number(total["value"]),
                "unit": "million USD",
                "note": f"90\u202f% interval {span(total['lo'], total['hi'])}",
                "id": "benefit.total",
                "href": "#benefits",
            }
        )
    worth = figures.get("account.npv_6")
    if worth:
        made.append(
            {
                "label": "Net present value at 6\u202f%",
                "value": number(worth["value"], places=0),
                "unit": "million USD",
                "note": f"all parties; 90\u202f% interval {span(worth['lo'], worth['hi'], places=0)}",
                "id": "account.npv_6",
                "href": "#accounts",
            }
        )
    if pairs["all"]:
        moved = [
            f"{group['name'].lower()} {group['moved']}" for group in pairs["moved_by_class"] if group["moved"]
        ]
        detail = f"in at least one class: {', '.join(moved)}; no other" if moved else "in no class of goods"
        made.append(
            {
                "label": "Pairs whose best way changes",
                "value": str(pairs["moved_pairs"]),
                "unit": f"of {pairs['all_pairs']}",
                "note": detail,
                "id": "",
                "href": "#pairs",
            }
        )
    gates = sorted(sections.project_gates(tables), key=lambda gate: -gate["t_with"])
    for gate in gates[: 1 if worth else 2]:
        low, high = (None if is_missing(gate[k]) else gate[k] / 1e6 for k in ("d_t_lo", "d_t_hi"))
        made.append(
            {
                "label": f"Traffic at {gate['name']}",
                "value": megatonnes(gate["t_with"]),
                "unit": "Mt a year",
                "note": f"90\u202f% interval {sized_span(low, high)}; none without the project",
                "id": f"gate.{gate['crossing_id']}.t_with",
                "href": "#gates",
            }
        )
    if claims["rows"]:
        kinds = {"holds": 0, "partly": 0, "fails": 0}
        for row in claims["rows"]:
            if row["kind"] in kinds:
                kinds[row["kind"]] += 1
        made.append(
            {
                "label": "Published claims that do not hold",
                "value": str(kinds["fails"]),
                "unit": f"of {len(claims['rows'])}",
                "note": f"{kinds['holds']} hold, {kinds['partly']} on another base only",
                "id": "",
                "href": "#claims",
            }
        )
    return made
