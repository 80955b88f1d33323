from __future__ import annotations

import os
import re
import shutil
import sqlite3
import threading
import time
import traceback
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from service.adapters.sql_record import record as record_module
from service.adapters.sql_record.migrate import migrate
from service.adapters.sql_record.record import SqlRecord
from service.application.ports import Key
from service.domain.errors import EvaluationNotFoundError, RecordError
from tests.contract.record.samples import a_disagreement, an_evaluation, rows, start

KEY = Key("k", "1" * 64)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ferrule.sqlite3"


@pytest.fixture
def record(file: Path) -> Iterator[SqlRecord]:
    migrate(f"sqlite:///{file}")
    made = SqlRecord(f"sqlite:///{file}")
    yield made
    made.close()


def with_pragma(record: SqlRecord, pragma: str) -> None:
    """Set a PRAGMA on each of the record's connections, as the state of the machine would."""
    record.close()
    event.listen(record._engine, "connect", lambda connection, _: connection.execute(f"PRAGMA {pragma}"))


def refusals(record: SqlRecord) -> set[str]:
    """Return what every method that writes says."""
    said = set()
    for write in (
        lambda: record.add(an_evaluation(answer=os.urandom(200_000)), KEY),
        lambda: record.add_disagreement(a_disagreement(report=os.urandom(200_000))),
        record.check,
    ):
        with pytest.raises(RecordError) as caught:
            write()
        said.add(str(caught.value))
    return said


class TestFullDisk:
    def test_database_full(self, record: SqlRecord, file: Path):
        """
        When the database cannot grow nothing is half-recorded, the check fails, what was recorded
        can be read, and all is well again when there is room.
        """
        earlier = an_evaluation()
        record.add(earlier)
        ((pages,),) = rows(file, "PRAGMA page_count")
        with_pragma(record, f"max_page_count = {pages + 2}")

        said = refusals(record)

        assert said == {
            "The database of the record cannot grow, the disk is full. Free some space; nothing was half-recorded."
        }
        assert rows(file, "SELECT id FROM evaluation") == [(earlier.id,)]
        assert rows(file, "SELECT * FROM idempotency_key UNION SELECT id, 1, 1, 1 FROM disagreement") == []
        assert record.answer(earlier.id) == earlier.answer
        with_pragma(record, "max_page_count = 1000000")
        record.add(an_evaluation(answer=os.urandom(200_000)), KEY)
        record.check()

    def test_system_refuses(self, record: SqlRecord, file: Path):
        """
        When the operating system refuses to write, what was acknowledged before is there and the
        file is whole.
        """
        child = start("fill", file, str(400_000))
        output, _ = child.communicate(timeout=30)
        *acknowledged, last = output.split("\n")[:-1]

        assert last.startswith("refused: The database of the record cannot ")
        assert len(acknowledged) > 10
        assert sorted(rows(file, "SELECT id FROM evaluation")) == [(one,) for one in acknowledged]
        assert rows(file, "PRAGMA integrity_check") == [("ok",)]

    def test_little_left(self, record: SqlRecord, monkeypatch: pytest.MonkeyPatch):
        """
        The check fails before the disk is full.
        """
        monkeypatch.setattr(record_module, "LEAST_FREE", 1 << 62)

        with pytest.raises(RecordError, match="disk of the record has less than 16 MB free"):
            record.check()


