import pytest

from tests.running import publish, running


@pytest.fixture(scope="session")
def versions(tmp_path_factory):
    """The working copy as its first release."""
    folder = tmp_path_factory.mktemp("published") / "versions"
    publish(folder)
    return folder


@pytest.fixture(scope="module")
def service(versions, tmp_path_factory):
    """One service with two workers for the tests of a module."""
    with running(tmp_path_factory.mktemp("home"), versions) as started:
        yield started
