"""Build the package: ``python -m tools.build_package --facts DIR [--out DIR]``."""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.build_package import (
    aliases,
    claims,
    commitments,
    crossings,
    energy,
    gas,
    judged,
    links,
    measures,
    observations,
    other_projects,
    places,
    projects,
    trade,
    transfers,
    world,
)
from tools.build_package.draft import Draft
from tools.build_package.facts import Facts
from tools.build_package.faults import find_faults
from tools.build_package.write import write_tables

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "src" / "torugart" / "schema"
PACKAGE = ROOT / "src" / "torugart" / "package"


def build(facts: Path) -> Draft:
    """Return every table made from a folder of facts."""
    draft = Draft(Facts(facts))
    judged.build_licences(draft)
    places.build_countries(draft)
    places.build_country_series(draft)
    places.build_places(draft)
    links.build_seasons(draft)
    projects.build_projects(draft)
    projects.build_evidence(draft)
    other_projects.build_other_projects(draft)
    other_projects.build_parties(draft)
    commitments.build_events(draft)
    commitments.build_commitments(draft)
    links.build_links(draft)
    links.build_services(draft)
    links.build_capacities(draft)
    crossings.build_crossings(draft)
    crossings.build_crossing_obs(draft)
    transfers.build_transfers(draft)
    projects.build_project_edits(draft)
    other_projects.build_other_evidence(draft)
    commitments.build_commitment_evidence(draft)
    other_projects.build_found_evidence(draft)
    judged.build_parameters(draft)
    judged.build_classes(draft)
    judged.build_assumptions(draft)
    judged.build_appraisal_pairs(draft)
    trade.build_trade(draft)
    world.build_world(draft)
    gas.build_gas(draft)
    gas.build_country_figures(draft)
    gas.build_grids(draft)
    energy.build_energy(draft)
    energy.build_gas_supply(draft)
    energy.build_plant_figures(draft)
    energy.build_oil_flows(draft)
    trade.build_composition(draft)
    trade.build_zones(draft)
    trade.build_through_flows(draft)
    trade.build_shares(draft)
    projects.build_rivals(draft)
    observations.build_operations(draft)
    observations.build_rates(draft)
    observations.build_speeds(draft)
    observations.build_emissions(draft)
    observations.build_commodity_obs(draft)
    observations.build_parameter_obs(draft)
    aliases.build_aliases(draft)
    claims.build_claims(draft)
    claims.build_claim_bases(draft)
    measures.build_measures(draft)
    draft.tables["sources"] = list(draft.sources.rows.values())
    return draft


def main() -> None:
    """Read the arguments, build, write, and list what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=Path, required=True, help="folder with the raw facts")
    parser.add_argument("--out", type=Path, default=PACKAGE, help="folder the tables go into")
    asked = parser.parse_args()
    draft = build(asked.facts)
    for table, count in write_tables(draft, asked.out, SCHEMA).items():
        print(f"{count:6d}  {table}")
    for fault in find_faults(draft, SCHEMA):
        print(fault)
    for contradiction in projects.status_contradictions(draft):
        print("status:", contradiction)


if __name__ == "__main__":
    main()
