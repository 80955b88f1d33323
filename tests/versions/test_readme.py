"""
The commands of `versions/README.md`, run as an auditor would run them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "versions/README.md"
CHOOSE, FILES, ADDED, MANIFEST, CHAIN, FOLDERS, RULE = range(7)


def commands() -> list[str]:
    return re.findall(r"```bash\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


def run(versions: Path, command: int, release: str = "greenhouse/0.2.0") -> tuple[bool, str]:
    """
    Run one of the commands; return whether it succeeded, and what it printed.
    """
    written = commands()
    assert written[CHOOSE].startswith("RELEASE=")
    ended = subprocess.run(
        ["bash", "-c", f"RELEASE={release}\n{written[command]}".replace("IRN-110", "THI-010")],
        cwd=versions,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return ended.returncode == 0, ended.stdout + ended.stderr


class TestCommands:
    def test_all_are_tried(self):
        """
        Each command that the README gives is tried here.
        """
        assert len(commands()) == 7

    @pytest.mark.parametrize("release", ["greenhouse/0.1.0", "greenhouse/0.2.0", "greenhouse/0.3.0"])
    @pytest.mark.parametrize("command", [FILES, ADDED, FOLDERS])
    def test_silent(self, three, versions, command, release):
        """
        Of a release as it was published these commands say nothing.
        """
        assert run(versions, command, release) == (True, "")

    def test_manifest(self, three, versions):
        """
        The line of the ledger is printed for the release that was asked for.
        """
        succeeded, printed = run(versions, MANIFEST)

        assert succeeded
        assert three[1].digest in printed
        assert printed.count("\n") == 1

    def test_chain(self, three, versions):
        """
        The number of lines is printed, and the SHA-256 of the last.
        """
        succeeded, printed = run(versions, CHAIN)

        assert succeeded
        assert re.fullmatch(r"3 lines, the last is [0-9a-f]{64}\n", printed)


    def test_rule(self, three, versions):
        """
        The rule is printed as its author wrote it, and no other file.
        """
        (file,) = (versions / "greenhouse/0.2.0/knowledge").rglob("thi-010-thirst.yaml")

        assert run(versions, RULE) == (True, file.read_text(encoding="utf-8"))


class TestTampering:
    def test_edited_file(self, three, versions):
        """
        An edited file is named.
        """
        note = versions / "greenhouse/0.2.0/NOTES.md"
        note.write_bytes(note.read_bytes() + b"\n")

        succeeded, printed = run(versions, FILES)
        assert not succeeded
        assert "NOTES.md: FAILED" in printed

    def test_missing_file(self, three, versions):
        """
        A missing file is named.
        """
        (versions / "greenhouse/0.2.0/knowledge/sources.yaml").unlink()

        succeeded, printed = run(versions, FILES)
        assert not succeeded
        assert "knowledge/sources.yaml: FAILED open or read" in printed

    def test_added_file(self, three, versions):
        """
        A file too many is named, a link too.
        """
        (versions / "greenhouse/0.2.0/knowledge/more.yaml").symlink_to("sources.yaml")

        succeeded, printed = run(versions, ADDED)
        assert not succeeded
        assert "> ./knowledge/more.yaml\n" in printed

    def test_added_folder(self, three, versions):
        """
        An empty folder too many is named.
        """
        (versions / "greenhouse/0.2.0/knowledge/more").mkdir()

        succeeded, printed = run(versions, ADDED)
        assert not succeeded
        assert "> ./knowledge/more\n" in printed

    @pytest.mark.parametrize("linked", ["greenhouse/0.2.0", "greenhouse"])
    def test_linked_release(self, three, versions, tmp_path, linked):
        """
        A link in the place of a release, or of its rule set, is printed as one.
        """
        shutil.move(versions / linked, tmp_path / "elsewhere")
        (versions / linked).symlink_to(tmp_path / "elsewhere")

        succeeded, printed = run(versions, FOLDERS)
        assert not succeeded
        assert f"< {linked}, a link\n" in printed

    def test_swapped_release(self, three, versions):
        """
        A release in the place of another has no line in the ledger.
        """
        shutil.rmtree(versions / "greenhouse/0.2.0")
        shutil.copytree(versions / "greenhouse/0.1.0", versions / "greenhouse/0.2.0")

        assert run(versions, MANIFEST) == (False, "")

    def test_edited_line(self, three, versions):
        """
        The line after an edited one is printed.
        """
        ledger = versions / "ledger.jsonl"
        ledger.write_bytes(ledger.read_bytes().replace(b"Gardener", b"Farmer", 1))

        succeeded, printed = run(versions, CHAIN)
        assert not succeeded
        assert printed.startswith("does not follow: ")
        assert '"version":"0.2.0"' in printed

    def test_truncated_ledger(self, three, versions):
        """
        A folder without a line is printed.
        """
        ledger = versions / "ledger.jsonl"
        ledger.write_bytes(b"".join(ledger.read_bytes().splitlines(keepends=True)[:2]))

        succeeded, printed = run(versions, FOLDERS)
        assert not succeeded
        assert "< greenhouse/0.3.0" in printed
