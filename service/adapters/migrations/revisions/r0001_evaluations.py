"""
Evaluations, the keys they answer to, and reports of disagreement.

What is recorded stays: triggers refuse to change, remove or replace a row. They
guard against mistakes, not against whoever may write the file and drop them.

A revision never changes once it is released, so it repeats what it needs of
``service.adapters.sql_record.tables`` and imports nothing of the service.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "evaluation",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("recorded_at", instant, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("ruleset", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("profile", sa.Text, nullable=False),
        sa.Column("program", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("format", sa.String(16), nullable=False),
        sa.Column("request", sa.LargeBinary, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.Column("document_sha256", sa.String(64), nullable=False),
        sa.Column("answer_sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evaluation"),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("evaluation_id", sa.String(36), nullable=False),
        sa.Column("recorded_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_idempotency_key"),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"], name="fk_idempotency_key_evaluation_id"),
    )
    op.create_table(
        "disagreement",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("recorded_at", instant, nullable=False),
        sa.Column("ruleset", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("profile", sa.Text, nullable=False),
        sa.Column("program", sa.Text, nullable=False),
        sa.Column("format", sa.String(16), nullable=False),
        sa.Column("request", sa.LargeBinary, nullable=False),
        sa.Column("report", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_disagreement"),
    )
    for table, key in (("evaluation", "id"), ("idempotency_key", "key"), ("disagreement", "id")):
        for verb in ("UPDATE", "DELETE"):
            _refuse(table, verb, f"BEFORE {verb} ON {table}")
        # INSERT OR REPLACE removes the row in its way without asking the trigger on DELETE.
        exists = f"SELECT 1 FROM {table} WHERE {key} = NEW.{key} OR rowid = NEW.rowid"  # noqa: S608 - a name of ours
        _refuse(table, "REPLACE", f"BEFORE INSERT ON {table} WHEN EXISTS ({exists})")


def _refuse(table: str, verb: str, when: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_refuses_{verb.lower()} {when} "
        f"BEGIN SELECT RAISE(ABORT, 'a recorded {table} stays as it is'); END"
    )
