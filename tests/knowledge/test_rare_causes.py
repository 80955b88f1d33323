"""
Lead is read in blood only, and nobody is asked for rare causes without a reason in the panel.
"""

from fractions import Fraction

import pytest

from service.application.decide import decide
from service.application.semantics_alone import SemanticsAlone
from service.domain.given import GivenFinding, GivenPanel, GivenResult
from service.domain.intervals import Interval
from service.domain.missing import missing
from service.domain.quantities import Quantity, parse_quantity
from service.domain.scales import State
from tests.strategies import AS_OF, knowledge

RELEASE = knowledge()
ALONE = SemanticsAlone(RELEASE)
WORDS = RELEASE.vocabulary
# LOINC codes of lead in serum, in urine and in other specimens.
OTHER_LEAD = ("10912-4", "5676-2", "25459-9", "32325-3")
RARE_MEASURES = {
    "lead-venous", "lead-capillary", "copper", "ceruloplasmin", "zinc", "aluminum", "pyridoxal-phosphate", "hepcidin",
    "free-erythrocyte-protoporphyrin", "ring-sideroblasts", "sf3b1-allele-fraction", "tsh", "neutrophils",
}  # fmt: skip
RARE_FINDINGS = {
    "basophilic-stippling", "pappenheimer-bodies", "dimorphic-red-cells", "sf3b1-mutation", "tmprss6-variant",
    "sideroblastic-gene-variant", "iron-gene-variant", "hyperthyroidism", "gastric-surgery", "neuropathy",
    "lifelong-microcytosis", "photosensitivity", "lead-exposure-risk", "zinc-exposure", "sideroblastic-drug",
}  # fmt: skip
RARE_ADVICE = {
    "venous-lead", "confirm-lead", "measure-copper-and-zinc", "measure-aluminum", "measure-vitamin-b6", "measure-tsh",
    "marrow-examination", "sf3b1-testing", "measure-hepcidin", "iron-gene-testing", "measure-protoporphyrin",
    "rare-anemia-referral", "genetic-counseling", "review-sideroblastic-exposures",
}  # fmt: skip
WOMAN = {"age": "34 a", "sex": "female", "pregnancy": "not-pregnant"}
MAN = {"age": "46 a", "sex": "male"}
IRON_DEFICIENT = {"hemoglobin": "91", "mcv": "71", "mch": "22", "rdw-cv": "18", "ferritin": "5", "crp": "2"}
QUIET = {
    "a healthy man": (MAN, {"hemoglobin": "146", "mcv": "89", "mch": "30", "ferritin": "90"}),
    "a blood count alone": (WOMAN, {"hemoglobin": "91", "mcv": "71"}),
    "an iron-deficient woman": (WOMAN, IRON_DEFICIENT),
    "an iron-deficient woman of whom all common tests are known": (
        WOMAN,
        IRON_DEFICIENT | {"rbc": "4.1", "transferrin-saturation": "5", "tibc": "80", "hemoglobin-a2": "2.4"},
    ),
    "an anemia of inflammation": (
        WOMAN,
        {"hemoglobin": "100", "mcv": "78", "ferritin": "410", "crp": "38", "transferrin-saturation": "12"},
    ),
    "a carrier": (MAN, {"hemoglobin": "115", "mcv": "64", "rbc": "5.8", "ferritin": "180", "hemoglobin-a2": "5.4"}),
    "an anemia of normal cells": (MAN, {"hemoglobin": "110", "mcv": "90"}),
}


def answered(patient: dict[str, str], values: dict[str, str], *findings: str):
    """
    Return what is decided of a patient with results in the units of the vocabulary.
    """
    results = tuple(
        GivenResult(name, f"/results/{name}", _quantity(name, value), measure=name) for name, value in values.items()
    )
    attributes = {name: (word, f"/patient/{name}") for name, word in patient.items() if name != "age"}
    age = {"age": (parse_quantity(patient["age"]), "/patient/age")}
    found = tuple(GivenFinding(name, State.PRESENT, f"/findings/{name}") for name in findings)
    panel = GivenPanel(AS_OF, attributes, age, None, results, found, (), {}, ())
    return decide(RELEASE, RELEASE.profiles["default"], ALONE, panel)[0]


def _quantity(name: str, value: str) -> Quantity:
    return Quantity(Interval.exactly(Fraction(value)), WORDS.measures[name].unit, value)


class TestLeadCodes:
    @pytest.mark.parametrize("code", OTHER_LEAD)
    def test_not_read(self, code):
        """
        No measure takes a code of lead in serum or in urine, so that it is never read as blood lead.
        """
        assert [name for name, one in WORDS.measures.items() if code in one.loinc] == []

    def test_unstated_is_not_venous(self):
        """
        A blood lead of which the code does not say where it was drawn is none that confirms.
        """
        assert WORDS.measures["lead-venous"].loinc == ("77307-7",)
        assert {"10368-9", "5671-3", "14807-2"} <= set(WORDS.measures["lead-capillary"].loinc)


class TestQuietAnswers:
    @pytest.mark.parametrize(("patient", "values"), [pytest.param(*one, id=name) for name, one in QUIET.items()])
    def test_nothing_rare_is_asked(self, patient, values):
        """
        Whose panel gives no reason is neither asked for, nor advised, what tells rare causes.
        """
        decision = answered(patient, values)
        asked = {name for one in missing(decision) for test in one.tests for name in test}

        assert asked & (RARE_MEASURES | RARE_FINDINGS) == set()
        assert {name for name, *_ in decision.advice} & RARE_ADVICE == set()

    def test_with_a_reason(self):
        """
        With iron that is not used and a fitting film, the same tests are advised.
        """
        values = {"hemoglobin": "105", "mcv": "77", "ferritin": "900", "transferrin-saturation": "78"}
        decision = answered({"age": "58 a", "sex": "male"}, values, "dimorphic-red-cells", "pappenheimer-bodies")
        advised = {name for name, *_ in decision.advice}

        assert {"marrow-examination", "venous-lead", "measure-copper-and-zinc"} <= advised
