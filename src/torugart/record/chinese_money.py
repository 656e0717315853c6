"""What part of the cost of projects comes from Chinese parties, as far as sources say; the rest stays unknown."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

Tables = Mapping[str, pd.DataFrame]

CHINA = "CHN"
# Roles that bring money; a contractor or supplier is paid.
PAYING = ("owner", "lender", "grantor", "financier")
KNOWLEDGE = {
    "amount": "the amount of a Chinese party is known",
    "equity": "the share of a Chinese party in the equity is known, the amount is not",
    "named": "a Chinese party pays in, neither amount nor share is known",
    "paid": "Chinese parties build or supply only, as far as is known",
    "others": "no Chinese party among those named",
    "nobody": "no party is named",
}


def chinese_money(tables: Tables, projects: pd.DataFrame) -> pd.DataFrame:
    """Return what is known of Chinese money in each project whose cost may be summed.

    A share of the equity is not turned into money: works are paid from loans too, and the split is rarely published.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables ``parties`` and ``project_parties``.
    projects : DataFrame
        project_id, name, sector, cost_musd, summable, as the ledger of a day holds them.

    Returns
    -------
    DataFrame
        project_id, name, sector, cost_musd, known (a key of `KNOWLEDGE`), documented_musd and estimated_musd (amounts of
        Chinese parties, with a document and without), equity_share (a fraction, empty where not published), source_id
        (of the amounts and shares, joined by semicolons); by known, then by cost.
    """
    country = dict(zip(tables["parties"]["party_id"], tables["parties"]["iso3"], strict=True))
    parties = tables["project_parties"]
    rows = []
    for project in projects[projects["summable"] == "yes"].itertuples(index=False):
        mine = parties[parties["project_id"] == project.project_id]
        chinese = mine[mine["party_id"].map(country) == CHINA]
        paying = chinese[chinese["role"].isin(PAYING)]
        amounts = paying[paying["amount_musd"].notna()]
        shares = paying[paying["share"].notna()]
        guessed = amounts["basis"] == "estimated"
        sources = sorted({*amounts["source_id"].astype(str), *shares["source_id"].astype(str)})
        rows.append(
            (
                str(project.project_id), str(project.name), str(project.sector), float(project.cost_musd),
                knowledge(mine, chinese, paying), float(amounts.loc[~guessed, "amount_musd"].sum()),
                float(amounts.loc[guessed, "amount_musd"].sum()),
                float(shares["share"].sum()) if len(shares) else float("nan"), ";".join(sources),
            )
        )  # fmt: skip
    columns = ["project_id", "name", "sector", "cost_musd", "known", "documented_musd", "estimated_musd"]
    frame = pd.DataFrame(rows, columns=[*columns, "equity_share", "source_id"])
    order = frame["known"].map({known: place for place, known in enumerate(KNOWLEDGE)})
    frame = frame.assign(order=order).sort_values(
        ["order", "cost_musd", "project_id"], ascending=[True, False, True]
    )
    return frame.drop(columns="order").reset_index(drop=True)


def knowledge(mine: pd.DataFrame, chinese: pd.DataFrame, paying: pd.DataFrame) -> str:
    """Return how much is known of Chinese money in one project: a key of `KNOWLEDGE`."""
    if paying["amount_musd"].notna().any():
        return "amount"
    if paying["share"].notna().any():
        return "equity"
    if len(paying):
        return "named"
    if len(chinese):
        return "paid"
    return "others" if len(mine) else "nobody"


def counts_of_knowledge(chinese: pd.DataFrame) -> pd.DataFrame:
    """Add `chinese_money` up by what is known.

    Returns
    -------
    DataFrame
        known, meaning, projects, cost_musd, documented_musd, estimated_musd; every kind of `KNOWLEDGE`, in its order.
    """
    rows = []
    for known, meaning in KNOWLEDGE.items():
        part = chinese[chinese["known"] == known]
        sums = (float(part[c].sum()) for c in ("cost_musd", "documented_musd", "estimated_musd"))
        rows.append((known, meaning, len(part), *sums))
    columns = ["known", "meaning", "projects", "cost_musd", "documented_musd", "estimated_musd"]
    return pd.DataFrame(rows, columns=columns)
