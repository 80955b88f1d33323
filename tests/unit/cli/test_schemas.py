import json

from service.cli import main
from tests.unit.cli.authored import ANE, change


class TestSchemas:
    def test_written(self, folder, capsys):
        """
        Schemas are written where they are read; a second time there is nothing to write.
        """
        assert main(["schemas"]) == 0
        assert f"{folder}/schemas/rule.json: written." in capsys.readouterr().out
        assert "ANE-010" in (folder / "schemas/cases.json").read_text()
        assert main(["schemas"]) == 0
        assert capsys.readouterr().out == "Every schema knows every name.\n"
        assert main(["schemas", "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {"written": []}

    def test_elsewhere(self, folder, tmp_path):
        """
        They can be written elsewhere; knowledge that cannot be used otherwise has schemas too.
        """
        change(folder, (ANE, "establish: anemia", "establish: anaemia"))

        assert main(["schemas", "--out", str(tmp_path / "out")]) == 0
        assert not (folder / "schemas").exists()
        assert json.loads((tmp_path / "out/rule.json").read_text())["title"] == "Ferrule: rule"

    def test_outdated(self, folder, capsys):
        """
        The check remarks on schemas that do not know every name.
        """
        main(["schemas"])
        change(folder, ("sources.yaml", "study:\n", "another-study:\n  title: T\n  by: B\n  kind: own\nstudy:\n"))

        main(["check"])
        said = capsys.readouterr().err

        assert "knowledge/schemas/rule.json does not know every name; run 'ferrule schemas'." in said
        assert "profile.json" not in said

    def test_first_line(self, folder):
        """
        Where there are schemas, the first line of each file names its own.
        """
        main(["schemas"])
        main(["fmt"])

        first = (folder / ANE).read_text().partition("\n")[0]
        assert first == "# yaml-language-server: $schema=../../../schemas/rule.json"
