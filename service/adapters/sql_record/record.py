"""
The durable record of decisions.
"""

from __future__ import annotations

import hashlib
import os
import threading
import zlib
from contextlib import contextmanager
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, NoReturn

from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from service.adapters.sql_record.database import (
    BUSY_SECONDS,
    READS,
    is_in_place,
    open_database,
    sqlite_file,
    translated,
    waiting,
)
from service.adapters.sql_record.packing import ZLIB, ZSTD, Dictionary, packed, prepared, unpacked
from service.adapters.sql_record.tables import HEAD, dictionary, disagreement, evaluation, idempotency_key
from service.application.ports import Disagreement
from service.domain.errors import EvaluationNotFoundError, IdempotencyConflictError, RecordError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from sqlalchemy import Connection, Row, Select

    from service.application.ports import Evaluation, Key

LEAST_FREE = 16 * 1024 * 1024
"""Bytes that the disk must have free for the record to count as writable."""

WRITE_SECONDS = 5
"""How long a write may wait until it begins: for other threads and other processes together."""

CHECK_SECONDS = 2
"""The same for `SqlRecord.check`, which answers probes."""


class SqlRecord:
    """
    Implements `service.application.ports.Record`.

    Every method may be called by several threads at once. A transaction is on the
    disk when a method that writes returns; if one raises, nothing of it was recorded.

    Args:
        database_url: SQLAlchemy URL of a SQLite file that `migrate` has prepared.

        examples: Returns the decisions about the examples of a rule set's version, from which the dictionary of
            the release is made; none by default.

    Raises:
        RecordError: If the URL is not that of a SQLite file. The file is opened at first use.
    """

    def __init__(self, database_url: str, examples: Callable[[str, str], bytes] = lambda *_: b"") -> None:
        self._examples = examples
        # By release and program, those to pack by; by SHA-256, those to read by.
        self._to_pack: dict[tuple[str, str], Dictionary] = {}
        self._to_read: dict[str | None, bytes] = {None: b""}
        self._stored: set[str] = set()
        self._file = sqlite_file(database_url).absolute()
        self._engine = open_database(self._file)
        # SQLite has one writer at a time. Threads queue here, in the order they came, and wake at
        # once; left to SQLite they would sleep and try again.
        self._writing = threading.Lock()

    def add(self, evaluation: Evaluation, key: Key | None = None) -> None:
        """Commit an evaluation together with its idempotency key."""
        by = self._dictionary(evaluation)
        row = {name: getattr(evaluation, name) for name in evaluation.__slots__} | {
            **packed(evaluation, by),
            "format": ZSTD,
            "dictionary": by.sha256,
            "document_sha256": _sha256(evaluation.document),
            "answer_sha256": _sha256(evaluation.answer),
        }
        with self._transaction(WRITE_SECONDS) as connection:
            self._store(connection, by, evaluation)
            connection.execute(_ADD_EVALUATION, row)
            if key is not None:
                self._add_key(connection, key, evaluation)
        self._stored.add(by.sha256)

    @staticmethod
    def _add_key(connection: Connection, key: Key, evaluation: Evaluation) -> None:
        try:
            connection.execute(
                _ADD_KEY,
                {
                    "key": key.key,
                    "fingerprint": key.fingerprint,
                    "evaluation_id": evaluation.id,
                    "recorded_at": evaluation.recorded_at,
                },
            )
        except IntegrityError:
            message = "The idempotency key was used before."
            raise IdempotencyConflictError(message) from None

    def answer(self, evaluation_id: str) -> bytes:
        """Return the bytes answered."""
        return self._answer(self._row(evaluation_id))

    def document(self, evaluation_id: str) -> bytes:
        """Return the decision with its full trace."""
        return self._document(self._row(evaluation_id))

    def request(self, evaluation_id: str) -> bytes:
        """Return the request."""
        return self._request(self._row(evaluation_id))

    def answered_under(self, key: Key) -> tuple[str, bytes] | None:
        """Return id and answer recorded under a key."""
        row = self._first(
            select(
                idempotency_key.c.fingerprint,
                *_KEPT,
            )
            .join_from(idempotency_key, evaluation)
            .where(idempotency_key.c.key == key.key)
        )
        if row is None:
            return None
        if row.fingerprint != key.fingerprint:
            message = (
                "The idempotency key was used before for another request. "
                "Send the earlier request again, or this one under a new key."
            )
            raise IdempotencyConflictError(message)
        return row.id, self._answer(row)

    def add_disagreement(self, disagreement: Disagreement) -> None:
        """Commit a report of a disagreement."""
        row = _packed(disagreement, "request", "report")
        with self._transaction(WRITE_SECONDS) as connection:
            connection.execute(_ADD_DISAGREEMENT, row)

    def disagreements(self) -> Iterator[Disagreement]:
        """Return every report, oldest first; a connection is in use until the last one is read."""
        query = select(disagreement).order_by(disagreement.c.recorded_at, disagreement.c.id)
        with translated(), self._engine.connect().execution_options(**READS, yield_per=16) as connection:
            for row in connection.execute(query):
                yield _disagreement(row)

    def disagreement(self, report_id: str) -> Disagreement:
        """Return a report."""
        row = None
        if report_id.isascii():
            row = self._first(select(disagreement).where(disagreement.c.id == report_id))
        if row is None:
            message = "No report of a disagreement is recorded under that id."
            raise EvaluationNotFoundError(message)
        return _disagreement(row)

    def check(self) -> None:
        """Write a row and take it back; look at the tables' revision and the disk's free space."""
        with self._transaction(CHECK_SECONDS) as connection:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            connection.execute(_ADD_DISAGREEMENT, _PROBE)
            connection.rollback()
        if found != HEAD:
            message = (
                f"The database of the record is at revision {found}, this release needs {HEAD}. "
                f"Start the newest release with `ferrule serve`, which upgrades it."
            )
            raise RecordError(message)
        disk = os.statvfs(self._file.parent)
        # Some file systems do not tell their size.
        if disk.f_blocks and disk.f_bavail * disk.f_frsize < LEAST_FREE:
            message = (
                "The disk of the record has less than 16 MB free. Free some space; "
                "until then the service refuses to decide what it may not be able to record."
            )
            raise RecordError(message)

    def close(self) -> None:
        """Close every connection; the next use opens new ones."""
        self._engine.dispose()

    # -- parts -----------------------------------------------------------

    @contextmanager
    def _transaction(self, seconds: float) -> Iterator[Connection]:
        """Begin to write within so many seconds; commit at the end, if the file is still in its place."""
        deadline = monotonic() + seconds
        if not self._writing.acquire(timeout=seconds):
            message = (
                f"The database of the record was busy for {seconds:g} seconds. Find out whether another "
                f"process keeps it locked or its disk is slow, and try again."
            )
            raise RecordError(message)
        try:
            left = min(BUSY_SECONDS, deadline - monotonic())
            with translated(), waiting(left), self._engine.connect() as connection:
                yield connection
                if not is_in_place(connection, self._file):
                    self._let_go(connection)
                connection.commit()
        finally:
            self._writing.release()

    def _let_go(self, connection: Connection) -> NoReturn:
        # The next use opens the file that has the name then. Close what is open first: SQLite
        # must not have two files of one name open.
        connection.rollback()
        connection.invalidate()
        self._engine.dispose()
        self._stored.clear()
        self._to_pack.clear()
        message = (
            "The file of the record was removed or replaced while the service was running; nothing was "
            "recorded. If a backup was restored, try again; if not, find out who did this, and restore one."
        )
        raise RecordError(message)

    def _row(self, evaluation_id: str) -> Row[*tuple[Any, ...]]:
        row = None
        if evaluation_id.isascii():
            row = self._first(select(*_KEPT).where(evaluation.c.id == evaluation_id))
        if row is None:
            raise EvaluationNotFoundError(NOT_RECORDED)
        return row

    def _document(self, row: Row[*tuple[Any, ...]]) -> bytes:
        return _as_recorded(unpacked(row.format, row.document, self._content(row.dictionary)), row.document_sha256)

    def _request(self, row: Row[*tuple[Any, ...]]) -> bytes:
        return unpacked(row.format, row.request, self._content(row.dictionary))

    def _answer(self, row: Row[*tuple[Any, ...]]) -> bytes:
        # Whether the document is as it was recorded is no matter here: the answer shows it by its own SHA-256.
        by = unpacked(row.format, row.document, self._content(row.dictionary)) if row.format == ZSTD else b""
        return _as_recorded(unpacked(row.format, row.answer, by), row.answer_sha256)

    def _dictionary(self, evaluation: Evaluation) -> Dictionary:
        """Return the dictionary of a release: the one that the record has, or one made of the examples."""
        of = (evaluation.digest, evaluation.program)
        if of not in self._to_pack:
            found = self._first(
                select(dictionary.c.sha256).where(dictionary.c.digest == of[0], dictionary.c.program == of[1])
            )
            content = self._content(found[0]) if found else self._examples(evaluation.ruleset, evaluation.version)
            self._to_pack[of] = prepared(_sha256(content), content)
        return self._to_pack[of]

    def _store(self, connection: Connection, by: Dictionary, evaluation: Evaluation) -> None:
        """Add the dictionary of an evaluation, with which it is committed, unless the record has it."""
        if by.sha256 in self._stored:
            return
        if connection.execute(select(dictionary.c.sha256).where(dictionary.c.sha256 == by.sha256)).first() is None:
            row = {name: getattr(evaluation, name) for name in ("digest", "program", "recorded_at")}
            content = zlib.compress(by.content, 9)
            connection.execute(_ADD_DICTIONARY, row | {"sha256": by.sha256, "content": content})

    def _content(self, sha256: str | None) -> bytes:
        """Return the bytes of a dictionary."""
        if sha256 not in self._to_read:
            row = self._first(select(dictionary.c.content).where(dictionary.c.sha256 == sha256))
            if row is None:
                message = (
                    "The record has lost a dictionary, by which what it holds under this id was packed. Stop the "
                    "service, keep the file for examination, and restore the newest backup."
                )
                raise RecordError(message)
            self._to_read[sha256] = _as_recorded(unpacked(ZLIB, row.content, b""), str(sha256))
        return self._to_read[sha256]

    def _first(self, query: Select[*tuple[Any, ...]]) -> Row[*tuple[Any, ...]] | None:
        with translated(), self._engine.connect().execution_options(**READS) as connection:
            return connection.execute(query).first()


