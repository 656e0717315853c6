"""A multi-regional input-output table in long form: who sells what to which use of whom. Format: docs/trade_tables.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.errors import InputError, nearest_names
from torugart.io.long_table import (
    KEY_BITS,
    MOST_TOLD,
    Field,
    Labels,
    Sums,
    UnsoundTable,
    find_problems,
    key_parts,
    packed_key,
    read_blocks,
    stands_twice,
)
from torugart.io.tariff_table import nearest_hint, read_tariffs
from torugart.schema.cells import number_in
from torugart.schema.problems import Problem, describe_problems, quoted

FloatArray = NDArray[np.float64]
KEY = ("exporter", "sector", "importer", "use")
NEGATIVES = ("refuse", "drop")


@dataclass(frozen=True, slots=True)
class SectorTable:
    """A table that adds up, as the model of many sectors takes it: ``SectorBase.from_flows(*table.arrays)``.

    Attributes
    ----------
    countries, sectors : tuple of str
        In the order of the alphabet.
    flows : ndarray, shape (n_sectors, n, n), USD
        By sector, importer and exporter, before tariffs, sales at home on the diagonal.
    tariff : ndarray, shape (n_sectors, n, n)
        Ad valorem, as a fraction.
    value_added : ndarray, shape (n_sectors, n)
        Share of output that is left after inputs and the tariffs on them; 1 where nothing is made.
    inputs : ndarray, shape (n, n_sectors, n_sectors)
        By country: share of input sector (rows) in what a using sector (columns) spends on inputs.
    notes : tuple of str
        What was dropped, scaled or taken for granted.
    """

    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    flows: FloatArray
    tariff: FloatArray
    value_added: FloatArray
    inputs: FloatArray
    notes: tuple[str, ...]

    @property
    def arrays(
        self,
    ) -> tuple[tuple[str, ...], tuple[str, ...], FloatArray, FloatArray, FloatArray, FloatArray]:
        """What ``SectorBase.from_flows`` takes, in its order."""
        return self.countries, self.sectors, self.flows, self.tariff, self.value_added, self.inputs

    def flow_frame(self) -> pd.DataFrame:
        """Flows and tariffs as a table: exporter, importer, sector, usd, tariff; a row for each flow above 0."""
        s, m, e = np.nonzero(self.flows)
        names, sectors = np.array(self.countries, object), np.array(self.sectors, object)
        return pd.DataFrame(
            {
                "exporter": names[e],
                "importer": names[m],
                "sector": sectors[s],
                "usd": self.flows[s, m, e],
                "tariff": self.tariff[s, m, e],
            }
        ).sort_values(["exporter", "importer", "sector"], ignore_index=True)

    def sector_frame(self) -> pd.DataFrame:
        """Output and share of value added: country, sector, output_usd, value_added_share."""
        n, n_sectors = len(self.countries), len(self.sectors)
        return pd.DataFrame(
            {
                "country": np.repeat(np.array(self.countries, object), n_sectors),
                "sector": np.tile(np.array(self.sectors, object), n),
                "output_usd": self.flows.sum(axis=1).T.ravel(),
                "value_added_share": self.value_added.T.ravel(),
            }
        )


def read_mrio(
    path: Path | str,
    tariffs: Path | str | None = None,
    *,
    final: Sequence[str] = ("final",),
    negatives: str = "refuse",
    least_value_added: float | None = None,
) -> SectorTable:
    """Read a multi-regional input-output table and check that it adds up.

    Parameters
    ----------
    path : path
        CSV (also gzipped) or Parquet, columns exporter, sector, importer, use and usd, before tariffs: what a sector of the exporter
        sells to a use of the importer. A use is one of the sectors, or final demand. Cells that are not there are 0.
    tariffs : path, optional
        Columns importer, exporter, sector and tariff (a fraction). Without it, and for trade that has no row, there is none.
    final : sequence of str
        Names of uses that are final demand.
    negatives : {"refuse", "drop"}
        What to do with flows below 0 in final demand, as where stocks are run down: refuse, or take them for 0 and say how much.
        Below 0 in inputs is always refused.
    least_value_added : float, optional
        Where inputs exceed the rest of output, scale them down until this share of output is value added, and say so. Refused unless
        given.

    Raises
    ------
    InputError
        With every fault: row, column, what is wrong and how to mend it; then, if the cells are sound, every country and sector that
        does not add up.
    """
    path = Path(path)
    _check_options(final, negatives, least_value_added)
    low = -np.inf if negatives == "drop" else 0.0
    fields = (*(Field(name, "name") for name in KEY), Field("usd", "amount", low))
    world = _World(tuple(final))
    try:
        for block in read_blocks(path, fields):
            world.take(block)
        world.check()
    except UnsoundTable as fault:
        raise InputError(_faults(path, fields, final, str(fault))) from None
    countries, sectors = world.countries(), world.sectors()
    flows, bought = world.arrays(countries, sectors)
    tariff, notes = np.zeros_like(flows), []
    if world.dropped:
        notes.append(f"flows below 0 in final demand taken for 0: {world.dropped:,.0f} USD")
    if tariffs is None:
        notes.append("no tariffs given: none are levied")
    else:
        tariff = read_tariffs(Path(tariffs), countries, sectors)
        bare = (flows > 0) & (np.isnan(tariff)) & ~np.eye(len(countries), dtype=bool)
        notes += [f"{bare.sum():,} flows abroad have no row of tariffs: none is levied"] if bare.any() else []
        tariff = np.nan_to_num(tariff)
    value_added, inputs, more = _shares(
        path.name, countries, sectors, flows, tariff, bought, least_value_added
    )
    return SectorTable(countries, sectors, flows, tariff, value_added, inputs, (*notes, *more))


def _check_options(final: Sequence[str], negatives: str, least_value_added: float | None) -> None:
    faults = [] if negatives in NEGATIVES else [f"negatives={negatives!r}: give {' or '.join(NEGATIVES)}"]
    if isinstance(final, str) or not final:
        faults.append(f'final={final!r}: give names of uses in a list, such as ["final"]')
    if least_value_added is not None and not 0 < least_value_added < 1:
        faults.append(
            f"least_value_added={least_value_added}: give a share above 0 and below 1, such as 0.05"
        )
    if faults:
        raise InputError("\n".join(faults))


class _World:
    """Sums over the blocks of a table: flows by sector and pair, and what each sector of a country buys."""

    def __init__(self, final: tuple[str, ...]) -> None:
        self.final = final
        self._names, self._sorts = Labels(), Labels()
        self._flows, self._bought = Sums(), Sums()
        self._keys: list[NDArray[np.int64]] = []
        self._seen: dict[str, set[int]] = {column: set() for column in KEY}
        self.dropped = 0.0

    def take(self, block: Mapping[str, tuple[NDArray, list[str]]]) -> None:
        """Add a block."""
        at = {
            column: (self._names if column in ("exporter", "importer") else self._sorts).numbers(
                *block[column]
            )
            for column in KEY
        }
        for column in KEY:
            self._seen[column] |= set(np.unique(at[column]).tolist())
        if max(len(self._names.of), len(self._sorts.of)) >= 1 << KEY_BITS:
            raise UnsoundTable(f"more than {1 << KEY_BITS:,} countries or sectors")
        usd = np.asarray(block["usd"], float)
        is_final = np.isin(at["use"], [self._sorts.of[f] for f in self.final if f in self._sorts.of])
        if (usd[~is_final] < 0).any():
            raise UnsoundTable("inputs below 0")
        self.dropped -= float(usd[usd < 0].sum())
        usd = np.maximum(usd, 0.0)
        self._keys.append(packed_key(*(at[column] for column in KEY)))
        self._flows.add(packed_key(at["sector"], at["importer"], at["exporter"]), usd)
        inputs = {column: at[column][~is_final] for column in KEY}
        self._bought.add(packed_key(inputs["importer"], inputs["sector"], inputs["use"]), usd[~is_final])

    def check(self) -> None:
        """Stop where labels do not match or rows stand twice."""
        if self._seen["exporter"] != self._seen["importer"]:
            raise UnsoundTable("countries that sell are not those that buy")
        uses = self._seen["use"] - {self._sorts.of[f] for f in self.final if f in self._sorts.of}
        if not uses <= self._seen["sector"] or set(self.final) & set(self.sectors()):
            raise UnsoundTable("uses that are no sectors")
        if not self._keys:
            raise UnsoundTable("no rows")
        if stands_twice(self._keys):
            raise UnsoundTable("the same cell twice")

    def countries(self) -> tuple[str, ...]:
        """In the order of the alphabet."""
        return tuple(sorted(self._names.of))

    def sectors(self) -> tuple[str, ...]:
        """In the order of the alphabet, without the names of final demand."""
        return tuple(sorted(name for name, k in self._sorts.of.items() if k in self._seen["sector"]))

    def arrays(self, countries: tuple[str, ...], sectors: tuple[str, ...]) -> tuple[FloatArray, FloatArray]:
        """Flows by sector, importer and exporter; purchases by country, input sector and using sector."""
        n, n_sectors = len(countries), len(sectors)
        country, sector = np.zeros(len(self._names.of), int), np.full(len(self._sorts.of), -1)
        country[[self._names.of[name] for name in countries]] = np.arange(n)
        sector[[self._sorts.of[name] for name in sectors]] = np.arange(n_sectors)
        flows, bought = np.zeros((n_sectors, n, n)), np.zeros((n, n_sectors, n_sectors))
        keys, usd = self._flows.total()
        s, m, e = key_parts(keys, 3)
        flows[sector[s], country[m], country[e]] = usd[0]
        keys, usd = self._bought.total()
        m, s, u = key_parts(keys, 3)
        bought[country[m], sector[s], sector[u]] = usd[0]
        return flows, bought


def _shares(
    file: str,
    countries: tuple[str, ...],
    sectors: tuple[str, ...],
    flows: FloatArray,
    tariff: FloatArray,
    bought: FloatArray,
    least: float | None,
) -> tuple[FloatArray, FloatArray, list[str]]:
    """Shares of value added and of inputs; every country and sector that does not add up is told."""
    before = flows.sum(axis=2)
    with_tariff = np.divide(
        (flows * (1 + tariff)).sum(axis=2), before, out=np.ones_like(before), where=before > 0
    )
    paid = bought * with_tariff.T[:, :, None]
    made, spent = flows.sum(axis=1), paid.sum(axis=1).T  # by sector and country
    faults, notes = [], []
    for k in np.flatnonzero(np.einsum("snn->n", flows) <= 0):
        told = f"{countries[k]} sells nothing at home: the diagonal is missing"
        faults.append((countries[k], told, "add its sales to itself"))
    least_left = (least or 0.0) * made
    over = (made > 0) & (made - spent <= 0 if least is None else made - spent < least_left)
    for s, c in zip(*np.nonzero(over | ((made <= 0) & (spent > 0))), strict=True):
        told = f"{sectors[s]} of {countries[c]} makes {made[s, c]:,.0f} USD and pays {spent[s, c]:,.0f} for inputs"
        if least is None or made[s, c] <= 0:
            mend = "mend the two" + (", or say least_value_added=0.05" if made[s, c] > 0 else "")
            faults.append((f"{countries[c]}/{sectors[s]}", told, mend))
        else:
            notes.append(f"{told}: inputs scaled so that {100 * least:g} % is left")
    if faults:
        raise InputError(describe_problems([Problem(file, None, key, "usd", *rest) for key, *rest in faults]))
    share = np.where(made > 0, 1 - spent / np.where(made > 0, made, 1), 1.0)
    value_added = np.where(over, least or 0.0, share)
    total = paid.sum(axis=1, keepdims=True)
    return value_added, paid / np.where(total > 0, total, 1), notes


def _faults(path: Path, fields: Sequence[Field], final: Sequence[str], sign: str) -> str:
    """All faults of a table in words."""
    first: dict[str, dict[str, int]] = {column: {} for column in KEY}

    def more(number: int, row: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
        for column in KEY:
            first[column].setdefault(row[column], number)
        if row["use"] not in final and (number_in(row["usd"]) or 0.0) < 0 and fields[-1].low < 0:
            told = f"usd is {quoted(row['usd'])} in inputs"
            yield "usd", told, "only final demand may fall below 0; mend it"

    problems = find_problems(path, fields, KEY, more)
    if len(problems) > MOST_TOLD:  # not every name was seen
        return describe_problems(problems)
    found = [*_strangers(first, "exporter", "importer", "sells but buys nothing")]
    found += _strangers(first, "importer", "exporter", "buys but sells nothing")
    for use, number in first["use"].items():
        if use not in first["sector"] and use not in final:
            told = f"use is {quoted(use)}, no sector that anyone sells nor final demand"
            found.append((number, use, "use", told, nearest_hint(use, [*first["sector"], *final])))
    for name in final:
        if name in first["sector"]:
            told = f"sector is {quoted(name)}, which is final demand"
            found.append((first["sector"][name], name, "sector", told, "final demand sells nothing; mend it"))
    problems += [Problem(path.name, *rest) for rest in found]
    return describe_problems(problems) if problems else f"{path.name} cannot be read: {sign}"


def _strangers(
    first: Mapping[str, Mapping[str, int]], here: str, there: str, what: str
) -> Iterator[tuple[int, str, str, str, str]]:
    for name, number in first[here].items():
        if name not in first[there]:
            near = nearest_names(name, list(first[there]), 1)
            mend = f"did you mean {near[0]}?" if near else "add its rows, or take it out"
            yield number, name, here, f"{quoted(name)} {what}", mend
