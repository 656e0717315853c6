"""``torugart energy``: the group of commands on gas, oil and power."""

from __future__ import annotations

import typer

from torugart.cli import energy_flow, energy_lines
from torugart.cli.options import examples

app = typer.Typer(help="Gas, oil and power: flows, pressures, lines.", no_args_is_help=True)


@app.callback(epilog=examples("torugart energy flow my_network.m"))
def energy() -> None:
    """Gas, oil and power: flows, pressures, lines."""


app.command("flow", epilog=energy_flow.EXAMPLES)(energy_flow.flow)
app.command("lines", epilog=energy_lines.EXAMPLES)(energy_lines.lines)
