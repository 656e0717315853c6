"""Base flows that add up: what every country sells, to itself as well, and what it spends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.errors import InputError

FloatArray = NDArray[np.float64]
REEXPORTS = ("refuse", "raise_output")
MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Baseline:
    """Flows of a year, exporter by importer, with sales at home on the diagonal.

    Attributes
    ----------
    countries : tuple of str
    flows : ndarray, shape (n, n), USD a year
    notes : tuple of str
        What was done to the data so that they add up.
    """

    countries: tuple[str, ...]
    flows: FloatArray
    notes: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """Number of countries."""
        return len(self.countries)

    @property
    def output(self) -> FloatArray:
        """Sales of each country, at home and abroad, shape (n,)."""
        return self.flows.sum(axis=1)

    @property
    def expenditure(self) -> FloatArray:
        """What each country spends on goods of all origins, shape (n,)."""
        return self.flows.sum(axis=0)

    @property
    def share(self) -> FloatArray:
        """Exporter's share of what an importer spends, shape (n, n)."""
        return self.flows / self.expenditure

    @classmethod
    def from_matrix(cls, countries: Sequence[str], flows: FloatArray, notes: Sequence[str] = ()) -> Baseline:
        """Take a square matrix with sales at home on its diagonal.

        Raises
        ------
        InputError
            If the matrix is not square, holds what is no flow, or a country sells nothing, buys nothing or has no sales at home.
        """
        flows = np.asarray(flows, float)
        n, names = len(countries), np.array(countries, object)
        faults = []
        if len(set(countries)) != n:
            twice = sorted({c for c in countries if list(countries).count(c) > 1})
            faults.append(f"countries twice: {', '.join(twice)}")
        if flows.shape != (n, n):
            raise InputError(
                f"flows have shape {flows.shape}; {n} countries need {(n, n)}, exporter by importer"
            )
        for i, j in zip(*np.nonzero(~(np.isfinite(flows) & (flows >= 0))), strict=True):
            faults.append(f"flow {names[i]} to {names[j]} is {flows[i, j]}; write 0 or more")
        if not faults:
            faults += [
                f"{names[k]} sells nothing at home (diagonal); give its gross output, or its sales at home"
                for k in np.flatnonzero(np.diag(flows) <= 0)
            ]
        if faults:
            raise InputError("trade base: " + _several(faults))
        return cls(tuple(countries), flows, tuple(notes))

    @classmethod
    def from_flows(
        cls,
        flows: pd.DataFrame,
        output: Mapping[str, float],
        *,
        reexports: str = "refuse",
        home_share: float = 0.1,
    ) -> Baseline:
        """Balance long flows with gross output: sales at home are output less exports.

        Parameters
        ----------
        flows : DataFrame
            Columns exporter, importer, usd; one row a pair. Rows from a country to itself are sales at home and take the place
            of output.
        output : mapping of country to float
            Gross output of goods, USD a year, of the year and prices of the flows.
        reexports : {"refuse", "raise_output"}
            What to do where exports exceed output, as they do in countries of passage: refuse, or raise output so that
            ``home_share`` of it is sold at home; the note says by how much.
        home_share : float
            Share of output sold at home that is assumed then.

        Raises
        ------
        InputError
            Naming every country or pair that misses the accounting identities.
        """
        faults = [] if reexports in REEXPORTS else [f"reexports={reexports!r}: give {' or '.join(REEXPORTS)}"]
        faults += [f"column {c} is missing" for c in ("exporter", "importer", "usd") if c not in flows]
        if faults:
            raise InputError("trade base: " + "; ".join(faults))
        usd = pd.to_numeric(flows["usd"], errors="coerce")
        wrong = ~np.isfinite(usd.to_numpy(float)) | (usd.to_numpy(float) < 0)
        faults += [
            f"row {k + 1}: {flows['exporter'].iloc[k]} to {flows['importer'].iloc[k]} is {flows['usd'].iloc[k]!r}; write 0 or more"
            for k in np.flatnonzero(wrong)
        ]
        twice = flows.duplicated(["exporter", "importer"], keep=False).to_numpy()
        faults += [
            f"row {k + 1}: {flows['exporter'].iloc[k]} to {flows['importer'].iloc[k]} stands more than once"
            for k in np.flatnonzero(twice)
        ]
        if faults:
            raise InputError("trade base: " + _several(faults))
        countries = sorted(set(flows["exporter"].astype(str)) | set(flows["importer"].astype(str)))
        at = {c: k for k, c in enumerate(countries)}
        matrix = np.zeros((len(countries), len(countries)))
        rows, columns = flows["exporter"].map(at).to_numpy(int), flows["importer"].map(at).to_numpy(int)
        matrix[rows, columns] = usd.to_numpy(float)
        exports = matrix.sum(axis=1) - np.diag(matrix)
        notes = []
        for k, country in enumerate(countries):
            if matrix[k, k] > 0:
                continue
            made = float(output.get(country, np.nan))
            if not np.isfinite(made) or made <= 0:
                faults.append(
                    f"{country}: gross output is {made}; give it, or its sales at home as a flow to itself"
                )
            elif made > exports[k]:
                matrix[k, k] = made - exports[k]
            elif reexports == "refuse":
                faults.append(
                    f"{country}: exports {exports[k]:,.0f} USD exceed output {made:,.0f}: re-exports; "
                    'take them out of the flows, or say reexports="raise_output"'
                )
            else:
                raised = exports[k] / (1 - home_share)
                matrix[k, k] = home_share * raised
                notes.append(
                    f"{country}: output raised from {made:,.0f} to {raised:,.0f} USD, exports are {exports[k]:,.0f}"
                )
        if faults:
            raise InputError("trade base: " + _several(faults))
        return cls.from_matrix(countries, matrix, notes)

    def without(self, country: str) -> Baseline:
        """The same without one country."""
        keep = [k for k, c in enumerate(self.countries) if c != country]
        return Baseline.from_matrix(
            [self.countries[k] for k in keep], self.flows[np.ix_(keep, keep)], self.notes
        )

    def frame(self) -> pd.DataFrame:
        """Flows as a table, exporters down and importers across."""
        return pd.DataFrame(self.flows, index=list(self.countries), columns=list(self.countries))


def _several(faults: list[str]) -> str:
    more = len(faults) - MOST_FAULTS
    return "; ".join(faults[:MOST_FAULTS]) + (f"; and {more} more" if more > 0 else "")
