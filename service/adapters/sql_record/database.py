"""
Open the record's database, and say in a sentence why it fails.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import URL, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from service.domain.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine
    from sqlalchemy.pool import ConnectionPoolEntry

BUSY_SECONDS = 4
"""How long a connection waits for other processes, unless `waiting` says otherwise."""

THREADS = 8
"""Connections kept open: one for each thread of a gunicorn worker."""

READS = {"begin": "BEGIN"}
"""Execution options of a connection that only reads; any other takes the write lock at once,
so that two writers wait for each other instead of failing when both want to write."""

_deadline: ContextVar[float | None] = ContextVar("_deadline", default=None)

_IDENTITY = "identity of the file"

# What SQLite's primary result codes (https://www.sqlite.org/rescode.html) mean to an operator.
_SENTENCES = {
    sqlite3.SQLITE_BUSY: "is locked by another process. Find out which one, and try again",
    sqlite3.SQLITE_LOCKED: "is locked by another process. Find out which one, and try again",
    sqlite3.SQLITE_READONLY: "can be read but not written. Give the service's user the right to "
    "write the file and its folder",
    sqlite3.SQLITE_PERM: "may not be used. Give the service's user the right to write the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened. If the service has run before, look for the file "
    "and for the right to write its folder; if not, `ferrule serve` makes it",
    sqlite3.SQLITE_FULL: "cannot grow, the disk is full. Free some space; nothing was half-recorded",
    sqlite3.SQLITE_TOOBIG: "cannot take a document of that size",
    sqlite3.SQLITE_IOERR: "cannot be read or written, the operating system refuses. Look at the "
    "disk's free space and health",
    sqlite3.SQLITE_CORRUPT: "is damaged. Stop the service, keep the file for examination, and "
    "restore the newest backup",
    sqlite3.SQLITE_NOTADB: "is no SQLite database, or is damaged. Stop the service, keep the file "
    "for examination, and restore the newest backup",
    sqlite3.SQLITE_CONSTRAINT: "refused a row that breaks one of its rules; nothing was recorded",
    sqlite3.SQLITE_ERROR: "does not have the tables that this release expects. Start it with "
    "`ferrule serve`, which makes them",
}


def sqlite_file(database_url: str) -> Path:
    """
    Tell which file a URL names.

    Args:
        database_url: SQLAlchemy URL.

    Returns:
        The file, which need not exist.

    Raises:
        RecordError: If the URL is not that of a SQLite file.
    """
    remedy = "Set FERRULE_DATABASE_URL to sqlite:////absolute/path/to/file, or leave it unset."
    try:
        url = make_url(database_url)
    except (ArgumentError, ValueError):
        # The URL itself may hold a password and is not repeated.
        message = f"The record's database URL cannot be read. {remedy}"
        raise RecordError(message) from None
    if url.get_backend_name() != "sqlite":
        message = f"This release keeps its record in SQLite, not in {url.get_backend_name()}. {remedy}"
        raise RecordError(message)
    if not url.database or url.database == ":memory:" or url.query:
        message = f"The record needs a plain file that outlives the process. {remedy}"
        raise RecordError(message)
    return Path(url.database)


def open_database(file: Path) -> Engine:
    """
    Open a database that exists; nothing is made or written.

    Args:
        file: The SQLite file.

    Returns:
        An engine whose transactions begin with the write lock, see `READS`.
    """
    file = file.absolute()
    # In a URI, mode=rw keeps SQLite from making an empty file in place of a lost one.
    path = f"file:{quote(str(file))}"
    url = URL.create("sqlite", database=path, query={"mode": "rw", "uri": "true"})
    engine = create_engine(
        url,
        pool_size=THREADS,
        max_overflow=THREADS,
        pool_timeout=BUSY_SECONDS,
        # Its messages show the statement but not the patient.
        hide_parameters=True,
    )

    def remember(_dialect: object, entry: ConnectionPoolEntry, *_: object) -> None:
        # Before SQLite opens the file: if another takes its place in between, the first write is
        # refused in vain; asked afterwards, it would go to a file that is no longer there.
        entry.info[_IDENTITY] = _identity(file)

    event.listen(engine, "do_connect", remember)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def is_in_place(connection: Connection, file: Path) -> bool:
    """
    Tell whether a connection's file is still the one that has its name.

    SQLite goes on writing a file that was removed or replaced, and what it commits is
    lost. The system does not give the number of a file to another while it is open.

    Args:
        connection: An open connection.
        file: The file that it was opened for.

    Returns:
        False if the file is gone, or another has taken its place.
    """
    identity = _identity(file)
    return identity is not None and identity == connection.info[_IDENTITY]


@contextmanager
def waiting(seconds: float) -> Iterator[None]:
    """
    Limit how long this thread waits for other processes, over all that it does within.

    Args:
        seconds: From now; at zero or below a lock is tried once.
    """
    token = _deadline.set(monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


@contextmanager
def translated() -> Iterator[None]:
    """
    Turn every error of the database into a `RecordError` without SQL or patient data.

    Raises:
        RecordError: With a sentence that names the remedy.
    """
    try:
        yield
    except SQLAlchemyError as error:
        cause = error.orig if isinstance(error, DBAPIError) else None
        raise RecordError(_sentence(cause)) from cause


def _sentence(cause: BaseException | None) -> str:
    # Extended result codes carry the primary one in their lowest byte.
    code = getattr(cause, "sqlite_errorcode", -1) & 0xFF
    meaning = _SENTENCES.get(code, "failed. Look at the service's log for the cause")
    return f"The database of the record {meaning}."


def _prepare(connection: Any, _: object) -> None:  # noqa: ANN401 - a DBAPI connection
    # Python must not begin transactions of its own; `_begin` does.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {_busy_milliseconds()}")
    connection.execute("PRAGMA foreign_keys = ON")
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        message = (
            "The database of the record cannot keep a write-ahead log where it is. "
            "Move it to a local disk (FERRULE_HOME)."
        )
        raise RecordError(message)
    # Each commit waits until the disk has it.
    connection.execute("PRAGMA synchronous = FULL")


def _begin(connection: Connection) -> None:
    # Each time: the connection may have been opened, or used last, by one who waits longer.
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {_busy_milliseconds()}").close()
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN IMMEDIATE"))


def _busy_milliseconds() -> int:
    deadline = _deadline.get()
    seconds = BUSY_SECONDS if deadline is None else max(0, deadline - monotonic())
    return int(seconds * 1000)


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
