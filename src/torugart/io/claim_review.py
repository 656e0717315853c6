"""Claims with their verdicts as ClaimReview of schema.org, in JSON-LD.

A verdict is a word. It is passed on as that word and never as a number: there is no scale on which *does not hold*
lies a known distance from *holds*.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from torugart.errors import InputError
from torugart.io.plain import Citations, Record, is_web_address, plain, without_nothing, write_json
from torugart.tables.package import Package

NEEDED = ("claim_id", "verdict", "reason")


def write_claim_reviews(
    package: Package, folder: Path, verdicts: pd.DataFrame, as_of: str, version: str
) -> None:
    """Write ``claims.jsonld``.

    Parameters
    ----------
    package : Package
        The package; only its own claims are written.
    folder : Path
        Folder to write into.
    verdicts : DataFrame
        As `torugart.check` gives it: claim_id, verdict, verdict_base, reason.
    as_of : str
        Day the verdicts hold for, ISO 8601.
    version : str
        Version of the software that judged.
    """
    reviews = list(claim_reviews(package, verdicts, as_of, version))
    write_json(folder / "claims.jsonld", {"@context": "https://schema.org", "@graph": reviews})


def claim_reviews(package: Package, verdicts: pd.DataFrame, as_of: str, version: str) -> Iterator[Record]:
    """Yield a review for each claim of the package that has a verdict.

    Raises
    ------
    InputError
        If the verdicts lack a column.
    """
    lacking = [column for column in NEEDED if column not in verdicts.columns]
    if lacking:
        raise InputError(
            f"the verdicts have no column {', '.join(lacking)}; give the table torugart.check returns"
        )
    judged = {str(row["claim_id"]): row for row in verdicts.to_dict("records")}
    sources = {row["source_id"]: row for row in package.tables["sources"].to_dict("records")}
    citations = Citations(package)
    for claim in package.tables["claims"].to_dict("records"):
        verdict = judged.get(str(claim["claim_id"]))
        if verdict is not None:
            source = sources[claim["source_id"]]
            yield _review(claim, verdict, source, citations.of(claim["source_id"]), (as_of, version))


def _review(
    claim: Mapping[Any, Any],
    verdict: Mapping[Any, Any],
    source: Mapping[Any, Any],
    citation: str,
    made: tuple[str, str],
) -> Record:
    as_of, version = made
    named = uuid.uuid5(uuid.NAMESPACE_OID, f"torugart/claims/{claim['claim_id']}/{as_of}")
    base = plain(verdict.get("verdict_base"))
    return without_nothing(
        {
            "@type": "ClaimReview",
            "@id": f"urn:uuid:{named}",
            "identifier": claim["claim_id"],
            "datePublished": as_of,
            "claimReviewed": claim["text"],
            "itemReviewed": _claim(claim, source, citation),
            # A word alone; ratingValue is left out on purpose.
            "reviewRating": {"@type": "Rating", "alternateName": str(verdict["verdict"])},
            "reviewBody": plain(verdict["reason"]),
            "reviewAspect": f"under the reading {base}" if base else "",
            "author": {"@type": "SoftwareApplication", "name": "Torugart", "softwareVersion": version},
        }
    )


def _claim(claim: Mapping[Any, Any], source: Mapping[Any, Any], citation: str) -> Record:
    appearance = without_nothing(
        {
            "@type": "CreativeWork",
            "name": source["title"],
            "publisher": {"@type": "Organization", "name": source["publisher"]},
            "datePublished": str(plain(source["year"]) or ""),
            "url": source["url"] if is_web_address(source["url"]) else "",
            "description": citation,
        }
    )
    # Whoever said it may be a person, a body or an unnamed page; the record does not tell them apart.
    author = {"@type": "Thing", "name": claim["said_by"]} if claim["said_by"] else None
    return without_nothing(
        {"@type": "Claim", "author": author, "datePublished": claim["said_on"], "appearance": appearance}
    )
