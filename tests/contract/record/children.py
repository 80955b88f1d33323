"""
What the child processes of `test_record` and `test_crashes` do with a record.

Each prints a line only after the record has said that it is done.
"""

from __future__ import annotations

import json
import resource
import sys
import threading
from collections.abc import Callable, Mapping
from itertools import count
from types import SimpleNamespace
from typing import cast

from service import bootstrap
from service.adapters.durable_rules.engine import DurableRulesEngine
from service.adapters.sql_record.record import SqlRecord
from service.adapters.system import utc_now, uuid7
from service.application.canonical import canonical_json
from service.application.catalog import Catalog, Loaded
from service.application.evaluate import Evaluate, Question
from service.application.ports import Key
from service.domain.errors import FerruleError, RecordError
from service.domain.given import GivenPanel
from tests.contract.record.samples import an_evaluation
from tests.tiny import read_knowledge

THREADS = 8


def write(record: SqlRecord, most: str) -> None:
    """Write evaluations with keys, at most so many."""
    for number in count() if most == "endless" else range(int(most)):
        evaluation = an_evaluation(answer=f"answer {number} ".encode() * 200)
        record.add(evaluation, Key(evaluation.id, "f" * 64))
        print(evaluation.id, flush=True)


def fill(record: SqlRecord, bytes_left: str) -> None:
    """Write until the operating system refuses to make a file larger."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(bytes_left), resource.RLIM_INFINITY))
    try:
        write(record, "endless")
    except RecordError as error:
        print(f"refused: {error}", flush=True)


def race(record: SqlRecord, key: str) -> None:
    """Evaluate one panel under one key in many threads at once, when a line comes in."""
    release, _ = read_knowledge()
    loaded = Loaded(release, DurableRulesEngine(release))
    catalog = cast("Catalog", SimpleNamespace(choose=lambda *_: loaded))
    evaluate = Evaluate(catalog, record, utc_now, uuid7, bootstrap.program())
    question = Question(GivenPanel(as_of=utc_now()), canonical_json({}))
    print("prepared", flush=True)
    sys.stdin.readline()
    barrier = threading.Barrier(THREADS)
    lines: list[str] = []

    def ask() -> None:
        barrier.wait()
        try:
            answer = evaluate(question, Key(key, "f" * 64))
            lines.append(json.dumps([answer.id, answer.body.decode()]))
        except FerruleError as error:
            lines.append(json.dumps(["error", repr(error)]))

    threads = [threading.Thread(target=ask) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("\n".join(lines), flush=True)


TASKS: Mapping[str, Callable[[SqlRecord, str], None]] = {"write": write, "fill": fill, "race": race}

if __name__ == "__main__":
    task, url, argument = sys.argv[1:]
    TASKS[task](SqlRecord(url), argument)
