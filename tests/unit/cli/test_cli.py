import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from service import __version__
from service.adapters.knowledge import generated_files
from service.adapters.knowledge.folder import KnowledgeFolder
from service.adapters.sql_record.migrate import migrate
from service.adapters.sql_record.record import SqlRecord
from service.application.generated import generate
from service.application.ports import Disagreement
from service.cli import COMMANDS, main
from service.config import Settings
from tests import small

MAPPING = """\
title: Five people
row id: id
note: They were made up.
patient:
  sex: {column: sex, values: {"1": male, "2": female}}
  age:
    - {column: months, unit: mo}
    - {column: years, unit: a}
results:
  hemoglobin: {column: hgb, unit: g/dL}
  crp:
    column: crp
    unit: mg/L
    below: {column: crp_flag, when: "1"}
"""
TABLE = """\
id,sex,months,years,hgb,crp,crp_flag
a,1,,40,12.0,,
b,1,,40,14.0,0.2,1
c,2,,,9.0,,
d,1,,40,high,,
,1,4,,9.0,,
"""


def change(folder, change: small.Change) -> None:
    file, before, after = change
    path = folder / file
    text = path.read_text()
    assert text.count(before) == 1
    path.write_text(text.replace(before, after))


PANEL = {
    "as_of": "2026-11-22T10:00:00Z",
    "patient": {"age": {"value": 40, "unit": "a"}, "sex": "male"},
    "results": [{"measure": "hemoglobin", "value": 12.0, "unit": "g/dL"}],
}


ANE = "small/rules/blood/ane-010-anemia.yaml"
CASES = "small/rules/blood/ane-010-anemia.cases.yaml"


