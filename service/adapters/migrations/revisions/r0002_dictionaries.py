"""
Dictionaries by which evaluations are packed; each row names its own.

Rows that are there already stay as they are: they have none.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dictionary",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("program", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_dictionary"),
    )
    for verb in ("UPDATE", "DELETE"):
        _refuse("dictionary", verb, f"BEFORE {verb} ON dictionary")
    exists = "SELECT 1 FROM dictionary WHERE sha256 = NEW.sha256 OR rowid = NEW.rowid"
    _refuse("dictionary", "REPLACE", f"BEFORE INSERT ON dictionary WHEN EXISTS ({exists})")
    op.add_column("evaluation", sa.Column("dictionary", sa.String(64)))


def _refuse(table: str, verb: str, when: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_refuses_{verb.lower()} {when} "
        f"BEGIN SELECT RAISE(ABORT, 'a recorded {table} stays as it is'); END"
    )
