"""
Every refusal of strict YAML and of the readers of the language, shown by a mistake.
"""

import ast
import re
import sys
from functools import lru_cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from service.adapters.knowledge import folder, strict_yaml
from service.adapters.knowledge.folder import KnowledgeFolder
from service.domain import language
from service.domain.errors import KnowledgeError
from service.domain.language.reader import Reader
from tests import small

MISTAKES = YAML(typ="safe").load(Path(__file__).with_name("bad") / "expected.yaml")["mistakes"]
TIMES = re.compile(r"<(.)> \* (\d+)")


def files_with(mistake: dict[str, str]) -> dict[str, bytes]:
    """
    Return the files of the good tree with one mistake in them.
    """
    files = dict(small.files())
    good, before = files[mistake["file"]].decode(), mistake["instead of"]
    after = TIMES.sub(lambda match: match[1] * int(match[2]), mistake["write"])
    assert before == "*" or good.count(before) == 1
    bad = after if before == "*" else good.replace(before, after)
    files[mistake["file"]] = bad.encode(errors="surrogateescape")
    return files


@lru_cache(maxsize=1)
def outcomes() -> tuple[dict[str, list[str]], frozenset[tuple[str, int]]]:
    """
    Return what is said of the file of each mistake, and the lines of the program that refused something.
    """
    said, reached = {}, set()

    def noted(original):
        def refuse(*arguments, **keywords):
            frame = sys._getframe(1)
            reached.add((Path(frame.f_code.co_filename).name, frame.f_lineno))
            return original(*arguments, **keywords)

        return refuse

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Reader, "fault", noted(Reader.fault))
        patch.setattr(strict_yaml, "_refusal", noted(strict_yaml._refusal))
        # All but one of the files are the same each time.
        patch.setattr(folder, "parsed", lru_cache(maxsize=None)(strict_yaml.parse_yaml))
        for mistake in MISTAKES:
            problems = ()
            try:
                small.read(files_with(mistake))
            except KnowledgeError as error:
                problems = error.problems
            said[mistake["mistake"]] = [
                f"{problem.line}:{problem.column}: {problem.message}"
                for problem in problems
                if problem.file == mistake.get("in file", mistake["file"])
            ]
    return said, frozenset(reached)


@pytest.mark.parametrize("mistake", [pytest.param(one, id=one["mistake"]) for one in MISTAKES])
def test_mistake(mistake):
    """
    A mistake is refused at its line and column, with what was given and what would be accepted.
    """
    said, _ = outcomes()

    assert said[mistake["mistake"]] == mistake["complaints"]


def test_names_are_told_once():
    """
    No two mistakes have one name.
    """
    names = [one["mistake"] for one in MISTAKES]

    assert len(set(names)) == len(names)


class TestCoverage:
    def test_every_refusal_is_shown(self):
        """
        Each place of the readers and of strict YAML that refuses something does so for one of the
        mistakes; a refusal without one is listed.
        """
        _, reached = outcomes()

        unreached = [
            f"{file}:{lines.start}: {words}"
            for file, lines, words in refusals()
            if not any(name == file and line in lines for name, line in reached)
        ]
        assert unreached == []


def refusals() -> list[tuple[str, range, str]]:
    """
    Return each call that refuses something: its file, its lines and its beginning.
    """
    found = []
    for path in [*Path(language.__path__[0]).glob("*.py"), Path(strict_yaml.__file__)]:
        text = path.read_text()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in {"fault", "_refusal"}:
                lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
                found.append((path.name, lines, ast.unparse(node)[:90]))
    return found


