"""
Publishing is stopped after each of its steps, as by a power cut, and looked at afterwards.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from service.adapters.knowledge.releases import ReleaseFolder
from service.domain.errors import ReleaseError

ROOT = Path(__file__).parents[2]

# Publishes the working copy again and again, each time in a copy of the folder of its own and one step
# further: the process that publishes ends, without any tidying up, before a step that reaches the disk.
CHILD = """
import os, shutil, sys
from datetime import UTC, datetime
from pathlib import Path

from service.adapters.knowledge.folder import KnowledgeFolder
from service.adapters.knowledge.publishing import PublishingFolder
from service.application.publish import Publish

def publish(folder):
    Publish(
        KnowledgeFolder(folder / "knowledge"), PublishingFolder(folder / "versions"),
        lambda release, cases: [], lambda: datetime(2026, 12, 24, tzinfo=UTC),
    )("greenhouse", by="A. Gardener", because="A revision.")

def stop_after(steps):
    def stopping(step):
        def stop(*arguments, **named):
            nonlocal steps
            if steps == 0:
                os._exit(9)
            steps -= 1
            return step(*arguments, **named)
        return stop

    for name in ("fsync", "mkdir", "rename", "replace"):
        setattr(os, name, stopping(getattr(os, name)))

start, steps, code = Path(sys.argv[1]), 0, 9
while code == 9:
    folder = shutil.copytree(start, start.with_name(f"after-{steps}"))
    child = os.fork()
    if child == 0:
        stop_after(steps)
        publish(folder)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    steps += 1
sys.exit(code)
"""


class TestStopped:
    @pytest.mark.slow
    def test_after_each_step(self, publish, revise, versions, knowledge, tmp_path, publish_from):
        """
        However far publishing got, the releases before are whole, the new one is either whole or
        not known, and at most its folder is there without a line, which is said. Where it is not
        there, publishing again succeeds.
        """
        publish()
        revise()
        start = tmp_path / "start"
        shutil.copytree(knowledge, start / "knowledge")
        shutil.copytree(versions, start / "versions")

        subprocess.run([sys.executable, "-c", CHILD, start], cwd=ROOT, timeout=120, check=True)

        stopped = list(tmp_path.glob("after-*"))
        states = {state_of(folder, publish_from) for folder in stopped}
        assert states == {"nothing", "a folder without a line", "published"}
        assert len(stopped) > 20

    def test_leftovers(self, publish, revise, versions, releases):
        """
        What a stopped process left half-written is no release, and the next publishing removes it.
        """
        publish()
        (versions / "greenhouse/.0.2.0.new/knowledge").mkdir(parents=True)
        (versions / "greenhouse/.0.2.0.new/manifest.json").write_text("half")
        (versions / ".ledger.jsonl.new").write_text("half")
        revise()
        assert releases.versions("greenhouse") == ("0.1.0",)
        publish()

        left = sorted(path.name for path in (*versions.iterdir(), *versions.glob("greenhouse/*")))
        assert left == ["0.1.0", "0.2.0", "greenhouse", "ledger.jsonl"]
        assert releases.verify("greenhouse", "0.2.0")


class TestFailed:
    @pytest.mark.parametrize("name", ["fsync", "rename", "replace"])
    def test_disk(self, publish, revise, versions, releases, monkeypatch, name):
        """
        When the disk fails, the operator is told; nothing half-written is left, and what was
        published before is as it was.
        """
        publish()
        revise()
        before = (versions / "ledger.jsonl").read_bytes()

        def full(*arguments, **named):
            raise OSError(28, "No space left on device", "versions/file")

        with monkeypatch.context() as patched:
            patched.setattr(f"os.{name}", full)
            with pytest.raises(ReleaseError, match="cannot be written: No space left on device"):
                publish()

        hidden = [path.name for path in versions.rglob(".*")]
        assert hidden == []
        assert (versions / "ledger.jsonl").read_bytes() == before
        assert releases.verify("greenhouse", "0.1.0")


def state_of(folder: Path, publish_from) -> str:
    """
    Say what a stopped publishing left, after proving that it is one of the three that may be.
    """
    releases = ReleaseFolder(folder / "versions")
    assert releases.verify("greenhouse", "0.1.0")
    known = releases.versions("greenhouse")
    if known == ("0.1.0", "0.2.0"):
        assert releases.verify("greenhouse", "0.2.0")
        return "published"
    assert known == ("0.1.0",)
    if (folder / "versions/greenhouse/0.2.0").exists():
        with pytest.raises(ReleaseError, match="its publishing was interrupted"):
            releases.load("greenhouse", "0.2.0")
        with pytest.raises(ReleaseError, match="remove the folder and publish again"):
            publish_from(folder)()
        return "a folder without a line"
    publish_from(folder)()
    assert releases.verify("greenhouse", "0.2.0")
    lines = (folder / "versions/ledger.jsonl").read_text().splitlines()
    assert [json.loads(line)["version"] for line in lines] == ["0.1.0", "0.2.0"]
    return "nothing"
