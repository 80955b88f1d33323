"""
The program knows no disease: every name of the knowledge stands in the knowledge alone.
"""

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest

from tests.strategies import KNOWLEDGE, knowledge

ROOT = KNOWLEDGE.parent

# What the request itself names: who the patient is. Everything else comes from the knowledge.
OF_THE_REQUEST = {
    "sex",
    "age",
    "pregnancy",
    "altitude",
    "cigarettes-per-day",
    "gestational-age",
    "birth-date",
    "pregnant",
    "not-pregnant",
    "female",
    "male",
}
# The profile of whoever names none.
OF_THE_LANGUAGE = {"default"}
# A group of findings that is an ordinary word as well, and the code that the interface shows as an example of one.
ORDINARY = {"sample", "2345-7"}
SERVICE = sorted((ROOT / "service").rglob("*.py"))


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """
    Return every name that belongs to the knowledge, with what it is.
    """
    release = knowledge()
    words, numbers = release.vocabulary, release.numbers
    found = {
        **dict.fromkeys(words.attributes, "attribute"),
        **{value: "value" for one in words.attributes.values() for value in (*one.values, *one.groups)},
        **dict.fromkeys(words.measures, "measure"),
        **dict.fromkeys(words.findings, "finding"),
        **{one.group: "group" for one in words.findings.values()},
        **dict.fromkeys(words.conclusions, "conclusion"),
        **dict.fromkeys(words.advice, "advice"),
        **dict.fromkeys(words.events, "event"),
        **dict.fromkeys(numbers.thresholds, "threshold"),
        **dict.fromkeys(numbers.tables, "table"),
        **dict.fromkeys(numbers.constants, "constant"),
        **dict.fromkeys(release.profiles, "profile"),
        **dict.fromkeys(release.sources, "source"),
        **{rule.lower(): "rule" for rule in release.rules},
        **{code: "code" for one in words.measures.values() for code in one.loinc},
        release.ruleset.id: "rule set",
    }
    return {name: kind for name, kind in found.items() if name not in OF_THE_REQUEST | OF_THE_LANGUAGE | ORDINARY}


def mentions(path: Path) -> list[tuple[int, str]]:
    """
    Return every name and text in a file that the program can act on, docstrings aside, with its line.

    Identifiers are read as the vocabulary would spell them, so that `low_ferritin` mentions low-ferritin.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and id(node) not in prose:
            text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
            found.append((node.lineno, text))
        for field in ("id", "attr", "arg", "name"):
            written = getattr(node, field, None)
            if isinstance(written, str):
                found.append((getattr(node, "lineno", 0), written))
    return found


@lru_cache(maxsize=1)
def pattern() -> re.Pattern[str]:
    """
    Return what finds any name of the knowledge, as a word of its own or between hyphens.
    """
    longest_first = sorted(names(), key=len, reverse=True)
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(map(re.escape, longest_first))})(?![a-z0-9])")


def spoken(text: str) -> list[str]:
    """
    Return the names of the knowledge in a text.
    """
    return pattern().findall(text.lower().replace("_", "-"))


@pytest.mark.parametrize("path", [pytest.param(path, id=str(path.relative_to(ROOT))) for path in SERVICE])
def test_file(path):
    """
    No name of a measure, finding, conclusion, advice, number, profile, source or rule is in the program.
    """
    known = names()
    found = [
        f"line {line}: {known[name]} {name} in {text[:60]!r}" for line, text in mentions(path) for name in spoken(text)
    ]

    assert found == []


class TestTheTestItself:
    @pytest.mark.parametrize(
        "code",
        [
            'if name == "ferritin": pass',
            "def low_ferritin(): pass",
            "IRON_DEFICIENCY = 1",
            'rules["IRN-110"]',
            'f"{x} ferritin is low"',
            "panel.hemoglobin",
            'code = "718-7"',
            'x = b"microcytic-anemia"',
        ],
    )
    def test_sees_names(self, tmp_path, code):
        """
        A name is seen as a text, inside a text, as an identifier and as a part of one.
        """
        (tmp_path / "x.py").write_text(code)

        assert any(spoken(text) for _, text in mentions(tmp_path / "x.py"))

    def test_lets_prose_be(self, tmp_path):
        """
        A docstring may give an example.
        """
        (tmp_path / "x.py").write_text('"""About ferritin."""\n\ndef f():\n    """Return ferritin."""\n')

        assert not any(spoken(text) for _, text in mentions(tmp_path / "x.py"))