class TestMain:
    def test_version(self, capsys):
        """
        The version is told, and the command ends well.
        """
        with pytest.raises(SystemExit) as ended:
            main(["--version"])

        assert ended.value.code == 0
        assert capsys.readouterr().out == f"ferrule {__version__}\n"

    def test_no_command(self, capsys):
        """
        Without a command the usage is told, and the code says that nothing was done.
        """
        with pytest.raises(SystemExit) as ended:
            main([])

        assert ended.value.code == 2
        assert "COMMAND" in capsys.readouterr().err

    def test_misspelt(self, capsys):
        """
        A command that there is not is told with the nearest one.
        """
        assert main(["chek"]) == 2
        assert capsys.readouterr().err == "ferrule: There is no command 'chek'. Did you mean 'ferrule check'?\n"
        assert main(["quux"]) == 2
        assert "'ferrule --help' lists them." in capsys.readouterr().err

    @pytest.mark.parametrize("name", [module.__name__.rpartition(".")[2] for module in COMMANDS])
    def test_help(self, name, capsys):
        """
        The help of each command says what it is for, and shows it in use.
        """
        with pytest.raises(SystemExit) as ended:
            main([name, "--help"])

        said = capsys.readouterr().out
        assert ended.value.code == 0
        assert said.startswith(f"usage: ferrule {name} ")
        assert f"examples:\n  ferrule {name}" in said or "FERRULE_BIND" in said

    def test_json_of_faults(self, folder, capsys):
        """
        Where JSON is asked for, faults of the knowledge are JSON too, on standard output.
        """
        change(folder, (ANE, "status: in-use", "status: active"))

        for command in (["test"], ["show", "ANE-010"], ["why", "ANE-010:1"], ["graph"]):
            assert main([*command, "--json"]) == 1
            (fault,) = json.loads(capsys.readouterr().out)["faults"]
            assert (fault["file"], fault["line"]) == (f"knowledge/{ANE}", 3)

    def test_help_names_settings(self, capsys):
        """
        The help names every command and every environment variable.
        """
        with pytest.raises(SystemExit):
            main(["--help"])

        said = capsys.readouterr().out
        for word in ("check", "test", "evaluate", "publish", "verify", "serve", "FERRULE_KNOWLEDGE", "FERRULE_HOME"):
            assert word in said

    def test_setting_that_cannot_be(self, folder, monkeypatch, capsys):
        """
        A variable with a value that cannot be used ends the command with what would be.
        """
        monkeypatch.setenv("FERRULE_WORKERS", "many")

        assert main(["check"]) == 2
        assert capsys.readouterr().err == "ferrule: FERRULE_WORKERS is 'many'; it must be a number from 1 to 64.\n"


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
        assert capsys.readouterr().err.splitlines() == [
            f"knowledge/{ANE}:3:9: 'active' is not a status. Accepted: draft, in-use, retired.",
            "knowledge/sources.yaml:9:9: 'studie' is not a kind of source. Did you mean 'study'?",
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


class TestNew:
    LIMIT = ("--when", "crp: above inflammation-crp")
    OPTIONS = (
        "--family", "blood", "--title", "Fever is inflammation", "--effect", "establish", "--name", "inflammation",
        "--when", "fever: present", "--rationale", "The book says so.", "--source", "book", "--where", "Page 9",
        "--says", "So it is.", "--strength", "made up", "--read", "own", "--basis-source", "study",
        "--basis-where", "Table 2", "--limits", "It is made up.",
    )  # fmt: skip

    def test_options(self, folder, capsys):
        """
        Where every answer is an option nothing is asked; the rule is written, checked, and what to do next is told.
        """
        main(["schemas"])
        capsys.readouterr()

        assert main(["new", "rule", *self.OPTIONS, "--id", "INF-030"]) == 0
        said = capsys.readouterr().out
        assert said.startswith("knowledge/small/rules/blood/inf-030-fever-is-inflammation.yaml: written.\n")
        assert "schemas/cases.json: written." in said
        assert "5 cases run, 0 of all fail" in said
        assert "ferrule show INF-030" in said

    def test_asked(self, folder, monkeypatch, capsys):
        """
        At a terminal each answer is asked for; one that cannot be used is asked for again, with the nearest name.
        """
        answers = iter(
            [
                "", "bloods here", "blood", "INF-010", "INF-030", "Fever is inflammation", "establish", "inflamation",
                "inflammation", "", "fevr: present", "fever: present", "", "The book says so.", "book", "Page 9",
                "So it is.", "made up", "own", "It is made up.", "", "study", "Table 2",
            ]
        )  # fmt: skip
        asked = []
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or next(answers))

        assert main(["new", "rule"]) == 0
        said = capsys.readouterr().out
        for words in (
            "A family is lower case",
            "INF-010 is taken; ids are never used twice.",
            "'inflamation' is not known. Did you mean 'inflammation'?",
            "'fevr' is not in the vocabulary. Did you mean 'fever'?",
            "inf-030-fever-is-inflammation.yaml: written.",
        ):
            assert words in said
        assert asked[0] == "Rule set [small]: "
        assert next(answers, None) is None

    @pytest.mark.parametrize(
        ("answer", "code", "basis"),
        [
            pytest.param("yes", 0, "basis: {source: study, where: Table 2}", id="yes"),
            pytest.param("no", 1, "basis: generated, unconfirmed", id="no"),
            pytest.param("", 1, "basis: generated, unconfirmed", id="a limit of another source"),
        ],
    )
    def test_confirmed(self, folder, monkeypatch, capsys, answer, code, basis):
        """
        What the two cases turn on is shown with its source, and whether the one named says so is asked.
        """
        asked = []
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or answer)
        options = ["--ruleset", "small", "--id", "INF-030", "--group", "all", *self.OPTIONS, "--effect", "reads high"]

        assert main(["new", "rule", *options, "--name", "ferritin", *self.LIMIT]) == code

        said = capsys.readouterr().out
        assert "  inflammation-crp, everyone: above 5 mg/L, by book\n" in said
        assert asked == ["Does study, Table 2, say so, yes or no [no]: "]
        cases = next((folder / "small/rules/blood").glob("inf-030-*.cases.yaml"))
        assert cases.read_text().count(basis) == 2

    def test_left(self, folder, monkeypatch, capsys):
        """
        Whoever leaves has written nothing.
        """

        def leave(question):
            raise EOFError

        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr("builtins.input", leave)

        assert main(["new", "rule"]) == 2
        assert "nothing is written" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("without", "said"),
        [
            ("--basis-where", "no terminal to ask at; --basis-where is missing."),
            ("--when", "--when is missing. 'ferrule new --help' explains each. Nothing is written."),
        ],
    )
    def test_missing(self, folder, capsys, without, said):
        """
        Without a terminal a missing answer is named; nobody confirms what cases rest on but the author.
        """
        at = self.OPTIONS.index(without)

        code = main(["new", "rule", *self.OPTIONS[:at], *self.OPTIONS[at + 2 :], "--id", "INF-030"])

        assert code == 2
        assert said in capsys.readouterr().err
        assert not list(folder.glob("**/inf-030*"))

    def test_nothing_given(self, folder, capsys):
        """
        Every missing answer is named at once.
        """
        assert main(["new", "rule"]) == 2
        assert "--family, --title, --effect, --name, --rationale" in capsys.readouterr().err

    def test_json(self, folder, capsys):
        """
        For programs what was written and what was found is one JSON object.
        """
        assert main(["new", "rule", *self.OPTIONS, "--id", "INF-030", "--json"]) == 0

        said = json.loads(capsys.readouterr().out)
        assert said["written"][0] == "knowledge/small/rules/blood/inf-030-fever-is-inflammation.yaml"
        assert said["looks"][0]["failing"] == []

    def test_wrong(self, folder, capsys):
        """
        An option that cannot be used is named with what is wrong.
        """
        assert main(["new", "rule", *self.OPTIONS, "--id", "INF-010"]) == 2
        assert "--id: INF-010 is taken; ids are never used twice. Nothing is written." in capsys.readouterr().err
        assert main(["new", "rule", *self.OPTIONS, "--id", "INF-030", "--when", "fevr: present"]) == 2
        assert "Did you mean 'fever'?" in capsys.readouterr().err


