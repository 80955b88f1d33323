import json

from service.adapters.knowledge import generated_files
from service.adapters.knowledge.folder import KnowledgeFolder
from service.application.generated import generate
from service.cli import main
from tests import small
from tests.unit.cli.authored import change


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
