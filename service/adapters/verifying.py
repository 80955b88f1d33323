"""
Verify a share of the recorded decisions, in a process of its own that has a trace and the rule file alone.

It comes after the answer and never delays it: what does not fit into the queue is not verified. The decision goes to
the child through its standard input, so that nothing of a patient is on a command line or in a log.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from queue import Full, Queue
from typing import TYPE_CHECKING

import structlog

import service
from service.application.canonical import canonical_json
from service.application.ports import Disagreement
from service.domain.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import TextIO

    from service.application.ports import Evaluation, Record

VERIFIER = Path(service.__file__).parent / "verifier.py"
"""Run by its path and never imported, so that it shares nothing with what it verifies."""

WAITING = 8
"""Most decisions that wait to be verified; each is some hundred kilobytes at most."""

SECONDS = 30
"""For one decision, far more than it takes on a busy machine."""

NICE = 10
"""How much the child yields to everything that answers somebody."""


class SampledVerifier:
    """
    Implements `service.application.ports.Verifier`.

    One child runs at a time. A difference is an alarm in the log, by the id of the evaluation, and a stored report as
    those of disagreements are.

    Args:
        share: Of all decisions, from 0 to 1.

        versions: Folder of the releases.

        record: Where reports are stored.

        clock: The time, in UTC.

        ids: New ids of reports.

        stream: Where to log; standard output by default.
    """

    def __init__(
        self,
        share: float,
        versions: Path,
        record: Record,
        clock: Callable[[], datetime],
        ids: Callable[[], str],
        *,
        stream: TextIO | None = None,
    ) -> None:
        self._share, self._versions, self._record, self._clock, self._ids = share, versions, record, clock, ids
        self._queue: Queue[Evaluation] = Queue(WAITING)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._log = structlog.wrap_logger(
            structlog.PrintLogger(stream or sys.stdout),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.JSONRenderer(),
            ],
        )

    def offer(self, evaluation: Evaluation) -> None:
        """Take a recorded evaluation to be verified later, if it is drawn and there is room for it."""
        if random.random() >= self._share:  # noqa: S311 - a sample, no secret
            return
        with suppress(Full):
            self._queue.put_nowait(evaluation)
        with self._starting:
            # At first use: a thread does not outlive the fork of a worker.
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="verifier", daemon=True)
                self._thread.start()

    def settle(self) -> None:
        """Wait until all that was taken is verified."""
        self._queue.join()

    def _work(self) -> None:
        while True:
            evaluation = self._queue.get()
            try:
                self._verify(evaluation)
            except (OSError, RecordError) as error:
                self._log.error("verification", evaluation=evaluation.id, reason=type(error).__name__)
            finally:
                self._queue.task_done()

    def _verify(self, evaluation: Evaluation) -> None:
        release = self._versions / evaluation.ruleset / evaluation.version
        command = [sys.executable, "-I", str(VERIFIER), "-", str(release)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
        ) as child:
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, child.pid, NICE)
            try:
                told, _ = child.communicate(evaluation.document, SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                self._log.error("verification", evaluation=evaluation.id, reason=f"did not end in {SECONDS} seconds")
                return
        if child.returncode == 0:
            return
        places = told.decode(errors="replace").split("\n")[:-1]
        if child.returncode != 1 or not places:
            self._log.error(
                "verification", evaluation=evaluation.id, reason=f"could not compare: exit code {child.returncode}"
            )
            return
        report = self._ids()
        differences = [f"the verifier finds otherwise: {place}" for place in places]
        self._log.error("verification", evaluation=evaluation.id, report=report, differences=len(places))
        self._record.add_disagreement(
            Disagreement(
                report, self._clock(), evaluation.ruleset, evaluation.version, evaluation.digest, evaluation.profile,
                evaluation.program, evaluation.request,
                canonical_json({"evaluation": evaluation.id, "differences": differences}),
            )
        )  # fmt: skip