class TestWatch:
    def test_once(self, folder, capsys):
        """
        One look tells what was read and run.
        """
        assert main(["watch", "--once"]) == 0
        said = capsys.readouterr().out
        assert said.startswith("small: 15 rules in use")
        assert "3 cases run, 0 of all fail; 0 answers changed.\n" in said

    def test_wrong(self, folder, capsys):
        """
        A fault is something wrong.
        """
        change(folder, (ANE, "status: in-use", "status: active"))

        assert main(["watch", "--once"]) == 1
        assert f"knowledge/{ANE}:3:9: 'active' is not a status." in capsys.readouterr().err

    def test_saves(self, folder, monkeypatch, capsys):
        """
        After a save what changed is told, until Ctrl-C.
        """
        moments = []

        def wait():
            moments.append(1)
            if len(moments) == 1:
                change(folder, (ANE, "hemoglobin: below", "hemoglobin: at least"))
            elif len(moments) == 3:
                raise KeyboardInterrupt

        monkeypatch.setattr("service.cli.watch.wait", wait)

        assert main(["watch"]) == 0
        said = capsys.readouterr()
        assert "\n    ANE-010: fired -> not fired\n" in said.out
        assert "\n    anemia: present -> absent\n" in said.out
        assert "ANE-010 is not fired, expected fired" in said.err

    def test_json(self, folder, capsys):
        """
        For programs each look is one JSON object on one line.
        """
        change(folder, (CASES, "findings: {anemia: absent}", "findings: {anemia: present}"))

        assert main(["watch", "--once", "--json"]) == 1
        (look,) = json.loads(capsys.readouterr().out)["looks"]
        assert look["ran"] == 3
        assert look["failing"][0]["case"] == "ANE-010:1"
        assert look["failing"][0]["failures"] == ["anemia is absent, expected present"]


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


def count() -> int:
    """
    Return how many cases are generated for the small rule set.
    """
    return sum(len(one.get("cases", ())) for one in generate(small.release()).values())


def missed() -> int:
    """
    Return how many patients are not found for it.
    """
    return sum(len(one.get("not reached", ())) for one in generate(small.release()).values())


