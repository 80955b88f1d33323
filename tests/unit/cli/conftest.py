import pytest

from tests import small


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """
    A knowledge folder of the small rule set, which the environment names.
    """
    knowledge = tmp_path / "knowledge"
    for name, raw in small.files().items():
        (knowledge / name).parent.mkdir(parents=True, exist_ok=True)
        (knowledge / name).write_bytes(raw)
    monkeypatch.setenv("FERRULE_KNOWLEDGE", str(knowledge))
    monkeypatch.setenv("FERRULE_VERSIONS", str(tmp_path / "versions"))
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path / "home"))
    return knowledge
