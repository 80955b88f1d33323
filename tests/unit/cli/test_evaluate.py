import json

import pytest

from service.cli import main
from tests.unit.cli.authored import PANEL

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