class TestFolder:
    def test_missing_file(self, tmp_path):
        """
        A rule set without one of its files is refused with the name of the file.
        """
        (tmp_path / "vocabulary.yaml").write_text("")

        with pytest.raises(KnowledgeError) as caught:
            KnowledgeFolder(tmp_path).files("small")

        named = [problem.file.rpartition("/")[2] for problem in caught.value.problems]
        assert named == ["ruleset.yaml", "thresholds.yaml", "sources.yaml"]

    @pytest.mark.parametrize("path", ["small/rules/stray-rule.yaml", "small/rules/blood/other.yml", "small/notes.yaml"])
    def test_file_that_is_not_read(self, tmp_path, path):
        """
        A YAML file that lies where none is read is refused: its author thinks that it counts.
        """
        for name, raw in small.files().items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(raw)
        (tmp_path / path).write_text("id: X")

        with pytest.raises(KnowledgeError) as caught:
            KnowledgeFolder(tmp_path).files("small")

        assert [problem.file.endswith(path) for problem in caught.value.problems] == [True]

    def test_all_at_once(self):
        """
        Mistakes in several files are told together, in the order of files and lines.
        """
        files = small.changed(
            ("sources.yaml", "kind: study", "kind: studie"),
            ("small/rules/blood/ane-010-anemia.yaml", "status: in-use", "status: active"),
            ("small/rules/blood/ane-010-anemia.yaml", "next: 2030-01-01", "next: soon"),
        )

        with pytest.raises(KnowledgeError) as caught:
            small.read(files)

        told = [(problem.file.rpartition("/")[2], problem.line) for problem in caught.value.problems]
        assert told == [("ane-010-anemia.yaml", 3), ("ane-010-anemia.yaml", 22), ("sources.yaml", 9)]


SAMPLE = '{\n  "name": "A man",\n  "about": "He is 40.",\n  "request": {"patient": {}}\n}\n'


class TestExamples:
    @pytest.mark.parametrize(
        ("before", "after", "said"),
        [
            ('"A man",', '"A man"', "3:3: This is not JSON: Expecting ',' delimiter."),
            ('{"patient": {}}', "[]", "4:14: request must be an object that is not empty."),
            ('"A man"', "7", "2:11: name must be a text that is not empty."),
            ('"He is 40."', '""', "3:12: about must be a text that is not empty."),
            ('"about"', '"abuot"', "1:1: The example has no 'about'."),
            ('"about"', '"name"', "1:1: This is not JSON: 'name' stands twice in one object."),
            ("{}}", "NaN}", "1:1: This is not JSON: NaN is not a number."),
            ("A man", "\\ud800", "1:1: A text holds '\\ud800', half of a character."),
            ("A man", "\udcff", "2:12: The file is not UTF-8 from here on; save it as UTF-8."),
            ("{}}", "[" * 100_000 + "}", "1:1: The file is nested too deep."),
            (SAMPLE, "[]", "1:1: An example is one JSON object."),
            (SAMPLE, "", "1:1: This is not JSON: Expecting value."),
        ],
        ids=range(12),
    )  # fmt: skip
    def test_fault(self, before, after, said):
        """
        A sample that is not one JSON object of its three keys is refused at its line and column.
        """
        assert SAMPLE.count(before) == 1
        raw = SAMPLE.replace(before, after).encode(errors="surrogateescape")

        with pytest.raises(KnowledgeError) as caught:
            small.read({**small.files(), "small/examples/man.json": raw})

        assert str(caught.value).splitlines()[0] == f"small/examples/man.json:{said}"

    def test_good(self):
        """
        A sample that is well formed is no fault, and may be named by the rule set.
        """
        files = small.changed(("small/ruleset.yaml", "owner: nobody\n", "owner: nobody\nexample: man\n"))

        assert small.read({**files, "small/examples/man.json": SAMPLE.encode()})[0] is not None

    def test_named_and_not_there(self):
        """
        The sample that the rule set names must be there.
        """
        files = small.changed(("small/ruleset.yaml", "owner: nobody\n", "owner: nobody\nexample: man\n"))

        with pytest.raises(KnowledgeError) as caught:
            small.read(files)

        assert str(caught.value) == "small/ruleset.yaml:4:10: examples/man.json is not there."


class TestStrictYaml:
    @pytest.mark.parametrize("text", ["no", "010", "1.10", "12:30", "~", "null", "0x1F", "1e3", "2026-11-22", "true"])
    def test_every_value_is_text(self, text):
        """
        A value means what it says; nothing is a number, a date, a truth or nothing by its looks.
        """
        assert strict_yaml.parse_yaml(f"key: {text}\n".encode(), "file").get("key").text == text

    @pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"%YAML 1.1\n---\n", b"# first\r\n"])
    def test_beginnings(self, start):
        """
        A byte order mark, a version of YAML and lines of Windows change nothing.
        """
        assert strict_yaml.parse_yaml(start + b"key: no\n", "file").get("key").text == "no"
