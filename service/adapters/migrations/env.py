"""
Run the revisions on the connection that ``service.adapters.sql_record.migrate`` gives.

All of them run in its one transaction: the database is at the newest revision
afterwards, or as it was.
"""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
