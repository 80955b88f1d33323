"""
What cases rest on, by how far it was read.
"""

from dataclasses import replace

import pytest

from service.application.bases import levels, levels_text, read_of
from service.domain.cases import Case
from tests import small

RULE = "small/rules/blood/ane-010-anemia.yaml"


def case(source: str = "book", where: str = "Page 2") -> Case:
    """Return a case beside the rule of anemia that rests on a place."""
    _, cases = small.read(small.files())
    return replace(cases[0], basis={"source": source, "where": where})


class TestReadOf:
    @pytest.mark.parametrize(
        ("changes", "one", "read"),
        [
            pytest.param((), case(), "own", id="the same place"),
            pytest.param(((RULE, "read: own", "read: primary"),), case(where="Page 77"), "primary", id="of its rule"),
            pytest.param(((RULE, "read: own", "read: primary"),), case(), "own", id="the weakest where levels differ"),
            pytest.param((), case("nowhere"), "not told", id="what nothing else cites"),
        ],
    )
    def test_level(self, changes, one, read):
        """
        A case is as well founded as what the rule set cites of its source, and no better.
        """
        assert read_of(small.release(*changes), one) == read


class TestLevels:
    def test_counted(self):
        """
        Cases are counted by level; those that were generated rest on nothing.
        """
        release = small.release((RULE, "read: own", "read: primary"))
        generated = replace(case(), basis={})

        counts = levels(release, [case(where="Page 77"), case(), generated, case("nowhere")])

        assert counts == {"primary": 1, "own": 1, "not told": 1}
        assert levels_text(counts) == "How far their sources were read: 1 primary, 1 own, 1 not told."
