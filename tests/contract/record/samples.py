"""
Evaluations, reports and a prepared file for the tests of the record.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from service.adapters.system import uuid7
from service.application.ports import Disagreement, Evaluation

ROOT = Path(__file__).parents[3]


def an_evaluation(**changes: Any) -> Evaluation:
    """Return an evaluation of its own id, with *changes*."""
    given: dict[str, Any] = {
        "id": uuid7(),
        "recorded_at": datetime(2026, 11, 22, 10, 30, 15, 123456, tzinfo=UTC),
        "subject": "subject-7",
        "ruleset": "greenhouse",
        "version": "0.1.0",
        "digest": "sha256:" + "a" * 64,
        "profile": "default",
        "program": "ferrule 0.1.0, durable-rules 2.0.28",
        "status": "complete",
        "request": b'{"results":[]}',
        "document": b'{"trace":[],"status":"complete"}',
        "answer": b'{"status":"complete"}',
    }
    return Evaluation(**given | changes)


def a_disagreement(**changes: Any) -> Disagreement:
    """Return a report of its own id, with *changes*."""
    given: dict[str, Any] = {
        "id": uuid7(),
        "recorded_at": datetime(2026, 11, 22, 10, 30, tzinfo=UTC),
        "ruleset": "greenhouse",
        "version": "0.1.0",
        "digest": "sha256:" + "a" * 64,
        "profile": "default",
        "program": "ferrule 0.1.0, durable-rules 2.0.28",
        "request": b'{"results":[]}',
        "report": b'{"differences":["one"]}',
    }
    return Disagreement(**given | changes)


def rows(file: Path, query: str) -> list[tuple[Any, ...]]:
    """Return what a query finds in the file, past the record."""
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(query).fetchall()


def start(task: str, file: Path, argument: str) -> subprocess.Popen[str]:
    """Start a task of `tests.contract.record.children`."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.contract.record.children", task, f"sqlite:///{file}", argument],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
