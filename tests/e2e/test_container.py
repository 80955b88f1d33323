import json
import os
import signal
import subprocess
import sys
import time

import pytest
import requests

from tests.e2e.containers import ROOT, SETUPS
from tests.running import BIN, Running, free_port

EXAMPLE = ROOT / "knowledge" / "microcytic-anemia" / "examples" / "iron-deficiency-anemia.json"


def variables(setup, versions, home):
    """
    The environment that a container has: what the file sets and nothing of ours, with its folders and its
    port put where a test may use them.
    """
    places = {
        "FERRULE_HOME": str(home),
        "FERRULE_VERSIONS": str(versions),
        "FERRULE_BIND": f"127.0.0.1:{free_port()}",
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    }
    assert places.keys() <= setup.environment.keys()
    return setup.environment | places | {"HOME": "/nonexistent"}


def runs_here(words):
    """Return a command whose program is the one of this environment."""
    programs = {"ferrule": str(BIN / "ferrule"), "python": sys.executable}
    assert words[0] in programs
    return [programs[words[0]], *words[1:]]


def healthy(setup, env, folder):
    check = subprocess.run(runs_here(setup.check), env=env, cwd=folder, capture_output=True, timeout=20, check=False)
    return check.returncode == 0


@pytest.mark.parametrize("setup", SETUPS.values(), ids=SETUPS.keys())
class TestContainer:
    def test_runs(self, setup, versions, tmp_path):
        """
        The command, run as a process in the environment that the file sets, becomes healthy by the file's
        own check, answers, writes nowhere but under FERRULE_HOME, and ends on TERM; then the check fails.
        """
        home, folder = tmp_path / "home", tmp_path / "work"
        folder.mkdir()
        env = variables(setup, versions, home)
        before = sorted(versions.rglob("*"))

        assert not healthy(setup, env, folder)
        service = Running(runs_here(setup.command), env, folder)
        try:
            assert healthy(setup, env, folder)
            request = json.loads(EXAMPLE.read_text())["request"]
            answered = requests.post(f"{service.address}/v1/evaluations", json=request, timeout=20)
            assert answered.status_code == 201
            started = time.monotonic()
            assert service.stop(signal.SIGTERM) == 0
            assert time.monotonic() - started < 30
        finally:
            service.stop(signal.SIGKILL)
        assert not healthy(setup, env, folder)
        assert list(folder.iterdir()) == []
        assert sorted(versions.rglob("*")) == before
        assert (home / "ferrule.sqlite3").is_file()

    def test_sources(self, setup):
        """
        Every file and folder that is copied into the image or mounted is in the repository.
        """
        assert [source for source in setup.sources if not (ROOT / source).exists()] == []


class TestAgreement:
    def test_one_way_to_start(self):
        """
        Both files start the service with one command and ask for its health with one check.
        """
        compose, image = SETUPS.values()

        assert compose.command == image.command
        assert [" ".join(word.split()) for word in compose.check] == [" ".join(word.split()) for word in image.check]
        assert compose.environment == image.environment
