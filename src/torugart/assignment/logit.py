"""Choice among the ways of a pair by a path-size logit with a scale relative to the pair's own cost.

For pair ``p`` with do-minimum least cost ``c0`` and ways ``k`` of generalised cost ``c_k`` and path size ``PS_k``::

    mu      = theta / c0
    share_k = PS_k exp(-mu c_k) / sum_j PS_j exp(-mu c_j)
    logsum  = -(1 / mu) ln sum_j PS_j exp(-mu c_j)        expected least cost, USD per FEU

``c0`` and ``PS`` are the same with and without a project, so a way that opens can only lower the logsum, and the
users' benefit of a project is the fall of the logsum (Small & Rosen 1981; path size: Ben-Akiva & Bierlaire 1999).
With theta constant the elasticity of shares does not depend on how long a pair is.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def pair_slices(pair: NDArray[np.int32], n_pairs: int) -> NDArray[np.int64]:
    """Ways of pair ``p`` are ``first[p]:first[p + 1]``; ``pair`` must be sorted."""
    return np.searchsorted(pair, np.arange(n_pairs + 1)).astype(np.int64)


@njit(cache=True, parallel=True)
def least_cost(first, cost, is_open):  # type: ignore[no-untyped-def]
    """Least cost of the open ways of each pair and draw; infinity where none is open.

    ``cost`` and ``is_open`` have shape (n_ways, n_draws), the result (n_pairs, n_draws).
    """
    n_pairs, n_draws = first.size - 1, cost.shape[1]
    out = np.full((n_pairs, n_draws), np.inf)
    for p in prange(n_pairs):
        for w in range(first[p], first[p + 1]):
            for d in range(n_draws):
                if is_open[w, d] and cost[w, d] < out[p, d]:
                    out[p, d] = cost[w, d]
    return out


@njit(cache=True, parallel=True)
def logsum_and_shares(first, cost, is_open, size, scale):  # type: ignore[no-untyped-def]
    """Expected least cost of each pair and share of each way, in every draw.

    Parameters
    ----------
    first : ndarray of int64, shape (n_pairs + 1,)
        Ways of a pair.
    cost, is_open : ndarray, shape (n_ways, n_draws)
        Generalised cost in USD per FEU; whether the way may be used.
    size : ndarray, shape (n_ways,)
        Path-size terms.
    scale : ndarray, shape (n_pairs, n_draws)
        mu, per USD.

    Returns
    -------
    logsum : ndarray, shape (n_pairs, n_draws)
        USD per FEU; infinity where no way is open.
    share : ndarray, shape (n_ways, n_draws)
        Shares of a pair sum to 1, or are all 0 where no way is open.
    """
    n_pairs, n_draws = scale.shape
    logsum = np.full((n_pairs, n_draws), np.inf)
    share = np.zeros(cost.shape)
    for p in prange(n_pairs):
        for d in range(n_draws):
            low = np.inf
            for w in range(first[p], first[p + 1]):
                if is_open[w, d] and cost[w, d] < low:
                    low = cost[w, d]
            if low == np.inf:
                continue
            mu = scale[p, d]
            total = 0.0
            for w in range(first[p], first[p + 1]):
                if is_open[w, d]:
                    share[w, d] = size[w] * np.exp(-mu * (cost[w, d] - low))
                    total += share[w, d]
            for w in range(first[p], first[p + 1]):
                share[w, d] /= total
            logsum[p, d] = low - np.log(total) / mu
    return logsum, share


@njit(cache=True, parallel=True)
def compare_pairs(first, cost_b, cost_w, open_b, open_w, size, theta, boxes, gate_first, gate, n_gates):  # type: ignore[no-untyped-def]
    """Choose in two states at once: benefit of each pair, boxes over each gate, central shares.

    The same formulas as ``logsum_and_shares``, fused over both states and summed over gates on the way, draw by draw, so
    that no array of shares for all draws is made.

    Parameters
    ----------
    first : ndarray of int64, shape (n_pairs + 1,)
        Ways of a pair.
    cost_b, cost_w, open_b, open_w : ndarray, shape (n_draws, n_ways)
        Generalised cost, USD per FEU, and whether a way may be used, without and with.
    size : ndarray, shape (n_ways,)
        Path-size terms.
    theta : ndarray, shape (n_draws,)
        Choice scale.
    boxes : ndarray, shape (n_draws, n_pairs)
        FEU a year.
    gate_first, gate : ndarray of int64
        Gates of way ``w`` are ``gate[gate_first[w]:gate_first[w + 1]]``.

    Returns
    -------
    benefit : ndarray, shape (n_draws, n_pairs)
        Fall of the logsum, USD per FEU; 0 where either state has no way.
    least : ndarray, shape (n_draws, n_pairs)
        Fall of the least cost alone, USD per FEU.
    served : ndarray of bool, shape (n_pairs,)
        Whether a pair has a way without, in the first draw.
    over_b, over_w : ndarray, shape (n_draws, n_gates)
        FEU a year over each gate.
    share_b, share_w : ndarray, shape (n_ways,)
        Shares in the first draw.
    """
    n_draws, n_ways = cost_b.shape
    n_pairs = first.size - 1
    benefit = np.zeros((n_draws, n_pairs))
    least = np.zeros((n_draws, n_pairs))
    served = np.zeros(n_pairs, np.bool_)
    over_b, over_w = np.zeros((n_draws, n_gates)), np.zeros((n_draws, n_gates))
    share_b, share_w = np.zeros(n_ways), np.zeros(n_ways)
    most = 0
    for p in range(n_pairs):
        most = max(most, first[p + 1] - first[p])
    for d in prange(n_draws):
        eb, ew = np.empty(most), np.empty(most)
        for p in range(n_pairs):
            w0, w1 = first[p], first[p + 1]
            low_b, low_w = np.inf, np.inf
            for w in range(w0, w1):
                if open_b[d, w] and cost_b[d, w] < low_b:
                    low_b = cost_b[d, w]
                if open_w[d, w] and cost_w[d, w] < low_w:
                    low_w = cost_w[d, w]
            if d == 0:
                served[p] = low_b < np.inf
            if low_w == np.inf and low_b == np.inf:
                continue
            c0 = low_b if low_b < np.inf else low_w
            mu = theta[d] / c0
            sum_b, sum_w = 0.0, 0.0
            for w in range(w0, w1):
                eb[w - w0], ew[w - w0] = 0.0, 0.0
                if open_b[d, w]:
                    eb[w - w0] = size[w] * np.exp(-mu * (cost_b[d, w] - c0))
                if open_w[d, w]:
                    if open_b[d, w] and cost_b[d, w] == cost_w[d, w]:
                        ew[w - w0] = eb[w - w0]
                    else:
                        ew[w - w0] = size[w] * np.exp(-mu * (cost_w[d, w] - c0))
                sum_b += eb[w - w0]
                sum_w += ew[w - w0]
            if sum_b > 0 and sum_w > 0:
                benefit[d, p] = (np.log(sum_w) - np.log(sum_b)) / mu
                least[d, p] = low_b - low_w
            for w in range(w0, w1):
                sb = eb[w - w0] / sum_b if sum_b > 0 else 0.0
                sw = ew[w - w0] / sum_w if sum_w > 0 else 0.0
                if d == 0:
                    share_b[w], share_w[w] = sb, sw
                if sb == 0.0 and sw == 0.0:
                    continue
                sb, sw = sb * boxes[d, p], sw * boxes[d, p]
                for g in range(gate_first[w], gate_first[w + 1]):
                    over_b[d, gate[g]] += sb
                    over_w[d, gate[g]] += sw
    return benefit, least, served, over_b, over_w, share_b, share_w
