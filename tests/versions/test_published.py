"""
The releases of this repository, as they stand in `versions/`.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from service.adapters.knowledge.folder import KnowledgeFolder
from service.adapters.knowledge.releases import ReleaseFolder
from service.bootstrap import failing_cases

ROOT = Path(__file__).parents[2]
VERSIONS = ROOT / "versions"
LEDGER = VERSIONS / "ledger.jsonl"


def published() -> list[tuple[str, str]]:
    """
    Read which releases there are, without the code under test.
    """
    lines = LEDGER.read_text(encoding="utf-8").splitlines() if LEDGER.exists() else []
    return [(line["ruleset"], line["version"]) for line in map(json.loads, lines)]


EACH_RELEASE = pytest.mark.parametrize(("ruleset", "version"), published())


class TestEachRelease:
    @EACH_RELEASE
    def test_verifies(self, ruleset, version):
        """
        Every digest holds, and what is served follows from the authored files.
        """
        digest = ReleaseFolder(VERSIONS).verify(ruleset, version)

        assert digest.startswith("sha256:")

    @EACH_RELEASE
    def test_loads(self, ruleset, version):
        """
        This program still reads it.
        """
        release = ReleaseFolder(VERSIONS).load(ruleset, version)

        assert (release.ruleset.id, release.version) == (ruleset, version)

    @EACH_RELEASE
    def test_cases(self, ruleset, version):
        """
        It still gives the answers that its own cases expect, engine and semantics alike.
        """
        folder = KnowledgeFolder(VERSIONS / ruleset / version / "knowledge")
        _, cases = folder.release(ruleset, version, "")

        release = ReleaseFolder(VERSIONS).load(ruleset, version)
        assert failing_cases(release, cases) == []


class TestLedger:
    def test_chain(self):
        """
        The ledger holds together.
        """
        releases = ReleaseFolder(VERSIONS)

        told = [(ruleset, version) for ruleset in releases.rulesets() for version in releases.versions(ruleset)]
        assert sorted(told) == sorted(published())

    def test_folders(self):
        """
        No folder of a release is without its line.
        """
        folders = {path.relative_to(VERSIONS).as_posix() for path in VERSIONS.glob("*/*") if path.is_dir()}

        assert folders == {f"{ruleset}/{version}" for ruleset, version in published()}

    def test_only_grows(self):
        """
        In the whole history of the repository lines were added to the ledger, and none was changed.
        """
        now = LEDGER.read_bytes() if LEDGER.exists() else b""

        assert [one for one in history("versions/ledger.jsonl") if not now.startswith(one)] == []


def history(path: str) -> list[bytes]:
    """
    Return every state of a file that the repository knows; none where there is no repository.
    """
    if not (ROOT / ".git").exists():
        return []
    commits = git("log", "--format=%H", "--diff-filter=AM", "--", path).decode().split()
    return [git("show", f"{commit}:{path}") for commit in commits]


def git(*arguments: str) -> bytes:
    return subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", *arguments],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=True,
    ).stdout
