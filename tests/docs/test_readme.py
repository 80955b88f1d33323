import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from service.cli import COMMANDS
from service.cli import parser as command_line
from service.config import Settings
from tests.docs.blocks import ELSEWHERE, FOLLOWED, ROOT, RUNNABLE, at, blocks, readmes, shows
from tests.docs.session import Session, differs
from tests.running import BIN, environment, publish, running

ADDRESS = "http://127.0.0.1:8000"
BLOCKS = {file.relative_to(ROOT).as_posix(): blocks(file) for file in readmes()}
TESTED_HERE = {name: found for name, found in BLOCKS.items() if name not in ELSEWHERE}
SCRIPTED = [
    name for name, found in TESTED_HERE.items() if any(block.what == "run" for block in found) and name not in FOLLOWED
]
TEXTS = {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in readmes()}


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of what commands read and write, so that nothing here is changed."""
    copy = tmp_path_factory.mktemp("tree")
    for name in ("knowledge", "versions", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    if not (copy / "versions" / "ledger.jsonl").is_file():
        publish(copy / "versions")
    shims = copy / "bin"
    shims.mkdir()
    activate = copy / ".venv" / "bin" / "activate"
    activate.parent.mkdir(parents=True)
    activate.touch()
    make = shutil.which("make") or "/usr/bin/make"
    (shims / "make").write_text(f'#!/bin/sh\nexec {make} --silent --dry-run -C "{ROOT}" "$@" >/dev/null\n')
    (shims / "make").chmod(0o755)
    return copy


@pytest.fixture(scope="module")
def service(tree, tmp_path_factory):
    with running(tmp_path_factory.mktemp("home"), tree / "versions") as started:
        yield started


def run(block, tree, service, home):
    text = (block.before + block.text if block.language != "python" else block.text).replace(ADDRESS, service.address)
    program = [sys.executable, "-"] if block.language == "python" else ["bash", "-eu", "-o", "pipefail"]
    env = environment(home, tree / "versions", FERRULE_KNOWLEDGE="knowledge", FERRULE_VERSIONS="versions")
    env["PATH"] = os.pathsep.join([str(tree / "bin"), str(BIN), env["PATH"]])
    env["PYTHONPATH"] = str(ROOT)
    folder = tree / block.file.rpartition("/")[0]
    where = folder if folder.is_dir() else tree
    return subprocess.run(
        program, input=text, env=env, cwd=where, capture_output=True, text=True, timeout=60, check=False
    )


def parsed(block):
    """Return the JSON of a block, or nothing that any answer could be."""
    try:
        return json.loads(block.text)
    except json.JSONDecodeError:
        return object()


class TestBlocks:
    @pytest.mark.parametrize("name", SCRIPTED)
    def test_run(self, name, tree, service, tmp_path):
        """
        Each command and request of a README works, in order, and answers what stands below it.
        """
        if any("curl" in block.text for block in TESTED_HERE[name] if block.what == "run") and not shutil.which("curl"):
            pytest.skip("there is no curl here")
        printed = ""
        for block in TESTED_HERE[name]:
            if block.what == "run":
                ended = run(block, tree, service, tmp_path)
                assert ended.returncode == 0, f"{block.id}: {ended.stdout[-1000:]}{ended.stderr[-1000:]}"
                printed = ended.stdout
            elif block.what == "answer":
                real = at(json.loads(printed), block.detail)
                assert shows(parsed(block), real), f"{block.id}: it is {json.dumps(real, indent=2)}"

    @pytest.mark.parametrize("name", FOLLOWED)
    def test_followed(self, name, tree, tmp_path):
        """
        Whoever follows a tutorial word for word sees what it shows.
        """
        (tmp_path / "bin").symlink_to(tree / "bin")
        session = Session(tree, tmp_path)
        try:
            for block in BLOCKS[name]:
                wrong = session.follow(block)
                assert not wrong, f"{block.id}: {wrong}\n--- it printed:\n{session.printed}"
        finally:
            session.close()

    @pytest.mark.parametrize("name", FOLLOWED)
    def test_every_block(self, name):
        """
        Every block of a tutorial is tried, or says why it is not.
        """
        assert [block.id for block in BLOCKS[name] if not block.what] == []

    def test_marked(self):
        """
        No command or program stands in a README that no test runs, unless it says why.
        """
        unmarked = [
            block.id
            for found in TESTED_HERE.values()
            for block in found
            if block.language in RUNNABLE and block.what not in {"run", "shown"}
        ]
        assert unmarked == []

    def test_json(self):
        """
        Every JSON block is JSON.
        """
        shown = [block for found in BLOCKS.values() for block in found if block.language == "json"]

        assert [block.id for block in shown if type(parsed(block)) is object] == []


class TestWords:
    @pytest.mark.parametrize("name", TEXTS)
    def test_links(self, name):
        """
        Every relative link leads to a file or folder.
        """
        folder = (ROOT / name).parent
        links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", TEXTS[name])

        assert [link for link in links if not (folder / link).exists()] == []

    @pytest.mark.parametrize("name", TEXTS)
    def test_commands(self, name):
        """
        Every command that is named in passing exists: of ferrule, of make, and modules of the tests.
        """
        known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
        ferrule = set(command_line().format_help().split())

        text = TEXTS[name]

        assert {word for word in re.findall(r"`ferrule ([a-z]+)", text) if word not in ferrule} == set()
        assert {word for word in re.findall(r"(?:`|^ {4})make ([a-z][a-z-]*)", text) if word not in known} == set()
        modules = re.findall(r"python -m (tests\.[a-z_.]+)", text)
        paths = {word: ROOT / word.replace(".", "/") for word in modules}
        assert [word for word, path in paths.items() if not (path.exists() or path.with_suffix(".py").exists())] == []

    def test_every_command_is_told(self):
        """
        The README at the root names every command of the command line.
        """
        names = [module.__name__.rpartition(".")[2] for module in COMMANDS]

        assert [name for name in names if f"`ferrule {name}" not in TEXTS["README.md"]] == []

    def test_every_setting_is_told(self):
        """
        The README at the root explains every environment variable that the settings read, and no other.
        """
        read = set(re.findall(r"``(FERRULE_[A-Z_]+)``", Settings.__doc__))

        assert set(re.findall(r"^\| `(FERRULE_[A-Z_]+)`", TEXTS["README.md"], re.MULTILINE)) == read


class TestDiffers:
    @pytest.mark.parametrize(
        ("shown", "real", "part"),
        [
            pytest.param("a b\n", "a\n  b\n", "", id="lines broken elsewhere"),
            pytest.param("a\n", "a\nb\n", "a", id="the end is left out"),
            pytest.param("b\n", "a\nb\n", "b", id="the beginning is left out"),
            pytest.param("a\n...\nd\n", "a\nb\nc\nd\n", "", id="dots for lines"),
            pytest.param("...\nc\n", "a\nb\nc\n", "", id="dots at the beginning"),
            pytest.param("a\n...\n", "a\nb\n", "", id="dots at the end"),
            pytest.param("a\n...\nx\n", "a\nb\nc\n", "x", id="another line behind dots"),
            pytest.param("30 rules in use\n", "45 rules in use\n", "", id="a count of rules"),
            pytest.param("2 failed\n", "3 failed\n", "2 failed", id="another number"),
        ],
    )
    def test_part(self, shown, real, part):
        """
        What is shown must be what was printed, but for what dots stand for and for counts that grow.
        """
        assert differs(shown, real) == part


class TestShows:
    @pytest.mark.parametrize(
        ("shown", "real", "is_part"),
        [
            pytest.param({"a": 1}, {"a": 1, "b": 2}, True, id="members may be left out"),
            pytest.param({"a": 1}, {"a": 2}, False, id="another value"),
            pytest.param({"c": 1}, {"a": 1}, False, id="a member that is not there"),
            pytest.param({"a": 1}, [{"b": 1}, {"a": 1}], True, id="one element of a list"),
            pytest.param([{"a": 1}], [{"a": 1, "b": 2}], True, id="a whole list"),
            pytest.param([1], [1, 2], False, id="a list with less"),
        ],
    )
    def test_part(self, shown, real, is_part):
        """
        A README may leave out members of an answer, and may not change any.
        """
        assert shows(shown, real) is is_part
