"""
An answer to a complete panel can be read at a glance.

A screen is the smallest that anybody still reads on, a terminal of 24 lines: the status, two headings and a blank line
leave 20, of which conclusions are to take 8 at most and advice 12. Everything else of an answer is in the trace.
"""

import json
from collections import Counter
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from service.adapters.tables.csv_panels import read_table
from service.adapters.tables.read_mapping import read_mapping
from service.application.answer import document
from service.application.decide import decide
from service.application.semantics_alone import SemanticsAlone
from service.domain.given import GivenEvent, GivenFinding, GivenPanel, GivenResult
from service.domain.intervals import Interval
from service.domain.measures import MeasureKind
from service.domain.quantities import Quantity, parse_quantity
from service.domain.scales import State
from service.domain.semantics import ContradictionError
from service.web.requests import parse_question
from tests.published.cases import read_cases
from tests.strategies import AS_OF, KNOWLEDGE, examples, knowledge

MOST_CONCLUSIONS = 8
MOST_ADVICE = 12
CERTAINTIES = ["confirmed", "likely", "possible", "unlikely", "excluded"]
URGENCIES = ["emergency", "same-day", "urgent", "soon", "routine"]
TESTS = Path(__file__).parents[1]
RELEASE = knowledge()
ALONE = SemanticsAlone(RELEASE)
EXAMPLES = sorted(KNOWLEDGE.glob("*/examples/*.json"))


def answered(panel: GivenPanel, profile: str) -> dict[str, list[dict[str, str]]]:
    return document(decide(RELEASE, RELEASE.profiles[profile], ALONE, panel)[0])


def is_on_a_screen(answer: dict[str, list[dict[str, str]]]) -> None:
    conclusions = [CERTAINTIES.index(one["certainty"]) for one in answer["conclusions"]]
    advice = [URGENCIES.index(one["urgency"]) for one in answer["advice"]]
    assert len(conclusions) <= MOST_CONCLUSIONS, [one["conclusion"] for one in answer["conclusions"]]
    assert len(advice) <= MOST_ADVICE, [one["advice"] for one in answer["advice"]]
    assert conclusions == sorted(conclusions)
    assert advice == sorted(advice)


HEALTHY = {
    "hemoglobin": "140 g/L",
    "hematocrit": "42 %",
    "rbc": "4.7 10*12/L",
    "mcv": "89 fL",
    "mch": "30 pg",
    "mchc": "334 g/L",
    "rdw-cv": "13 %",
    "rdw-sd": "42 fL",
    "platelets": "250 10*9/L",
    "wbc": "6 10*9/L",
    "neutrophils": "3.5 10*9/L",
    "reticulocyte-percentage": "1.2 %",
    "reticulocyte-count": "56 10*9/L",
    "reticulocyte-hemoglobin": "32 pg",
    "hypochromic-red-cells": "1 %",
    "microcytic-red-cells": "1 %",
    "ferritin": "120 ug/L",
    "iron": "18 umol/L",
    "tibc": "60 umol/L",
    "uibc": "42 umol/L",
    "transferrin": "2.4 g/L",
    "transferrin-saturation": "30 %",
    "stfr": "1.2 mg/L",
    "stfr-index": "0.58 1",
    "zinc-protoporphyrin": "40 umol/mol",
    "hepcidin": "4 nmol/L",
    "free-erythrocyte-protoporphyrin": "30 ug/dL",
    "crp": "1 mg/L",
    "agp": "0.7 g/L",
    "esr": "8 mm/h",
    "creatinine": "75 umol/L",
    "egfr": "100 mL/min/{1.73_m2}",
    "bilirubin-total": "10 umol/L",
    "bilirubin-direct": "3 umol/L",
    "bilirubin-indirect": "7 umol/L",
    "glucose": "5 mmol/L",
    "haptoglobin": "1 g/L",
    "ldh": "180 U/L",
    "lead-venous": "1 ug/dL",
    "lead-capillary": "1 ug/dL",
    "copper": "16 umol/L",
    "ceruloplasmin": "280 mg/L",
    "zinc": "13 umol/L",
    "aluminum": "4 ug/L",
    "pyridoxal-phosphate": "60 nmol/L",
    "vitamin-b12": "350 pmol/L",
    "folate": "22 nmol/L",
    "tsh": "2 m[IU]/L",
    "ttg-iga": "1 [arb'U]/mL",
    "iga-total": "2 g/L",
    "fecal-hemoglobin": "1 ug/g",
    "hemoglobin-a": "97 %",
    "hemoglobin-a2": "2.6 %",
    "hemoglobin-f": "0.4 %",
    "hemoglobin-s": "0 %",
    "hemoglobin-c": "0 %",
    "hemoglobin-e": "0 %",
    "hemoglobin-h": "0 %",
    "hemoglobin-lepore": "0 %",
    "hemoglobin-barts": "0 %",
    "ring-sideroblasts": "0 %",
    "sf3b1-allele-fraction": "0 %",
}
"""Somebody healthy; who has nothing of what can be measured is nobody, and nor is who has all of it."""


