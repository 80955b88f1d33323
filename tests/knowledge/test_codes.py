"""
The codes that answers carry: of the edition that the rule set names, and none beside one that excludes it.
"""

import re
from itertools import combinations

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from service.adapters.knowledge.folder import KnowledgeFolder
from service.application.coding import codes as codes_of
from service.application.decide import decide
from service.application.semantics_alone import SemanticsAlone
from service.domain.scales import State
from service.domain.semantics import ContradictionError
from tests.strategies import KNOWLEDGE as FOLDER
from tests.strategies import examples, knowledge, panels

KNOWLEDGE = knowledge()
CASES = KnowledgeFolder(FOLDER).release(KNOWLEDGE.ruleset.id, "draft", "")[1]
ALONE = SemanticsAlone(KNOWLEDGE)
TERMINOLOGY = KNOWLEDGE.ruleset.fields["terminology"]["icd-10-cm"]
SYSTEM = "http://hl7.org/fhir/sid/icd-10-cm"
CODE = re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?\Z")


def answered(panel, profile):
    """
    Return the codes of an answer.
    """
    decision, words = decide(KNOWLEDGE, KNOWLEDGE.profiles[profile], ALONE, panel)[0], KNOWLEDGE.vocabulary
    rows = [words.conclusions[name].codes for name, verdict in decision.conclusions if verdict.certainty.is_for]
    rows += [words.findings[name].codes for name, state in decision.findings if state is State.PRESENT]
    return {code["code"] for one in rows for code in codes_of(decision, one)}


def excluded(codes):
    """
    Return the pairs of codes of which the edition excludes one beside the other.
    """

    def under(code, above):
        return code == above or code.startswith(above + ("" if "." in above else "."))

    return [
        pair
        for pair in combinations(sorted(codes), 2)
        for one, other in TERMINOLOGY["excludes"]
        if (under(pair[0], one) and under(pair[1], other)) or (under(pair[0], other) and under(pair[1], one))
    ]


class TestTable:
    def test_edition(self):
        """
        The edition is stated, and every pair is of two codes.
        """
        assert "2026" in TERMINOLOGY["edition"]
        assert all(CODE.match(code) for pair in TERMINOLOGY["excludes"] for code in pair)
        assert {len(pair) for pair in TERMINOLOGY["excludes"]} == {2}

    @pytest.mark.parametrize(
        ("codes", "found"),
        [
            ({"D50.9", "E61.1"}, [("D50.9", "E61.1")]),
            ({"D50.9", "O99.011"}, []),
            ({"R78.71", "T56.0X1A"}, [("R78.71", "T56.0X1A")]),
            ({"D50.8", "D62"}, []),
        ],
    )
    def test_pairs(self, codes, found):
        """
        A code without its last places stands for every code below it, and for no other.
        """
        assert excluded(codes) == found

    def test_everything_is_coded(self):
        """
        Every conclusion has a code, and every result that a laboratory sends has one of LOINC; of the two that reports
        of marrow and genes tell in words, none is known.
        """
        conclusions = [name for name, one in KNOWLEDGE.vocabulary.conclusions.items() if not one.codes]
        systems = {code.system for one in KNOWLEDGE.vocabulary.conclusions.values() for code in one.codes}
        measures = [
            one.name for one in KNOWLEDGE.vocabulary.measures.values() if one.kind == "laboratory" and not one.loinc
        ]

        assert (conclusions, systems, measures) == ([], {SYSTEM}, ["ring-sideroblasts", "sf3b1-allele-fraction"])


class TestAnswers:
    def test_cases(self):
        """
        No case of any rule is answered with two codes of which one excludes the other.
        """
        wrong = {f"{case.rule}: {case.name}": excluded(answered(case.given, case.profile)) for case in CASES}

        assert {name: pairs for name, pairs in wrong.items() if pairs} == {}

    @examples(200)
    @given(panels(KNOWLEDGE), st.sampled_from(sorted(KNOWLEDGE.profiles)))
    def test_panels(self, panel, profile):
        """
        No panel is, in any profile.
        """
        try:
            codes = answered(panel, profile)
        except ContradictionError:
            reject()

        assert excluded(codes) == []
