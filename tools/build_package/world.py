"""The world that the trade models close on: goods trade and GDP of the countries whose trade the package holds, and of the rest."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from tools.build_package.draft import Draft
from tools.build_package.facts import Row, decisions, read_rows
from tools.build_package.places import EU27

YEAR = "2023"
REST = "ROW"
TRADE_SOURCE = "CEPII BACI HS22, release 202501"
GDP_SOURCE = "World Bank, World Development Indicators, GDP in current USD"


def build_world(draft: Draft) -> None:
    """Sum the world's matrix and GDP to the countries that the zones trade for, and the rest.

    Trade within a group is trade at home. Flows that the matrix has as nothing are left out: nobody recorded them.
    """
    folder = draft.facts.folder.parent / "trade_data" / "baci2023_194"
    kept = {row["trade_iso3"] for row in decisions("zones")}
    flows: dict[tuple[str, str], float] = defaultdict(float)
    for exporter, importer, usd in matrix_cells(folder / "trade_matrix_baci_2023.csv"):
        ends = group_of(exporter, kept), group_of(importer, kept)
        if ends[0] != ends[1]:
            flows[ends] += usd
    provenance = draft.cited(TRADE_SOURCE, "modelled")
    provenance.pop("note")
    for (exporter, importer), usd in flows.items():
        if usd > 0:
            cells = {"exporter": exporter, "importer": importer, "year": YEAR, "usd": round(usd)}
            draft.add("trade_world", cells | provenance)
    gdp: dict[str, float] = defaultdict(float)
    members: dict[str, int] = defaultdict(int)
    for row in read_rows(folder / "gdp.csv"):
        economy = group_of(row["iso3"], kept)
        gdp[economy] += float(row["gdp_usd"])
        members[economy] += 1
    for economy, usd in gdp.items():
        note = f"sum of {members[economy]} economies" if members[economy] > 1 else ""
        cells = {"iso3": economy, "year": YEAR, "gdp_usd": round(usd)}
        draft.add("trade_economies", cells | draft.cited(GDP_SOURCE, "reported", note))


def matrix_cells(path: Path) -> list[tuple[str, str, float]]:
    """Cells of the square matrix, exporter, importer, USD; it is in thousands."""
    rows: list[Row] = read_rows(path)
    return [
        (row["exporter_iso3"], importer, float(value) * 1000)
        for row in rows
        for importer, value in row.items()
        if importer != "exporter_iso3"
    ]


def group_of(iso3: str, kept: set[str]) -> str:
    """Country or group of the package that an economy belongs to."""
    return iso3 if iso3 in kept else "EU27" if iso3 in EU27 else REST
