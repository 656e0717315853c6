"""Laws of the model of many sectors; with sectors all alike it is the model of one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from torugart.errors import InputError
from torugart.trade.baseline import Baseline
from torugart.trade.many_sectors import SectorBase, SectorChange, SectorSettings, rebased, solve_many_sectors
from torugart.trade.one_sector import CostChange, OneSectorSettings, solve_one_sector
from torugart.trade.welfare import split_welfare


def world(seed: int, n: int = 4, j: int = 3, tariffs: bool = True) -> tuple[SectorBase, SectorSettings]:
    rng = np.random.default_rng(seed)
    flows = rng.lognormal(0, 1, (j, n, n))
    flows += (10 + 5 * rng.lognormal(0, 0.5, (j, n, 1))) * np.eye(n)
    tariff = rng.uniform(0, 0.3, (j, n, n)) * (1 - np.eye(n)) * tariffs
    inputs = rng.dirichlet(np.ones(j), (n, j)).transpose(0, 2, 1)
    base = SectorBase.from_flows(
        tuple(f"C{k}" for k in range(n)),
        tuple(f"s{k}" for k in range(j)),
        flows,
        tariff,
        rng.uniform(0.3, 1, (j, n)),
        inputs,
    )
    settings = SectorSettings(rng.uniform(2, 20, j), ["transfers", "income", "balanced"][seed % 3])
    return rebased(solve_many_sectors(base, SectorChange.none(base), settings)), settings


@given(st.integers(0, 500))
def test_no_change_gives_ones(seed):
    base, s = world(seed)
    r = solve_many_sectors(base, SectorChange.none(base), replace(s, tolerance=1e-12))
    for hat in (r.wage, r.price, r.real_income, r.real_wage):
        assert np.abs(hat - 1).max() < 1e-9  # what the base itself is solved to


@given(st.integers(0, 500), st.integers(0, 99))
def test_every_equation_holds(seed, change):
    base, s = world(seed)
    rng = np.random.default_rng(change)
    iceberg = np.exp(rng.normal(0, 0.05, base.share.shape))
    r = solve_many_sectors(base, SectorChange(base.tariff * rng.uniform(0, 1.5), iceberg), s)
    assert max(r.residual.values()) <= s.tolerance
    over = (r.flows.sum(axis=2) - r.flows.sum(axis=1)).sum(axis=0)
    assert abs(over.sum()) < 1e-8 * base.income.sum()  # Walras
    if s.closure == "balanced":
        assert np.abs(over).max() < 1e-8 * base.income.sum()


@given(st.integers(0, 500), st.floats(0.9, 1.1))
def test_alike_sectors_are_one(seed, factor):
    rng = np.random.default_rng(seed)
    n, j, theta = 4, 3, 6.0
    whole = rng.lognormal(0, 1, (n, n)) + 5 * np.eye(n)
    alone = Baseline.from_matrix([f"C{k}" for k in range(n)], whole.T)
    parts = np.repeat(whole[None] / j, j, axis=0)
    base = SectorBase.from_flows(
        alone.countries,
        ("a", "b", "c"),
        parts,
        np.zeros((j, n, n)),
        np.ones((j, n)),
        np.full((n, j, j), 1 / j),
    )
    iceberg = np.where(np.eye(n) > 0, 1.0, factor * np.exp(rng.normal(0, 0.05, (n, n))))
    many = solve_many_sectors(
        base, SectorChange(base.tariff, iceberg[None]), SectorSettings(np.full(j, theta))
    )
    one = solve_one_sector(alone, CostChange(iceberg.T), OneSectorSettings(theta))
    assert np.allclose(many.real_income, one.real_income, rtol=1e-8)


@given(st.integers(0, 500), st.integers(0, 99))
def test_the_split_adds_up_and_its_remainder_is_of_second_order(seed, change):
    base, s = world(seed)
    rng = np.random.default_rng(change)
    iceberg = rng.normal(0, 1, base.share.shape)
    tariff = rng.uniform(-1, 1, base.share.shape) * (base.tariff > 0.02)

    def remainder(size):
        r = solve_many_sectors(
            base, SectorChange(base.tariff + size * tariff * 0.02, np.exp(size * 0.02 * iceberg)), s
        )
        split = split_welfare(r)
        parts = split.drop(columns=["real_income", "real_wage"]).sum(axis=1)
        assert np.allclose(parts, np.log1p(split["real_income"]), atol=1e-13)
        return np.abs(split["remainder"]).max()

    assert remainder(0.1) < 0.03 * max(remainder(1.0), 1e-6) + 1e-9


@given(st.integers(0, 500))
def test_infrastructure_is_paid_for_by_those_taxed(seed):
    base, s = world(seed)
    tax = np.zeros(base.n)
    tax[1] = 0.01 * base.income[1]
    plain = solve_many_sectors(base, SectorChange(base.tariff), s)
    taxed = solve_many_sectors(base, SectorChange(base.tariff, infrastructure=tax), s)
    assert taxed.real_income[1] < plain.real_income[1]
    assert split_welfare(taxed)["tax"].iloc[1] == pytest.approx(np.log(1 - tax[1] / plain.income[1]))
    assert np.allclose(np.delete(taxed.real_income, 1), np.delete(plain.real_income, 1))


@given(st.integers(0, 500), st.floats(1e-3, 1e6))
def test_the_unit_of_money_is_no_matter(seed, unit):
    base, s = world(seed)
    other = replace(
        base, income=unit * base.income, deficit=unit * base.deficit, spending=unit * base.spending
    )
    change = SectorChange(base.tariff / 2)
    assert np.allclose(
        solve_many_sectors(base, change, s).real_income,
        solve_many_sectors(other, change, s).real_income,
        rtol=1e-9,
    )


def test_faults_of_a_base_are_all_named():
    flows = np.ones((2, 2, 2))
    flows[1, 0, 1] = -3
    with pytest.raises(
        InputError,
        match=r"flow of b from Y to X is -3.*value added of a in Y is 0.*inputs of b in X sum to 0.5",
    ):
        SectorBase.from_flows(
            ("X", "Y"),
            ("a", "b"),
            flows,
            np.zeros((2, 2, 2)),
            np.array([[0.5, 0.0], [0.5, 0.5]]),
            np.array([[[0.5, 0.25], [0.5, 0.25]], [[0.5, 0.5], [0.5, 0.5]]]),
        )


@pytest.mark.parametrize("theta", [[0.0, 1], [-2, 3], [np.nan, 3]])
def test_elasticities_that_no_model_takes(theta):
    with pytest.raises(InputError, match="trade elasticity of sector"):
        SectorSettings(np.array(theta))
