"""
The record of decisions in a SQL database, through SQLAlchemy Core.

``record`` implements the port, ``migrate`` makes and upgrades the tables. They
are apart so that a process that serves does not load Alembic.
"""
