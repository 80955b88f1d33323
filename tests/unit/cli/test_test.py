import json

import pytest

from service.cli import main
from tests.unit.cli.authored import ANE, CASES, change


class TestTest:
    def test_good(self, folder, capsys):
        """
        Cases that hold are counted.
        """
        assert main(["test"]) == 0

        said = capsys.readouterr()
        assert said.out == "3 cases, 0 failed.\nHow far their sources were read: 3 own.\n"
        assert "no case fires" in said.err

    def test_failing(self, folder, capsys):
        """
        A case that does not hold is told with its place and what was expected.
        """
        change(folder, (CASES, "findings: {anemia: absent}", "findings: {anemia: present}"))

        code = main(["test"])

        said = capsys.readouterr()
        assert code == 1
        assert said.out.splitlines()[0] == "3 cases, 1 failed. 'ferrule why ANE-010:1' tells how it came about."
        assert f"knowledge/{CASES}:3: ANE-010:1: A woman at the limit is not anemic" in said.err
        assert "    anemia is absent, expected present" in said.err

    def test_no_such_rule(self, folder, capsys):
        """
        A rule that there is not is told with the nearest one, and nothing is run.
        """
        assert main(["test", "ANE-010", "BLD-01"]) == 2

        said = capsys.readouterr()
        assert said.out == ""
        assert said.err == "ferrule: 'BLD-01' is no rule in use here. Did you mean BLD-010?\n"

    def test_one_rule(self, folder, capsys):
        """
        A rule that is named has its cases run; one without cases is not well.
        """
        assert main(["test", "ANE-010"]) == 0
        assert main(["test", "BLD-010"]) == 1
        said = capsys.readouterr().out
        assert said == "3 cases, 0 failed.\n0 cases, 0 failed. Write some beside BLD-010.\n"

    @pytest.mark.parametrize("typed", ["ane-010", f"knowledge/{ANE}", f"knowledge/{CASES}"])
    def test_typed(self, folder, capsys, typed):
        """
        A rule may be named in small letters, or by its files.
        """
        assert main(["test", typed]) == 0
        assert capsys.readouterr().out == "3 cases, 0 failed.\n"

    def test_file_of_no_rule(self, folder, capsys):
        """
        A file that is no rule's is named as it was typed.
        """
        assert main(["test", "notes/some.yaml"]) == 2
        assert capsys.readouterr().err.startswith("ferrule: 'notes/some.yaml' is no rule in use here. Known: ANE-010,")

    def test_json(self, folder, capsys):
        """
        For programs each case is one JSON object on one line.
        """
        main(["test", "--json"])

        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [line["failures"] for line in lines] == [[], [], []]
        assert lines[0]["rule"] == "ANE-010"
        assert (lines[0]["basis"]["source"], lines[0]["read"]) == ("book", "own")

    def test_faulty_knowledge(self, folder, capsys):
        """
        Cases of knowledge that cannot be read are not run; its faults are told.
        """
        change(folder, (ANE, "status: in-use", "status: active"))

        assert main(["test"]) == 1
        assert "'active' is not a status" in capsys.readouterr().err
