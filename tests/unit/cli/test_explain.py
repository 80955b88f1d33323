from __future__ import annotations

import json

import pytest

from service.cli import main

REQUEST = {
    "patient": {"age": {"value": 40, "unit": "a"}, "sex": "male", "altitude": {"value": 0, "unit": "m"}},
    "results": [{"measure": "hemoglobin", "value": 12.0, "unit": "g/dL"}],
}


@pytest.fixture
def panel(tmp_path):
    path = tmp_path / "panel.json"
    path.write_text(json.dumps(REQUEST))
    return str(path)


class TestExplain:
    @pytest.mark.parametrize("example", [False, True])
    def test_panel(self, folder, tmp_path, capsys, example):
        """
        The panel of a file, or of an example with a request in it, is explained to the clinician.
        """
        path = tmp_path / "panel.json"
        path.write_text(json.dumps({"name": "x", "request": REQUEST} if example else REQUEST))

        assert main(["explain", str(path), "--draft"]) == 0
        said = " ".join(capsys.readouterr().out.split())
        assert "Disorder of the blood is confirmed: anemia, since hemoglobin 120 g/L is below 130 g/L" in said
        assert "Hemoglobin was reported as 12.0 g/dL and read as 120 g/L." in said

    def test_case(self, folder, capsys):
        """
        A case is explained as its rule set stands, in any register.
        """
        assert main(["explain", "ANE-010:2", "--register", "informaticist"]) == 0
        assert "ANE-010 fired (order 1): Anemia is present" in " ".join(capsys.readouterr().out.split())

    def test_json(self, folder, panel, capsys):
        """
        As JSON it is the document that the service answers, but for the id of the evaluation.
        """
        arguments = ["explain", panel, "--draft", "--of", "why-not", "--conclusion", "iron-anemia", "--format", "json"]

        assert main(arguments) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["of"], told["conclusion"], told["register"]) == ("why-not", "iron-anemia", "clinician")
        assert [one["conclusion"] for one in told["conclusions"]] == ["iron-anemia"]

    @pytest.mark.parametrize("more", [[], ["--complete"]])
    def test_svg(self, folder, panel, capsys, more):
        """
        As SVG it is one drawing, of what suffices or of every support.
        """
        assert main(["explain", panel, "--draft", "--format", "svg", *more]) == 0
        assert capsys.readouterr().out.startswith('<svg xmlns="http://www.w3.org/2000/svg"')

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            pytest.param(["nothing"], "No case is called 'nothing'", id="no case"),
            pytest.param(["nowhere.json"], "nowhere.json: No such file or directory.", id="no file"),
            pytest.param(
                ["ANE-010:2", "--conclusion", "blood-disorders"],
                "'blood-disorders' is no conclusion here. Did you mean blood-disorder?",
                id="no conclusion",
            ),
            pytest.param(
                ["ANE-010:2", "--conclusion", "iron-anemia", "--format", "svg"],
                "There is nothing to draw here",
                id="svg",
            ),
            pytest.param(["0192d3a4-7f3c-7000-8000-1c2d3e4f5a6b"], "ferrule: ", id="no evaluation"),
        ],
    )
    def test_cannot(self, folder, monkeypatch, tmp_path, capsys, arguments, said):
        """
        What is not there ends the command with one sentence.
        """
        monkeypatch.setenv("FERRULE_HOME", str(tmp_path / "home"))
        monkeypatch.setenv("FERRULE_VERSIONS", str(tmp_path / "versions"))

        assert main(["explain", *arguments]) == 2
        assert said in capsys.readouterr().err
