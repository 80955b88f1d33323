from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from service.adapters.sql_record.database import open_database
from service.adapters.sql_record.migrate import MIGRATIONS, configured, migrate
from service.adapters.sql_record.tables import APPEND_ONLY, HEAD, metadata
from service.domain.errors import RecordError

MIGRATE = "import sys; from service.adapters.sql_record.migrate import migrate; migrate(sys.argv[1])"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "ferrule.sqlite3"


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


def schema(file: Path) -> set[tuple[str, str, str]]:
    with closing(sqlite3.connect(file)) as connection:
        return set(connection.execute("SELECT type, name, sql FROM sqlite_master"))


class TestMigrate:
    def test_fresh(self, url: str, file: Path):
        """
        A fresh database has, after every revision, just the tables that the code reads and writes.
        """
        migrate(url)

        engine = open_database(file)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            differences = compare_metadata(context, metadata)
        engine.dispose()
        assert differences == []

    def test_triggers(self, url: str, file: Path):
        """
        Every table whose rows must stay has its three triggers.
        """
        migrate(url)

        triggers = {name for kind, name, _ in schema(file) if kind == "trigger"}
        assert triggers == {
            f"{table.name}_refuses_{verb}" for table in APPEND_ONLY for verb in ("update", "delete", "replace")
        }

    def test_head(self):
        """
        The revision that the record checks for is the last one there is.
        """
        assert ScriptDirectory.from_config(configured()).get_heads() == [HEAD]

    def test_again(self, url: str, file: Path):
        """
        A database that is up to date is left as it is.
        """
        migrate(url)
        before = schema(file)
        migrate(url)

        assert schema(file) == before

    def test_at_once(self, url: str, file: Path):
        """
        Four processes that start together on one missing file all succeed.
        """
        children = [subprocess.Popen([sys.executable, "-c", MIGRATE, url]) for _ in range(4)]

        assert [child.wait(30) for child in children] == [0, 0, 0, 0]
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute("SELECT * FROM alembic_version").fetchall() == [(HEAD,)]

    def test_no_way_back(self):
        """
        No revision offers a downgrade, which would drop what is recorded.
        """
        scripts = ScriptDirectory.from_config(configured()).walk_revisions()

        assert [one.revision for one in scripts if hasattr(one.module, "downgrade")] == []

    def test_imports_nothing_of_ours(self):
        """
        A revision does not import the service, whose tables will move on without it.
        """
        texts = [path.read_text() for path in (MIGRATIONS / "revisions").glob("*.py")]

        assert texts
        assert not any(
            line.startswith(("import service", "from service")) for text in texts for line in text.splitlines()
        )

    def test_newer(self, url: str, file: Path):
        """
        A database of a newer release is refused and left alone.
        """
        migrate(url)
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")

        with pytest.raises(RecordError, match="written by a newer release"):
            migrate(url)

    def test_private(self, url: str, file: Path):
        """
        The folder, the file and its logs are for their owner alone.
        """
        migrate(url)

        with closing(sqlite3.connect(file)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            rights = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (file.parent, *file.parent.iterdir())}
        assert rights == {
            "home": 0o700,
            "ferrule.sqlite3": 0o600,
            "ferrule.sqlite3-wal": 0o600,
            "ferrule.sqlite3-shm": 0o600,
        }

    def test_odd_folder(self, tmp_path: Path):
        """
        A folder may have any name, also one that means something in a URL or a configuration.
        """
        file = tmp_path / "50% of #1 & co" / "ferrule.sqlite3"
        migrate(f"sqlite:///{file}")

        assert file.stat().st_size > 0

    def test_no_folder(self, tmp_path: Path):
        """
        Where no folder can be made, the message names the file, the reason and the setting.
        """
        (tmp_path / "file").touch()

        with pytest.raises(RecordError, match=r"file/ferrule\.sqlite3: .*FERRULE_HOME"):
            migrate(f"sqlite:///{tmp_path}/file/ferrule.sqlite3")

    def test_not_a_database(self, url: str, file: Path):
        """
        A file that is something else is refused and left as it is.
        """
        file.parent.mkdir()
        file.write_text("Dear diary, " * 500)

        with pytest.raises(RecordError, match="is no SQLite database"):
            migrate(url)
        assert file.read_text() == "Dear diary, " * 500

    @pytest.mark.parametrize(
        ("url", "message"),
        [
            pytest.param("sqlite://", "outlives the process", id="no file"),
            pytest.param("sqlite:///:memory:", "outlives the process", id="in memory"),
            pytest.param("sqlite:///a?mode=memory", "plain file", id="options"),
            pytest.param("postgresql://u:secret@h/d", "not in postgresql", id="another database"),
            pytest.param("secret", "cannot be read", id="no URL"),
        ],
    )
    def test_url(self, url: str, message: str):
        """
        A URL that is not that of a SQLite file is refused; the message does not repeat it.
        """
        with pytest.raises(RecordError, match=message) as caught:
            migrate(url)

        assert "secret" not in str(caught.value)
