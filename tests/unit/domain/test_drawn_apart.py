"""
Results of different days that one conclusion rests on.
"""

from datetime import timedelta
from fractions import Fraction

import pytest

from tests import small
from tests.unit.domain.test_doubts import decided

NOW = small.NOW
MAN = {"age": "40 a", "sex": "male"}
SPAN = "drawn apart: {after: 90 d, because: Much changes in three months., source: own}\n"
CHANGES = (
    ("small/ruleset.yaml", "safety:\n", SPAN + "safety:\n"),
    ("vocabulary.yaml", "    loinc: [2276-4]\n", "    loinc: [2276-4]\n    fresh for: 365 d\n"),
    ("vocabulary.yaml", "    loinc: [718-7, 59260-0]\n", "    loinc: [718-7, 59260-0]\n    fresh for: 365 d\n"),
)


def ago(days: float):
    """Return an instant some days before now."""
    return NOW - timedelta(days=days)


def notes(*changes: small.Change, **said: object) -> list[tuple[str, str, str, bool]]:
    """Return what is remarked on how far apart results were drawn."""
    found = decided(small.release(*(changes or CHANGES)), **MAN, **said).panel.notes
    return [(note.about, note.measure, note.detail, note.used) for note in found if note.issue == "drawn-apart"]


class TestDrawnApart:
    def test_noted(self):
        """
        A conclusion from results that were drawn too far apart is told, about the oldest; the results are used.
        """
        assert notes(hemoglobin=("100 g/L", ago(200)), ferritin=("5 ug/L", NOW)) == [
            (
                "r1",
                "hemoglobin",
                (
                    "iron-anemia: concluded from results drawn more than 90 d apart "
                    "(hemoglobin 2026-05-06, ferritin 2026-11-22)."
                ),
                True,
            )
        ]

    @pytest.mark.parametrize(
        ("days", "noted"),
        [
            pytest.param(90, False, id="as far apart as may be"),
            pytest.param(90.01, True, id="a little more"),
        ],
    )
    def test_span(self, days, noted):
        """
        The span itself is near enough.
        """
        assert bool(notes(hemoglobin=("100 g/L", ago(days)), ferritin=("5 ug/L", NOW))) is noted

    def test_computed(self):
        """
        What is computed was drawn when its operands were.
        """
        said = {"hematocrit": ("25 %", ago(200)), "ferritin": ("5 ug/L", NOW)}
        ages = ("vocabulary.yaml", "    title: Hematocrit\n", "    title: Hematocrit\n    fresh for: 365 d\n")

        assert [about for about, *_ in notes(*CHANGES, ages, **said)] == ["r1"]

    @pytest.mark.parametrize(
        "said",
        [
            pytest.param({"hemoglobin": ("100 g/L", ago(200)), "ferritin": "5 ug/L"}, id="one has no time"),
            pytest.param({"hemoglobin": "100 g/L", "ferritin": "5 ug/L"}, id="none has a time"),
            pytest.param({"hemoglobin": ("100 g/L", ago(200)), "crp": ("20 mg/L", NOW)}, id="nothing combines them"),
            pytest.param(
                {"hemoglobin": [("120 g/L", ago(200)), ("100 g/L", NOW)], "ferritin": ("5 ug/L", NOW)},
                id="only the newest is read",
            ),
        ],
    )
    def test_quiet(self, said):
        """
        Nothing is said of results without a time, and of those that no conclusion combines.
        """
        assert notes(**said) == []

    def test_what_does_not_age(self):
        """
        A measure whose results are fresh for ever may be of any time.
        """
        assert notes(CHANGES[0], CHANGES[1], hemoglobin=("100 g/L", ago(200)), ferritin=("5 ug/L", NOW)) == []

    def test_no_span(self):
        """
        A rule set that names no span says nothing.
        """
        assert notes(*CHANGES[1:], hemoglobin=("100 g/L", ago(200)), ferritin=("5 ug/L", NOW)) == []

    def test_read(self):
        """
        The span stands in the rule set with its reason and its source.
        """
        span = small.release(*CHANGES).ruleset.drawn_apart

        assert span is not None
        assert (span.days, span.because, span.cites.source) == (Fraction(90), "Much changes in three months.", "own")
