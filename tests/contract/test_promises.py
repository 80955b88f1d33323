"""
What the rules promise of every patient, asked of random ones, by other code than the service's.

Limits and rows are read here from the authored files as plain YAML and from the texts of the trace, never through
what chooses them in the service. `test_safety.py` asks the same of what `ruleset.yaml` states itself.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from ruamel.yaml import YAML

from service.application.decide import decide
from service.application.semantics_alone import SemanticsAlone
from service.application.trace import trace
from service.domain.decision import Decision
from service.domain.given import GivenPanel, GivenResult
from service.domain.intervals import Interval
from service.domain.quantities import Quantity, parse_quantity
from service.domain.scales import Certainty, State
from service.domain.semantics import ContradictionError
from tests.strategies import KNOWLEDGE as FOLDER
from tests.strategies import examples, knowledge, panels

KNOWLEDGE = knowledge()
PROFILES = st.sampled_from(sorted(KNOWLEDGE.profiles))
TRIMESTERS = ("first-trimester", "second-trimester", "third-trimester")
MONTHS = {"mo": 1, "a": 12}


ALONE = SemanticsAlone(KNOWLEDGE)


def decided(panel: GivenPanel, profile: str) -> Decision:
    """
    Decide a panel by the semantics, or draw another where it contradicts itself.
    """
    try:
        return decide(KNOWLEDGE, KNOWLEDGE.profiles[profile], ALONE, panel)[0]
    except ContradictionError:
        reject()


def plain(name: str) -> dict[str, Any]:
    """
    Return an authored file as plain YAML.
    """
    return YAML(typ="safe", pure=True).load(FOLDER / name)


def whose(panel: GivenPanel, age: str, sex: str, pregnancy: str) -> GivenPanel:
    """
    Return a panel as that of somebody of whom age, sex and pregnancy are known.
    """
    words = {"sex": sex, "pregnancy": pregnancy}
    quantities = {name: value for name, value in panel.quantities.items() if name != "gestational-age"}
    return replace(
        panel,
        attributes=panel.attributes | {name: (word, f"/patient/{name}") for name, word in words.items()},
        quantities={**quantities, "age": (parse_quantity(age), "/patient/age")},
        birth_date=None,
        assume={},
    )


def with_result(panel: GivenPanel, name: str, value: Fraction, unit: str = "") -> GivenPanel:
    """
    Return a panel with one exact result of a measure, and no other of it.
    """
    measure = KNOWLEDGE.vocabulary.measures[name]
    own = {measure.name, *measure.loinc}
    others = tuple(one for one in panel.results if not {one.measure, one.code} & own)
    quantity = Quantity(Interval.exactly(value), unit or measure.unit, str(value))
    return replace(panel, results=(*others, GivenResult("drawn", "/results/drawn", quantity, measure=name)))


PATIENTS = (("8 mo", False), ("4 a", False), ("9 a", False), ("16 a", False), ("30 a", False), ("80 a", False),
            ("16 a", True), ("30 a", True))  # fmt: skip
"""Ages, and whether somebody is pregnant."""


class TestFerritin:
    def test_low_ferritin_rules_in(self):
        """
        A ferritin below 12 ug/L, under every limit there is, is iron deficiency from six months on, whatever else is
        said; in pregnancy and in children wherever the profile has a limit, and never is it the opposite.
        """
        seen: Counter[tuple[str, str, bool]] = Counter()

        @examples(6)
        @given(panels(KNOWLEDGE))
        def ask(panel: GivenPanel) -> None:
            for (age, pregnant), value in product(PATIENTS, ("1", "11.9")):
                sex, pregnancy = ("female", "third-trimester") if pregnant else ("male", "not-pregnant")
                patient = with_result(whose(panel, age, sex, pregnancy), "ferritin", Fraction(value))
                for profile in KNOWLEDGE.profiles:
                    state = decided(patient, profile).meaning.states["iron-deficiency"]
                    if profile == "default" or (age in {"30 a", "80 a"} and not pregnant):
                        assert state is State.PRESENT, f"{profile}, {age}, {value}"
                    assert state in {State.PRESENT, State.UNKNOWN}, f"{profile}, {age}, {value}"
                    seen[profile, age, pregnant] += state is State.PRESENT

        ask()

        assert {profile for profile, _, _ in +seen} == {*KNOWLEDGE.profiles}


class TestThalassemia:
    def test_nothing_but_dna_excludes(self):
        """
        No panel excludes a thalassemia unless an analysis of DNA is stated; it may well speak against one.
        """
        words = KNOWLEDGE.vocabulary
        thalassemias = {
            name
            for name, one in words.conclusions.items()
            if one.codes and all(code.code.startswith("D56.") for code in one.codes)
        }
        dna = {name for name, one in words.findings.items() if one.observed and one.group == "genetics"}
        seen: Counter[Certainty] = Counter()

        @examples(40)
        @given(PROFILES, panels(KNOWLEDGE))
        def ask(profile: str, panel: GivenPanel) -> None:
            stated = {one.finding for one in panel.findings}
            stated |= {
                name for group, _ in panel.complete for name, one in words.findings.items() if one.group == group
            }
            for percent in ("1.5", "2.5", "3.3", "5"):
                # Normal, low or raised: what most speaks for a thalassemia and against it.
                verdicts = decided(with_result(panel, "hemoglobin-a2", Fraction(percent)), profile).meaning.verdicts
                for name in thalassemias & verdicts.keys():
                    seen[verdicts[name].certainty] += 1
                    assert verdicts[name].certainty is not Certainty.EXCLUDED or stated & dna, name

        ask()

        assert len(thalassemias) >= 3
        assert seen[Certainty.UNLIKELY]
        assert seen[Certainty.POSSIBLE]


LEAD_LEVEL = 40
"""Micrograms per deciliter under which lead is not taken for the cause of an anemia."""
LEVELS = ("0.1", "3.4", "3.5", "5", "10", "20", "30", "39.9", "80")


class TestLead:
    def test_names(self):
        """
        As soon as there are rules about lead, there is a measure of it and a conclusion that is coded as its effect:
        without them the next test would ask nothing.
        """
        rules = [rule for rule in KNOWLEDGE.rules if rule.startswith("LEA-")]

        assert bool(rules) == bool(_of_lead()[0]) == bool(_of_lead()[1])

    def test_low_lead_is_no_cause(self):
        """
        With every lead below 40 ug/dL, or none measured, an anemia is never put down to lead; with more it can be.
        """
        measures, conclusions = _of_lead()
        seen: Counter[str] = Counter()

        @examples(15)
        @given(PROFILES, panels(KNOWLEDGE))
        def ask(profile: str, panel: GivenPanel) -> None:
            # Pale and small-celled, so that there is something to explain.
            pale = whose(panel, "30 a", "male", "not-pregnant")
            pale = with_result(with_result(pale, "hemoglobin", Fraction(90)), "mcv", Fraction(70))
            for level in LEVELS:
                patient = pale
                for name in measures:
                    patient = with_result(patient, name, Fraction(level), "ug/dL")
                verdicts = decided(patient, profile).meaning.verdicts
                named = any(name in verdicts and verdicts[name].certainty.is_for for name in conclusions)
                assert Fraction(level) >= LEAD_LEVEL or not named, level
                seen[level] += named

        ask()

        assert bool(seen[LEVELS[-1]]) == bool(conclusions)


def _of_lead() -> tuple[list[str], list[str]]:
    """
    Return the measures of lead, and the conclusions that are coded as a toxic effect of it (T56.0) in everybody.
    """
    words = KNOWLEDGE.vocabulary
    return (
        [name for name in words.measures if "lead" in name.split("-") and not words.measures[name].formulas],
        [
            name
            for name, one in words.conclusions.items()
            if any(code.code.startswith("T56.0") and not code.when.words for code in one.codes)
        ],
    )


# -- rows ------------------------------------------------------------------------------------------

BAND = re.compile(r"(?:from (?P<low>\d+) (?P<of_low>mo|a))? ?(?:to (?P<high>\d+) (?P<of_high>mo|a))?")
PREGNANCIES = ("not-pregnant", *TRIMESTERS, "postpartum")
WORDS = {**{name: {name} for name in PREGNANCIES}, "pregnant": set(TRIMESTERS)}


def band(text: str) -> tuple[int, float] | None:
    """
    Return a band of age in months, the upper end not in it; None for a text that is none.
    """
    found = BAND.fullmatch(text)
    if not text or found is None:
        return None
    low = int(found["low"]) * MONTHS[found["of_low"]] if found["low"] else 0
    return low, int(found["high"]) * MONTHS[found["of_high"]] if found["high"] else float("inf")


def pregnancies(text: str) -> frozenset[str] | None:
    """
    Return the words for pregnancy that a text lists; None for a text that lists others.
    """
    listed = text.split(" or ")
    return frozenset().union(*(WORDS[word] for word in listed)) if set(listed) <= WORDS.keys() else None


def keys(row: str) -> tuple[tuple[int, float] | None, frozenset[str] | None]:
    """
    Return the ages and the pregnancies that a row is for, by its text in the trace; None for everybody.
    """
    parts = row.split(", ")
    ages = [one for part in parts if (one := band(part))]
    words = [one for part in parts if (one := pregnancies(part))]
    return (ages or [None])[0], (words or [None])[0]


def rows_of_trace(decision: Decision) -> set[tuple[str, str, Fraction | None]]:
    """
    Return the rows that decided comparisons rest on: threshold, text, and the number where it is not a laboratory's.
    """
    return {
        (
            row["name"],
            row["row"],
            None if "laboratory" in row or "value" not in row else Fraction(row["value"].split()[0]),
        )
        for condition in trace(decision)["conditions"]
        if condition["result"] != "unknown"
        for row in condition.get("threshold", ())
    }


def rows_of_file() -> list[dict[str, Any]]:
    """
    Return every row of every threshold, as it is written.
    """
    thresholds = plain("microcytic-anemia/thresholds.yaml")["thresholds"]
    return [
        row | {"threshold": name}
        for name, one in thresholds.items()
        for choice in one["choices"].values()
        for row in choice["rows"]
    ]


COUNTED = {"hemoglobin": "104", "mcv": "69", "mch": "22", "ferritin": "11"}
"""Results low enough for everybody, so that no comparison stays open for want of an attribute."""
GROWN = {"anemia-hemoglobin": 120, "microcytosis-mcv": 80, "hypochromia-mch": 27}
"""Limits of grown-up women who are not pregnant: those of children under 12 years and in pregnancy are lower."""


class TestRows:
    def test_texts(self):
        """
        Every row of the file is found under its text, with the ages and pregnancies that its keys say.
        """
        told = {
            (name, *keys(row.text))
            for name, one in KNOWLEDGE.numbers.thresholds.items()
            for choice in one.choices.values()
            for row in choice.rows
        }
        written = {
            (row["threshold"], band(row.get("age", "")), pregnancies(row.get("pregnancy", "")))
            for row in rows_of_file()
        }

        assert len(written) > 50
        assert written - told == set()

    @pytest.mark.parametrize(
        ("ages", "who", "wanted"),
        [
            pytest.param(
                ("8 mo", "20 mo", "3 a", "9 a", "11 a", "14 a", "17 a"), ("male", "female"), "to", id="children"
            ),
            pytest.param(("14 a", "17 a", "30 a", "45 a"), TRIMESTERS, "trimester", id="pregnancy"),
            pytest.param(("18 a", "30 a", "65 a", "80 a"), ("male", "female"), "from 18 a", id="adults"),
        ],
    )
    def test_row_is_for_the_patient(self, ages, who, wanted):
        """
        Each row that a decided comparison rests on is for somebody of this age, and as pregnant as this.
        """
        seen: Counter[str] = Counter()

        @examples(20)
        @given(PROFILES, panels(KNOWLEDGE))
        def ask(profile: str, panel: GivenPanel) -> None:
            # What limits by age are about is always there.
            for name, value in COUNTED.items():
                panel = with_result(panel, name, Fraction(value))
            for age, somebody in product(ages, who):
                pregnancy = somebody if somebody in TRIMESTERS else "not-pregnant"
                sex = "male" if somebody == "male" else "female"
                for name, row, limit in rows_of_trace(decided(whose(panel, age, sex, pregnancy), profile)):
                    seen[row] += 1
                    seen[name] += _is_for(name, row, limit, age, pregnancy)

        ask()

        assert any(wanted in row for row in seen)
        assert wanted == "from 18 a" or seen["anemia-hemoglobin"]


def _is_for(name: str, row: str, limit: Fraction | None, age: str, pregnancy: str) -> bool:
    """
    Look whether a row is for somebody; return whether its limit had to be lower than that of the grown up.
    """
    band_of_row, words = keys(row)
    number, unit = age.split()
    youngest, oldest = (int(number) * MONTHS[unit], (int(number) + 1) * MONTHS[unit])
    if band_of_row is not None:
        assert band_of_row[0] < oldest, f"{name}: {row} for {age}"
        assert youngest < band_of_row[1], f"{name}: {row} for {age}"
    assert words is None or pregnancy in words, f"{name}: {row} for {pregnancy}"
    lower = oldest <= 144 or (pregnancy in TRIMESTERS and name == "anemia-hemoglobin")
    if not lower or limit is None or name not in GROWN:
        return False
    assert limit < GROWN[name], f"{name}: {limit} for {age}, {pregnancy}"
    return True


class TestPlausibility:
    def test_impossible_is_never_used(self):
        """
        What nobody can have is noted and set aside, whatever else is sent: no value, no condition and nothing computed
        rests on it. Neither does anything on another result that failed and is said not to be used.
        """
        limits = {
            name: [Fraction(end) for end in one["possible"].split(" to ")]
            for name, one in plain("vocabulary.yaml")["measures"].items()
            if one["kind"] == "laboratory" and "possible" in one
        }
        seen: Counter[str] = Counter()

        @examples(300)
        @given(st.sampled_from(sorted(limits)), st.booleans(), PROFILES, panels(KNOWLEDGE))
        def ask(name: str, low: bool, profile: str, panel: GivenPanel) -> None:
            least, most = limits[name]
            decision = decided(with_result(panel, name, least / 2 if low and least else most * 2 + 1), profile)
            noted = {note.about: note.issue for note in decision.panel.notes if not note.used}
            assert noted["drawn"] == "impossible", name
            failed = {about for about, issue in noted.items() if issue in {"impossible", "implausible"}}
            told = trace(decision)
            rested = {ref for condition in told["conditions"] for ref in condition.get("from", ())}
            rested |= {ref for value in decision.facts.values.values() for ref in value.refs}
            rested |= {ref for value in decision.as_received.facts.values.values() for ref in value.refs}
            assert not failed & rested, name
            assert [one.get("used") for one in told["inputs"] if one["result"] == "drawn"] == [None]
            seen.update((name, *failed - {"drawn"}))

        ask()

        assert len(seen.keys() & limits.keys()) > len(limits) // 2
        assert seen.keys() - limits.keys()
