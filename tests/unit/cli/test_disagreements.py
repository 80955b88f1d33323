import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from service.adapters.sql_record.migrate import migrate
from service.adapters.sql_record.record import SqlRecord
from service.application.ports import Disagreement
from service.cli import main
from service.config import Settings


def a_report(number: int) -> Disagreement:
    """
    Return a report whose request is that of one patient.
    """
    return Disagreement(
        f"report-{number}",
        datetime(2026, 11, number, 10, tzinfo=UTC),
        "small",
        "0.1.0",
        "sha256:" + "a" * 64,
        "default",
        "ferrule 0.1.0, durable-rules 2.0.28",
        b'{"results":[{"value":9.10}],"subject":"canary"}',
        b'{"differences":["ANE-010 fired in the engine only","the state of anemia differs"],"margins":{"low":"-1.5"}}',
    )


class TestDisagreements:
    @pytest.fixture
    def record(self, folder):
        """
        A record of its own, empty.
        """
        url = Settings.from_env().database_url
        migrate(url)
        made = SqlRecord(url)
        yield made
        made.close()

    def test_none(self, record, capsys):
        """
        Where there is no report the code says that all is well.
        """
        assert main(["disagreements"]) == 0
        assert capsys.readouterr().out == "0 disagreements.\n"

    def test_list(self, record, capsys):
        """
        Reports are listed, the oldest first, with what differed and nothing of the patient; the code says
        that there are some.
        """
        for number in (2, 1):
            record.add_disagreement(a_report(number))

        code = main(["disagreements"])

        said = capsys.readouterr()
        assert code == 1
        assert said.err == ""
        assert said.out.splitlines() == [
            "report-1  2026-11-01T10:00:00.000Z  small 0.1.0, profile default, by ferrule 0.1.0, durable-rules 2.0.28",
            "    ANE-010 fired in the engine only",
            "    the state of anemia differs",
            "report-2  2026-11-02T10:00:00.000Z  small 0.1.0, profile default, by ferrule 0.1.0, durable-rules 2.0.28",
            "    ANE-010 fired in the engine only",
            "    the state of anemia differs",
            "2 disagreements.",
        ]

    def test_list_json(self, record, capsys):
        """
        For programs each report is one JSON object on one line, also without anything of the patient.
        """
        for number in (1, 2):
            record.add_disagreement(a_report(number))

        assert main(["disagreements", "--json"]) == 1
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [line["id"] for line in lines] == ["report-1", "report-2"]
        assert lines[0] == {
            "id": "report-1",
            "recorded_at": "2026-11-01T10:00:00.000Z",
            "ruleset": "small",
            "version": "0.1.0",
            "profile": "default",
            "program": "ferrule 0.1.0, durable-rules 2.0.28",
            "differences": ["ANE-010 fired in the engine only", "the state of anemia differs"],
        }

    def test_whole(self, record, capsys):
        """
        One report is printed whole, every digit of the request as it was sent, and is said to hold patient data.
        """
        record.add_disagreement(a_report(1))

        assert main(["disagreements", "report-1"]) == 0
        plain = capsys.readouterr()
        assert main(["disagreements", "report-1", "--json"]) == 0
        told = capsys.readouterr()

        assert "holds patient data" in plain.err
        assert "holds patient data" in told.err
        assert '    request: {"results":[{"value":9.10}],"subject":"canary"}' in plain.out.splitlines()
        assert f"    digest: sha256:{'a' * 64}" in plain.out.splitlines()
        assert '"value":9.10' in told.out
        whole = json.loads(told.out)
        assert whole["request"]["subject"] == "canary"
        assert whole["report"]["margins"] == {"low": "-1.5"}

    def test_unknown(self, record, capsys):
        """
        A report that is not there is told as such.
        """
        assert main(["disagreements", "report-9"]) == 2
        assert capsys.readouterr().err == "ferrule: No report of a disagreement is recorded under that id.\n"

    def test_no_record(self, folder, capsys):
        """
        Where there is no record it is not made; the message says what makes it.
        """
        assert main(["disagreements"]) == 2
        assert "`ferrule serve` makes it" in capsys.readouterr().err
        assert not (folder.parent / "home").exists()

    def test_damaged(self, record, capsys):
        """
        A report that cannot be read ends the command with one sentence.
        """
        record.add_disagreement(a_report(1))
        with closing(sqlite3.connect(record._file)) as connection, connection:
            connection.execute("DROP TRIGGER disagreement_refuses_update")
            connection.execute("UPDATE disagreement SET report = substr(report, 1, 20)")

        assert main(["disagreements"]) == 2
        assert "is damaged" in capsys.readouterr().err
