"""The balances of a gas network as a sparse matrix of potentials."""

from __future__ import annotations

import numpy as np


class Balances:
    """Where each pipe stands in the matrix; the order of elimination is found with the first solution and kept.

    Parameters
    ----------
    row_tail, row_head : ndarray of int, shape (n_pipes,)
        The balance in which the flow out of the tail and into the head of a pipe is counted; -1 in none.
    column_tail, column_head : ndarray of int, shape (n_pipes,)
        The unknown on which the potential of either end hangs; -1 on none.
    n : int
        How many unknowns, and balances, there are.
    symmetric : bool
        Whether rows and columns are the same and no potential is a function of another.
    """

    def __init__(
        self,
        row_tail: np.ndarray,
        row_head: np.ndarray,
        column_tail: np.ndarray,
        column_head: np.ndarray,
        n: int,
        *,
        symmetric: bool,
    ) -> None:
        self.n, self.symmetric = n, symmetric
        self.row_tail, self.row_head = row_tail, row_head
        rows = np.concatenate([row_tail, row_tail, row_head, row_head])
        columns = np.concatenate([column_tail, column_head, column_tail, column_head])
        self.used = (rows >= 0) & (columns >= 0)
        self.rows, self.columns = rows[self.used], columns[self.used]
        self.order: np.ndarray | None = None
        self._lay_out(np.arange(n))

    def _lay_out(self, position: np.ndarray) -> None:
        rows, columns = position[self.rows], position[self.columns]
        # Every diagonal cell is there, so that an elimination in the order given finds it.
        keys = np.concatenate([columns * self.n + rows, np.arange(self.n) * (self.n + 1)])
        cells, place = np.unique(keys, return_inverse=True)
        self.place, self.n_cells = place[: rows.size], cells.size
        self.indices = (cells % max(self.n, 1)).astype(np.int32)
        self.starts = np.searchsorted(cells, np.arange(self.n + 1) * self.n).astype(np.int32)

    def gathered(self, flow: np.ndarray) -> np.ndarray:
        """Inflow less outflow of each balance, shape (n,), for flows of pipes."""
        out, into = self.row_tail >= 0, self.row_head >= 0
        arrived = np.bincount(self.row_head[into], flow[into], self.n)
        return arrived - np.bincount(self.row_tail[out], flow[out], self.n)

    def solve(self, ease_tail: np.ndarray, ease_head: np.ndarray, right: np.ndarray) -> np.ndarray | None:
        """Solve for the unknowns.

        Parameters
        ----------
        ease_tail, ease_head : ndarray of float, shape (n_pipes,)
            How fast the flow of a pipe grows with the unknown of its tail, and falls with that of its head.
        right : ndarray of float, shape (n,)
            What is to leave each balance.

        Returns
        -------
        ndarray of float, shape (n,), or None
            None where the matrix is singular.
        """
        from scipy.sparse import csc_matrix
        from scipy.sparse.linalg import splu

        if not self.n:
            return np.zeros(0)
        data = np.concatenate([ease_tail, -ease_head, -ease_tail, ease_head])[self.used]
        cells = np.bincount(self.place, data, self.n_cells)
        matrix = csc_matrix((cells, self.indices, self.starts), shape=(self.n, self.n))
        try:
            factors = splu(
                matrix,
                permc_spec="MMD_AT_PLUS_A" if self.order is None else "NATURAL",
                diag_pivot_thresh=0.0 if self.symmetric else 0.1,
                options={"SymmetricMode": self.symmetric},
            )
        except RuntimeError:  # SciPy's word for an exactly singular matrix
            return None
        if self.order is None:
            found = factors.solve(right)
            self.order = np.asarray(factors.perm_c, np.int64)
            self._lay_out(self.order)
        else:
            moved = np.empty_like(right)
            moved[self.order] = right
            found = factors.solve(moved)[self.order]
        return found if np.isfinite(found).all() else None
