"""
The service as its users start it: a child process on a free port of this machine.

Used by the tests of the whole and by the benchmarks.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
READY = re.compile(r"Ferrule is ready on (?P<address>http://\S+) with ")
PATIENCE = 30.0
"""Seconds after which a start counts as failed: far more than a start takes on a busy machine."""


class StartError(RuntimeError):
    """The service did not become ready; the message holds what it said."""


def environment(home: Path, versions: Path, **others: str) -> dict[str, str]:
    """Return variables for a child that uses nothing of this machine's own installation."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FERRULE_")}
    return (
        kept
        | {
            "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}",
            "HOME": str(home),
            "FERRULE_HOME": str(home),
            "FERRULE_VERSIONS": str(versions),
            "FERRULE_KNOWLEDGE": str(ROOT / "knowledge"),
            "FERRULE_BIND": "127.0.0.1:0",
        }
        | others
    )


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def publish(versions: Path) -> None:
    """Publish the working copy into a folder of its own."""
    command = [str(BIN / "ferrule"), "publish", "microcytic-anemia", "--by", "tests", "--because", "To be tested."]
    subprocess.run(
        command, env=environment(versions.parent, versions), check=True, capture_output=True, cwd=versions.parent
    )


class Running:
    """
    One service.

    Attributes:
        address: Where it is reached.

        seconds: From the start of the process until it said that it is ready.
    """

    def __init__(self, command: Sequence[str], env: dict[str, str], folder: Path) -> None:
        self.said: list[str] = []
        self.address = ""
        self._ready = threading.Event()
        started = time.monotonic()
        self.process = subprocess.Popen(
            list(command), env=env, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._ready.wait(PATIENCE) or not self.address:
            self.stop(signal.SIGKILL)
            raise StartError("".join(self.said) or "nothing was said")
        self.seconds = time.monotonic() - started

    def _read(self) -> None:
        # Read to the end, so that a full pipe never stops the service.
        for line in self.process.stdout or ():
            self.said.append(line)
            found = READY.search(line)
            if found:
                self.address = found["address"]
                self._ready.set()
        self._ready.set()

    def workers(self) -> set[int]:
        """Return the ids of the worker processes."""
        children = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return {int(child) for file in children for child in file.read_text().split()}

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and return the exit code; a service that does not end is killed."""
        if self.process.poll() is None:
            left = self.workers() if how is signal.SIGKILL else set()
            self.process.send_signal(how)
            for worker in left:
                os.kill(worker, signal.SIGKILL)
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            return self.stop(signal.SIGKILL)
        self._reader.join(PATIENCE)
        if self.process.stdout:
            self.process.stdout.close()
        return code


@contextmanager
def running(home: Path, versions: Path, workers: int = 2, **others: str) -> Iterator[Running]:
    """Run ``ferrule serve`` for as long as the block lasts."""
    env = environment(home, versions, FERRULE_WORKERS=str(workers), **others)
    service = Running([str(BIN / "ferrule"), "serve"], env, versions.parent)
    try:
        yield service
    finally:
        service.stop()
