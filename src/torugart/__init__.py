"""Torugart: what would this corridor change, for whom, and says who?

The public verbs, one per question. Each is imported when first asked for, so that ``import torugart``
costs nothing.

>>> import torugart
>>> answer = torugart.appraise("cku", draws=50)  # doctest: +SKIP
>>> answer.tables["pairs"]  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torugart.verbs.access import access
    from torugart.verbs.add import data_add
    from torugart.verbs.appraise import appraise
    from torugart.verbs.appraise_all import appraise_all
    from torugart.verbs.changes import data_changes, data_import_changes
    from torugart.verbs.check import check
    from torugart.verbs.check_text import check_text
    from torugart.verbs.compare import compare
    from torugart.verbs.data import (
        data_assumptions,
        data_conflicts,
        data_diff,
        data_import,
        data_show,
        data_tables,
        data_verify,
    )
    from torugart.verbs.disrupt import disrupt_gate
    from torugart.verbs.doubts import data_doubts
    from torugart.verbs.energy_backcast import energy_backcast
    from torugart.verbs.energy_balance import energy_balance, energy_break
    from torugart.verbs.energy_flow import energy_flow
    from torugart.verbs.energy_lines import energy_lines
    from torugart.verbs.energy_oil import energy_oil
    from torugart.verbs.energy_plant import energy_plant
    from torugart.verbs.energy_report import report_energy
    from torugart.verbs.energy_volumes import energy_volumes
    from torugart.verbs.export import data_export
    from torugart.verbs.invert import invert
    from torugart.verbs.report import report_record
    from torugart.verbs.route import route
    from torugart.verbs.series import data_series
    from torugart.verbs.show import show
    from torugart.verbs.stale import data_stale
    from torugart.verbs.status import status
    from torugart.verbs.sweep import sweep, sweep_cases
    from torugart.verbs.trade import trade_effects
    from torugart.verbs.trade_tables import read_baci, read_mrio
    from torugart.verbs.validate import validate
    from torugart.verbs.why import why

__version__ = "0.1.0"

_MODULE_OF_VERB = {
    "access": "torugart.verbs.access",
    "appraise": "torugart.verbs.appraise",
    "appraise_all": "torugart.verbs.appraise_all",
    "check": "torugart.verbs.check",
    "check_text": "torugart.verbs.check_text",
    "compare": "torugart.verbs.compare",
    "data_add": "torugart.verbs.add",
    "data_assumptions": "torugart.verbs.data",
    "data_changes": "torugart.verbs.changes",
    "data_conflicts": "torugart.verbs.data",
    "data_diff": "torugart.verbs.data",
    "data_doubts": "torugart.verbs.doubts",
    "data_export": "torugart.verbs.export",
    "data_import": "torugart.verbs.data",
    "data_import_changes": "torugart.verbs.changes",
    "data_series": "torugart.verbs.series",
    "data_show": "torugart.verbs.data",
    "data_stale": "torugart.verbs.stale",
    "data_tables": "torugart.verbs.data",
    "data_verify": "torugart.verbs.data",
    "disrupt_gate": "torugart.verbs.disrupt",
    "energy_backcast": "torugart.verbs.energy_backcast",
    "energy_balance": "torugart.verbs.energy_balance",
    "energy_break": "torugart.verbs.energy_balance",
    "energy_flow": "torugart.verbs.energy_flow",
    "energy_lines": "torugart.verbs.energy_lines",
    "energy_oil": "torugart.verbs.energy_oil",
    "energy_plant": "torugart.verbs.energy_plant",
    "energy_volumes": "torugart.verbs.energy_volumes",
    "invert": "torugart.verbs.invert",
    "read_baci": "torugart.verbs.trade_tables",
    "read_mrio": "torugart.verbs.trade_tables",
    "report_energy": "torugart.verbs.energy_report",
    "report_record": "torugart.verbs.report",
    "route": "torugart.verbs.route",
    "show": "torugart.verbs.show",
    "status": "torugart.verbs.status",
    "sweep": "torugart.verbs.sweep",
    "sweep_cases": "torugart.verbs.sweep",
    "trade_effects": "torugart.verbs.trade",
    "validate": "torugart.verbs.validate",
    "why": "torugart.verbs.why",
}

__all__ = [
    "__version__",
    "access",
    "appraise",
    "appraise_all",
    "check",
    "check_text",
    "compare",
    "data_add",
    "data_assumptions",
    "data_changes",
    "data_conflicts",
    "data_diff",
    "data_doubts",
    "data_export",
    "data_import",
    "data_import_changes",
    "data_series",
    "data_show",
    "data_stale",
    "data_tables",
    "data_verify",
    "disrupt_gate",
    "energy_backcast",
    "energy_balance",
    "energy_break",
    "energy_flow",
    "energy_lines",
    "energy_oil",
    "energy_plant",
    "energy_volumes",
    "invert",
    "read_baci",
    "read_mrio",
    "report_energy",
    "report_record",
    "route",
    "show",
    "status",
    "sweep",
    "sweep_cases",
    "trade_effects",
    "validate",
    "why",
]


def __getattr__(name: str) -> Any:
    if name in _MODULE_OF_VERB:
        return getattr(import_module(_MODULE_OF_VERB[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
