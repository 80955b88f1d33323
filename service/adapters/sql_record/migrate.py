"""
Make the record's database, or bring it to this release's revision.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from service import adapters
from service.adapters.sql_record.database import open_database, sqlite_file, translated, waiting
from service.domain.errors import RecordError

if TYPE_CHECKING:
    from sqlalchemy import Connection

MIGRATIONS = Path(adapters.__file__).parent / "migrations"

WAIT_SECONDS = 10
"""How long a process waits for others that upgrade the same file."""


def migrate(database_url: str) -> None:
    """
    Bring the database to the newest revision; do nothing if it is there.

    A missing file is made for its owner's eyes only, in a folder likewise. Several
    processes may do this at once: the first one works and the others wait. There
    is no way back to an older revision but a backup.

    Args:
        database_url: SQLAlchemy URL of a SQLite file.

    Raises:
        RecordError: If that is not possible, with the file and the remedy.
    """
    file = sqlite_file(database_url)
    try:
        _make(file)
        with translated():
            _upgrade(file)
    except OSError as error:
        message = (
            f"{file}: cannot be made ({error.strerror}). Set FERRULE_HOME to a folder that the "
            f"service's user may write."
        )
        raise RecordError(message) from None
    except RecordError as error:
        message = f"{file}: {error}"
        raise RecordError(message) from error.__cause__


def _make(file: Path) -> None:
    if not file.parent.is_dir():
        file.parent.parent.mkdir(parents=True, exist_ok=True)
        file.parent.mkdir(mode=0o700, exist_ok=True)
    # SQLite gives its log files the rights that it finds on the database.
    os.close(os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))


def _upgrade(file: Path) -> None:
    engine = open_database(file)
    try:
        with waiting(WAIT_SECONDS), engine.begin() as connection:
            command.upgrade(configured(connection), "head")
    except CommandError:
        message = (
            "The database of the record was written by a newer release than this. Start that release, or a newer one."
        )
        raise RecordError(message) from None
    finally:
        engine.dispose()


def configured(connection: Connection | None = None) -> Config:
    """
    Tell Alembic where the revisions are.

    Args:
        connection: Where to run them, within a transaction of the caller's.

    Returns:
        The configuration, as ``alembic.ini`` would give it.
    """
    config = Config()
    # Alembic reads % as the start of a variable.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("version_locations", str(MIGRATIONS / "revisions").replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    return config
