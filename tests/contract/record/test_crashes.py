from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest

from service.adapters.sql_record.migrate import migrate
from service.adapters.sql_record.record import SqlRecord
from tests.contract.record.samples import rows, start

ROUNDS = 5


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ferrule.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


class TestKill:
    @pytest.mark.slow
    def test_acknowledged(self, file: Path):
        """
        A process that is killed at any moment loses nothing that it has acknowledged, and leaves a
        file that is whole and at most one evaluation that it did not get to acknowledge.
        """
        acknowledged: list[str] = []
        for _ in range(ROUNDS):
            child = start("write", file, "endless")
            assert child.stdout is not None
            first = child.stdout.readline()
            time.sleep(random.uniform(0, 0.3))
            child.kill()
            # The last line may have been cut.
            acknowledged += [line for line in (first + child.stdout.read()).split("\n") if len(line) == 36]
            child.wait()
            child.communicate()

        assert len(acknowledged) >= ROUNDS
        record = SqlRecord(f"sqlite:///{file}")
        for evaluation_id in acknowledged:
            assert record.answer(evaluation_id).startswith(b"answer ")
        record.check()
        record.close()
        assert rows(file, "PRAGMA integrity_check") == [("ok",)]
        assert rows(file, "PRAGMA foreign_key_check") == []
        ((evaluations,),) = rows(file, "SELECT count(*) FROM evaluation")
        ((keys,),) = rows(file, "SELECT count(*) FROM idempotency_key")
        assert evaluations == keys
        assert 0 <= evaluations - len(acknowledged) <= ROUNDS


class TestTwoProcesses:
    def test_write(self, file: Path):
        """
        Two processes that write to one file at once both get everything recorded.
        """
        children = [start("write", file, "300") for _ in range(2)]
        outputs = [child.communicate(timeout=60)[0].split() for child in children]

        assert [len(output) for output in outputs] == [300, 300]
        assert set(rows(file, "SELECT id FROM evaluation")) == {(one,) for output in outputs for one in output}

    def test_one_key(self, file: Path):
        """
        One panel posted under one key by eight threads in each of two processes at once is recorded
        once, and all sixteen get that one answer.
        """
        children = [start("race", file, "the-key") for _ in range(2)]
        for child in children:
            assert child.stdout is not None
            assert child.stdout.readline() == "prepared\n"
        for child in children:
            assert child.stdin is not None
            child.stdin.write("go\n")
            child.stdin.flush()
        answers = [json.loads(line) for child in children for line in child.communicate(timeout=60)[0].splitlines()]

        ((evaluation_id,),) = rows(file, "SELECT id FROM evaluation")
        record = SqlRecord(f"sqlite:///{file}")
        body = record.answer(evaluation_id).decode()
        record.close()
        assert answers == [[evaluation_id, body]] * 16
        assert rows(file, "SELECT key, evaluation_id FROM idempotency_key") == [("the-key", evaluation_id)]