NOT_RECORDED = "No evaluation is recorded under that id."
_ADD_EVALUATION = insert(evaluation)
_ADD_DICTIONARY = insert(dictionary)
_ADD_KEY = insert(idempotency_key)
_ADD_DISAGREEMENT = insert(disagreement)

# As large as a decision, so that the database must find room for it.
_PROBE = {
    "id": "probe",
    "recorded_at": datetime(1970, 1, 1, tzinfo=UTC),
    **dict.fromkeys(("ruleset", "version", "digest", "profile", "program", "format"), "probe"),
    "request": bytes(1024),
    "report": bytes(64 * 1024),
}


_KEPT = (
    evaluation.c.id,
    evaluation.c.format,
    evaluation.c.request,
    evaluation.c.document,
    evaluation.c.document_sha256,
    evaluation.c.answer,
    evaluation.c.answer_sha256,
    evaluation.c.dictionary,
)


def _packed(recorded: Disagreement, *blobs: str) -> dict[str, Any]:
    row = {name: getattr(recorded, name) for name in recorded.__slots__}
    return row | {"format": ZLIB} | {name: zlib.compress(row[name]) for name in blobs}


def _disagreement(row: Row[*tuple[Any, ...]]) -> Disagreement:
    given = {name: getattr(row, name) for name in Disagreement.__slots__}
    return Disagreement(**given | {name: unpacked(row.format, given[name], b"") for name in ("request", "report")})


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _as_recorded(content: bytes, sha256: str) -> bytes:
    if _sha256(content) != sha256:
        message = (
            "What the record holds under this id was altered after it was recorded: it has another SHA-256. "
            "Stop the service, keep the file for examination, and restore the newest backup."
        )
        raise RecordError(message)
    return content
