import json

from service.cli import main
from tests.unit.cli.authored import ANE, change


class TestFmt:
    def test_rewritten(self, folder, capsys):
        """
        Files that do not have the house form are rewritten and named, and then they have it.
        """
        main(["fmt"])
        change(folder, (ANE, "status: in-use\n", "status:   'in-use' # a word\n"))
        capsys.readouterr()

        assert main(["fmt", "--check"]) == 1
        assert capsys.readouterr().out == f"knowledge/{ANE}: would be rewritten; run ferrule fmt.\n"
        assert main(["fmt"]) == 0
        assert capsys.readouterr().out == f"knowledge/{ANE}: rewritten.\n"
        assert main(["fmt", "--check"]) == 0
        assert "status: in-use     # a word\n" in (folder / ANE).read_text()

    def test_named_files(self, folder, tmp_path, capsys):
        """
        Only the files that are named are rewritten; one elsewhere has no fields to put in order.
        """
        elsewhere = tmp_path / "a.yaml"
        elsewhere.write_text("b:   1\na: [ 2 ]\n")
        elsewhere.chmod(0o640)

        assert main(["fmt", str(elsewhere)]) == 0
        assert capsys.readouterr().out == f"{elsewhere}: rewritten.\n"
        assert elsewhere.read_text() == "b: 1\na: [2]\n"
        assert elsewhere.stat().st_mode & 0o777 == 0o640
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml", "knowledge"]

    def test_bad(self, folder, capsys):
        """
        A file that is not strict YAML is a fault, and is left as it is; the others are rewritten.
        """
        (folder / ANE).write_text("id: 1\nid: 2\n")
        change(folder, ("sources.yaml", "kind: study", "kind:   study"))

        assert main(["fmt"]) == 1
        assert f"knowledge/{ANE}:2:1: 'id' stands twice" in capsys.readouterr().err
        assert "kind: study" in (folder / "sources.yaml").read_text()

    def test_missing(self, folder, capsys):
        """
        A file that is not there ends the command with its name.
        """
        assert main(["fmt", "nowhere.yaml"]) == 2
        assert capsys.readouterr().err == "ferrule: nowhere.yaml: No such file or directory.\n"

    def test_no_yaml(self, folder, capsys):
        """
        A folder, or a file of another kind, is refused and left as it is.
        """
        for name in (str(folder), "README.md"):
            assert main(["fmt", name]) == 2
            assert f"ferrule: {name} is no .yaml file" in capsys.readouterr().err

    def test_json(self, folder, capsys):
        """
        For programs the files are one JSON object.
        """
        main(["fmt"])
        change(folder, (ANE, "status: in-use", "status:  in-use"))
        capsys.readouterr()

        assert main(["fmt", "--check", "--json"]) == 1
        assert json.loads(capsys.readouterr().out) == {"files": [f"knowledge/{ANE}"], "written": False}
