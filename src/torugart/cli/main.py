"""The command ``torugart``: its commands, its exit codes and what it says when something is wrong."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer

from torugart import __version__
from torugart.cli import (
    access,
    appraise,
    check,
    compare,
    data,
    disrupt,
    energy,
    invert,
    report,
    route,
    status,
    sweep,
    trade,
    validate,
    why,
)
from torugart.cli import show as show_record
from torugart.cli.options import AsJson, examples
from torugart.cli.screen import complain, show, use_safe_streams
from torugart.errors import TorugartError

# Idle threads of the compiled kernels sleep rather than spin: on a busy machine spinning takes the other's time.
# It has to be said before the first kernel starts them.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

OK, FAULT, BAD_INPUT, NOT_CONVERGED, INTERRUPTED, ENDED = 0, 1, 2, 3, 130, 143

app = typer.Typer(
    name="torugart",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("appraise", epilog=appraise.EXAMPLES)(appraise.appraise)
app.command("compare", epilog=compare.EXAMPLES)(compare.compare)
app.command("access", epilog=access.EXAMPLES)(access.access)
app.command("break", epilog=disrupt.EXAMPLES)(disrupt.break_)
app.command("invert", epilog=invert.EXAMPLES)(invert.invert)
app.command("trade", epilog=trade.EXAMPLES)(trade.trade)
app.command("route", epilog=route.EXAMPLES)(route.route)
app.command("why", epilog=why.EXAMPLES)(why.why)
app.command("check", epilog=check.EXAMPLES)(check.check)
app.command("status", epilog=status.EXAMPLES)(status.status)
app.command("show", epilog=show_record.EXAMPLES)(show_record.show)
app.command("sweep", epilog=sweep.EXAMPLES)(sweep.sweep)
app.command("validate", epilog=validate.EXAMPLES)(validate.validate)
app.add_typer(data.app, name="data")
app.add_typer(energy.app, name="energy")
app.add_typer(report.app, name="report")


@app.callback(
    invoke_without_command=True,
    epilog=examples(
        "torugart appraise cku", "torugart route kashgar osh", "torugart data conflicts projects/cku"
    ),
)
def torugart(
    context: typer.Context,
    debug: Annotated[
        bool, typer.Option("--debug", metavar="", help="Show the traceback of an unexpected fault.")
    ] = False,  # taken out of the arguments by main(), so that it may stand anywhere
) -> None:
    """What would this corridor change, for whom, and says who?

    Appraises railways, roads and gates between China and Central Asia on sourced data. Works offline.
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command("version")
def version(as_json: AsJson = False) -> None:
    """Print the version."""
    if as_json:
        from torugart.cli.records import write_json

        write_json({"torugart": __version__, "python": sys.version.split()[0]})
    else:
        show(f"torugart {__version__}")


def run(arguments: list[str]) -> int:
    """Carry out a command and return its exit code; faults are told on standard error."""
    debug = "--debug" in arguments or bool(os.environ.get("TORUGART_DEBUG"))
    arguments = [argument for argument in arguments if argument != "--debug"]
    try:
        code = app(args=arguments, prog_name="torugart", standalone_mode=False)
    except TorugartError as fault:
        if debug:
            traceback.print_exc()
        complain(f"torugart: {fault}")
        return fault.exit_code
    except _usage_error() as fault:
        complain(usage_message(fault))
        return BAD_INPUT
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except BrokenPipeError:
        _forget_standard_output()
        return OK
    except OSError as fault:
        if debug:
            traceback.print_exc()
        complain(f"torugart: {fault.filename or 'standard output'}: {fault.strerror or fault}")
        return BAD_INPUT
    except Exception as fault:  # the last resort: a short message for the user, the traceback for the report
        code = code_of_signal(fault)
        if code is None:
            if debug:
                traceback.print_exc()
            complain(unexpected_message(fault))
            return FAULT
    if code == INTERRUPTED:
        complain("torugart: interrupted; nothing half-written was left behind")
    return code if isinstance(code, int) else OK


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    use_safe_streams()
    signal.signal(signal.SIGTERM, _end)
    sys.exit(run(sys.argv[1:]))


def usage_message(fault: Any) -> str:
    """Say what is wrong with the arguments and where their manual is."""
    context = getattr(fault, "ctx", None)
    command = context.command_path if context is not None else "torugart"
    return f"torugart: {fault.format_message()}\nSee `{command} --help`."


def unexpected_message(fault: BaseException) -> str:
    """Say that the fault is ours and how to report it."""
    what = f"{type(fault).__name__}: {fault}" if str(fault) else type(fault).__name__
    return (
        f"torugart: unexpected fault: {what}\n"
        "This is a fault of Torugart, not of your input. Run the command again with --debug and report\n"
        "what it prints, with the command itself, as an issue of the project (see CONTRIBUTING.md)."
    )


def code_of_signal(fault: BaseException) -> int | None:
    """Return the exit code of the signal behind a fault, if there is one.

    A signal that arrives inside a compiled kernel comes out as a SystemError that only names it as its cause.
    """
    behind: BaseException | None = fault
    while behind is not None:
        if isinstance(behind, KeyboardInterrupt):
            return INTERRUPTED
        if isinstance(behind, SystemExit) and behind.code == ENDED:
            return ENDED
        behind = behind.__cause__ or behind.__context__
    return None


def _usage_error() -> type[Exception]:
    # BadParameter's parent's parent is the error every wrong argument raises; typer gives it no public name.
    return typer.BadParameter.__mro__[2]


def _end(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(ENDED)  # lets `finally` remove what is half-written


def _forget_standard_output() -> None:
    """Keep Python from flushing into a pipe nobody reads any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
