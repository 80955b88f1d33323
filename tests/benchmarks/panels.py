"""
Panels to measure with: the examples that authors keep, and varied ones drawn with a fixed seed.
"""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

from service import bootstrap
from tests.running import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.application.evaluate import Question

RULESET = "microcytic-anemia"

RANGES = {
    # Measure: unit, lowest, highest, decimals.
    "hemoglobin": ("g/L", 60, 170, 0),
    "mcv": ("fL", 55, 105, 1),
    "mch": ("pg", 17, 35, 1),
    "rbc": ("10*12/L", 3, 6, 2),
    "hematocrit": ("%", 20, 50, 1),
    "rdw-cv": ("%", 11, 22, 1),
    "platelets": ("10*9/L", 100, 600, 0),
    "ferritin": ("ng/mL", 2, 400, 1),
    "crp": ("mg/L", 0.2, 60, 1),
    "iron": ("ug/dL", 10, 150, 0),
    "tibc": ("ug/dL", 200, 500, 0),
}
AGES = (("mo", 7, 23), ("a", 2, 11), ("a", 12, 17), ("a", 18, 54), ("a", 55, 65), ("a", 66, 95))


def examples() -> list[bytes]:
    """Return the requests of the examples, as they would be posted."""
    files = sorted((ROOT / "knowledge" / RULESET / "examples").glob("*.json"))
    return [json.dumps(json.loads(file.read_text(encoding="utf-8"))["request"]).encode() for file in files]


def questions(requests: list[bytes]) -> list[Question]:
    """Return requests as questions."""
    return [bootstrap.question(request) for request in requests]


def varied(count: int, seed: int = 1) -> Iterator[bytes]:
    """Yield requests of all ages, with any subset of measures; no two need be alike."""
    drawn = random.Random(seed)
    for number in range(count):
        yield json.dumps(_varied(drawn, number)).encode()


def _varied(drawn: random.Random, number: int) -> dict[str, Any]:
    unit, youngest, oldest = drawn.choice(AGES)
    patient: dict[str, Any] = {"age": {"value": drawn.randint(youngest, oldest), "unit": unit}}
    if drawn.random() < 0.9:
        patient["sex"] = drawn.choice(("female", "male"))
    if patient.get("sex") == "female" and unit == "a" and 15 <= patient["age"]["value"] < 50 and drawn.random() < 0.7:
        patient["pregnancy"] = drawn.choice(("not-pregnant", "first-trimester", "pregnant", "postpartum"))
    if drawn.random() < 0.3:
        patient["altitude"] = {"value": drawn.randint(0, 4500), "unit": "m"}
    if drawn.random() < 0.3:
        patient["cigarettes_per_day"] = drawn.randint(0, 40)
    results = []
    for measure, (measured_in, low, high, decimals) in RANGES.items():
        if drawn.random() < 0.6:
            value = round(drawn.uniform(low, high), decimals)
            results.append({"measure": measure, "value": value if decimals else int(value), "unit": measured_in})
    findings = [{"finding": "inflammatory-disease", "state": "present"}] if drawn.random() < 0.1 else []
    return {"subject": f"p-{number}", "patient": patient, "results": results, "findings": findings}
