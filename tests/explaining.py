"""
Decisions of the knowledge in use, for explaining them: twelve patients, and any other from words.

`python -m tests.explaining` writes their approved texts anew; whoever does so reads each as its reader would.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from service.adapters.durable_rules.engine import DurableRulesEngine
from service.application.decide import decide
from service.application.explain import EXPLAINERS
from service.application.explanation.asked import Asked, Explained
from service.application.registers import REGISTERS
from service.domain.decision import Decision
from service.domain.given import GivenPanel
from service.domain.release import Release
from tests import small
from tests.strategies import knowledge

PATIENTS = {
    # Worked examples of the clinical inventory; values are synthetic.
    "iron-deficiency-anemia": {
        "age": "34 a", "sex": "female", "pregnancy": "not-pregnant", "hemoglobin": "9.6 g/dL", "mcv": "71 fL",
        "mch": "22 pg", "rdw_cv": "18.2 %", "ferritin": "<5 ng/mL", "crp": "2 mg/L",
    },
    "mixed-anemia": {
        "age": "41 a", "sex": "female", "pregnancy": "not-pregnant", "hemoglobin": "100 g/L", "mcv": "78 fL",
        "ferritin": "64 ug/L", "transferrin_saturation": "11 %", "crp": "38 mg/L", "inflammatory_disease": "present",
        "altitude": "0 m", "cigarettes_per_day": "0",
    },
    "anemia-of-inflammation": {
        "age": "41 a", "sex": "female", "pregnancy": "not-pregnant", "hemoglobin": "100 g/L", "mcv": "78 fL",
        "ferritin": "410 ug/L", "transferrin_saturation": "12 %", "stfr": "1.1 mg/L", "crp": "38 mg/L",
        "altitude": "0 m", "cigarettes_per_day": "0",
    },
    "beta-thalassemia-trait": {
        "age": "28 a", "sex": "male", "hemoglobin": "121 g/L", "rbc": "6.0 10*12/L", "mcv": "62 fL", "mch": "20.2 pg",
        "rdw_cv": "15.0 %", "ferritin": "80 ug/L", "hemoglobin_a2": "5.4 %", "crp": "1 mg/L",
        "altitude": "0 m", "cigarettes_per_day": "0",
    },
    "gray-zone": {
        "age": "30 a", "sex": "female", "pregnancy": "not-pregnant", "hemoglobin": "108 g/L", "mcv": "74 fL",
        "hemoglobin_a2": "3.3 %", "ferritin": "8 ug/L", "crp": "1 mg/L", "altitude": "0 m", "cigarettes_per_day": "0",
    },
    "child": {"age": "20 mo", "sex": "male", "hemoglobin": "107 g/L", "mcv": "69 fL", "ferritin": "14 ug/L"},
    "altitude": {
        "age": "40 a", "sex": "male", "altitude": "3400 m", "cigarettes_per_day": "0", "hemoglobin": "150 g/L",
        "mcv": "77 fL",
    },
    "unit-slip": {
        "age": "30 a", "sex": "female", "pregnancy": "not-pregnant", "hemoglobin": "13.2 g/L", "mcv": "72 fL",
        "ferritin": "8 ug/L",
    },
    "agglutinated-cells": {
        "age": "50 a", "sex": "female", "hemoglobin": "101 g/L", "rbc": "2.9 10*12/L", "mcv": "118 fL",
        "mchc": "413 g/L", "ferritin": "90 ug/L",
    },
    "infant": {"age": "3 mo", "sex": "female", "hemoglobin": "98 g/L", "mcv": "70 fL"},
    # Cases beside rules.
    "contested-inflammation": {
        "age": "30 a", "sex": "male", "hemoglobin": "90 g/L", "mcv": "70 fL", "ferritin": "400 ug/L",
        "iron": "5 umol/L", "tibc": "20 umol/L", "crp": "1 mg/L",
    },
    "conflicting-inflammation": {
        "age": "52 a", "sex": "male", "hemoglobin": "110 g/L", "mcv": "82 fL", "ferritin": "40 ug/L", "crp": "2 mg/L",
        "inflammatory_disease": "present",
    },
}  # fmt: skip

WHY_NOT = {
    "iron-deficiency-anemia": "beta-thalassemia-trait",
    "mixed-anemia": "anemia-of-inflammation",
    "anemia-of-inflammation": "iron-deficiency-anemia",
    "beta-thalassemia-trait": "iron-deficiency-anemia",
    "gray-zone": "beta-thalassemia-trait",
    "child": "iron-deficiency-anemia",
    "altitude": "iron-deficiency-anemia",
    "unit-slip": "microcytic-anemia",
    "agglutinated-cells": "microcytic-anemia",
    "infant": "microcytic-anemia",
    "contested-inflammation": "anemia-of-inflammation",
    "conflicting-inflammation": "iron-deficiency-with-inflammation",
}
"""For each of them, the conclusion that somebody would ask about."""

APPROVED = Path(__file__).parent / "unit" / "application" / "approved"


@lru_cache(maxsize=1)
def engine() -> DurableRulesEngine:
    """
    Return an engine that holds the knowledge.
    """
    return DurableRulesEngine(knowledge(), probe=False)


def decided(given: GivenPanel, profile: str = "default") -> Decision:
    """
    Decide a panel by the knowledge.
    """
    of: Release = knowledge()
    decision, found = decide(of, of.profiles[profile], engine(), given)
    assert found == ()
    return decision


def patient(profile: str = "default", **said: object) -> Decision:
    """
    Decide what is said of a patient by the knowledge.
    """
    return decided(small.given(knowledge(), **said), profile)


def explained(decision: Decision, of: str, register: str, conclusion: str | None = None) -> Explained:
    """
    Explain a decision.
    """
    return EXPLAINERS[of](decision, Asked(of, register, REGISTERS[register], conclusion))


def told(name: str, register: str) -> str:
    """
    Return what a register tells of one of the patients: why, and why not one conclusion.
    """
    decision = patient(**PATIENTS[name])
    why = explained(decision, "why", register).text
    return f"{why}\n---- Why not {WHY_NOT[name]}?\n\n{explained(decision, 'why-not', register, WHY_NOT[name]).text}"


if __name__ == "__main__":
    for one in PATIENTS:
        for reader in REGISTERS:
            (APPROVED / f"{one}.{reader}.txt").write_text(told(one, reader), encoding="utf-8")
