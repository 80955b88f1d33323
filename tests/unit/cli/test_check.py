import json

from service.cli import main
from tests.unit.cli.authored import ANE, CASES, PANEL, change


class TestCheck:
    def test_remarks(self, folder, capsys):
        """
        What was read is counted; rules without cases are remarks, and remarks are something found.
        """
        code = main(["check"])

        said = capsys.readouterr()
        assert code == 1
        assert said.out.startswith("small: 15 rules in use, 12 thresholds, 3 profiles, 3 cases.")
        assert "knowledge/small/rules/blood/bld-010-disorder.yaml: BLD-010 has no cases" in said.err

    def test_good(self, folder, capsys):
        """
        Where nothing is wrong nothing is said of faults, and the code is zero.
        """
        for path in folder.glob("small/rules/*/*.yaml"):
            if not path.name.startswith("ane-010"):
                path.unlink()
        text = (folder / "small/ruleset.yaml").read_text()
        (folder / "small/ruleset.yaml").write_text(text.partition("safety:\n")[0])
        change(folder, ("vocabulary.yaml", "inflammation: {title", "inflamed: {title"))
        change(folder, ("small/thresholds.yaml", "{inflammation: absent", "{inflamed: absent"))
        change(folder, ("small/thresholds.yaml", "{inflammation: present", "{inflamed: present"))
        text = (folder / CASES).read_text()
        for words in ("      conclusions: {blood-disorder: excluded}\n", "      advice: [measure-ferritin]\n"):
            text = text.replace(words, "")
        text = text.replace("      undecided: {IRN-010: [ferritin]}\n", "").replace("concluded\n", "inconclusive\n")
        (folder / CASES).write_text(text)

        assert main(["check"]) == 0
        assert capsys.readouterr().err == ""

    def test_bad(self, folder, capsys):
        """
        Every fault is one line with file, line and column, and the code says that there are some.
        """
        change(folder, (ANE, "status: in-use", "status: active"))
        change(folder, ("sources.yaml", "kind: study", "kind: studie"))

        code = main(["check"])

        assert code == 1
        kinds = "guideline, own, review, study, textbook, web"
        assert capsys.readouterr().err.splitlines() == [
            f"knowledge/{ANE}:3:9: 'active' is not a status. Accepted: draft, in-use, retired.",
            f"knowledge/sources.yaml:9:9: 'studie' is not a kind of source. Accepted: {kinds}.",
        ]

    def test_json(self, folder, capsys):
        """
        For programs the faults are one JSON object.
        """
        change(folder, (ANE, "status: in-use", "status: active"))

        code = main(["check", "--json"])

        said = json.loads(capsys.readouterr().out)
        assert code == 1
        assert said["remarks"] == []
        assert said["faults"] == [
            {
                "file": f"knowledge/{ANE}",
                "line": 3,
                "column": 9,
                "message": "'active' is not a status. Accepted: draft, in-use, retired.",
            }
        ]

    def test_github(self, folder, capsys):
        """
        On a forge each fault is an annotation of its line.
        """
        change(folder, (ANE, "status: in-use", "status: active"))

        assert main(["check", "--format", "github"]) == 1
        assert capsys.readouterr().out == (
            f"::error file=knowledge/{ANE},line=3,col=9::'active' is not a status. Accepted: draft, in-use, retired.\n"
        )

    def test_overdue(self, folder, capsys):
        """
        A rule past its review date is a remark.
        """
        change(folder, (ANE, "next: 2030-01-01", "next: 2020-01-01"))

        assert main(["check"]) == 1
        assert f"knowledge/{ANE}: ANE-010 is past its review date" in capsys.readouterr().err

    def test_example_that_is_refused(self, folder, capsys):
        """
        A sample whose request would be refused is a fault, told with the field.
        """
        panel = PANEL | {"results": [{"measure": "hemoglobn", "value": 12.0, "unit": "g/dL"}]}
        others = {"profile": PANEL | {"profile": "nobodys"}, "body": {"patient": 1}, "good": PANEL, "measure": panel}
        (folder / "small/examples").mkdir()
        for name, request in others.items():
            sample = {"name": "A man", "about": "He is 40.", "request": request}
            (folder / f"small/examples/{name}.json").write_text(json.dumps(sample))

        assert main(["check"]) == 1
        said = [line for line in capsys.readouterr().err.splitlines() if "examples/" in line]
        assert [line.partition(": ")[0].rpartition("/")[2] for line in said] == [
            "body.json",
            "measure.json",
            "profile.json",
        ]
        assert "request/patient: " in said[0]
        assert "request/results/0/measure: " in said[1]
        assert "the request asks for the profile 'nobodys', not among book, default, local." in said[2]

    def test_empty_folder(self, tmp_path, monkeypatch, capsys):
        """
        Where there is no rule set no command can do anything; the message says where to go, and nothing is written.
        """
        monkeypatch.setenv("FERRULE_KNOWLEDGE", str(tmp_path))

        for command in (
            ["check"], ["test"], ["watch", "--once"], ["show", "A"], ["why", "A"], ["graph"], ["fmt"], ["schemas"],
            ["new", "rule"], ["publish", "a", "--by", "b", "--because", "c"], ["test", "--mutants"],
        ):  # fmt: skip
            assert main(command) == 2
            said = capsys.readouterr()
            assert said.out == ""
            assert "holds no rule set. Go to the folder that holds knowledge/" in said.err
        assert list(tmp_path.iterdir()) == []
