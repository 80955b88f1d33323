"""
The tables of the record, in types that SQLite and PostgreSQL share.

The revisions in ``service/adapters/migrations`` make them; a test compares the two.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Column, DateTime, ForeignKey, LargeBinary, MetaData, String, Table, Text
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy import Dialect

HEAD = "0002"
"""The revision that this code reads and writes."""


class Instant(TypeDecorator[datetime]):
    """An instant in UTC, also where the database keeps no offset."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Write the instant in UTC; one without an offset is a defect of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "an instant is recorded with its offset, or not at all"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read the instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Constraints get the same names in every database, so that a later revision can name them.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

evaluation = Table(
    "evaluation",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("recorded_at", Instant, nullable=False),
    Column("subject", Text),
    Column("ruleset", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("digest", String(71), nullable=False),
    Column("profile", Text, nullable=False),
    Column("program", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("format", String(16), nullable=False),
    Column("request", LargeBinary, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("document_sha256", String(64), nullable=False),
    Column("answer_sha256", String(64), nullable=False),
    Column("dictionary", String(64)),
)

dictionary = Table(
    "dictionary",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("digest", String(71), nullable=False),
    Column("program", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    Column("key", Text, primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("evaluation_id", String(36), ForeignKey("evaluation.id"), nullable=False),
    Column("recorded_at", Instant, nullable=False),
)

disagreement = Table(
    "disagreement",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("recorded_at", Instant, nullable=False),
    Column("ruleset", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("digest", String(71), nullable=False),
    Column("profile", Text, nullable=False),
    Column("program", Text, nullable=False),
    Column("format", String(16), nullable=False),
    Column("request", LargeBinary, nullable=False),
    Column("report", LargeBinary, nullable=False),
)

APPEND_ONLY = (evaluation, dictionary, idempotency_key, disagreement)
"""Tables whose rows the database itself refuses to change, to remove or to replace."""
