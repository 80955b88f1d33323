import subprocess

import pytest

from tests.running import BIN, environment, publish, running


@pytest.fixture(scope="session")
def versions(tmp_path_factory):
    """The working copy as its first release."""
    folder = tmp_path_factory.mktemp("published") / "versions"
    publish(folder)
    return folder


@pytest.fixture(scope="module")
def service(versions, tmp_path_factory):
    """One service with two workers for the tests of a module; what it decides is derived again by the verifier."""
    home = tmp_path_factory.mktemp("home")
    with running(home, versions, FERRULE_VERIFY_SHARE="1") as started:
        yield started
    command = [str(BIN / "ferrule"), "disagreements"]
    found = subprocess.run(command, env=environment(home, versions), capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "0 disagreements.\n")
    assert [line for line in started.said if '"verification"' in line] == []
