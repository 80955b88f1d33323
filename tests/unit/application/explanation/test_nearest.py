"""
What stands nearest: a few rules and conclusions for those who would not read all of them.
"""

from __future__ import annotations

import pytest

from service.application.explanation.nearest import nearest, off
from service.application.explanation.wants import wants_phrase
from service.application.explanation.whynot import hindered
from service.domain.scales import Certainty
from tests.explaining import PATIENTS, explained, patient
from tests.strategies import knowledge


def of(name, conclusion):
    return hindered(patient(**PATIENTS[name]), conclusion)


def ids(rules):
    return [one.rule.id for one in rules]


class TestNearest:
    def test_at_most_three(self):
        """
        Three rules are told, the firmest first; the others are farther off.
        """
        told, others = nearest(of("anemia-of-inflammation", "iron-deficiency-anemia"))

        assert ids(told) == ["IDA-010", "IDA-030", "IDA-200"]
        assert ids(others) == ["IDA-020"]

    def test_no_more_for_no_more(self):
        """
        A rule is not told that asks for all that another one asks for, and for more, and gives no more.
        """
        one = of("gray-zone", "beta-thalassemia-trait")
        told, others = nearest(one)

        assert "THA-120" in ids(one.could_be)
        assert "THA-120" not in {*ids(told), *ids(others)}

    def test_fixed_is_far(self):
        """
        A rule for another age is farther off than one of which a result fails.
        """
        one = of("mixed-anemia", "anemia-of-inflammation")
        by_distance = sorted(one.could_be, key=lambda rule: off(one, rule))

        assert off(one, by_distance[-1]).fixed is True
        assert by_distance[-1].rule.id not in ids(nearest(one)[0])

    @pytest.mark.parametrize("name", PATIENTS)
    def test_every_rule_has_its_place(self, name):
        """
        Each rule is told, farther off, or asks for all that another one asks for.
        """
        for conclusion in knowledge().vocabulary.conclusions:
            one = of(name, conclusion)
            told, others = nearest(one)
            asks = [{hurdle.condition for hurdle in rule.hurdles} for rule in (*told, *others)]
            for rule in one.could_be:
                wants = {hurdle.condition for hurdle in rule.hurdles}
                assert rule in {*told, *others} or any(few <= wants for few in asks)


class TestTold:
    def test_clinician(self):
        """
        The clinician reads a page: what is claimed, what is open, and the names of the rest.
        """
        decision = patient(**PATIENTS["iron-deficiency-anemia"])
        explanation = explained(decision, "why-not", "clinician")

        assert len(explanation.text.split()) < 800
        assert "Iron deficiency anemia is likely, and not more." in explanation.text
        assert "Not concluded either, and farther off: microcytosis without anemia; " in explanation.text
        assert len(explanation.document["conclusions"]) == len(knowledge().vocabulary.conclusions)

    def test_every_conclusion_is_named(self):
        """
        No conclusion that is not confirmed is passed over in silence.
        """
        for said in PATIENTS.values():
            decision = patient(**said)
            if decision.in_scope is not False:
                explanation = explained(decision, "why-not", "clinician")
                for one in explanation.document["conclusions"]:
                    assert one["title"][1:] in explanation.text

    def test_same_way_to_two_conclusions(self):
        """
        What one conclusion would need is told again of another one that needs the same.
        """
        for said in PATIENTS.values():
            first, *sections = explained(patient(**said), "why-not", "clinician").sections
            for section in sections:
                texts = [sentence.text for sentence in section.sentences]
                ways = ("To be ", "In the profile ", "No rule could ", "Not concluded either")
                assert any(text.startswith(ways) for text in texts), (first, texts)

    def test_patient(self):
        """
        A patient is not told the names of illnesses of which the tests say nothing.
        """
        text = explained(patient(**PATIENTS["iron-deficiency-anemia"]), "why-not", "patient").text

        assert "thalassemia" not in text
        assert "Your tests do not show any other cause. Some causes may not have been tested for." in text

    def test_out_of_scope(self):
        """
        Nothing is told to be farther off for a patient whom the rules are not for.
        """
        for reader in ("clinician", "patient"):
            text = explained(patient(**PATIENTS["infant"]), "why-not", reader).text
            assert "farther off" not in text
            assert "any other cause" not in text

    def test_not_met(self):
        """
        A finding that nothing could bring about any more is told with what stands against it.
        """
        decision = patient(**PATIENTS["iron-deficiency-anemia"])
        text = explained(decision, "why-not", "clinician", "sideroblastic-anemia").text

        assert "blood pattern of sideroblastic anemia (not met: ferritin <5 ug/L is " in text

    def test_choice_last(self):
        """
        What there is a choice of is told last, so that nobody reads what follows it as a part of the choice.
        """
        one = of("iron-deficiency-anemia", "alpha-thalassemia-trait")
        rule = next(rule for rule in one.could_be if rule.rule.then.certainty is Certainty.CONFIRMED)
        text, _ = wants_phrase(one, rule)

        assert text.index("pathogenic alpha globin variant") < text.index("either")
