from fractions import Fraction
from functools import lru_cache

import pytest

from service.domain.facts import resolve
from service.domain.intake import take_in
from service.domain.intervals import Interval
from service.domain.release import Release
from tests import small

INDICES = {
    "mentzer": ("mcv / rbc", "mcv: fL, rbc: 10*12/L"),
    "england-fraser": (
        "mcv - rbc - five * hemoglobin - england-fraser-offset", "mcv: fL, rbc: 10*12/L, hemoglobin: g/dL"
    ),
    "srivastava": ("mch / rbc", "mch: pg, rbc: 10*12/L"),
    "green-king": (
        "mcv * mcv * rdw-cv / (hundred * hemoglobin)", "mcv: fL, rdw-cv: '%', hemoglobin: g/dL"
    ),
    "rdw": ("mcv * rdw-cv / rbc", "mcv: fL, rdw-cv: '%', rbc: 10*12/L"),
    "sirdah": ("mcv - rbc - three * hemoglobin", "mcv: fL, rbc: 10*12/L, hemoglobin: g/dL"),
    "ehsani": ("mcv - ten * rbc", "mcv: fL, rbc: 10*12/L"),
}  # fmt: skip
CONSTANTS = {"five": "5", "england-fraser-offset": "3.4", "hundred": "100", "three": "3", "ten": "10"}
MEASURES = {"mcv": "fL", "rbc": "10*12/L", "mch": "pg", "rdw-cv": "'%'"}
CARRIER = {"mcv": "64 fL", "rbc": "6 10*12/L", "mch": "21 pg", "rdw_cv": "15 %"}


@lru_cache(maxsize=1)
def release() -> Release:
    """
    Return the small rule set with the red cell indices, each written as it was published.
    """
    measures = "".join(
        f"  {name}: {{title: {name}, kind: laboratory, unit: {unit}}}\n" for name, unit in MEASURES.items()
    )
    measures += "".join(
        f"  {name}-index: {{title: {name}, kind: computed, unit: '1', formula: {formula}, numbers in: {{{units}}}}}\n"
        for name, (formula, units) in INDICES.items()
    )
    constants = "".join(
        f"  {name}: {{title: {name}, unit: '1', choices: "
        f"{{book: {{source: book, where: Page 12, read: memory, is: {number}}}}}}}\n"
        for name, number in CONSTANTS.items()
    )
    chosen = "".join(f"  {name}: book\n" for name in CONSTANTS)
    return small.read(
        small.changed(
            ("vocabulary.yaml", "  iron-index:\n", f"{measures}  iron-index:\n"),
            ("small/thresholds.yaml", "constants:\n", f"constants:\n{constants}"),
            ("small/profiles/book.yaml", "  index-offset: book\n", f"  index-offset: book\n{chosen}"),
        )
    )[0]


class TestIndices:
    @pytest.mark.parametrize(
        ("index", "number"),
        [
            ("mentzer", Fraction(64, 6)),
            ("england-fraser", Fraction("-3.4")),
            ("srivastava", Fraction(21, 6)),
            ("green-king", Fraction(64 * 64 * 15, 1160)),
            ("rdw", Fraction(160)),
            ("sirdah", Fraction("23.2")),
            ("ehsani", Fraction(4)),
        ],
    )
    @pytest.mark.parametrize("hemoglobin", ["11.6 g/dL", "116 g/L"])
    def test_as_published(self, index, number, hemoglobin):
        """
        An index is what its publication computes by hand, in whichever unit a result was sent.
        """
        of = release()
        panel = take_in(of, of.profiles["default"], small.given(of, hemoglobin=hemoglobin, **CARRIER))

        assert resolve(of, of.profiles["default"], panel).values[f"{index}-index"].interval == Interval.exactly(number)