class TestLocked:
    def test_writer(self, record: SqlRecord, file: Path, monkeypatch: pytest.MonkeyPatch):
        """
        While another process keeps the write lock nothing is recorded; reading goes on.
        """
        earlier = an_evaluation()
        record.add(earlier)
        monkeypatch.setattr(record_module, "BUSY_SECONDS", 0.02)
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            said = refusals(record)
            answer = record.answer(earlier.id)
        record.add(an_evaluation(), KEY)

        assert len(said) == 1
        assert "is locked by another process" in said.pop()
        assert answer == earlier.answer

    @pytest.mark.slow
    def test_many_threads(self, record: SqlRecord, file: Path):
        """
        However many threads wait while another process keeps the write lock, each of them is told
        so within one deadline, the check within a shorter one, and all is well afterwards.
        """
        record.check()
        waited: dict[str, list[float]] = {"add": [], "report": [], "check": []}
        said: list[str] = []

        def refused(name: str, write: Callable[[], None]) -> None:
            started = time.monotonic()
            try:
                write()
            except RecordError as error:
                said.append(str(error))
            waited[name].append(time.monotonic() - started)

        tasks: list[tuple[str, Callable[[], None]]] = [
            *[("add", lambda: record.add(an_evaluation()))] * 4,
            *[("report", lambda: record.add_disagreement(a_disagreement()))] * 2,
            *[("check", record.check)] * 2,
        ]
        threads = [threading.Thread(target=refused, args=task) for task in tasks]
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        assert len(said) == len(tasks)
        assert {re.sub("for . seconds", "for long", one) for one in said} == {
            "The database of the record is locked by another process. Find out which one, and try again.",
            (
                "The database of the record was busy for long. Find out whether another process keeps it "
                "locked or its disk is slow, and try again."
            ),
        }
        # A second more for a machine that has other things to do.
        assert max(waited["add"] + waited["report"]) < record_module.WRITE_SECONDS + 1
        assert max(waited["check"]) < record_module.CHECK_SECONDS + 1
        assert rows(file, "SELECT id FROM evaluation UNION SELECT id FROM disagreement") == []
        record.add(an_evaluation(), KEY)
        record.check()

    def test_released(self, record: SqlRecord, file: Path):
        """
        A write that finds the lock taken goes on when it is released in time.
        """
        evaluation = an_evaluation()
        with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
            other.execute("BEGIN IMMEDIATE")
            release = threading.Timer(0.3, other.rollback)
            release.start()
            record.add(evaluation)
            release.join()

        assert record.answer(evaluation.id) == evaluation.answer


class TestReadOnly:
    def test_writes(self, record: SqlRecord, file: Path):
        """
        A file that may not be written is reported as such by every method that writes.
        """
        earlier = an_evaluation()
        record.add(earlier)
        with_pragma(record, "query_only = ON")

        said = refusals(record)

        assert len(said) == 1
        assert "can be read but not written. Give the service's user the right" in said.pop()
        assert record.answer(earlier.id) == earlier.answer


class TestMissing:
    def test_file(self, file: Path):
        """
        A missing file is reported and not silently made anew, empty.
        """
        record = SqlRecord(f"sqlite:///{file}")

        said = refusals(record)

        assert len(said) == 1
        assert "`ferrule serve` makes it" in said.pop()
        assert not file.exists()

    def test_tables(self, file: Path):
        """
        A file without tables is reported with what makes them.
        """
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA user_version = 1")
        record = SqlRecord(f"sqlite:///{file}")

        said = refusals(record)

        assert len(said) == 1
        assert "does not have the tables" in said.pop()
        record.close()

    def test_other_revision(self, record: SqlRecord, file: Path):
        """
        A record of another revision is not ready.
        """
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = '0000'")

        with pytest.raises(RecordError, match="is at revision 0000, this release needs 0002"):
            record.check()


WRITES: dict[str, Callable[[SqlRecord], None]] = {
    "add": lambda record: record.add(an_evaluation(), KEY),
    "add_disagreement": lambda record: record.add_disagreement(a_disagreement()),
    "check": lambda record: record.check(),
}


def remove(file: Path) -> None:
    """Remove a database with what SQLite keeps beside it."""
    for one in file.parent.glob(f"{file.name}*"):
        one.unlink()


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
class TestSwapped:
    def test_removed(self, record: SqlRecord, file: Path, write: Callable[[SqlRecord], None]):
        """
        When the file is removed under the record every write is refused, until a file is back.
        """
        earlier = an_evaluation()
        record.add(earlier)
        record.close()
        backup = shutil.copy(file, file.with_name("backup"))
        record.check()
        remove(file)

        with pytest.raises(RecordError, match="was removed or replaced while the service was running"):
            write(record)
        assert len(refusals(record)) == 1
        assert not file.exists()
        shutil.copy(backup, file)
        write(record)
        assert record.answer(earlier.id) == earlier.answer

    def test_replaced(self, record: SqlRecord, file: Path, write: Callable[[SqlRecord], None]):
        """
        When another file takes its place the next write is refused, and those after it go there.
        """
        earlier, lost, later = an_evaluation(), an_evaluation(), an_evaluation()
        record.add(earlier)
        record.close()
        backup = shutil.copy(file, file.with_name("backup"))
        record.add(lost)
        remove(file)
        Path(backup).replace(file)

        with pytest.raises(RecordError, match="If a backup was restored, try again"):
            write(record)
        write(record)
        record.add(later)

        found = {one for (one,) in rows(file, "SELECT id FROM evaluation")}
        assert {earlier.id, later.id} <= found
        assert lost.id not in found
        assert record.answer(earlier.id) == earlier.answer
        assert rows(file, "PRAGMA integrity_check") == [("ok",)]