class TestCases:
    def test_written_once(self, folder, capsys):
        """
        Generated cases are written, named, and current from then on; so are they in the house form.
        """
        assert main(["cases"]) == 0
        first = capsys.readouterr().out.splitlines()
        files = {path: path.read_bytes() for path in folder.rglob("generated/*.yaml")}

        assert main(["cases", "--check"]) == 0
        assert main(["fmt", "--check"]) == 0
        assert main(["cases"]) == 0

        assert first[0] == "knowledge/small/generated/ane-010.cases.yaml: rewritten."
        assert first[-1] == f"small: {count()} generated cases, unconfirmed. {missed()} patients were not found."
        assert {path: path.read_bytes() for path in folder.rglob("generated/*.yaml")} == files
        assert len(first) == len(files) + 1

    def test_outdated(self, folder, capsys):
        """
        After an edit the files that would change are named, and nothing is written; a file too many would go.
        """
        main(["cases"])
        (folder / "small" / "generated" / "ane-999.cases.yaml").write_text("rule: ANE-999\n")
        change(folder, ("small/thresholds.yaml", "- {at least: 150}", "- {at least: 160}"))
        capsys.readouterr()

        assert main(["cases", "--check"]) == 1

        said = capsys.readouterr().out.splitlines()
        assert "knowledge/small/generated/irn-030.cases.yaml: would be rewritten." in said
        assert "knowledge/small/generated/ane-999.cases.yaml: would be removed." in said
        assert "knowledge/small/generated/inf-010.cases.yaml: would be rewritten." not in said
        assert main(["cases"]) == 0
        assert not (folder / "small" / "generated" / "ane-999.cases.yaml").exists()
        assert main(["cases", "--check"]) == 0

    def test_json(self, folder, capsys):
        """
        For programs one object tells the counts, what was not found, and the files.
        """
        assert main(["cases", "--json", "--check"]) == 1

        told = json.loads(capsys.readouterr().out)
        assert told["ruleset"] == "small"
        assert told["cases"] == count()
        assert len(told["not_reached"]) == missed()
        assert "knowledge/small/generated/ane-010.cases.yaml" in told["files"]

    def test_counted_apart(self, folder, capsys):
        """
        `ferrule test` and `ferrule check` count generated cases apart; they fire no rule for the measures.
        """
        main(["test"])
        before = capsys.readouterr()
        main(["cases"])
        capsys.readouterr()

        assert main(["test"]) == 0
        after = capsys.readouterr()
        assert main(["test", "IRN-030"]) == 1
        one = capsys.readouterr()
        main(["check"])

        assert after.err == before.err
        assert after.out.splitlines() == [
            "3 cases, 0 failed.",
            "How far their sources were read: 3 own.",
            f"{count()} generated, unconfirmed; each is answered as when it was written.",
        ]
        assert one.out.splitlines()[0] == "0 cases, 0 failed. Write some beside IRN-030."
        assert f"3 cases and {count()} generated, unconfirmed." in capsys.readouterr().out

    def test_answered_otherwise(self, folder, capsys):
        """
        A generated case that is answered otherwise is told, and fails nothing.
        """
        main(["cases"])
        change(folder, ("small/thresholds.yaml", "- {at least: 150}", "- {at least: 160}"))
        capsys.readouterr()

        assert main(["test"]) == 0

        said = capsys.readouterr()
        assert "generated/irn-030.cases.yaml:" in said.err
        assert "IRN-030 is not fired, expected fired" in said.err
        assert "answered otherwise than when written: look whether that is meant" in said.out

    def test_why(self, folder, capsys):
        """
        `ferrule why` tells a generated case by the place that `ferrule test` prints, or by its name; none fails.
        """
        main(["cases"])
        change(folder, ("small/thresholds.yaml", "- {at least: 150}", "- {at least: 160}"))
        capsys.readouterr()
        main(["test"])
        place = next(line.split(": ")[0] for line in capsys.readouterr().err.splitlines() if "irn-030" in line)

        assert main(["why", "--json", place]) == 0
        by_place = json.loads(capsys.readouterr().out)
        assert main(["why", *by_place["name"].split()]) == 0
        by_name = " ".join(capsys.readouterr().out.split())

        assert by_place["case"] == place
        assert by_place["generated"]
        assert by_name.startswith(f"{by_place['name']} {place}, generated, unconfirmed")
        assert "Answered otherwise than when it was generated" in by_name
        assert "IRN-030 is not fired, expected fired" in by_name

    def test_cannot_be_read(self, folder, capsys):
        """
        A generated file that speaks of what is no more is one fault, with the remedy.
        """
        main(["cases"])
        path = folder / "small" / "generated" / "irn-030.cases.yaml"
        path.write_text(path.read_text().replace("IRN-030", "IRN-031").replace("ferritin:", "ferretin:"))
        capsys.readouterr()

        assert main(["check"]) == 1

        (line,) = [line for line in capsys.readouterr().err.splitlines() if "generated" in line]
        assert line.startswith("knowledge/small/generated/irn-030.cases.yaml:")
        assert line.endswith("This file is generated; 'ferrule cases' writes it anew.")

    def test_no_part_of_a_release(self, folder):
        """
        What is published does not hold them.
        """
        main(["cases"])

        assert not any("generated/" in path for path in KnowledgeFolder(folder).files("small"))

    def test_in_parts(self, folder, monkeypatch):
        """
        More cases than a file may hold stand in several; all are read, and belong to the rule.
        """
        monkeypatch.setattr(generated_files, "MOST_CASES", 10)
        main(["cases"])
        of = small.release()

        assert (folder / "small" / "generated" / "ane-010-2.cases.yaml").is_file()
        assert len(KnowledgeFolder(folder).generated(of)) == count()
        assert {case.rule for case in KnowledgeFolder(folder).generated(of, ["ANE-010"])} == {"ANE-010"}
        assert len(KnowledgeFolder(folder).generated(of, ["ANE-010"])) > 10


