import json

import pytest

from service.cli import main
from tests import small


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """
    A knowledge folder of the small rule set, which the environment names.
    """
    knowledge = tmp_path / "knowledge"
    for name, raw in small.files().items():
        (knowledge / name).parent.mkdir(parents=True, exist_ok=True)
        (knowledge / name).write_bytes(raw)
    monkeypatch.setenv("FERRULE_KNOWLEDGE", str(knowledge))
    monkeypatch.setenv("FERRULE_VERSIONS", str(tmp_path / "versions"))
    return knowledge


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
            "in book and default, by book, Page 4 (own):",
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
