"""Ctrl-C and SIGTERM leave no half-written bundle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

# A verb that writes a bundle with a table that never comes to an end.
PROGRAM = """
import signal, sys, time
# A shell starts background jobs with Ctrl-C ignored, and they hand that on.
signal.signal(signal.SIGINT, signal.default_int_handler)
from pathlib import Path
import torugart
from torugart.bundle.folder import write_bundle

class EndlessTable:
    def to_parquet(self, path, index):
        path.write_bytes(b"half")
        print("writing", flush=True)
        time.sleep(60)

def appraise(project, **options):
    write_bundle(Path("out") / project, {"verb": "appraise"}, {"pairs": EndlessTable()}, None, {})

torugart.__dict__["appraise"] = appraise
sys.argv = ["torugart", "appraise", "cku"]
from torugart.cli.main import main
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="signals differ on Windows")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_nothing_half_written_is_left(tmp_path: Path, sent: signal.Signals, code: int) -> None:
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        process.send_signal(sent)
        _, told = process.communicate(timeout=30)
    assert process.returncode == code
    assert list((tmp_path / "out").iterdir()) == []
    assert "Traceback" not in told


def test_a_reader_that_goes_away_is_no_fault() -> None:
    listing = f"{sys.executable} -m torugart data assumptions --csv | head -n 1"
    ran = subprocess.run(
        ["bash", "-o", "pipefail", "-c", listing], capture_output=True, text=True, check=False
    )
    assert ran.stdout.startswith("assumption_id")
    assert "Traceback" not in ran.stderr
    assert "unexpected fault" not in ran.stderr
