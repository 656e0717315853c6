"""Flows of goods as CEPII's BACI has them: year, exporter, importer, product, thousand USD, tonnes. Format: docs/trade_tables.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.errors import InputError
from torugart.io.long_table import (
    Field,
    Sums,
    UnsoundTable,
    find_problems,
    read_blocks,
    stands_twice,
    text_rows,
)
from torugart.schema.problems import Problem, describe_problems, quoted

USD_PER_UNIT = 1_000.0  # the column v is in thousand USD
N_PRODUCTS, N_CODES = (
    1_000_000,
    100_000,
)  # six digits of the Harmonized System; codes of countries are below 1,000 so far
FIELDS = (
    Field("t", "whole"),
    Field("i", "whole"),
    Field("j", "whole"),
    Field("k", "whole"),
    Field("v", "amount"),
    Field("q", "amount", empty=True),
)
KEY = ("t", "i", "j", "k")
CODE_FIELDS = (Field("country_code", "whole"), Field("country_iso3", "name"))


@dataclass(frozen=True, slots=True)
class BaciFlows:
    """Flows of one year.

    Attributes
    ----------
    flows : DataFrame
        exporter, importer, sector (where sectors were asked for), usd, tonnes (of the rows that have them), usd_without_tonnes
        (of those that have none); sorted, a row for each pair that trades.
    year : int
    notes : tuple of str
        What was left out or put together.
    """

    flows: pd.DataFrame
    year: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Numbering:
    """What codes of the file become: positions of countries and of sectors, -1 where there is none."""

    iso3_of: Mapping[int, str]
    countries: tuple[str, ...]
    country_at: NDArray[np.int64]  # by code
    sectors: tuple[str, ...]
    sector_at: NDArray[np.int64]  # by product


def read_baci(
    path: Path | str,
    country_codes: Path | str,
    *,
    year: int | None = None,
    sectors: int | Mapping[str, str] | None = None,
    keep: Sequence[str] = (),
    rest: str = "ROW",
) -> BaciFlows:
    """Read a file of BACI, CSV (also gzipped) or Parquet, with every cell checked.

    Parameters
    ----------
    path : path
        Columns t (year), i, j (codes of exporter and importer), k (product, six digits of the Harmonized System), v (thousand USD)
        and q (tonnes, may be NA). Others are passed over.
    country_codes : path
        The list that comes with it, columns country_code and country_iso3.
    year : int, optional
        Which year, where the file holds several.
    sectors : int or mapping of str to str, optional
        Digits of the product code that make a sector (2: chapters), or sectors by prefix of the code, of which the longest wins.
    keep : sequence of str
        Countries (as in country_iso3) to stay apart; all others become ``rest``, and trade among these is left out.
    rest : str
        What the others are called.

    Raises
    ------
    InputError
        With every fault of the file: row, column, what is wrong and how to mend it.
    """
    path, codes_path = Path(path), Path(country_codes)
    iso3_of = _country_codes(codes_path)
    numbering = _numbering(iso3_of, codes_path.name, sectors, keep, rest)
    try:
        sums, years = _sum_up(path, numbering, year)
    except UnsoundTable as fault:
        raise InputError(_faults(path, numbering, year, str(fault))) from None
    if year is not None and year not in years:
        raise InputError(f"{path.name}: no row of {year}; it holds {', '.join(map(str, sorted(years)))}")
    flows, notes = _labelled(sums, numbering, rest if keep else "")
    return BaciFlows(flows, year if year is not None else int(years.pop()), notes)


def _sum_up(path: Path, numbering: _Numbering, year: int | None) -> tuple[Sums, set[int]]:
    """Sums by pair and sector, and the years that were met."""
    sums, keys, years = Sums(4), [], set()
    for block in read_blocks(path, FIELDS):
        years |= set(np.unique(block["t"]).tolist())
        if year is not None:
            wanted = block["t"] == year
            block = {name: values[wanted] for name, values in block.items()}
        keys.append(_take(block, numbering, sums))
    if len(years) != 1 and year is None:
        raise UnsoundTable("several years, or no row")
    if stands_twice(keys):
        raise UnsoundTable("the same pair and product twice")
    return sums, years


def _take(block: dict[str, NDArray], numbering: _Numbering, sums: Sums) -> NDArray[np.int64]:
    """Add a block to the sums by pair and sector; returns the keys of its rows."""
    i, j, k = block["i"], block["j"], block["k"]
    if i.size and (max(i.max(), j.max()) >= N_CODES or k.max() >= N_PRODUCTS):
        raise UnsoundTable("codes")
    exporter, importer = numbering.country_at[i], numbering.country_at[j]
    sector = numbering.sector_at[k]
    if (exporter < 0).any() or (importer < 0).any() or (sector < 0).any() or (i == j).any():
        raise UnsoundTable("codes")
    n, n_sectors = len(numbering.countries), len(numbering.sectors)
    without = np.isnan(block["q"])
    sums.add(
        (exporter * n + importer) * n_sectors + sector,
        USD_PER_UNIT * block["v"],
        np.where(without, 0.0, block["q"]),
        np.where(without, USD_PER_UNIT * block["v"], 0.0),
        np.where(without, 0.0, 1.0),
    )
    # Years apart would be duplicates of one another; several years are refused all the same.
    return np.asarray((i * N_CODES + j) * N_PRODUCTS + k)


def _labelled(sums: Sums, numbering: _Numbering, rest: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    keys, (usd, tonnes, without, n_known) = sums.total()
    pair, sector = np.divmod(keys, len(numbering.sectors))
    exporter, importer = np.divmod(pair, len(numbering.countries))
    among = exporter == importer
    names = np.array(numbering.countries, object)
    table = pd.DataFrame(
        {
            "exporter": names[exporter],
            "importer": names[importer],
            "sector": np.array(numbering.sectors, object)[sector],
            "usd": usd,
            "tonnes": np.where(n_known > 0, tonnes, np.nan),
            "usd_without_tonnes": without,
        }
    )[~among]
    notes = []
    if among.any():
        whom = f"the countries of {rest}" if rest else "codes of one country"
        notes.append(f"trade among {whom} left out: {usd[among].sum():,.0f} USD of {usd.sum():,.0f}")
    if without.sum() > 0:
        notes.append(f"{without.sum() / usd.sum():.2%} of the value has no tonnes")
    if numbering.sectors == ("",):
        table = table.drop(columns="sector")
    by = [c for c in ("exporter", "importer", "sector") if c in table]
    return table.sort_values(by, ignore_index=True), tuple(notes)


def _country_codes(path: Path) -> dict[int, str]:
    problems = find_problems(path, CODE_FIELDS, ("country_code",), _large_codes)
    if problems:
        raise InputError(describe_problems(problems))
    rows = [row for row in text_rows(path, CODE_FIELDS) if not isinstance(row, Problem)]
    return {int(code): iso3 for _, (code, iso3) in rows}


def _large_codes(_: int, row: Mapping[str, str]) -> Sequence[tuple[str, str, str]]:
    if int(row["country_code"]) < N_CODES:
        return ()
    return [("country_code", f"country_code is {row['country_code']}", f"give one below {N_CODES:,}")]


def _numbering(
    iso3_of: Mapping[int, str],
    codes_file: str,
    sectors: int | Mapping[str, str] | None,
    keep: Sequence[str],
    rest: str,
) -> _Numbering:
    faults = []
    known = set(iso3_of.values())
    faults += [f"keep: {codes_file} has no country {quoted(str(c))}" for c in keep if c not in known]
    if keep and (not rest or rest in known):
        faults.append(f"rest={rest!r}: give a name that no country of {codes_file} has")
    if isinstance(sectors, int) and sectors not in (2, 4, 6):
        faults.append(f"sectors={sectors}: give 2, 4 or 6 digits, or a mapping from codes to sectors")
    if isinstance(sectors, Mapping):
        faults += [
            f"sectors: {quoted(str(prefix))} is no code of 2, 4 or 6 digits"
            for prefix in sectors
            if not (str(prefix).isascii() and str(prefix).isdigit() and len(str(prefix)) in (2, 4, 6))
        ]
    if faults:
        raise InputError("\n".join(faults))
    name_of = {code: iso3 if not keep or iso3 in keep else rest for code, iso3 in iso3_of.items()}
    countries = tuple(sorted(set(name_of.values())))
    at = {name: k for k, name in enumerate(countries)}
    country_at = np.full(N_CODES, -1)
    country_at[list(name_of)] = [at[name] for name in name_of.values()]
    return _Numbering(iso3_of, countries, country_at, *_sector_numbers(sectors))


def _sector_numbers(sectors: int | Mapping[str, str] | None) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    products = np.arange(N_PRODUCTS)
    if sectors is None:
        return ("",), np.zeros(N_PRODUCTS, np.int64)
    if isinstance(sectors, int):
        return tuple(f"{k:0{sectors}d}" for k in range(10**sectors)), products // 10 ** (6 - sectors)
    names = tuple(sorted(set(sectors.values())))
    number = np.full(N_PRODUCTS, -1)
    for prefix in sorted(map(str, sectors), key=len):
        width = 10 ** (6 - len(prefix))
        number[int(prefix) * width : (int(prefix) + 1) * width] = names.index(sectors[prefix])
    return names, number


def _faults(path: Path, numbering: _Numbering, year: int | None, sign: str) -> str:
    """All faults of a file in words."""
    first: dict[str, int] = {}
    sector_at = numbering.sector_at.tolist()  # a list is read one by one faster than an array

    def more(_: int, row: Mapping[str, str]) -> Sequence[tuple[str, str, str]]:
        t, i, j, k = (int(row[column]) for column in KEY)
        if year is not None and t != year:
            return ()
        faults = []
        if t != first.setdefault("t", t):
            told = f"t is {t}, the first row is of {first['t']}"
            faults.append(("t", told, f"say which is wanted, as year={t}"))
        for column, code in (("i", i), ("j", j)):
            if code not in numbering.iso3_of:
                told = f"{column} is {code}, not in the list of countries"
                faults.append((column, told, "add the code to that list"))
        if i == j:
            faults.append(
                ("j", f"i and j are both {i}", "take the row out: a country does not export to itself")
            )
        if k >= N_PRODUCTS:
            faults.append(("k", f"k is {k}", "give a product of six digits"))
        elif sector_at[k] < 0:
            told = f"k is {row['k']}, which no sector takes in"
            faults.append(("k", told, "add its code, or the first digits of it, to sectors"))
        return faults

    problems = find_problems(path, FIELDS, KEY, more)
    if not problems:
        return f"{path.name} cannot be read: {sign}"
    return describe_problems(problems)
