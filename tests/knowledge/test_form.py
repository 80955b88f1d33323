from pathlib import Path

import pytest

from service.adapters.knowledge.house_form import in_house_form
from service.domain.language.fields import fields_of

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
FILES = sorted(path.relative_to(KNOWLEDGE).as_posix() for path in KNOWLEDGE.rglob("*.yaml"))


@pytest.mark.parametrize("path", FILES)
def test_house_form(path):
    """
    Every authored file has the form that `ferrule fmt` gives it.
    """
    raw = (KNOWLEDGE / path).read_bytes()

    assert in_house_form(raw, path, fields_of(path)).decode() == raw.decode()
