"""A case without a solution says which limits of what, in which month, cannot be kept together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gas_samples import write_supply_folder
from tests.unit.energy.test_gas_supply import network

from torugart.energy.gas_supply import GasCase, solve_balance
from torugart.energy.outages import month_case
from torugart.energy.supply_case import build_case
from torugart.errors import InputError
from torugart.io.supply_folder import read_supply_folder


def with_storage(start: float, most: float, out: float, demand: float = 5.0) -> GasCase:
    """Two nodes without a line between them; the storage and a demand stand at the first."""
    case = network(1, months=2, stores=1, contracts=0)
    return replace(
        case,
        n_nodes=10,
        arc_max=np.zeros_like(case.arc_max),
        demand_node=np.array([2, 8, 9]),
        demand=np.full((3, 2), demand),
        store_max=np.array([most]),
        store_out=np.array([out]),
        store_start=np.array([start]),
    )


def test_a_storage_that_holds_too_much_and_cannot_give_it_away_is_named() -> None:
    with pytest.raises(InputError) as told:
        solve_balance(with_storage(start=8, most=6, out=0.5))
    text = str(told.value)
    assert "month 1, storage 1" in text
    for figure in ("8", "6", "0.5", "1.5 bcm too much"):
        assert figure in text
    for column in ("start_bcm", "working_bcm", "out_bcm_per_month"):
        assert column in text


def test_gas_that_has_nowhere_to_go_is_told_apart_from_a_rate_that_is_too_small() -> None:
    with pytest.raises(InputError) as told:
        solve_balance(with_storage(start=8, most=6, out=4, demand=0.5))
    assert "node 3: 1.5 bcm that must leave storage 1 have nowhere to go" in str(told.value)
    assert "too much" not in str(told.value)


@given(st.floats(0.1, 12), st.floats(0.1, 6), st.floats(0.1, 6), st.floats(0.1, 6))
def test_it_is_refused_exactly_when_what_is_too_much_exceeds_rate_or_demand(start, most, out, demand) -> None:
    over = start - most
    most_out = min(out, demand)
    case = with_storage(start, most, out, demand)
    if over > most_out + 1e-3:
        with pytest.raises(InputError, match="month 1"):
            solve_balance(case)
    elif over < most_out - 1e-3:
        assert solve_balance(case).level[0, 0] <= most + 1e-7


def test_a_storage_that_starts_below_nothing_is_named() -> None:
    with pytest.raises(InputError, match=r"month 1, storage 1: starts with -3.*bcm lack"):
        solve_balance(with_storage(start=-3, most=6, out=1))


@pytest.mark.parametrize(
    ("column", "place", "words"),
    [
        ("arc_max", (3, 1), "line 4: capacity of month 2 is -1"),
        ("supply_max", (1, 0), "field 2: output of month 1 is -1"),
        ("demand", (2, 2), "demand 3: volume of month 3 is -1"),
        ("store_max", (0,), "storage 1: working volume of month 1 is -1"),
        ("store_out", (0,), "storage 1: most taken out of month 3 is -1"),
        ("demand", (0, 0), "demand 1: volume of month 1 is"),
    ],
)
def test_every_limit_below_nothing_is_told_with_its_month(column, place, words) -> None:
    case = network(1)
    values = getattr(case, column).copy()
    values[place] = np.nan if place == (0, 0) else -1.0
    other = case.supply_max.copy()
    other[0, 2] = -2.0
    both = replace(case, **({"supply_max": other} | {column: values}))
    with pytest.raises(InputError) as told:
        solve_balance(both)
    assert words in str(told.value)
    if column != "supply_max":
        assert "field 1: output of month 3 is -2" in str(told.value)


def test_things_are_called_as_in_the_folder_and_months_keep_their_number(tmp_path: Path) -> None:
    write_supply_folder(tmp_path)
    tables = read_supply_folder(tmp_path)
    case = build_case(tables).case
    name = tables["storages"]["storage"].iloc[0]
    full = replace(case, store_start=case.store_max + 50, store_out=np.zeros_like(case.store_out))
    with pytest.raises(InputError, match=f"month 1, storage {name}"):
        solve_balance(full)
    may = month_case(case, solve_balance(case), 4)
    with pytest.raises(InputError, match=f"month 5, storage {name}"):
        solve_balance(replace(may, store_start=full.store_start, store_out=full.store_out))


@given(st.integers(0, 10_000))
def test_a_case_with_sound_limits_is_never_refused(seed) -> None:
    assert solve_balance(network(seed)).cost >= 0
