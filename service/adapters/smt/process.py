"""
The solver's process as its users see it: kept warm, killed where it does not answer in time, and started anew.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

MEMORY = 1 << 30
"""Bytes that the process may take."""
GRACE = 0.25
"""Seconds that an answer may come late before the process is killed."""


class SolverLimitError(Exception):
    """The solver did not answer within its limits."""


class SolverProcess:
    """
    One process; one question at a time.

    Args:
        seconds: How long one question may take, all its checks together.

        memory: Bytes that the process may take.
    """

    def __init__(self, seconds: float, memory: int = MEMORY) -> None:
        self._seconds, self._memory = seconds, memory
        self._process: subprocess.Popen[str] | None = None
        self._until = 0.0
        self.lock = threading.Lock()

    def warm(self) -> None:
        """Start the process if there is none, so that a question need not wait for it."""
        if self._process is None or self._process.poll() is not None:
            command = [sys.executable, "-m", "service.adapters.smt.child", str(self._memory)]
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            )
            self._ask({"add": ""}, STARTING)

    def start(self, text: str, declared: Iterable[str]) -> None:
        """Give it a question; `check` asks about it."""
        self.warm()
        self._until = time.monotonic() + self._seconds
        self._ask({"start": text, "declared": "\n".join(declared)}, self._left())

    def add(self, text: str) -> None:
        """Let something hold from now on."""
        self._ask({"add": text}, self._left())

    def check(self, text: str, values: list[str]) -> dict[str, Any] | None:
        """
        Ask whether all can hold.

        Args:
            text: What must hold besides, for this once.

            values: What is read from a model.

        Returns:
            The values, or None where it cannot hold.

        Raises:
            SolverLimitError: If it is not known within the limits.
        """
        left = self._left()
        told = self._ask({"check": text, "values": values, "milliseconds": max(1, int(left * 1000))}, left)
        if told["found"] == "unknown":
            raise SolverLimitError
        return told["values"] if told["found"] == "sat" else None

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise SolverLimitError
        return left

    def _ask(self, asked: dict[str, Any], seconds: float) -> dict[str, Any]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise SolverLimitError
        try:
            process.stdin.write(json.dumps(asked) + "\n")
            process.stdin.flush()
            ready, _, _ = select.select([process.stdout], [], [], seconds + GRACE)
            line = process.stdout.readline() if ready else ""
        except OSError:
            line = ""
        if not line:
            self.close()
            raise SolverLimitError
        told: dict[str, Any] = json.loads(line)
        if "failed" in told:
            self.close()
            raise SolverLimitError(told["failed"])
        return told

    def close(self) -> None:
        """End the process; the next question starts another."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()


STARTING = 30.0
"""Seconds that a process may take to start, far more than it does on a busy machine."""

__all__ = ["SolverLimitError", "SolverProcess"]
