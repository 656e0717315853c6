"""Demand of one trade flow, split over zones by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from tests.small_network import networks, rows, typed, valley

from torugart.demand.freight import build_demand, vot_usd_per_feu_day
from torugart.errors import InputError


def boxes(demand, **where):
    for column, value in where.items():
        demand = demand[demand[column] == value]
    return demand["feu"].sum()


def test_one_trade_flow_by_hand():
    # 96 m USD from China, half of it manufactures: 48 m / (4,000 USD/t x 12 t) = 1,000 boxes of 12 t.
    # Kyrgyz places weigh 1/4 and 3/4: 250 to Mid, 750 to Z City.
    # A quarter is bulk: 24 m / (400 x 25) = 2,400 boxes of 25 t: 600 and 1,800. The last quarter goes by pipe.
    # Through traffic adds 100 boxes of bulk: 25 and 75, worth 10,000 USD each.
    demand = build_demand(typed(valley()))
    made = {"class_id": "manufactures", "origin": "a"}
    assert boxes(demand, destination="mid", **made) == pytest.approx(250)
    assert boxes(demand, destination="z", **made) == pytest.approx(750)
    bulk = {"class_id": "bulk", "origin": "a", "destination": "z"}
    assert boxes(demand, purpose="trade", **bulk) == pytest.approx(1800)
    assert boxes(demand, purpose="through", **bulk) == pytest.approx(75)
    z = demand[(demand["destination"] == "z") & (demand["purpose"] == "through")].iloc[0]
    assert (z.tonnes, z.usd) == pytest.approx((75 * 25, 750_000))


def test_two_counts_of_one_trade_are_never_added():
    # Kyrgyz customs count 48 m where Chinese ones count 96 m: half the boxes, the other way untouched.
    china, partner = (build_demand(typed(valley()), basis) for basis in ("china", "partner"))
    trade = {"purpose": "trade", "exporter": "CHN"}
    assert boxes(partner, **trade) == pytest.approx(boxes(china, **trade) / 2)
    assert boxes(partner, exporter="KGZ") == pytest.approx(boxes(china, exporter="KGZ"))
    assert boxes(partner, purpose="through") == pytest.approx(boxes(china, purpose="through"))


def test_goods_value_and_tonnes_follow_the_boxes():
    demand = build_demand(typed(valley()))
    per_t = {"bulk": 25, "manufactures": 12}
    assert demand["tonnes"].to_numpy() == pytest.approx(demand["feu"] * demand["class_id"].map(per_t))
    assert demand[demand["purpose"] == "trade"]["usd"].sum() == pytest.approx(96e6 * 0.75 + 10e6)


@settings(max_examples=20, deadline=None)
@given(networks())
def test_boxes_between_countries_do_not_depend_on_the_zones(texts):
    # Weights of a country's places sum to 1, so splitting conserves; no goods stay where they are.
    tables = typed(texts)
    demand = build_demand(tables)
    per_feu = {"bulk": 400 * 25, "manufactures": 4000 * 12}
    for flow in tables["trade_flows"].itertuples():
        for class_id, share in (("bulk", 0.3), ("manufactures", 0.6)):
            got = boxes(demand, exporter=flow.exporter, importer=flow.importer, class_id=class_id)
            assert got == pytest.approx(flow.usd * share / per_feu[class_id])
    assert (demand["origin"] != demand["destination"]).all()
    assert not demand.duplicated(
        ["origin", "destination", "class_id", "exporter", "importer", "purpose"]
    ).any()


def test_a_pair_that_trades_without_shares_is_named():
    texts = valley() | {"trade_shares": valley()["trade_shares"][:2]}
    with pytest.raises(InputError, match="KGZ to CHN"):
        build_demand(typed(texts))


def test_an_unknown_basis_is_refused():
    with pytest.raises(InputError, match="'both' is unknown; use china or partner"):
        build_demand(typed(valley()), "both")


def test_no_trade_is_no_demand():
    texts = valley() | {"trade_flows": [], "through_flows": []}
    assert build_demand(typed(texts)).empty


def test_trade_with_a_country_without_zones_is_left_out():
    texts = valley()
    texts["trade_flows"] = [
        *texts["trade_flows"],
        *rows(
            "flow_id exporter importer year reporter usd china_base partner_base",
            "f9 | CHN | UZB | 2023 | CHN | 1e9 | yes | yes",
        ),
    ]
    texts["trade_shares"] = [*texts["trade_shares"], {**texts["trade_shares"][0], "importer": "UZB"}]
    assert boxes(build_demand(typed(texts)), importer="UZB") == 0


def test_value_of_a_day_by_hand():
    # manufactures 4,000 x 12 x 1 % = 480 USD a day and box; bulk 400 x 25 x 0.24 % = 24
    assert vot_usd_per_feu_day(typed(valley())["classes"]).to_dict() == pytest.approx(
        {"bulk": 24.0, "manufactures": 480.0}
    )
