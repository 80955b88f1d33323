"""
Rules that fire on their own cases alone, and why they are there.
"""

import io
import re
from contextlib import redirect_stdout

import pytest

from tests.real_data.data_sets import NHANES
from tests.real_data.fired import REASONS, main, reasons
from tests.real_data.test_report import SURVEY, SURVEYED, write
from tests.strategies import KNOWLEDGE, knowledge

CASES = KNOWLEDGE.parent / "tests" / "published" / "cases-medqa.jsonl"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """
    One invented woman with iron deficiency anemia, and no reasons.
    """
    made = tmp_path_factory.mktemp("data")
    write(made / NHANES[0], [dict.fromkeys(SURVEYED, "") | SURVEY])
    (made / "none.yaml").write_text("{}\n")
    return made


def asked(folder, *more: str, reasons: str = "none.yaml") -> tuple[int, str]:
    """
    Return the exit code and what is printed of the working copy.
    """
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as printed:
        patch.setenv("FERRULE_KNOWLEDGE", str(KNOWLEDGE))
        return main([str(folder), "--draft", "--reasons", str(folder / reasons), *more]), printed.getvalue()


@pytest.fixture(scope="module")
def alone(folder):
    return asked(folder)


def listed(said: str) -> list[str]:
    return re.findall(r"^([A-Z]{3}-\d{3})  ", said, re.MULTILINE)


class TestReasons:
    def test_form(self):
        """
        Each reason is a sentence about a rule that is in use, in order, and no rule has two.
        """
        told = reasons()
        written = re.findall(r"^([A-Z]{3}-\d{3}):", REASONS.read_text(encoding="utf-8"), re.MULTILINE)

        assert [*told] == written == sorted(set(written))
        assert told.keys() <= knowledge().rules.keys()
        assert [rule for rule, reason in told.items() if len(reason.split()) < 4 or not reason.endswith(".")] == []


class TestFired:
    def test_without_reasons(self, alone):
        """
        A rule that fires on somebody is not listed, one that does not is, with its title; without reasons that is 1.
        """
        code, said = alone

        assert code == 1
        assert "IDA-010" not in listed(said)
        assert f"\nTHA-110  {knowledge().rules['THA-110'].title}: NO REASON IS GIVEN.\n" in said

    def test_published_cases_count(self, folder, alone):
        """
        A rule that fires on a published case is not listed either; there are eleven of them beside the woman.
        """
        _, said = asked(folder, "--cases", str(CASES))

        assert "ACD-020" in listed(alone[1])
        assert "ACD-020" not in listed(said)
        assert said.startswith("12 panels")

    def test_with_reasons(self, folder, alone):
        """
        Rules with a reason are told with it; a reason that nothing needs is told, and is 1.
        """
        needed = "".join(f"{rule}: Nobody measured has it.\n" for rule in listed(alone[1]))
        (folder / "all.yaml").write_text(needed)
        (folder / "more.yaml").write_text(f"{needed}IDA-010: Nobody measured has it.\n")

        code, said = asked(folder, reasons="all.yaml")
        code_of_more, said_of_more = asked(folder, reasons="more.yaml")

        assert code == 0
        assert said.endswith("0 of these without a reason.\n")
        assert code_of_more == 1
        assert "\nIDA-010  has a reason and needs none" in said_of_more

    def test_refused(self, folder, capsys):
        """
        A folder without the files, or cases that are not there, are refused.
        """
        assert main([str(folder / "nowhere")]) == 2
        assert main([str(folder), "--cases", "nowhere.jsonl"]) == 2
        assert "nowhere.jsonl is not a file" in capsys.readouterr().err