@st.composite
def complete(draw) -> GivenPanel:
    """
    Draw somebody of whom everything is measured and looked for: up to six results deviate, within what is usual to
    measure, and up to two things were found.
    """
    words = RELEASE.vocabulary
    laboratory = [one for one in words.measures.values() if one.kind is MeasureKind.LABORATORY]
    deviating = draw(st.lists(st.sampled_from([one.name for one in laboratory]), max_size=6, unique=True))
    results = []
    for measure in laboratory:
        quantity = parse_quantity(HEALTHY[measure.name])
        span = measure.usual or measure.possible
        if measure.name in deviating and span is not None:
            low, high = span.low.value or Fraction(0), span.high.value or Fraction(100)
            value = low + (high - low) * draw(st.integers(1, 999)) / 1000
            quantity = Quantity(Interval.exactly(value), measure.unit, str(value))
        results.append(GivenResult(f"r{len(results)}", f"/results/{len(results)}", quantity, measure.name))
    observed = sorted(one.name for one in words.findings.values() if one.observed)
    present = draw(st.lists(st.sampled_from(observed), max_size=2, unique=True))
    age = draw(st.sampled_from(["9 mo", "4 a", "9 a", "30 a", "70 a"]))
    said = {"sex": draw(st.sampled_from(["female", "male"])), "pregnancy": "not-pregnant"}
    if age == "30 a" and said["sex"] == "female":
        said["pregnancy"] = draw(st.sampled_from(["not-pregnant", "second-trimester"]))
    return GivenPanel(
        AS_OF,
        {name: (word, f"/patient/{name}") for name, word in said.items()},
        {"age": (parse_quantity(age), "/patient/age")},
        results=tuple(results),
        findings=tuple(GivenFinding(name, State.PRESENT, f"/findings/{n}") for n, name in enumerate(present)),
        complete=tuple(
            (group, f"/complete/{n}") for n, group in enumerate(sorted({words.findings[one].group for one in observed}))
        ),
        events=tuple(GivenEvent(name, f"/events/{n}", None) for n, name in enumerate(words.events)),
    )


class TestScreen:
    @pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in EXAMPLES])
    def test_examples(self, path):
        """
        The answer to a sample fits on a screen, the surest conclusion and the most urgent advice first.
        """
        request = json.loads(path.read_bytes())["request"]
        question = parse_question(json.dumps(request).encode(), lambda: datetime.now(UTC))

        is_on_a_screen(answered(question.panel, question.profile))

    @pytest.mark.parametrize("profile", sorted(RELEASE.profiles))
    def test_published_cases(self, profile):
        """
        So does the answer to each published case, in every profile.
        """
        read = 0
        for case in read_cases(TESTS / "published" / "cases-medqa.jsonl", AS_OF):
            is_on_a_screen(answered(case.panel, profile))
            read += 1

        assert read == 11

    def test_measured_people(self):
        """
        So does the answer to people who were measured; not everybody has the same number of lines.
        """
        mapping = read_mapping(KNOWLEDGE / "mappings" / "nhanes-2017-2018.yaml", RELEASE.vocabulary)
        lines: Counter[int] = Counter()
        for row in list(read_table(TESTS / "population" / "nhanes-excerpt.csv", mapping, AS_OF))[::3]:
            answer = answered(row.panel, "default")
            is_on_a_screen(answer)
            lines[len(answer["conclusions"]) + len(answer["advice"])] += 1

        assert len(lines) > 3

    def test_complete_panels(self):
        """
        So does the answer to somebody of whom everything is measured and everything was looked for, with several
        disorders at once.
        """
        most: Counter[str] = Counter()

        @examples(60)
        @given(complete(), st.sampled_from(sorted(RELEASE.profiles)))
        def ask(panel: GivenPanel, profile: str) -> None:
            try:
                answer = answered(panel, profile)
            except ContradictionError:
                assume(False)
            is_on_a_screen(answer)
            for kind in ("conclusions", "advice"):
                most[kind] = max(most[kind], len(answer[kind]))

        ask()

        assert most["conclusions"] > 1
        assert most["advice"] > 2
