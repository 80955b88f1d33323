"""
What a time is looked up by must be known whenever its rule fires.
"""

import pytest

from service.domain.errors import KnowledgeError
from tests import small

NUMBERS = "small/thresholds.yaml"
RULE = "small/rules/next/nxt-040-again.yaml"
BY_HEMOGLOBIN = (
    (NUMBERS, "    of: days-since-transfusion\n    unit: wk\n", "    of: hemoglobin\n    unit: wk\n"),
    (NUMBERS, "{from: 0 d, to: 30 d, is: 4}", "{from: 0 g/L, to: 30 g/L, is: 4}"),
    (NUMBERS, "{from: 30 d, to: 120 d, is: 1}", "{from: 30 g/L, to: 120 g/L, is: 1}"),
    (NUMBERS, "{from: 120 d, no value", "{from: 120 g/L, no value"),
)
VOTES = "    - iron-votes: above many-iron-votes\n"


class TestImplied:
    def test_by_a_finding(self):
        """
        A finding that only rules about a measure establish says that the measure is known.
        """
        changed = small.changed(*BY_HEMOGLOBIN, (RULE, VOTES, f"{VOTES}    - anemia: present\n"))

        assert small.read(changed)[0].rules["NXT-040"].then.within == "time-to-look-again"

    @pytest.mark.parametrize(
        "more",
        [
            pytest.param("", id="nothing asks"),
            pytest.param("    - anemia: absent\n", id="absence"),
            pytest.param("    - fever: present\n", id="observed"),
            pytest.param("    - iron-deficiency: present\n", id="by other measures"),
        ],
    )
    def test_by_nothing(self, more):
        """
        An absence, what is observed, and what rules about other measures establish say nothing of a measure.
        """
        changed = small.changed(*BY_HEMOGLOBIN, (RULE, VOTES, f"{VOTES}{more}"))

        with pytest.raises(KnowledgeError, match="looks up hemoglobin, which need not be known"):
            small.read(changed)