class TestDamaged:
    def test_header(self, record: SqlRecord, file: Path):
        """
        A file whose beginning is lost is refused by every method.
        """
        record.add(an_evaluation())
        record.close()
        file.write_bytes(b"\xff" * 4096 + file.read_bytes()[4096:])

        said = refusals(record)

        assert len(said) == 1
        assert "restore the newest backup" in said.pop()
        with pytest.raises(RecordError, match="restore the newest backup"):
            migrate(f"sqlite:///{file}")

    def test_pages(self, record: SqlRecord, file: Path):
        """
        With its pages overwritten the record gives no answer rather than another one.
        """
        evaluations = [an_evaluation(answer=os.urandom(5000)) for _ in range(20)]
        for evaluation in evaluations:
            record.add(evaluation)
        record.close()
        whole = file.read_bytes()
        file.write_bytes(whole[:4096] + os.urandom(len(whole) - 4096))

        for evaluation in evaluations:
            with pytest.raises(RecordError) as caught:
                record.answer(evaluation.id)
            assert "restore the newest backup" in str(caught.value)

    def test_blob(self, record: SqlRecord, file: Path):
        """
        A damaged answer is never given, however the database finds its row.
        """
        evaluation = an_evaluation(answer=os.urandom(300))
        record.add(evaluation)
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("DROP TRIGGER evaluation_refuses_update")
            connection.execute("UPDATE evaluation SET answer = substr(answer, 1, 150)")

        with pytest.raises(RecordError, match="damaged") as caught:
            record.answer(evaluation.id)
        assert not isinstance(caught.value, EvaluationNotFoundError)

    def test_unknown_format(self, record: SqlRecord, file: Path):
        """
        A row in a format of a later release is refused by name.
        """
        evaluation = an_evaluation()
        record.add(evaluation)
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("DROP TRIGGER evaluation_refuses_update")
            connection.execute("UPDATE evaluation SET format = 'sealed-1'")

        with pytest.raises(RecordError, match="in the format sealed-1"):
            record.answer(evaluation.id)


class TestAltered:
    def test_content(self, record: SqlRecord, file: Path):
        """
        An answer or a document that another was put in place of is never given, however well it is formed.
        """
        evaluation = an_evaluation()
        record.add(evaluation, KEY)
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("DROP TRIGGER evaluation_refuses_update")
            forged = zlib.compress(b'{"status":"concluded"}')
            connection.execute("UPDATE evaluation SET format = 'zlib', answer = ?, document = ?", (forged, forged))

        for read in (
            lambda: record.answer(evaluation.id),
            lambda: record.document(evaluation.id),
            lambda: record.answered_under(KEY),
        ):
            with pytest.raises(RecordError, match="was altered after it was recorded") as caught:
                read()
            assert "concluded" not in str(caught.value)

    @pytest.mark.parametrize("column", ["document", "answer"])
    def test_digest(self, record: SqlRecord, file: Path, column: str):
        """
        Nor is one whose recorded digest is another; what was not touched can be read.
        """
        evaluation = an_evaluation()
        record.add(evaluation)
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("DROP TRIGGER evaluation_refuses_update")
            connection.execute(f"UPDATE evaluation SET {column}_sha256 = ''")

        readers = {"document": record.document, "answer": record.answer}
        with pytest.raises(RecordError, match="was altered"):
            readers.pop(column)(evaluation.id)
        ((other, read),) = readers.items()
        assert read(evaluation.id) == getattr(evaluation, other)


class TestPrivacy:
    def test_traceback(self, record: SqlRecord, file: Path):
        """
        Neither the sentence nor the traceback behind it shows the patient or the statement.
        """
        with_pragma(record, "query_only = ON")
        evaluation = an_evaluation(subject="Jane Doe", answer=b"ferritin 5")
        with pytest.raises(RecordError) as caught:
            record.add(evaluation, KEY)

        written = "".join(traceback.format_exception(caught.value))
        # The source lines that a traceback quotes are not values.
        shown = re.sub(r"(?m)^ {4}.*$", "", written)
        assert "Jane Doe" not in shown
        assert evaluation.id not in shown
        assert "INSERT INTO" not in shown
