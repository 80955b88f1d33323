"""
Run a script in a child process and say in one line what became of it.

The engine can end or stop the process it runs in, so nothing in this folder calls it here.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent

# What a child that is not told otherwise may take. It counts processor time, so that a busy
# machine does not make a slow child look like one that never ends.
CPU_SECONDS = 10
# For a child that neither computes nor ends.
WALL_SECONDS = 30

CRASHED = "crashed"
HUNG = "hung"

PRELUDE = """\
import resource
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_CPU, ({cpu_seconds}, {cpu_seconds} + 1))
from session import *
from guards import *
"""

# Memory that was never written to has no value one could rely on, and mostly it is zero, which is
# harmless. These make the C library fill it, so that a crash that depends on it happens each time.
POISON = {"GLIBC_TUNABLES": "glibc.malloc.perturb=165", "MALLOC_PERTURB_": "165"}


def run(script: str, cpu_seconds: int = CPU_SECONDS) -> str:
    """
    Run *script* in a fresh interpreter, with the names of `session` and `guards` at hand.

    Args:
        script: Python source. It ends with a call of `answer`, if it gets that far.

        cpu_seconds: The processor time after which the child counts as hung.

    Returns:
        ``answered`` and the answer as JSON, ``refused:`` and the guard's sentence, ``error`` and
        the engine's number, ``out of memory``, ``crashed``, ``hung``, or, if the script itself
        is at fault, ``script failed:`` and the end of its traceback.
    """
    try:
        ended = subprocess.run(
            [sys.executable, "-c", PRELUDE.format(cpu_seconds=cpu_seconds) + script],
            capture_output=True,
            check=False,
            env=os.environ | POISON | {"PYTHONPATH": str(HERE)},
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=WALL_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return HUNG
    if ended.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return HUNG
    if ended.returncode < 0:
        return CRASHED
    if ended.returncode > 0 or not ended.stdout:
        return f"script failed: {ended.stderr[-500:]}"
    return ended.stdout.splitlines()[-1]


def memory_is_zeroed() -> bool:
    """
    Tell whether the installed engine was built so that its memory starts out as zeros.

    The header that does it leaves the compiled module without a single call of ``malloc``.
    """
    found = importlib.util.find_spec("durable_rules_engine")
    assert found is not None
    assert found.origin is not None
    return b"\0malloc\0" not in Path(found.origin).read_bytes()
