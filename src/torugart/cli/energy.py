"""``torugart energy``: the group of commands on gas, oil and power."""

from __future__ import annotations

import typer

from torugart.cli import (
    energy_backcast,
    energy_balance,
    energy_flow,
    energy_lines,
    energy_oil,
    energy_plant,
    energy_volumes,
)
from torugart.cli.options import examples

app = typer.Typer(help="Gas, oil and power: supply by month, flows, pressures, lines.", no_args_is_help=True)


@app.callback(epilog=examples("torugart energy flow my_network.m"))
def energy() -> None:
    """Gas, oil and power: supply by month, flows, pressures, lines."""


app.command("backcast", epilog=energy_backcast.EXAMPLES)(energy_backcast.backcast)
app.command("balance", epilog=energy_balance.BALANCE_EXAMPLES)(energy_balance.balance)
app.command("break", epilog=energy_balance.BREAK_EXAMPLES)(energy_balance.break_)
app.command("flow", epilog=energy_flow.EXAMPLES)(energy_flow.flow)
app.command("lines", epilog=energy_lines.EXAMPLES)(energy_lines.lines)
app.command("oil", epilog=energy_oil.EXAMPLES)(energy_oil.oil)
app.command("plant", epilog=energy_plant.EXAMPLES)(energy_plant.plant)
app.command("volumes", epilog=energy_volumes.EXAMPLES)(energy_volumes.volumes)