class TestEvaluate:
    def test_table(self, folder, tmp_path, capsys):
        """
        Each row of a table is one line of JSON, and the summary counts them; a cell that is no number keeps
        its row from being decided, and the code says so.
        """
        (tmp_path / "people.csv").write_text(TABLE)
        (tmp_path / "mapping.yaml").write_text(MAPPING)
        out = tmp_path / "out.ndjson"

        table, mapping = str(tmp_path / "people.csv"), str(tmp_path / "mapping.yaml")
        code = main(["evaluate", table, "--mapping", mapping, "--draft", "--out", str(out)])

        rows = {line["row"]: line for line in map(json.loads, out.read_text().splitlines())}
        said = capsys.readouterr().err
        assert code == 1
        assert list(rows) == ["a", "b", "c", "d", "5"]
        assert rows["a"]["conclusions"] == {"blood-disorder": "confirmed"}
        assert rows["b"]["findings"] == {"anemia": "absent", "inflammation": "absent", "iron-deficiency": "unknown"}
        assert rows["c"]["status"] == "more-data-needed"
        assert rows["d"]["errors"][0]["pointer"] == "/hgb"
        assert rows["5"]["status"] == "not-applicable"
        assert all(line["recorded"] is False for line in rows.values())
        assert "5 rows in" in said
        assert "disagreed on 0" in said
        assert "They were made up." in said

    def test_table_to_standard_output(self, folder, tmp_path, capsys):
        """
        Without a file to write to, the lines go to standard output and the summary does not.
        """
        (tmp_path / "people.csv").write_text("\n".join(TABLE.splitlines()[:3]))
        (tmp_path / "mapping.yaml").write_text(MAPPING)

        code = main(["evaluate", str(tmp_path / "people.csv"), "--mapping", str(tmp_path / "mapping.yaml"), "--draft"])

        said = capsys.readouterr()
        assert code == 0
        assert [json.loads(line)["row"] for line in said.out.splitlines()] == ["a", "b"]

    def test_one_panel(self, folder, tmp_path, capsys):
        """
        A request as JSON is answered as the service would, and not recorded.
        """
        (tmp_path / "panel.json").write_text(json.dumps(PANEL))

        code = main(["evaluate", str(tmp_path / "panel.json"), "--draft"])

        answer = json.loads(capsys.readouterr().out)
        assert code == 0
        assert answer["recorded"] is False
        assert answer["ruleset"]["version"] == "draft"
        assert [one["conclusion"] for one in answer["conclusions"]] == ["blood-disorder"]

    def test_options_of_one_panel(self, folder, tmp_path, capsys):
        """
        A profile that is named stands before that of the request, and the answer goes where it was told to go,
        for its owner alone.
        """
        (tmp_path / "panel.json").write_text(json.dumps(PANEL | {"profile": "default"}))
        out = tmp_path / "answer.json"
        out.touch(mode=0o644)

        code = main(["evaluate", str(tmp_path / "panel.json"), "--draft", "--profile", "book", "--out", str(out)])

        assert code == 0
        assert json.loads(out.read_text())["ruleset"]["profile"] == "book"
        assert out.stat().st_mode & 0o777 == 0o600
        assert capsys.readouterr().out == ""

    def test_options_of_a_table(self, folder, tmp_path, capsys):
        """
        The rows of a table are read in the profile that is named.
        """
        (tmp_path / "people.csv").write_text("\n".join(TABLE.splitlines()[:2]))
        (tmp_path / "mapping.yaml").write_text(MAPPING)
        table, mapping = str(tmp_path / "people.csv"), str(tmp_path / "mapping.yaml")

        main(["evaluate", table, "--mapping", mapping, "--draft", "--profile", "book"])
        # This profile assumes no altitude.
        assert json.loads(capsys.readouterr().out)["findings"]["anemia"] == "unknown"

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            pytest.param(["nowhere.csv"], "is not a file", id="no file"),
            pytest.param(["people.csv"], "needs --mapping", id="no mapping"),
            pytest.param(["people.csv", "--mapping", "nowhere.yaml", "--draft"], "nowhere.yaml", id="no such mapping"),
            pytest.param(["people.csv", "--mapping", "other.yaml", "--draft"], "has no column", id="missing column"),
            pytest.param(["latin.csv", "--mapping", "mapping.yaml", "--draft"], "is not UTF-8", id="another encoding"),
            pytest.param(
                ["people.csv", "--mapping", "mapping.yaml", "--draft", "--out", "no/such/folder"],
                "no/such/folder: No such file or directory.",
                id="nowhere to write",
            ),
            pytest.param(["people.csv", "--mapping", "mapping.yaml"], "No rule set is published yet.", id="no release"),
            pytest.param(["bad.json", "--draft"], "JSON", id="no JSON"),
            pytest.param(
                ["panel.json", "--draft", "--mapping", "mapping.yaml"], "--mapping is for a CSV file", id="JSON, mapped"
            ),
            pytest.param(
                ["panel.json", "--draft", "--version", "0.1.0"], "give one of the two", id="draft and release"
            ),
            pytest.param(["panel.json", "--version", "7.0.0"], "No rule set is published yet.", id="JSON, no release"),
            pytest.param(["panel.json", "--draft", "--profile", "novel"], "profile", id="JSON, no such profile"),
            pytest.param(
                ["twice.csv", "--mapping", "mapping.yaml", "--draft"],
                "twice.csv has several columns hgb;",
                id="a heading twice",
            ),
        ],
    )
    def test_cannot(self, folder, tmp_path, monkeypatch, capsys, arguments, said):
        """
        What cannot be done as given ends with one sentence that names it, not with a traceback.
        """
        monkeypatch.chdir(tmp_path)
        (tmp_path / "people.csv").write_text(TABLE)
        (tmp_path / "other.yaml").write_text(MAPPING.replace("column: hgb", "column: hb"))
        (tmp_path / "mapping.yaml").write_text(MAPPING)
        (tmp_path / "latin.csv").write_bytes(TABLE.replace("high", "h\u00f6her").encode("latin-1"))
        (tmp_path / "bad.json").write_text("{")
        (tmp_path / "panel.json").write_text(json.dumps(PANEL))
        (tmp_path / "twice.csv").write_text(TABLE.replace(",crp_flag\n", ",crp_flag,hgb\n"))

        code = main(["evaluate", *arguments])

        error = capsys.readouterr().err
        assert code in {1, 2}
        assert said in error
        assert len(error.strip().splitlines()) == 1

    def test_faulty_mapping(self, folder, tmp_path, capsys):
        """
        A mapping that cannot be read is told like any other authored file.
        """
        (tmp_path / "people.csv").write_text(TABLE)
        (tmp_path / "mapping.yaml").write_text(MAPPING.replace("row id", "row ids"))

        code = main(["evaluate", str(tmp_path / "people.csv"), "--mapping", str(tmp_path / "mapping.yaml"), "--draft"])

        assert code == 1
        assert (
            "mapping.yaml:2:1: 'row ids' is not a key of the mapping. Did you mean 'row id'?" in capsys.readouterr().err
        )


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
