import json

import pytest

from service.cli import main
from tests import small


class TestShow:
    def test_words(self, folder, capsys):
        """
        A rule is told in words, with rows, sources, needs and readers; no line ends in spaces.
        """
        assert main(["show", "irn-010"]) == 0

        said = capsys.readouterr().out
        for words in (
            "IRN-010  Low ferritin is iron deficiency",
            "inflammation present  at most 70 ug/L",
            "in book and default and local, by book, Page 4 (own):",
            "It needs",
            "It feeds",
            "Where it may be wrong",
        ):
            assert words in said
        assert [line for line in said.splitlines() if line != line.rstrip()] == []

    def test_json(self, folder, capsys):
        """
        For programs it is one JSON object.
        """
        assert main(["show", "NXT-020", "--profile", "book", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["profiles"] == ["book"]

    def test_safety(self, folder, capsys):
        """
        What is promised of every answer is told with its reason, its source, and what holds the rules to it.
        """
        assert main(["show", "--safety"]) == 0

        said = " ".join(capsys.readouterr().out.split())
        assert said.startswith("small A small rule set: 4 safety properties")
        assert "never likely, let alone confirmed, unless it is certain that this holds: \u2022 Anemia" in said
        assert "The book knows no other way. So says A made-up book on blood, Page 9 (own). Held by ferrule" in said
        assert main(["show", "--safety", "--json"]) == 0
        assert len(json.loads(capsys.readouterr().out)["rulesets"][0]["safety"]) == 4

    @pytest.mark.parametrize("rule", list(small.release().rules))
    def test_every_rule(self, folder, capsys, rule):
        """
        Every kind of condition and effect can be told.
        """
        assert main(["show", rule]) == 0
        assert rule in capsys.readouterr().out

    def test_unknown(self, folder, capsys):
        """
        A rule that is not there ends the command with the nearest one.
        """
        assert main(["show", "ANE-01"]) == 2
        assert capsys.readouterr().err == "ferrule: 'ANE-01' is no rule here. Did you mean ANE-010?\n"


CASES = "small/rules/blood/ane-010-anemia.cases.yaml"


class TestWhy:
    def test_case(self, folder, capsys):
        """
        A case is told with its place, its status, and what stayed undecided.
        """
        assert main(["why", "ANE-010:2"]) == 0

        said = capsys.readouterr().out
        assert "ANE-010:2  Below it she is" in said
        assert "What stayed undecided" in said
        assert "ANE-010" in said

    def test_failing(self, folder, capsys):
        """
        A failing case is told with what was expected and the rule that decides it, and the code says so.
        """
        file = folder / CASES
        file.write_text(file.read_text().replace("findings: {anemia: absent}", "findings: {anemia: present}"))

        assert main(["why", "at", "the", "limit"]) == 1

        said = " ".join(capsys.readouterr().out.split())
        assert "This case fails \u2022 anemia is absent, expected present." in said
        assert "- ANE-010 (Anemia is present) is not fired:" in said

    def test_panel(self, folder, capsys):
        """
        A panel is no case, and the command that explains it is named.
        """
        assert main(["why", "panel.json"]) == 2
        assert capsys.readouterr().err == (
            "ferrule: panel.json is no case; 'ferrule explain panel.json' explains a panel.\n"
        )

    @pytest.mark.parametrize(
        ("case", "said"),
        [
            pytest.param("nothing", "No case is called 'nothing', nor has these words in its name.", id="no case"),
        ],
    )
    def test_cannot(self, folder, capsys, case, said):
        """
        What is not there ends the command with one sentence.
        """
        assert main(["why", case]) == 2
        assert said in capsys.readouterr().err


class TestMutants:
    def test_words(self, folder, capsys):
        """
        The score is told, and each survivor with its place, what may change unnoticed, and how many cases come to it.
        """
        assert main(["test", "--mutants", "ane-010"]) == 0

        said = " ".join(capsys.readouterr().out.split())
        assert "small: 3 cases notice" in said
        assert "knowledge/small/thresholds.yaml (ANE-010" in said
        assert "male: below 130 g/L; nobody notices if it is below 129 g/L or below 131 g/L or at most 130 g/L" in said

    def test_json(self, folder, capsys):
        """
        For programs it is one JSON object.
        """
        assert main(["test", "--mutants", "--json"]) == 0

        (measured,) = json.loads(capsys.readouterr().out)["rulesets"]
        assert measured["noticed"] + len(measured["survivors"]) == measured["mutants"]

    def test_no_such_rule(self, folder, capsys):
        """
        A rule that there is not is told, and nothing is done.
        """
        assert main(["test", "--mutants", "XXX-999"]) == 2
        assert "'XXX-999' is no rule in use here." in capsys.readouterr().err

    def test_conditions(self, folder, capsys):
        """
        A condition that no case turns on is told when all cases are run.
        """
        assert main(["test"]) == 0
        assert "no case fires" in capsys.readouterr().err


class TestGraph:
    @pytest.mark.parametrize("asked", [[], ["--conclusion", "blood-disorder"], ["--rule", "irn-010"]])
    def test_drawn(self, folder, tmp_path, capsys, asked):
        """
        A picture of the whole or of a part goes to a file, or to standard output.
        """
        assert main(["graph", *asked, "--out", str(tmp_path / "graph.svg")]) == 0
        assert capsys.readouterr().out.endswith("graph.svg: written. Open it in a browser.\n")
        assert main(["graph", *asked]) == 0
        assert (tmp_path / "graph.svg").read_text(encoding="utf-8") == capsys.readouterr().out

    def test_json(self, folder, capsys):
        """
        For programs it is nodes, and edges between them.
        """
        assert main(["graph", "--rule", "irn-010", "--json"]) == 0

        drawn = json.loads(capsys.readouterr().out)
        nodes = {node["id"]: node["kind"] for node in drawn["nodes"]}
        assert nodes["IRN-010"] == "rule"
        assert {"from": "IRN-010", "to": "iron-deficiency", "against": False} in drawn["edges"]
        assert {end for edge in drawn["edges"] for end in (edge["from"], edge["to"])} <= nodes.keys()

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            (["--conclusion", "x"], "'x' is no name that a rule gives here."),
            (["--rule", "x"], "'X' is no rule here."),
            (["--ruleset", "smal"], "'smal' is no rule set here. Did you mean small?"),
            (["--out", "no/such/folder.svg"], "no/such/folder.svg: No such file or directory."),
        ],
    )
    def test_cannot(self, folder, capsys, asked, said):
        """
        What is not there, or cannot be written, ends the command with one sentence.
        """
        assert main(["graph", *asked]) == 2
        assert said in capsys.readouterr().err
