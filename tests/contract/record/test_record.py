from __future__ import annotations

import hashlib
import os
import random
import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from service.adapters.sql_record import tables
from service.adapters.sql_record.migrate import migrate
from service.adapters.sql_record.record import SqlRecord
from service.adapters.system import uuid7
from service.application.ports import Key, Record
from service.domain.errors import (
    EvaluationNotFoundError,
    IdempotencyConflictError,
    RecordError,
)
from tests.contract.record.samples import a_disagreement, an_evaluation, rows
from tests.fakes_record import InMemoryRecord


def in_memory(_: Path) -> Record:
    return InMemoryRecord()


def on_sqlite(folder: Path) -> Record:
    url = f"sqlite:///{folder}/ferrule.sqlite3"
    migrate(url)
    return SqlRecord(url)


@pytest.fixture(params=[in_memory, on_sqlite], ids=["in memory", "SQLite"])
def record(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Record]:
    made = request.param(tmp_path)
    yield made
    if isinstance(made, SqlRecord):
        made.close()


def in_threads(count: int, task: Callable[[int], None]) -> None:
    barrier = threading.Barrier(count)

    def run(number: int) -> None:
        barrier.wait()
        task(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class TestAdd:
    @pytest.mark.parametrize(
        "answer",
        [
            pytest.param(b'{"b":1,"a":"\xc3\xa9"}\n', id="JSON that is not canonical"),
            pytest.param(b"", id="nothing"),
            pytest.param(bytes(range(256)) * 4096, id="a megabyte of any bytes"),
        ],
    )
    def test_bytes(self, record: Record, answer: bytes):
        """
        The answer, the document and the request come back byte for byte.
        """
        evaluation = an_evaluation(answer=answer, document=answer[::-1], request=answer[1:])
        record.add(evaluation)

        assert record.answer(evaluation.id) == answer
        assert record.document(evaluation.id) == answer[::-1]
        assert record.request(evaluation.id) == answer[1:]

    def test_without_subject(self, record: Record):
        """
        An evaluation needs no subject.
        """
        evaluation = an_evaluation(subject=None)
        record.add(evaluation)

        assert record.answer(evaluation.id) == evaluation.answer

    def test_same_id(self, record: Record):
        """
        An id is used once; the first evaluation stays.
        """
        first = an_evaluation(answer=b"first")
        record.add(first)

        with pytest.raises(RecordError):
            record.add(an_evaluation(id=first.id, answer=b"second"))
        assert record.answer(first.id) == b"first"

    def test_taken_key(self, record: Record):
        """
        Under a key that is taken nothing is recorded, whether or not the request is the same.
        """
        first, same, other = an_evaluation(), an_evaluation(), an_evaluation()
        record.add(first, Key("k", "1" * 64))

        with pytest.raises(IdempotencyConflictError):
            record.add(same, Key("k", "1" * 64))
        with pytest.raises(IdempotencyConflictError):
            record.add(other, Key("k", "2" * 64))
        for refused in (same, other):
            with pytest.raises(EvaluationNotFoundError):
                record.answer(refused.id)

    def test_same_id_leaves_key(self, record: Record):
        """
        When the evaluation is refused its key stays free.
        """
        first = an_evaluation()
        record.add(first)

        with pytest.raises(RecordError):
            record.add(an_evaluation(id=first.id), Key("k", "1" * 64))
        assert record.answered_under(Key("k", "1" * 64)) is None

    def test_threads(self, record: Record):
        """
        Of eight threads with one key one records its evaluation, and all then read its answer.
        """
        evaluations = [an_evaluation(answer=f"answer {number}".encode()) for number in range(8)]
        key = Key("k", "1" * 64)
        refused: list[int] = []
        found: list[tuple[str, bytes] | None] = []

        def add(number: int) -> None:
            try:
                record.add(evaluations[number], key)
            except IdempotencyConflictError:
                refused.append(number)
            found.append(record.answered_under(key))

        in_threads(8, add)

        (winner,) = set(range(8)) - set(refused)
        assert len(refused) == 7
        assert found == [(evaluations[winner].id, evaluations[winner].answer)] * 8

    def test_many_threads(self, record: Record):
        """
        Sixteen threads that write and read at once do not get in each other's way.
        """
        evaluations = [an_evaluation(answer=os.urandom(500)) for _ in range(160)]
        read: dict[str, bytes] = {}

        def add(number: int) -> None:
            for evaluation in evaluations[number::16]:
                record.add(evaluation, Key(evaluation.id, "1" * 64))
                read[evaluation.id] = record.answer(evaluation.id)

        in_threads(16, add)

        assert read == {evaluation.id: evaluation.answer for evaluation in evaluations}


class TestAnswer:
    @pytest.mark.parametrize(
        "unknown",
        [
            pytest.param(uuid7(), id="an id that nobody used"),
            pytest.param("", id="nothing"),
            pytest.param("'; DROP TABLE evaluation; --", id="SQL"),
            pytest.param("\x00", id="a zero byte"),
            pytest.param("\ud800", id="half a character"),
            pytest.param("a" * 100_000, id="a long text"),
        ],
    )
    def test_unknown(self, record: Record, unknown: str):
        """
        What was never recorded is not found, whatever the id looks like.
        """
        record.add(an_evaluation())

        with pytest.raises(EvaluationNotFoundError):
            record.answer(unknown)
        with pytest.raises(EvaluationNotFoundError):
            record.document(unknown)
        with pytest.raises(EvaluationNotFoundError):
            record.request(unknown)


class TestAnsweredUnder:
    def test_unused(self, record: Record):
        """
        Nothing was answered under a key that nobody used.
        """
        record.add(an_evaluation(), Key("another", "1" * 64))

        assert record.answered_under(Key("k", "1" * 64)) is None

    def test_same_request(self, record: Record):
        """
        The same request under the same key finds the first answer.
        """
        evaluation = an_evaluation()
        record.add(evaluation, Key("k", "1" * 64))

        assert record.answered_under(Key("k", "1" * 64)) == (evaluation.id, evaluation.answer)

    def test_other_request(self, record: Record):
        """
        Another request under the same key is refused.
        """
        record.add(an_evaluation(), Key("k", "1" * 64))

        with pytest.raises(IdempotencyConflictError, match="another request"):
            record.answered_under(Key("k", "2" * 64))


class TestAddDisagreement:
    def test_same_id(self, record: Record):
        """
        A report is recorded once.
        """
        report = a_disagreement()
        record.add_disagreement(report)

        with pytest.raises(RecordError):
            record.add_disagreement(report)

    def test_is_no_evaluation(self, record: Record):
        """
        A report is not an answer to anybody.
        """
        report = a_disagreement()
        record.add_disagreement(report)

        with pytest.raises(EvaluationNotFoundError):
            record.answer(report.id)


class TestDisagreements:
    def test_oldest_first(self, record: Record):
        """
        Every report comes back whole, the oldest first.
        """
        times = [datetime(2026, 11, day, tzinfo=UTC) for day in (23, 21, 22)]
        reports = [a_disagreement(recorded_at=time, report=b'{"differences":["%d"]}' % time.day) for time in times]
        for report in reports:
            record.add_disagreement(report)

        assert list(record.disagreements()) == [reports[1], reports[2], reports[0]]
        assert [record.disagreement(report.id) for report in reports] == reports

    def test_none(self, record: Record):
        """
        Where the two readers never differed there is nothing to list.
        """
        assert list(record.disagreements()) == []

    @pytest.mark.parametrize(
        "unknown",
        [
            pytest.param("01a2040d-98a3-77c3-a425-4ab161351ded", id="an id that nobody used"),
            pytest.param("", id="nothing"),
            pytest.param("\ud800", id="half a character"),
        ],
    )
    def test_unknown(self, record: Record, unknown: str):
        """
        A report that was never recorded is not found; an evaluation is no report.
        """
        evaluation = an_evaluation()
        record.add(evaluation)

        for name in (unknown, evaluation.id):
            with pytest.raises(EvaluationNotFoundError, match="No report of a disagreement"):
                record.disagreement(name)


class TestCheck:
    def test_well(self, record: Record):
        """
        A record in good order says nothing, also when asked again.
        """
        record.check()
        record.check()


class TestRows:
    """What stands in the file; no other record has one."""

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        return tmp_path / "ferrule.sqlite3"

    @pytest.fixture
    def record(self, tmp_path: Path) -> Iterator[Record]:
        made = on_sqlite(tmp_path)
        yield made
        made.close()

    def test_columns(self, record: Record, file: Path):
        """
        What people ask for stands in columns of its own, the instant in UTC; the rest is
        compressed, and the row says how.
        """
        cet = timezone(timedelta(hours=1))
        evaluation = an_evaluation(recorded_at=datetime(2026, 11, 22, 0, 30, tzinfo=cet), request=b"long " * 10_000)
        record.add(evaluation, Key("k", "1" * 64))

        assert rows(
            file,
            "SELECT id, recorded_at, subject, ruleset, version, profile, program, status, format, "
            "document_sha256, answer_sha256, length(request) < 1000 FROM evaluation",
        ) == [
            (evaluation.id, "2026-11-21 23:30:00.000000", "subject-7", "greenhouse", "0.1.0",
             "default", "ferrule 0.1.0, durable-rules 2.0.28", "complete", "zstd",
             hashlib.sha256(evaluation.document).hexdigest(), hashlib.sha256(evaluation.answer).hexdigest(), 1),
        ]  # fmt: skip
        assert rows(file, "SELECT key, fingerprint, evaluation_id FROM idempotency_key") == [
            ("k", "1" * 64, evaluation.id)
        ]

    def test_dictionary(self, record: Record, file: Path):
        """
        What the decisions of a release have in common is made of its examples once, kept with the first evaluation
        that is packed by it, and named by each; another process takes it from there, whatever it would make.
        """
        common = bytes(random.Random(1).randrange(256) for _ in range(4000))
        made = []

        def examples(ruleset: str, version: str) -> bytes:
            made.append((ruleset, version))
            return common

        one, other = an_evaluation(document=common + b"1"), an_evaluation(document=common + b"2")
        first = SqlRecord(f"sqlite:///{file}", examples)
        first.add(one)
        first.add(other)
        first.close()
        second = SqlRecord(f"sqlite:///{file}", lambda *_: b"other")
        third = an_evaluation(document=common + b"3")
        second.add(third)

        sha256 = hashlib.sha256(common).hexdigest()
        assert made == [("greenhouse", "0.1.0")]
        assert rows(file, "SELECT sha256, digest, program FROM dictionary") == [(sha256, one.digest, one.program)]
        assert rows(file, "SELECT DISTINCT dictionary FROM evaluation") == [(sha256,)]
        assert rows(file, "SELECT max(length(document)) < 60 FROM evaluation") == [(1,)]
        assert [second.document(evaluation.id) for evaluation in (one, other, third)] == [
            common + b"1", common + b"2", common + b"3",
        ]  # fmt: skip
        assert second.answer(other.id) == other.answer
        second.close()

    def test_older_rows(self, record: Record, file: Path):
        """
        What an older program recorded, without a dictionary, stays readable.
        """
        old = an_evaluation(document=b'{"old":true}', answer=b'{"old":1}')
        record.add(an_evaluation())
        names = [column.name for column in tables.evaluation.columns if column.name != "dictionary"]
        given = {name: getattr(old, name) for name in old.__slots__} | {
            "recorded_at": "2026-11-21 23:30:00.000000",
            "format": "zlib",
            **{name: zlib.compress(getattr(old, name)) for name in ("request", "document", "answer")},
            **{f"{name}_sha256": hashlib.sha256(getattr(old, name)).hexdigest() for name in ("document", "answer")},
        }
        with closing(sqlite3.connect(file)) as connection, connection:
            marks = ", ".join(f":{name}" for name in names)
            connection.execute(f"INSERT INTO evaluation ({', '.join(names)}) VALUES ({marks})", given)

        assert (record.document(old.id), record.answer(old.id)) == (old.document, old.answer)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            pytest.param("DELETE FROM dictionary", "has lost a dictionary", id="lost"),
            pytest.param("UPDATE dictionary SET content = x'00'", "is damaged", id="damaged"),
            pytest.param("UPDATE dictionary SET sha256 = 'no'", "has lost a dictionary", id="another"),
        ],
    )
    def test_lost_dictionary(self, record: Record, file: Path, change: str, message: str):
        """
        Without its dictionary nothing is answered, and it is said why.
        """
        kept = an_evaluation()
        first = SqlRecord(f"sqlite:///{file}", lambda *_: b"what they have in common")
        first.add(kept)
        first.close()
        with closing(sqlite3.connect(file)) as connection, connection:
            for verb in ("update", "delete"):
                connection.execute(f"DROP TRIGGER dictionary_refuses_{verb}")
            connection.execute(change)

        again = SqlRecord(f"sqlite:///{file}")
        for read in (again.document, again.answer):
            with pytest.raises(RecordError, match=message):
                read(kept.id)
        again.close()

    def test_disagreement(self, record: Record, file: Path):
        """
        A report stands in its own table.
        """
        report = a_disagreement()
        record.add_disagreement(report)

        assert rows(file, "SELECT id, ruleset, program, format FROM disagreement") == [
            (report.id, "greenhouse", "ferrule 0.1.0, durable-rules 2.0.28", "zlib")
        ]

    def test_check(self, record: Record, file: Path):
        """
        A check leaves no row behind.
        """
        record.check()

        assert rows(file, "SELECT count(*) FROM disagreement") == [(0,)]

    def test_instant_without_offset(self, record: Record, file: Path):
        """
        An instant without an offset is a defect of the program and is not recorded.
        """
        with pytest.raises(RecordError):
            record.add(an_evaluation(recorded_at=datetime(2026, 11, 22)))  # noqa: DTZ001 - the point
        assert rows(file, "SELECT count(*) FROM evaluation") == [(0,)]

    def test_durable(self, record: SqlRecord):
        """
        Every connection keeps a write-ahead log and waits for the disk at each commit.
        """
        with record._engine.connect() as connection:
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
        assert found == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "busy_timeout": 4_000,
        }

    def test_two_records(self, record: Record, tmp_path: Path):
        """
        What one has recorded another on the same file finds at once.
        """
        evaluation = an_evaluation()
        other = SqlRecord(f"sqlite:///{tmp_path}/ferrule.sqlite3")
        record.add(evaluation)

        assert other.answer(evaluation.id) == evaluation.answer
        other.close()

    @pytest.mark.parametrize(
        "statement",
        [
            pytest.param("UPDATE {table} SET ruleset = 'x'", id="change"),
            pytest.param("DELETE FROM {table}", id="remove"),
            pytest.param("INSERT OR REPLACE INTO {table} SELECT * FROM {table}", id="replace"),
            pytest.param(
                "INSERT OR REPLACE INTO {table} (rowid, id, recorded_at, {rest}) "
                "SELECT rowid, 'new', recorded_at, {rest} FROM {table}",
                id="replace by its place",
            ),
            pytest.param(
                "INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT (id) DO UPDATE SET ruleset = 'x'",
                id="change instead of adding",
            ),
        ],
    )
    @pytest.mark.parametrize("table", ["evaluation", "disagreement"])
    def test_append_only(self, record: SqlRecord, file: Path, table: str, statement: str):
        """
        The database refuses to change, remove or replace what is recorded.
        """
        record.add(an_evaluation())
        record.add_disagreement(a_disagreement())
        before = rows(file, f"SELECT * FROM {table}")
        rest = ", ".join(
            name for _, name, *_ in rows(file, f"PRAGMA table_info({table})") if name not in ("id", "recorded_at")
        )

        with pytest.raises(Exception, match="stays as it is"):
            rows(file, statement.format(table=table, rest=rest))
        assert rows(file, f"SELECT * FROM {table}") == before

    @pytest.mark.parametrize(
        "statement",
        [
            pytest.param("UPDATE idempotency_key SET evaluation_id = '{other}' WHERE key = 'k'", id="change"),
            pytest.param("DELETE FROM idempotency_key", id="remove"),
            pytest.param(
                "INSERT OR REPLACE INTO idempotency_key VALUES ('k', '1', '{other}', '2026-11-22')", id="replace"
            ),
            pytest.param(
                "INSERT OR REPLACE INTO idempotency_key (rowid, key, fingerprint, evaluation_id, recorded_at) "
                "SELECT rowid, 'new', '1', '{other}', recorded_at FROM idempotency_key",
                id="replace by its place",
            ),
            pytest.param(
                "INSERT INTO idempotency_key VALUES ('k', '1', '{other}', '2026-11-22') "
                "ON CONFLICT (key) DO UPDATE SET evaluation_id = excluded.evaluation_id",
                id="change instead of adding",
            ),
        ],
    )
    def test_append_only_keys(self, record: Record, file: Path, statement: str):
        """
        The database refuses to let a key lead to another evaluation, or to forget it.
        """
        first, other = an_evaluation(answer=b"first"), an_evaluation(answer=b"other")
        record.add(first, Key("k", "1" * 64))
        record.add(other)

        with pytest.raises(Exception, match="stays as it is"):
            rows(file, statement.format(other=other.id))
        assert record.answered_under(Key("k", "1" * 64)) == (first.id, b"first")

    def test_utc(self, record: SqlRecord):
        """
        Read through the tables, an instant is in UTC again.
        """
        evaluation = an_evaluation()
        record.add(evaluation)

        with record._engine.connect() as connection:
            found = connection.execute(tables.evaluation.select()).one().recorded_at
        assert (found, found.tzinfo) == (evaluation.recorded_at, UTC)
