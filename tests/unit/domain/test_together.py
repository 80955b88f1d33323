"""
What is not computed because its operands were drawn apart.
"""

from __future__ import annotations

from datetime import timedelta

from tests import small
from tests.unit.domain.test_doubts import decided

NOW = small.NOW
DAY = timedelta(days=1)


def notes(**said: object) -> list[tuple[str, str, bool]]:
    """
    Return what is noted of a patient.
    """
    decision = decided(small.release(), age="30 a", **said)
    return [(note.about, note.detail, note.used) for note in decision.panel.notes if note.issue == "not-together"]


class TestApart:
    def test_noted(self):
        """
        Iron and its capacity of two days make no saturation, and that is said with their days; both are used.
        """
        assert notes(iron=("10 umol/L", NOW), tibc=("60 umol/L", NOW - 3 * DAY)) == [
            (
                "r1, r2",
                "saturation: not computed, for the results were not drawn together (iron 2026-11-22, tibc 2026-11-19).",
                True,
            )
        ]

    def test_measure(self):
        """
        It is about what was not computed, not about the results.
        """
        decision = decided(small.release(), age="30 a", iron=("10 umol/L", NOW), tibc=("60 umol/L", NOW - 3 * DAY))

        assert [note.measure for note in decision.panel.notes if note.issue == "not-together"] == ["saturation"]

    def test_together(self):
        """
        Nothing is said of what was drawn together, of what has no time, and of what is missing.
        """
        assert notes(iron=("10 umol/L", NOW), tibc=("60 umol/L", NOW)) == []
        assert notes(iron=("10 umol/L", NOW), tibc="60 umol/L") == []
        assert notes(iron=("10 umol/L", NOW)) == []

    def test_reported(self):
        """
        Nothing is said where the laboratory reported it.
        """
        said = {"iron": ("10 umol/L", NOW), "tibc": ("60 umol/L", NOW - 3 * DAY)}

        assert notes(**said, saturation=("16 %", NOW)) == []
