import io
import json

import pytest

from service.cli.faults import show
from service.domain.errors import Problem

FAULT = Problem("knowledge/a,b.yaml", 3, 7, "50 % is\nno word: 'x'.")
WHOLE = Problem("knowledge/c.yaml", 0, 0, "This file is missing.")


class Screen(io.StringIO):
    def isatty(self):
        return True


class TestText:
    def test_terminal(self, monkeypatch):
        """
        On a terminal places are bold, faults red and remarks yellow.
        """
        monkeypatch.delenv("NO_COLOR", raising=False)
        monkeypatch.setenv("TERM", "xterm")
        screen = Screen()

        show("text", [WHOLE], ["small: one remark"], screen)

        assert screen.getvalue() == (
            "\x1b[1mknowledge/c.yaml:\x1b[0m \x1b[31mThis file is missing.\x1b[0m\n\x1b[33msmall: one remark\x1b[0m\n"
        )

    @pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
    def test_asked_to_be_plain(self, monkeypatch, variable, value):
        """
        NO_COLOR, or a terminal that has none, makes the text plain.
        """
        monkeypatch.delenv("NO_COLOR", raising=False)
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv(variable, value)
        screen = Screen()

        show("text", [WHOLE], [], screen)

        assert screen.getvalue() == "knowledge/c.yaml: This file is missing.\n"

    def test_file(self):
        """
        What is no terminal gets plain text.
        """
        file = io.StringIO()

        show("text", [WHOLE], ["small: one remark"], file)

        assert file.getvalue() == "knowledge/c.yaml: This file is missing.\nsmall: one remark\n"


class TestPrograms:
    def test_github(self, capsys):
        """
        Each fault is one annotation at its place; nothing in it ends the line or a property too early.
        """
        show("github", [FAULT, WHOLE], ["small: ABC-010 has no cases"])

        assert capsys.readouterr().out == (
            "::error file=knowledge/a%2Cb.yaml,line=3,col=7::50 %25 is%0Ano word: 'x'.\n"
            "::error file=knowledge/c.yaml::This file is missing.\n"
            "::warning::small: ABC-010 has no cases\n"
        )

    def test_json(self, capsys):
        """
        For programs all of it is one JSON object.
        """
        show("json", [WHOLE], ["small: one remark"])

        assert json.loads(capsys.readouterr().out) == {
            "faults": [{"file": "knowledge/c.yaml", "line": 0, "column": 0, "message": "This file is missing."}],
            "remarks": ["small: one remark"],
        }
