"""
A record that keeps its decisions in memory; it passes the contract of the port.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

from service.application.ports import Disagreement, Evaluation, Key
from service.domain.errors import EvaluationNotFoundError, IdempotencyConflictError, RecordError


class InMemoryRecord:
    """Implements `service.application.ports.Record`; what it holds may be looked at."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.evaluations: dict[str, Evaluation] = {}
        self.keys: dict[str, tuple[Key, str]] = {}
        self.reports: dict[str, Disagreement] = {}

    def add(self, evaluation: Evaluation, key: Key | None = None) -> None:
        with self._lock:
            if evaluation.id in self.evaluations:
                raise RecordError("An evaluation of that id is recorded.")
            if key is not None and key.key in self.keys:
                raise IdempotencyConflictError("The idempotency key was used before.")
            self.evaluations[evaluation.id] = evaluation
            if key is not None:
                self.keys[key.key] = (key, evaluation.id)

    def answer(self, evaluation_id: str) -> bytes:
        return self._find(evaluation_id).answer

    def document(self, evaluation_id: str) -> bytes:
        return self._find(evaluation_id).document

    def request(self, evaluation_id: str) -> bytes:
        return self._find(evaluation_id).request

    def answered_under(self, key: Key) -> tuple[str, bytes] | None:
        with self._lock:
            if key.key not in self.keys:
                return None
            first, evaluation_id = self.keys[key.key]
        if first != key:
            raise IdempotencyConflictError("The idempotency key was used for another request.")
        return evaluation_id, self.answer(evaluation_id)

    def add_disagreement(self, disagreement: Disagreement) -> None:
        with self._lock:
            if disagreement.id in self.reports:
                raise RecordError("A report of that id is recorded.")
            self.reports[disagreement.id] = disagreement

    def disagreements(self) -> Iterator[Disagreement]:
        with self._lock:
            reports = list(self.reports.values())
        yield from sorted(reports, key=lambda report: (report.recorded_at, report.id))

    def disagreement(self, report_id: str) -> Disagreement:
        with self._lock:
            if report_id not in self.reports:
                raise EvaluationNotFoundError("No report of a disagreement is recorded under that id.")
            return self.reports[report_id]

    def check(self) -> None:
        pass

    def _find(self, evaluation_id: str) -> Evaluation:
        with self._lock:
            if evaluation_id not in self.evaluations:
                raise EvaluationNotFoundError("No evaluation is recorded under that id.")
            return self.evaluations[evaluation_id]
