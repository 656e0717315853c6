"""What is weak in the record: rows that rest on little, counted and named, each with how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

Tables = Mapping[str, pd.DataFrame]

# Kinds in the order they are told: the label, and what mends a row.
KINDS = {
    "estimated_project": (
        "Projects on general knowledge alone",
        "find a document and enter it as the source of the row (torugart data add)",
    ),
    "estimated_commitment": (
        "Commitments on general knowledge alone",
        "find the text that was signed or a report of it and enter it as the source of the row",
    ),
    "single_owner_project": (
        "Projects that one owner of sources alone tells of",
        "add evidence or a rival value from a source with another owner",
    ),
    "single_owner_commitment": (
        "Commitments that one owner of sources alone tells of",
        "add evidence from a source with another owner",
    ),
    "undated_project": ("Projects without dated evidence", "add a milestone with its date and source"),
    "long_silence": (
        "Projects not settled, without evidence for two years or more",
        "search again; add what is found, or a row of searches that says nothing was",
    ),
    "commitment_not_reviewed": (
        "Commitments nobody looked for since the last evidence",
        "search; add what is found, or a row of searches that says nothing was",
    ),
    "no_place": (
        "Projects without a place on the map",
        "give its links the project, or add the place its name names",
    ),
    "no_cost": ("Projects without a known cost", "enter the cost with its document"),
    "claim_untested": (
        "Claims that cannot be tested",
        "add what the reason names; torugart check shows what each reading lacks",
    ),
}
LONG_SILENCE_DAYS = 730
NOTHING_MOVES = ("settled", "stopped")


def record_weaknesses(
    projects: pd.DataFrame, commitments: pd.DataFrame, claims: pd.DataFrame
) -> pd.DataFrame:
    """Return every weakness of the record as a row.

    Parameters
    ----------
    projects : DataFrame
        The ledger of projects with ``basis``, ``owners``, ``cost_musd``, ``silence_days``, ``lon`` and ``lat``.
    commitments : DataFrame
        The ledger of commitments with ``basis`` and ``owners``; what promised nothing is passed over.
    claims : DataFrame
        claim_id, text, verdict, reason, source_id.

    Returns
    -------
    DataFrame
        kind (a key of `KINDS`), label, table, record_id, name, detail, mend, source_id; in the order of `KINDS`, then by
        id. A record stands once for each of its weaknesses.
    """
    promised = commitments[commitments["status"] != "nothing promised"]
    untested = claims[claims["verdict"] == "cannot be tested"]
    found: dict[str, tuple[str, str, str, pd.DataFrame]] = {
        "estimated_project": ("projects", "name", "", projects[projects["basis"] == "estimated"]),
        "estimated_commitment": ("commitments", "text", "", promised[promised["basis"] == "estimated"]),
        "single_owner_project": ("projects", "name", "", projects[projects["owners"] == 1]),
        "single_owner_commitment": ("commitments", "text", "", promised[promised["owners"] == 1]),
        "undated_project": ("projects", "name", "silence", projects[projects["status"] == "undated"]),
        "long_silence": ("projects", "name", "silence", projects[silent_for_long(projects)]),
        "commitment_not_reviewed": ("commitments", "text", "silence", promised[promised["status"] == "not reviewed"]),
        "no_place": ("projects", "name", "countries", projects[projects[["lon", "lat"]].isna().any(axis=1)]),
        "no_cost": ("projects", "name", "sector", projects[projects["cost_musd"].isna()]),
        "claim_untested": ("claims", "text", "reason", untested),
    }  # fmt: skip
    rows: list[tuple[str, ...]] = []
    for kind, (label, mend) in KINDS.items():
        table, name, detail, weak = found[kind]
        key = f"{table.removesuffix('s')}_id"
        for row in weak.sort_values(key).to_dict("records"):
            said = str(row[detail] or "") if detail else ""
            rows.append(
                (kind, label, table, str(row[key]), str(row[name]), said, mend, str(row["source_id"]))
            )
    columns = ["kind", "label", "table", "record_id", "name", "detail", "mend", "source_id"]
    return pd.DataFrame(rows, columns=columns)


def silent_for_long(projects: pd.DataFrame) -> Iterable[bool]:
    """Tell which projects should move and have shown nothing for `LONG_SILENCE_DAYS`."""
    days = pd.to_numeric(projects["silence_days"], errors="coerce")
    return ~projects["activity"].isin(NOTHING_MOVES) & (days >= LONG_SILENCE_DAYS)
